"""A stack set rolls the same template out to accounts, one after the other, as CloudFormation does."""

import json
from typing import Any

from support.aws import Stack, refusal, root, stack, trust

from whomay.lab.state import Lab

ADMINISTRATION = json.loads(trust({"AWS": "111111111111"}))
SPOKE = {
    "Parameters": {"Suffix": {"Type": "String"}},
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": {"Fn::Sub": "spoke-${Suffix}"},
                "AssumeRolePolicyDocument": ADMINISTRATION,
            },
        }
    },
}


def rollout(model: str, name: str, suffix: str, **targets: Any) -> dict[str, Any]:
    properties = {
        "StackSetName": name,
        "PermissionModel": model,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "TemplateBody": json.dumps(SPOKE),
        "Parameters": [{"ParameterKey": "Suffix", "ParameterValue": suffix}],
        "StackInstancesGroup": [{"DeploymentTargets": targets, "Regions": ["us-east-1"]}],
    }
    return {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}


def roles(lab: Lab, account: int) -> list[str]:
    """Return the names of the spokes' roles in the account."""
    found = root(lab, account).client("iam").list_roles()["Roles"]
    return [one["RoleName"] for one in found if one["RoleName"].startswith("spoke-")]


def let_in(lab: Lab, account: int) -> None:
    """Create the execution role that trusts the first account."""
    root(lab, account).client("iam").create_role(
        RoleName="AWSCloudFormationStackSetExecutionRole",
        AssumeRolePolicyDocument=json.dumps(ADMINISTRATION),
    )


def forget(lab: Lab, account: int) -> None:
    root(lab, account).client("iam").delete_role(RoleName="AWSCloudFormationStackSetExecutionRole")


def test_a_self_managed_set_follows_its_accounts_and_parameters(lab: Lab) -> None:
    both = ["111111111111", "222222222222"]
    let_in(lab, 0)
    let_in(lab, 1)
    with stack(root(lab), "self-managed") as one:
        one.deploy(Set=rollout("SELF_MANAGED", "readers", "one", Accounts=both))
        assert (roles(lab, 0), roles(lab, 1)) == (["spoke-one"], ["spoke-one"])
        one.deploy(Set=rollout("SELF_MANAGED", "readers", "two", Accounts=both[1:]))
        assert (roles(lab, 0), roles(lab, 1)) == ([], ["spoke-two"])
    assert (roles(lab, 0), roles(lab, 1)) == ([], [])
    forget(lab, 0)
    forget(lab, 1)


def test_an_organization_s_set_leaves_the_management_account_out(lab: Lab) -> None:
    formation = root(lab).client("cloudformation")
    formation.activate_organizations_access()
    with stack(root(lab), "service-managed") as one:
        one.deploy(Set=rollout("SERVICE_MANAGED", "org", "org", OrganizationalUnitIds=["ou-1"]))
        assert (roles(lab, 0), roles(lab, 1)) == ([], ["spoke-org"])
    formation.deactivate_organizations_access()


def test_an_account_without_execution_role_fails_the_set_by_name(lab: Lab) -> None:
    one = Stack(root(lab), "no-execution-role")
    template = {"Set": rollout("SELF_MANAGED", "closed", "closed", Accounts=["222222222222"])}
    body = json.dumps({"Resources": template})
    one.client.create_stack(StackName=one.name, TemplateBody=body)
    assert one.settle() == "ROLLBACK_COMPLETE"
    assert one.reasons()[0].startswith(
        "Account 222222222222 should have 'AWSCloudFormationStackSetExecutionRole' role with trust "
        "relationship to Role 'AWSCloudFormationStackSetAdministrationRole'."
    )
    assert roles(lab, 1) == []


def test_an_account_that_fails_leaves_those_before_it_as_they_are(lab: Lab) -> None:
    iam = root(lab, 1).client("iam")
    iam.create_role(RoleName="spoke-taken", AssumeRolePolicyDocument=json.dumps(ADMINISTRATION))
    let_in(lab, 0)
    let_in(lab, 1)
    one = Stack(root(lab), "fails-in-the-second")
    both = ["111111111111", "222222222222"]
    template = {"Set": rollout("SELF_MANAGED", "partly", "taken", Accounts=both)}
    one.client.create_stack(StackName=one.name, TemplateBody=json.dumps({"Resources": template}))
    assert one.settle() == "ROLLBACK_COMPLETE"
    assert "Account 222222222222, Region us-east-1: stack StackSet-partly-" in one.reasons()[0]
    assert roles(lab, 0) == ["spoke-taken"]

    spoke = root(lab, 1).client("cloudformation")
    failed = spoke.describe_stacks()["Stacks"][0]
    assert failed["StackStatus"] == "ROLLBACK_COMPLETE"
    events = spoke.describe_stack_events(StackName=failed["StackName"])["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert "Role with name spoke-taken already exists. (EntityAlreadyExists)" in reasons

    for account in (0, 1):
        client = root(lab, account).client("cloudformation")
        for left in client.describe_stacks()["Stacks"]:
            if left["StackName"].startswith("StackSet-partly-"):
                client.delete_stack(StackName=left["StackName"])
                assert Stack(root(lab, account), left["StackId"]).settle() == "DELETE_COMPLETE"
        forget(lab, account)
    iam.delete_role(RoleName="spoke-taken")
    assert refusal(iam.get_role, RoleName="spoke-taken")[0] == "NoSuchEntity"
