"""What an account may have, where it may have it, and what its organization trusts."""

import json
from typing import Any

import pytest
from support.aws import (
    Stack,
    make_user,
    policy,
    refusal,
    resource,
    root,
    stack,
    statement,
    trust,
)

from whomay.lab.state import Lab

TRUST_LENGTH = {"ServiceCode": "iam", "QuotaCode": "L-C07B4B0D"}
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


def long_trust(length: int) -> str:
    """Return a trust policy of that many characters, white space not counted."""
    empty = trust({"AWS": "111111111111"}, StringEquals={"sts:ExternalId": ""})
    filled = "x" * (length - len(empty.replace(" ", "")))
    return trust({"AWS": "111111111111"}, StringEquals={"sts:ExternalId": filled})


def test_a_quota_is_told_and_once_raised_it_holds(lab: Lab) -> None:
    quotas, iam = (root(lab, 2).client(name) for name in ("service-quotas", "iam"))
    assert quotas.get_service_quota(**TRUST_LENGTH)["Quota"]["Value"] == 2048
    assert refusal(
        iam.create_role, RoleName="trusting", AssumeRolePolicyDocument=long_trust(2049)
    ) == ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    quotas.request_service_quota_increase(**TRUST_LENGTH, DesiredValue=4096)
    assert quotas.get_service_quota(**TRUST_LENGTH)["Quota"]["Value"] == 4096
    assert quotas.get_aws_default_service_quota(**TRUST_LENGTH)["Quota"]["Value"] == 2048
    iam.create_role(RoleName="trusting", AssumeRolePolicyDocument=long_trust(2049))
    listed = quotas.list_service_quotas(ServiceCode="iam")["Quotas"]
    assert {each["QuotaCode"]: each["Value"] for each in listed}["L-C07B4B0D"] == 4096
    of_another = root(lab).client("service-quotas")
    assert of_another.get_service_quota(**TRUST_LENGTH)["Quota"]["Value"] == 2048


def test_an_unknown_quota_is_none_and_its_permission_is_asked(lab: Lab) -> None:
    unknown = {"ServiceCode": "vpc", "QuotaCode": "L-00000000"}
    told = refusal(root(lab).client("service-quotas").get_service_quota, **unknown)
    assert told[0] == "NoSuchResourceException"
    blind = make_user(lab, "asks-no-quotas").client("service-quotas")
    assert refusal(blind.get_service_quota, **TRUST_LENGTH)[0] == "AccessDeniedException"


def offered(lab: Lab, kind: str, **more: Any) -> list[str]:
    found = (
        root(lab)
        .client("ec2")
        .describe_instance_type_offerings(
            Filters=[{"Name": "instance-type", "Values": [kind]}], **more
        )
    )
    return [each["Location"] for each in found["InstanceTypeOfferings"]]


def test_one_zone_has_the_oldest_types_alone_and_no_zone_has_what_does_not_exist(lab: Lab) -> None:
    zones = {"LocationType": "availability-zone"}
    assert offered(lab, "t3.micro", **zones) == ["us-east-1a", "us-east-1b"]
    assert offered(lab, "t2.micro", **zones) == ["us-east-1a", "us-east-1b", "us-east-1c"]
    assert offered(lab, "t3.micro", LocationType="availability-zone-id") == ["use1-az1", "use1-az2"]
    assert offered(lab, "t3.micro") == ["us-east-1"]
    assert offered(lab, "t9.micro", **zones) == []


def test_an_account_has_one_analyzer_of_a_type_and_a_stack_deletes_its_own(lab: Lab) -> None:
    analyzers = root(lab, 1).client("accessanalyzer")
    with stack(root(lab, 1), "analyzes") as one:
        arn = one.deploy(One=resource("AccessAnalyzer::Analyzer", Type="ACCOUNT"))["One"]
        assert [each["arn"] for each in analyzers.list_analyzers(type="ACCOUNT")["analyzers"]] == [
            arn
        ]
        second = {"analyzerName": "second", "type": "ACCOUNT"}
        assert refusal(analyzers.create_analyzer, **second)[0] == "ServiceQuotaExceededException"
        analyzers.create_analyzer(analyzerName="other", type="ACCOUNT_UNUSED_ACCESS")
    assert [each["name"] for each in analyzers.list_analyzers()["analyzers"]] == ["other"]
    analyzers.delete_analyzer(analyzerName="other")
    assert analyzers.list_analyzers()["analyzers"] == []
    blind = make_user(lab, "sees-no-analyzers").client("accessanalyzer")
    assert refusal(blind.list_analyzers)[0] == "AccessDeniedException"


def service_managed(**more: Any) -> dict[str, Any]:
    body = json.dumps({"Resources": {"One": resource("SNS::Topic")}})
    return resource(
        "CloudFormation::StackSet",
        StackSetName="trusted",
        PermissionModel="SERVICE_MANAGED",
        TemplateBody=body,
        **more,
    )


@pytest.mark.parametrize(
    ("account", "call_as", "said"),
    [
        (0, "SELF", "You must enable organizations access to operate a service managed stack set"),
        (1, "SELF", "You must be the management account or delegated admin account"),
        (1, "DELEGATED_ADMIN", "Account used is not a delegated administrator"),
    ],
)
def test_a_set_for_an_organization_needs_its_trust(
    lab: Lab, account: int, call_as: str, said: str
) -> None:
    one = Stack(root(lab, account), f"untrusted-{account}-{call_as.replace('_', '-')}")
    body = json.dumps({"Resources": {"Set": service_managed(CallAs=call_as)}})
    one.client.create_stack(StackName=one.name, TemplateBody=body)
    assert one.settle() == "ROLLBACK_COMPLETE"
    assert one.reasons()[0].startswith(said)
    one.delete()


def test_the_management_account_alone_lets_stack_sets_in_and_names_who_administers(
    lab: Lab,
) -> None:
    formation, organizations = (
        root(lab).client(name) for name in ("cloudformation", "organizations")
    )
    member = lab.accounts[1]
    of_member = root(lab, 1).client("organizations")
    registered = {"AccountId": member, "ServicePrincipal": STACK_SETS}
    assert formation.describe_organizations_access()["Status"] == "DISABLED"
    assert refusal(of_member.list_delegated_administrators)[0] == "AccessDeniedException"
    formation.activate_organizations_access()
    organizations.register_delegated_administrator(**registered)
    try:
        trusted = organizations.list_aws_service_access_for_organization()
        assert [each["ServicePrincipal"] for each in trusted["EnabledServicePrincipals"]] == [
            STACK_SETS
        ]
        assert formation.describe_organizations_access()["Status"] == "ENABLED"
        listed = of_member.list_delegated_administrators(ServicePrincipal=STACK_SETS)
        assert [each["Id"] for each in listed["DelegatedAdministrators"]] == [member]
        with stack(root(lab, 1), "administers") as one:
            one.deploy(Set=service_managed(CallAs="DELEGATED_ADMIN"))
    finally:
        organizations.deregister_delegated_administrator(**registered)
        formation.deactivate_organizations_access()
    assert formation.describe_organizations_access()["Status"] == "DISABLED"


def test_a_role_takes_more_managed_policies_where_its_quota_was_raised(lab: Lab) -> None:
    quotas, iam = (root(lab, 2).client(name) for name in ("service-quotas", "iam"))
    iam.create_role(RoleName="attached", AssumeRolePolicyDocument=long_trust(200))
    arns = [
        iam.create_policy(PolicyName=f"p{n}", PolicyDocument=policy(statement("s3:*", "*")))[
            "Policy"
        ]["Arn"]
        for n in range(11)
    ]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="attached", PolicyArn=arn)
    last = {"RoleName": "attached", "PolicyArn": arns[10]}
    assert refusal(iam.attach_role_policy, **last)[0] == "LimitExceeded"
    quotas.request_service_quota_increase(
        ServiceCode="iam", QuotaCode="L-0DA4ABF3", DesiredValue=20
    )
    iam.attach_role_policy(**last)
