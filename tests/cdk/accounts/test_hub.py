"""The hub: what its groups allow, whole statements, and what no person may do without MFA."""

from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, assertions
from aws_cdk.assertions import Template
from support.reading import only

from whomay.cdk import Hub, SpokeRoles, synth
from whomay.cdk.jsii.rendered import rendered
from whomay.iam.policy_sizes import measure

HUB = "111111111111"
ROLES = SpokeRoles(HUB, ("Reader", "Writer"))
SPOKES = ["022222222222", "333333333333"]


def hub_stack(app: App, account: str = HUB) -> Stack:
    return Stack(app, "HubStack", env=Environment(account=account, region="us-east-1"))


def policies(stack: Stack, kind: str) -> dict[str, list[dict[str, Any]]]:
    """The statements of each policy of a kind, by its logical id, references as text."""
    return {
        logical_id: rendered(stack, resource["Properties"]["PolicyDocument"]["Statement"])
        for logical_id, resource in Template.from_stack(stack).find_resources(kind).items()
    }


def test_a_group_may_assume_its_role_in_each_spoke_and_no_other(app: App) -> None:
    stack = hub_stack(app)
    Hub(stack, "Hub", roles=ROLES, spokes=SPOKES)
    assert policies(stack, "AWS::IAM::ManagedPolicy") == {
        "HubReaderAssumeF27894F1": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Resource": [
                    "arn:aws:iam::022222222222:role/hub/Reader",
                    "arn:aws:iam::333333333333:role/hub/Reader",
                ],
            }
        ],
        "HubWriterAssumeCA11E5E3": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Resource": [
                    "arn:aws:iam::022222222222:role/hub/Writer",
                    "arn:aws:iam::333333333333:role/hub/Writer",
                ],
            }
        ],
    }


def test_people_look_after_themselves_and_do_nothing_else_without_mfa(app: App) -> None:
    stack = hub_stack(app)
    Hub(stack, "Hub", roles=ROLES, spokes=SPOKES)
    own = "arn:<AWS::Partition>:iam::<AWS::AccountId>"
    assert policies(stack, "AWS::IAM::Policy") == {
        "HubPeopleSelfServiceD6FF06BE": [
            {
                "Action": ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
                "Effect": "Allow",
                "Resource": "*",
            },
            {
                "Action": [
                    "iam:ChangePassword",
                    "iam:CreateAccessKey",
                    "iam:DeactivateMFADevice",
                    "iam:DeleteAccessKey",
                    "iam:EnableMFADevice",
                    "iam:GetAccessKeyLastUsed",
                    "iam:GetMFADevice",
                    "iam:GetUser",
                    "iam:ListAccessKeys",
                    "iam:ListMFADevices",
                    "iam:ResyncMFADevice",
                    "iam:UpdateAccessKey",
                ],
                "Effect": "Allow",
                "Resource": f"{own}:user/people/${{aws:username}}",
            },
            {
                "Action": ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"],
                "Effect": "Allow",
                "Resource": f"{own}:mfa/${{aws:username}}",
            },
            {
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                "Effect": "Deny",
                "NotAction": [
                    "iam:CreateVirtualMFADevice",
                    "iam:EnableMFADevice",
                    "iam:GetMFADevice",
                    "iam:GetUser",
                    "iam:ListMFADevices",
                    "iam:ListVirtualMFADevices",
                    "iam:ResyncMFADevice",
                    "sts:AssumeRole",
                    "sts:GetSessionToken",
                ],
                "Resource": "*",
            },
        ]
    }


def test_a_person_is_in_the_group_that_enforces_mfa_and_in_those_of_the_roles(app: App) -> None:
    stack = hub_stack(app)
    Hub(stack, "Hub", roles=ROLES, spokes=SPOKES).add_person("alice", roles=["Writer"])
    assert only(Template.from_stack(stack), "AWS::IAM::User") == {
        "Groups": [{"Ref": "HubPeople0ADD3745"}, {"Ref": "HubWriter4E46431E"}],
        "Path": "/people/",
        "UserName": "alice",
    }


def test_a_person_has_no_password_and_no_key_unless_asked(app: App) -> None:
    stack = hub_stack(app)
    person = Hub(stack, "Hub", roles=ROLES, spokes=SPOKES).add_person("alice", roles=[])
    template = Template.from_stack(stack)
    assert person.password is None
    template.resource_count_is("AWS::SecretsManager::Secret", 0)
    template.resource_count_is("AWS::IAM::AccessKey", 0)


def test_a_password_is_random_and_stays_in_secrets_manager(app: App) -> None:
    stack = hub_stack(app)
    hub = Hub(stack, "Hub", roles=ROLES, spokes=SPOKES)
    hub.add_person("alice", roles=["Reader"], console_login=True)
    synth(app)
    template = Template.from_stack(stack)
    secret = {"Ref": "HubPeoplealicePassword25F759C0"}
    assert only(template, "AWS::IAM::User")["LoginProfile"] == {
        "Password": {"Fn::Join": ["", ["{{resolve:secretsmanager:", secret, ":SecretString:::}}"]]}
    }
    assert only(template, "AWS::SecretsManager::Secret")["GenerateSecretString"] == {
        "PasswordLength": 32,
        "RequireEachIncludedType": True,
    }


def test_a_thousand_spokes_fit_into_the_policies_of_a_group(app: App) -> None:
    stack = hub_stack(app)
    Hub(stack, "Hub", roles=ROLES, spokes=[f"2{n:011}" for n in range(1000)])
    found = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy")
    readers = [
        one["Properties"]["PolicyDocument"] for name, one in found.items() if "Reader" in name
    ]
    named = [arn for document in readers for arn in document["Statement"][0]["Resource"]]
    assert named == [f"arn:aws:iam::2{n:011}:role/hub/Reader" for n in range(1000)]
    assert len(readers) <= 10
    assert max(measure(document) for document in readers) <= 6144


def test_more_spokes_than_a_group_can_hold_are_refused(app: App) -> None:
    with pytest.raises(ValueError, match=r"spokes: got '1500 accounts'; allowed is up to 1370 in"):
        Hub(hub_stack(app), "Hub", roles=ROLES, spokes=[f"2{n:011}" for n in range(1500)])


@pytest.mark.parametrize(
    ("spokes", "message"),
    [
        ([], r"spokes: got \[\]; allowed is at least one of an account id"),
        ("222222222222", r"spokes: got str '222222222222'; allowed is a list of an account id"),
        ([222222222222], r"spokes: got int 222222222222; .* a number loses leading zeros"),
        ([HUB], r"spokes: got '111111111111'; allowed is accounts other than the hub, each once"),
        (["222222222222"] * 2, r"spokes: got '222222222222'; allowed is accounts other than the"),
    ],
)
def test_a_spoke_is_an_account_other_than_the_hub(app: App, spokes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Hub(hub_stack(app), "Hub", roles=ROLES, spokes=spokes)


@pytest.mark.parametrize("name", ["alice", "Default", "Resource", "SelfService"])
def test_a_person_has_a_name_that_is_free(app: App, name: str) -> None:
    hub = Hub(hub_stack(app), "Hub", roles=ROLES, spokes=SPOKES)
    hub.add_person("alice", roles=[])
    with pytest.raises(ValueError, match=f"name: got '{name}'; allowed is a name that neither"):
        hub.add_person(name, roles=[])


def test_a_hub_without_a_known_account_is_refused(stack: Stack) -> None:
    message = (
        r"env: got 'no account for Stack'; allowed is the hub account 111111111111; "
        r"give the stack env=Environment\(account=…, region=…\)"
    )
    with pytest.raises(ValueError, match=message):
        Hub(stack, "Hub", roles=ROLES, spokes=SPOKES)


def test_a_hub_in_another_account_is_refused(app: App) -> None:
    with pytest.raises(ValueError, match=r"env: got '999999999999'; allowed is the hub account"):
        Hub(hub_stack(app, "999999999999"), "Hub", roles=ROLES, spokes=SPOKES)


def test_a_person_takes_only_roles_that_the_spokes_have(app: App) -> None:
    hub = Hub(hub_stack(app), "Hub", roles=ROLES, spokes=SPOKES)
    message = r"roles: got 'Raeder'; allowed is some of Reader, Writer; did you mean Reader\?"
    with pytest.raises(ValueError, match=message):
        hub.add_person("alice", roles=["Raeder"])


def test_the_hub_passes_the_gate_with_one_acknowledged_wildcard(app: App) -> None:
    stack = hub_stack(app)
    Hub(stack, "Hub", roles=ROLES, spokes=SPOKES).add_person("alice", roles=["Reader"])
    synth(app)
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    assert not found
