"""Trust policies: each form of a mistake, and the nearest thing that is none."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, ids, role_trusting

OWN = "arn:aws:iam::111122223333:root"
OTHER = "arn:aws:iam::444455556666:root"
PROVIDER = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"


def allow(principal: Any, action: Any = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement | ({"Condition": condition} if condition else {})


def found(folder: Path, *statements: dict[str, Any], environment: str | None = None) -> list[str]:
    template = {"Resources": {"Role": role_trusting(list(statements))}}
    return ids(found_in(folder, template, *([environment] if environment else [])))


@pytest.mark.parametrize(
    ("principal", "finding"),
    [
        ("*", "trust-everyone[*]"),
        ({"AWS": "*"}, "trust-everyone[AWS:*]"),
        ({"AWS": ["arn:aws:iam::111122223333:user/ada", "*"]}, "trust-everyone[AWS:*]"),
        ({"Service": "*"}, "trust-everyone[Service:*]"),
    ],
)
def test_a_star_in_any_form_is_everyone(principal: Any, finding: str, tmp_path: Path) -> None:
    assert found(tmp_path, allow(principal)) == [finding]


def test_every_identity_provider_is_everyone(tmp_path: Path) -> None:
    statement = allow({"Federated": "*"}, "sts:AssumeRoleWithWebIdentity")
    assert found(tmp_path, statement) == ["trust-everyone[Federated:*]"]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorg1"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}},
        {"StringEquals": {"aws:PrincipalOrgID": "*"}},
        {"StringEquals": {"sts:ExternalId": "tenant-4711"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_nothing_but_an_exact_organization_bounds_everyone(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    assert "trust-everyone[AWS:*]" in found(tmp_path, allow({"AWS": "*"}, **condition))


def test_an_organization_in_another_statement_bounds_nothing(tmp_path: Path) -> None:
    bounded = allow("*", StringEquals={"aws:PrincipalOrgID": "o-exampleorg1"})
    assert found(tmp_path, bounded, allow("*")) == [
        "guard-bypassed[aws:PrincipalOrgID]",
        "trust-everyone[*]",
    ]
    assert found(tmp_path, bounded) == []
    other_letters = allow("*", stringequals={"AWS:principalorgid": "o-exampleorg1"})
    assert found(tmp_path, other_letters) == []


def test_a_deny_of_everyone_is_no_trust(tmp_path: Path) -> None:
    assert found(tmp_path, allow("*") | {"Effect": "Deny"}) == []


@pytest.mark.parametrize("own", [OWN, "111122223333", {"Ref": "AWS::AccountId"}])
def test_the_own_account_in_any_form_is_every_principal_of_it(own: Any, tmp_path: Path) -> None:
    [one] = found(tmp_path, allow({"AWS": own}))
    assert one.startswith("trust-own-account[")


def test_the_own_account_of_a_stack_without_environment_is_known_as_such(tmp_path: Path) -> None:
    own = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    statement = allow({"AWS": own})
    environment = "aws://unknown-account/unknown-region"
    assert found(tmp_path, statement, environment=environment) == [
        "trust-own-account[arn:aws:iam::<account>:root]"
    ]


def test_the_own_account_narrowed_to_some_is_not_all_of_it(tmp_path: Path) -> None:
    some = {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/people/*"}
    assert found(tmp_path, allow({"AWS": OWN}, ArnLike=some)) == []


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"StringEqualsIfExists": {"sts:ExternalId": "tenant-4711"}},
        {"StringLike": {"sts:ExternalId": "*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    ],
)
def test_another_account_as_a_whole_is_found(condition: dict[str, Any], tmp_path: Path) -> None:
    assert f"trust-other-account[{OTHER}]" in found(tmp_path, allow({"AWS": OTHER}, **condition))


@pytest.mark.parametrize(
    ("principal", "condition"),
    [
        (OTHER, {"StringEquals": {"sts:ExternalId": "tenant-4711"}}),
        (OTHER, {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}),
        (OTHER, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg1/r-ab12/*"}}),
        (OTHER, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:user/people/*"}}),
        ("arn:aws:iam::444455556666:role/Deployer", {}),
    ],
)
def test_another_account_narrowed_is_not_found(
    principal: str, condition: dict[str, Any], tmp_path: Path
) -> None:
    assert found(tmp_path, allow({"AWS": principal}, **condition)) == []


@pytest.mark.parametrize("beside", ["arn:aws:iam::111122223333:user/ada", OWN, "*"])
def test_a_statement_that_names_the_same_people_without_mfa_bypasses_mfa(
    beside: str, tmp_path: Path
) -> None:
    guarded = allow(
        {"AWS": "arn:aws:iam::111122223333:user/ada"},
        Bool={"aws:MultiFactorAuthPresent": "true"},
    )
    assert "guard-bypassed[aws:MultiFactorAuthPresent]" in found(
        tmp_path, guarded, allow({"AWS": beside})
    )


def test_an_unguarded_statement_for_another_action_bypasses_nothing(tmp_path: Path) -> None:
    ada = {"AWS": "arn:aws:iam::111122223333:user/ada"}
    guarded = allow(ada, Bool={"aws:MultiFactorAuthPresent": "true"})
    assert found(tmp_path, guarded, allow(ada, "sts:TagSession")) == []


def test_a_differently_guarded_statement_bypasses_nothing(tmp_path: Path) -> None:
    ada = {"AWS": "arn:aws:iam::111122223333:user/ada"}
    guarded = allow(ada, Bool={"aws:MultiFactorAuthPresent": "true"})
    other = allow(ada, StringEquals={"sts:ExternalId": "course"})
    assert found(tmp_path, guarded, other) == []


@pytest.mark.parametrize(
    ("operator", "key", "finding"),
    [
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "guard-if-exists"),
        ("NumericLessThanIfExists", "aws:MultiFactorAuthAge", "guard-if-exists"),
        ("ForAllValues:StringEquals", "aws:PrincipalTag/team", "guard-for-all-values"),
        ("StringNotEquals", "aws:PrincipalTag/team", "guard-negated"),
        ("NotIpAddress", "aws:SourceIp", "guard-negated"),
        ("ArnNotLike", "aws:PrincipalArn", "guard-negated"),
    ],
)
def test_a_guard_that_holds_without_its_key_is_found(
    operator: str, key: str, finding: str, tmp_path: Path
) -> None:
    ada = {"AWS": "arn:aws:iam::111122223333:user/ada"}
    weak = {operator: {key: "203.0.113.7"}}
    assert found(tmp_path, allow(ada, **weak)) == [f"{finding}[{key}]"]
    with_key = {"Null": {key: "false"}}
    assert found(tmp_path, allow(ada, **weak, **with_key)) == []


def test_a_guard_of_some_other_value_says_nothing_of_requests_without_the_key(
    tmp_path: Path,
) -> None:
    ada = {"AWS": "arn:aws:iam::111122223333:user/ada"}
    messages = {}
    for operator in ("StringNotEquals", "ForAnyValue:StringNotEquals"):
        weak = allow(ada, **{operator: {"aws:PrincipalTag/team": "red"}})
        template = {"Resources": {"Role": role_trusting([weak])}}
        messages[operator] = [each.message for each in found_in(tmp_path / operator, template)]
    assert messages == {
        "StringNotEquals": [
            (
                "StringNotEquals on aws:PrincipalTag/team lets in everyone else, and every request "
                "without the key"
            )
        ],
        "ForAnyValue:StringNotEquals": [
            "ForAnyValue:StringNotEquals on aws:PrincipalTag/team lets in everyone else"
        ],
    }


@pytest.mark.parametrize(
    "value", ["arn:aws:iam::*", "arn:*", "arn*", "arn:aws:iam::*:user/ada", "arn:aws:iam::*:*"]
)
def test_a_beginning_of_an_arn_names_no_principal(value: str, tmp_path: Path) -> None:
    statement = allow({"AWS": "*"}, StringLike={"aws:PrincipalArn": value})
    assert f"guard-wildcard[aws:PrincipalArn={value}]" in found(tmp_path, statement)


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:s3:::*",
        "arn:aws:ssm:*",
        "arn:aws:ssm:*:*:*",
        "arn:aws:ssm:eu-west-1:11112222*:*",
        "*",
    ],
)
def test_a_source_that_every_account_has_guards_nothing(value: str, tmp_path: Path) -> None:
    statement = allow({"Service": "ssm.amazonaws.com"}, ArnLike={"aws:SourceArn": value})
    assert found(tmp_path, statement) == [
        f"guard-wildcard[aws:SourceArn={value}]",
        "service-source-account[ssm.amazonaws.com]",
    ]


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:111122223333:*"}},
        {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        {"StringEquals": {"aws:SourceOrgID": "o-exampleorg1"}},
    ],
)
def test_a_source_that_is_bound_is_not_found(condition: dict[str, Any], tmp_path: Path) -> None:
    assert found(tmp_path, allow({"Service": "ssm.amazonaws.com"}, **condition)) == []


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
        {"StringNotEquals": {"aws:SourceAccount": "444455556666"}},
    ],
)
def test_a_service_that_sends_its_account_is_asked_for_it(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    statement = allow({"Service": "ssm.amazonaws.com"}, **condition)
    assert "service-source-account[ssm.amazonaws.com]" in found(tmp_path, statement)


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "lambda.amazonaws.com"])
def test_a_service_that_sends_no_account_is_not_asked_for_it(service: str, tmp_path: Path) -> None:
    assert found(tmp_path, allow({"Service": service})) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:MultiFactorAuthPresent", "true"),
        ("sts:ExternalId", "course-2026"),
        ("aws:PrincipalOrgID", "o-exampleorg1"),
    ],
)
def test_no_service_meets_a_condition_on_people(key: str, value: str, tmp_path: Path) -> None:
    both = {"Service": "lambda.amazonaws.com", "AWS": "arn:aws:iam::111122223333:user/ada"}
    assert found(tmp_path, allow(both, StringEquals={key: value})) == [
        f"service-condition[{key}-of-lambda.amazonaws.com]"
    ]


def test_services_that_document_an_external_id_may_be_asked_for_it(tmp_path: Path) -> None:
    statements = [
        allow({"Service": f"{name}.amazonaws.com"}, StringEquals={"sts:ExternalId": "4711"})
        for name in ("cognito-idp", "firehose", "vmie", "redshift", "elasticbeanstalk")
    ]
    assert found(tmp_path, *statements) == []


@pytest.mark.parametrize(
    ("service", "message"),
    [
        (
            "lamda.amazonaws.com",
            "AWS has no service lamda.amazonaws.com: did you mean lambda.amazonaws.com?",
        ),
        (
            "ec2.amazonaws.com.cn",
            "ec2.amazonaws.com.cn is a service of aws-cn, and this stack is in aws",
        ),
        ("ec2", "AWS has no service ec2: did you mean ec2.amazonaws.com?"),
    ],
)
def test_a_service_that_is_not_there_is_named_with_the_nearest(
    service: str, message: str, tmp_path: Path
) -> None:
    template = {"Resources": {"Role": role_trusting(allow({"Service": service}))}}
    [finding] = found_in(tmp_path, template)
    assert (finding.id, finding.message) == (f"service-unknown[{service}]", message)


def test_chinas_services_are_there_in_china(tmp_path: Path) -> None:
    environment = "aws://111122223333/cn-north-1"
    statement = allow({"Service": "ec2.amazonaws.com.cn"})
    assert found(tmp_path, statement, environment=environment) == []


@pytest.mark.parametrize(
    "service",
    ["states.eu-west-1.amazonaws.com", "delivery.logs.amazonaws.com", "pods.eks.amazonaws.com"],
)
def test_services_with_a_region_or_a_part_in_their_name_exist(service: str, tmp_path: Path) -> None:
    bound = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    assert found(tmp_path, allow({"Service": service}, **bound)) == []


@pytest.mark.parametrize(
    ("principal", "action"),
    [
        ({"Federated": PROVIDER}, "sts:AssumeRole"),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/Okta"}, "sts:AssumeRole"),
        ({"Service": "lambda.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity"),
        ({"AWS": "arn:aws:iam::111122223333:user/ada"}, "sts:AssumeRoleWithSAML"),
    ],
)
def test_an_action_of_another_kind_of_principal_is_found(
    principal: dict[str, str], action: str, tmp_path: Path
) -> None:
    [value] = principal.values()
    assert f"federated-action[{value}]" in found(tmp_path, allow(principal, action))


def test_people_who_sign_in_elsewhere_are_told_apart_by_the_app_alone(tmp_path: Path) -> None:
    statement = allow(
        {"Federated": "cognito-identity.amazonaws.com"},
        "sts:AssumeRoleWithWebIdentity",
        StringEquals={"cognito-identity.amazonaws.com:aud": "eu-west-1:4711"},
        **{"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
    )
    assert found(tmp_path, statement) == []
    del statement["Condition"]["StringEquals"]
    assert found(tmp_path, statement) == ["oidc-guard[aud]"]


@pytest.mark.parametrize(
    "condition",
    [
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}},
        {"StringEquals": {"aws:PrincipalAccount": "444455556666"}},
        {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/Deployer"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/deploy-*"}},
    ],
)
def test_everyone_of_a_named_account_or_organization_is_not_everyone(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    assert "trust-everyone[AWS:*]" not in found(tmp_path, allow({"AWS": "*"}, **condition))


@pytest.mark.parametrize(
    "condition",
    [
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Deployer"}},
        {"StringEquals": {"aws:PrincipalAccount": ["444455556666", "*"]}},
    ],
)
def test_a_role_of_any_account_or_organization_is_everyone(
    condition: dict[str, Any], tmp_path: Path
) -> None:
    assert "trust-everyone[AWS:*]" in found(tmp_path, allow({"AWS": "*"}, **condition))


def asking(
    id: Any, account: str = "444455556666", operator: str = "StringEquals"
) -> dict[str, Any]:
    return allow({"AWS": account}, **{operator: {"sts:ExternalId": id}})


@pytest.mark.parametrize("id", ["x", "a b", "x" * 1225, "111122223333", "1111-2222-3333"])
@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "ForAnyValue:StringEquals"])
def test_an_external_id_that_aws_refuses_or_that_is_known_is_found(
    id: str, operator: str, tmp_path: Path
) -> None:
    named = f"external-id[{'-'.join(id.split())}]"
    assert named in found(tmp_path, asking(id, operator=operator))
    assert named in found(tmp_path, asking(["tenant-4711", id], operator=operator))


def test_two_third_parties_with_one_external_id_are_found_wherever_they_are(tmp_path: Path) -> None:
    ours, theirs = asking("tenant-4711"), asking("tenant-4711", "777788889999")
    apart = {"Resources": {"A": role_trusting([ours]), "B": role_trusting([theirs])}}

    assert found(tmp_path, ours, theirs) == ["external-id[tenant-4711]"] * 2
    assert ids(found_in(tmp_path, apart)) == ["external-id[tenant-4711]"] * 2


def test_one_party_its_own_account_and_an_organization_may_have_one_external_id(
    tmp_path: Path,
) -> None:
    own = asking("tenant-4711", "111122223333")
    of_us = asking("tenant-4711", "777788889999")
    of_us["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = "o-exampleorg1"
    twice = allow(
        {"AWS": "arn:aws:iam::444455556666:role/Agent"},
        StringEquals={"sts:ExternalId": "tenant-4711"},
    )

    assert found(tmp_path, asking("tenant-4711"), twice, own, of_us) == []


@pytest.mark.parametrize(
    ("names", "chained"),
    [
        (["arn:aws:iam::444455556666:role/deploy-*"], True),
        (["arn:aws:iam::444455556666:role/deploy-*", "arn:aws:iam::444455556666:user/ada"], False),
    ],
)
def test_an_account_of_which_roles_alone_come_in_gets_an_hour(
    names: list[str], chained: bool, tmp_path: Path
) -> None:
    role = role_trusting([allow({"AWS": OTHER}, ArnLike={"aws:PrincipalArn": names})])
    role["Properties"]["MaxSessionDuration"] = 14400

    assert ids(found_in(tmp_path, {"Resources": {"Role": role}})) == (
        ["chained-session[14400]"] if chained else []
    )
