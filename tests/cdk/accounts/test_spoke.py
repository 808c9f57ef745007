"""The roles of a spoke: who in the hub may become them, and that both sides name the same role."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk.assertions import Template
from support.reading import only

from stacks.hub import HubStack
from stacks.spoke import SpokeStack
from whomay.cdk import Accounts, BucketAccess, PrivateBucket, SpokeRole, SpokeRoles
from whomay.cdk.jsii.rendered import rendered

HUB = "111111111111"
ACCOUNTS = Accounts.read(
    {
        "hub": {"id": HUB, "region": "us-east-1", "people": {"alice": {"roles": ["Reader"]}}},
        "spokes": {
            "dev": {"id": "022222222222", "region": "eu-west-1", "tags": {"stage": "dev"}},
            "prod": {"id": "333333333333", "region": "us-east-1"},
        },
        "third_parties": {"auditor": {"id": "444444444444", "external_id": "audit-2026"}},
        "organization": {"id": "o-a1b2c3d4e5"},
    }
)


def spoke_role(app: App, roles: SpokeRoles, account: str = "222222222222") -> dict[str, Any]:
    stack = Stack(app, "Spoke", env=Environment(account=account, region="us-east-1"))
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    SpokeRole(stack, "Role", access=access, role_name="Reader", roles=roles)
    return only(Template.from_stack(stack), "AWS::IAM::Role")


@pytest.mark.parametrize(
    ("roles", "condition"),
    [
        (
            SpokeRoles(HUB, ("Reader",)),
            {
                "ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:user/people/*"]},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
            },
        ),
        (
            SpokeRoles(
                HUB,
                ("Reader",),
                organization_id="o-a1b2c3d4e5",
                mfa=Duration.hours(1),
                people_path="/staff/on-call/",
                path="/from/hub/",
            ),
            {
                "ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:user/staff/on-call/*"]},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
            },
        ),
    ],
)
def test_people_of_the_hub_are_trusted_by_path_and_with_mfa(
    app: App, roles: SpokeRoles, condition: dict[str, Any]
) -> None:
    found = spoke_role(app, roles)
    assert found["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": condition,
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        }
    ]
    assert (found["RoleName"], found["Path"]) == ("Reader", roles.path)


def test_the_hub_names_exactly_the_roles_that_the_spokes_make() -> None:
    app = App()
    hub = HubStack(app, "Hub", accounts=ACCOUNTS)
    spokes = [
        SpokeStack(app, name, accounts=ACCOUNTS, account=account)
        for name, account in ACCOUNTS.spokes.items()
    ]
    made = []
    for stack in spokes:
        for role in Template.from_stack(stack).find_resources("AWS::IAM::Role").values():
            if "RoleName" in role["Properties"]:
                path = role["Properties"]["Path"] + role["Properties"]["RoleName"]
                made.append(f"arn:aws:iam::{stack.account}:role{path}")
    named = [
        arn
        for policy in Template.from_stack(hub).find_resources("AWS::IAM::ManagedPolicy").values()
        for arn in policy["Properties"]["PolicyDocument"]["Statement"][0]["Resource"]
    ]
    assert sorted(named) == sorted(made)


def test_a_spoke_puts_out_its_roles_and_the_links_that_switch_to_them() -> None:
    stack = SpokeStack(App(), "Spoke-dev", accounts=ACCOUNTS, account=ACCOUNTS.spokes["dev"])
    outputs = Template.from_stack(stack).to_json()["Outputs"]
    assert [*outputs] == [
        "BucketName",
        "ReaderRoleArn",
        "ReaderSwitchRole",
        "WriterRoleArn",
        "WriterSwitchRole",
        "ThirdPartyauditorRoleArn",
    ]
    assert outputs["ReaderSwitchRole"]["Value"] == (
        "https://signin.aws.amazon.com/switchrole?account=022222222222"
        "&roleName=hub%2FReader&displayName=Reader+in+Spoke-dev"
    )


def test_a_third_party_lists_objects_with_its_external_id_alone() -> None:
    stack = SpokeStack(App(), "Spoke-dev", accounts=ACCOUNTS, account=ACCOUNTS.spokes["dev"])
    [role] = [
        rendered(stack, one["Properties"])
        for one in Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
        if "RoleName" not in one["Properties"]
    ]
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "audit-2026"}},
            "Effect": "Allow",
            "Principal": {"AWS": "arn:<AWS::Partition>:iam::444444444444:root"},
        }
    ]
    assert [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]] == [
        [{"Action": "s3:ListBucket", "Effect": "Allow", "Resource": "<SharedDACC02AA.Arn>"}]
    ]


def test_no_link_where_the_console_has_no_public_address() -> None:
    roles = SpokeRoles(HUB, ("Reader",), partition="aws-iso")
    assert roles.switch_link("Reader", "222222222222", "Reader") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hub_account": 111111111111}, "hub_account: got int 111111111111; allowed is an account"),
        ({"names": ()}, r"names: got \[\]; allowed is at least one of a role's name"),
        ({"names": ("Read er",)}, "names: got 'Read er'; allowed is A-Z a-z 0-9 and"),
        ({"names": ("x" * 60,)}, "allowed is path and name of 64 characters together"),
        ({"path": "hub"}, "path: got 'hub'; allowed is / or /parts/between/slashes/"),
        ({"people_path": "/"}, "people_path: got '/'; allowed is a path of its own, such as"),
        ({"mfa": False}, "mfa: got False; allowed is True, or a Duration since the code was given"),
        ({"mfa": Duration.minutes(1)}, "mfa: got .*60 s.*; allowed is a Duration of 900 to 129600"),
        ({"organization_id": "o-x"}, "organization_id: got 'o-x'; allowed is o- and 10 to 32"),
    ],
)
def test_the_shared_object_refuses_what_either_side_could_not_use(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        SpokeRoles(**{"hub_account": HUB, "names": ("Reader",)} | changes)


def test_a_role_that_the_hub_does_not_know_is_refused(app: App) -> None:
    stack = Stack(app, "Spoke", env=Environment(account="222222222222", region="us-east-1"))
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    message = r"role_name: got 'Redaer'; allowed is one of Reader; did you mean Reader\?"
    with pytest.raises(ValueError, match=message):
        SpokeRole(
            stack, "Role", access=access, role_name="Redaer", roles=SpokeRoles(HUB, ("Reader",))
        )


def test_a_spoke_in_the_hub_account_is_refused(app: App) -> None:
    message = "env: got '111111111111'; allowed is an account other than the hub"
    with pytest.raises(ValueError, match=message):
        spoke_role(app, SpokeRoles(HUB, ("Reader",)), account=HUB)


def test_a_spoke_without_a_known_account_is_refused(stack: Stack) -> None:
    access = [BucketAccess.read(PrivateBucket(stack, "Shared"))]
    message = "env: got 'no account for Stack'; allowed is an account other than the hub; give the"
    with pytest.raises(ValueError, match=message):
        SpokeRole(
            stack, "Role", access=access, role_name="Reader", roles=SpokeRoles(HUB, ("Reader",))
        )
