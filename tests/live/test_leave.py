"""The last day of a user, on the lab's AWS: also killed at every call that changes something."""

import uuid
from pathlib import Path

import pytest
from support.aws import Caller, make_role, make_user, refusal, root, statement, trust
from support.lab_user import enrol, give_everything, on_lab

from whomay.lab.state import Lab

# One of each part: what denies, what deactivates, what deletes, devices, groups.
CHANGES = (
    "PutUserPermissionsBoundary",
    "DeleteAccessKey",
    "DeactivateMFADevice",
    "RemoveUserFromGroup",
)


@pytest.fixture
def name() -> str:
    return f"user-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def admin(lab: Lab) -> Caller:
    return make_user(lab, "leave-admin", statement("*", "*"))


def may_list(caller: Caller) -> bool:
    try:
        caller.client("s3").list_buckets()
    except caller.client("s3").exceptions.ClientError:
        return False
    return True


def test_everything_a_user_has_goes_and_iam_then_deletes_the_user(
    lab: Lab, admin: Caller, name: str
) -> None:
    person = give_everything(lab, name)
    iam = root(lab).client("iam")
    assert may_list(person)
    result = on_lab(admin, "leave", name, "--yes")

    assert result.returncode == 0, result.stderr
    done = [line for line in result.stdout.splitlines() if not line.startswith("  to do")]
    assert done[0] == (
        f"account 111111111111, Region {lab.region}, as arn:aws:iam::111111111111:user/leave-admin"
    )
    assert done[1] == f"deny everything to {name}, by the permissions boundary AWSDenyAll"
    assert done[2] == f"deactivate the access key {person.access_key}"
    assert done[3] == "delete the password"
    assert done[-4] == f"leave the group {name}-b-allows"
    assert done[-3] == f"leave the group {name}-a-denies"
    assert done[-2] == f"{name} has no access any more"
    assert done[-1] == (
        f"no stack in {lab.region} has the user: deploy in the Region that has it, or "
        f"aws iam delete-user --user-name {name}"
    )
    assert not may_list(person)
    iam.delete_user(UserName=name)


@pytest.mark.parametrize("call", CHANGES)
def test_a_run_killed_at_any_change_leaves_less_access_and_is_finished_by_the_next(
    lab: Lab, admin: Caller, name: str, call: str
) -> None:
    person = give_everything(lab, name)
    killed = on_lab(admin, "leave", name, "--yes", kill=f"after-call.iam.{call}")
    assert killed.returncode == -9, killed.stderr
    assert not may_list(person)

    finished = on_lab(admin, "leave", name, "--yes")
    assert finished.returncode == 0, finished.stderr
    root(lab).client("iam").delete_user(UserName=name)


def test_a_session_that_began_before_is_denied_and_so_is_a_new_one(
    lab: Lab, admin: Caller, name: str
) -> None:
    person = make_user(lab, name, statement("s3:*", "*"))
    given = person.client("sts").get_session_token()["Credentials"]
    session = Caller(lab, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert may_list(session)
    on_lab(admin, "leave", name, "--yes", kill="after-call.iam.PutUserPermissionsBoundary")
    assert not may_list(session)
    assert not may_list(person)


def test_roles_whose_sessions_go_on_are_named(lab: Lab, admin: Caller, name: str) -> None:
    arn = make_role(lab, f"{name}-role", trust({"AWS": "111111111111"}))
    make_user(lab, name, statement("sts:AssumeRole", arn))
    shown = on_lab(admin, "leave", name, "--dry-run").stdout
    assert f"{name} may assume {arn}: sessions there go on until they end" in shown


def test_a_dry_run_tells_the_steps_and_takes_none(lab: Lab, admin: Caller, name: str) -> None:
    person = make_user(lab, name, statement("s3:*", "*"))
    enrol(lab, name)
    result = on_lab(admin, "leave", name, "--dry-run")
    assert result.returncode == 0
    assert result.stdout.splitlines()[1:] == [
        f"would deny everything to {name}, by the permissions boundary AWSDenyAll",
        f"would deactivate the access key {person.access_key}",
        f"would delete the access key {person.access_key}",
        f"would deactivate the device arn:aws:iam::111111111111:mfa/{name}",
        f"would delete the virtual device arn:aws:iam::111111111111:mfa/{name}",
        "would delete the inline policy own",
    ]
    assert may_list(person)


@pytest.mark.parametrize(("said", "code"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_nothing_is_changed_before_somebody_says_yes(
    lab: Lab, admin: Caller, name: str, said: str, code: int
) -> None:
    person = make_user(lab, name, statement("s3:*", "*"))
    result = on_lab(admin, "leave", name, said=said)
    assert result.returncode == code
    assert f"  to do: deactivate the access key {person.access_key}" in result.stdout
    assert may_list(person) is (code != 0)


def test_a_device_whose_enrolment_was_interrupted_goes_too(
    lab: Lab, admin: Caller, name: str
) -> None:
    make_user(lab, name)
    iam = root(lab).client("iam")
    iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
    assert on_lab(admin, "leave", name, "--yes").returncode == 0
    iam.create_virtual_mfa_device(VirtualMFADeviceName=name)  # the name is free again


def refused(caller: Caller, name: str, reason: str) -> None:
    """See that the command refuses in one line."""
    result = on_lab(caller, "leave", name, "--yes")
    assert (result.returncode, result.stdout) == (2, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_unknown_user_is_refused_with_the_nearest_names(
    lab: Lab, admin: Caller, name: str
) -> None:
    make_user(lab, name)
    refused(admin, f"{name}x", f"account 111111111111 has no such user; nearest: {name}")


def test_nobody_ends_the_own_access(admin: Caller) -> None:
    refused(admin, "leave-admin", "these are your own credentials: somebody else must end")


def test_each_missing_permission_is_named_before_anything_changes(lab: Lab, name: str) -> None:
    person = make_user(lab, name, statement("s3:*", "*"))
    blind = make_user(lab, f"{name}-blind")
    refused(
        blind,
        name,
        "these credentials lack iam:GetAccountAuthorizationDetails, iam:GetLoginProfile, "
        "iam:GetUser, iam:ListAccessKeys, iam:ListAttachedUserPolicies, iam:ListGroupsForUser, "
        "iam:ListMFADevices, iam:ListSSHPublicKeys, iam:ListServiceSpecificCredentials, "
        "iam:ListSigningCertificates, iam:ListUserPolicies, iam:ListVirtualMFADevices",
    )
    reader = make_user(
        lab, f"{name}-reader", statement(["iam:Get*", "iam:List*", "iam:UpdateAccessKey"], "*")
    )
    user = f"arn:aws:iam::111111111111:user/{name}"
    refused(
        reader,
        name,
        f"these credentials lack iam:DeleteAccessKey on {user}, iam:DeleteUserPolicy on {user}, "
        f"iam:PutUserPermissionsBoundary on {user}",
    )
    assert may_list(person)


def test_credentials_that_aws_does_not_know_are_no_answer(lab: Lab, name: str) -> None:
    result = on_lab(Caller(lab, "AKIAIOSFODNN7EXAMPLE", "wrong"), "leave", name, "--yes")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_what_to_take_out_of_the_configuration_is_said(
    lab: Lab, admin: Caller, name: str, tmp_path: Path
) -> None:
    client = root(lab).client("cloudformation")
    body = (
        f'{{"Resources":{{"U":{{"Type":"AWS::IAM::User","Properties":{{"UserName":"{name}"}}}}}}}}'
    )
    client.create_stack(
        StackName=f"s-{name}", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    client.get_waiter("stack_create_complete").wait(StackName=f"s-{name}")
    enrol(lab, name)
    people = f'{{"context": {{"accounts": {{"hub": {{"people": {{"{name}": {{}}}}}}}}}}}}'
    (tmp_path / "cdk.json").write_text(people)
    said = on_lab(admin, "leave", name, "--yes", cwd=tmp_path).stdout.splitlines()[-1]
    assert said == f"take {name} out of accounts.hub.people in cdk.json, then: cdk deploy s-{name}"
    client.delete_stack(StackName=f"s-{name}")
    client.get_waiter("stack_delete_complete").wait(StackName=f"s-{name}")
    iam = root(lab).client("iam")
    assert refusal(iam.get_user, UserName=name)[0] == "NoSuchEntity"


# `whomay`, and a key that the user makes once the run has read what the user has.
MAKES_A_KEY = """
import boto3, sys
real, name = boto3.Session, sys.argv[2]
def session(**arguments):
    def make_a_key(**_):
        real(**arguments).client("iam").create_access_key(UserName=name)
    made = real(**arguments)
    made.events.register("before-call.iam.PutUserPermissionsBoundary", make_a_key)
    return made
boto3.Session = session
from whomay.cli import main
main()
"""


def test_a_key_that_is_made_while_the_run_asks_goes_too(lab: Lab, admin: Caller, name: str) -> None:
    make_user(lab, name, statement("s3:*", "*"))
    result = on_lab(admin, "leave", name, "--yes", code=MAKES_A_KEY)
    assert result.returncode == 0, result.stderr
    iam = root(lab).client("iam")
    assert iam.list_access_keys(UserName=name)["AccessKeyMetadata"] == []
    assert result.stdout.count("deactivate the access key") == 3  # one was shown as to do
    iam.delete_user(UserName=name)


def test_roles_are_named_that_a_pattern_or_a_trust_alone_opens(
    lab: Lab, admin: Caller, name: str
) -> None:
    make_user(lab, name, statement("sts:*", "arn:aws:iam::222222222222:role/*"))
    user = f"arn:aws:iam::111111111111:user/{name}"
    trusts = make_role(lab, f"{name}-trusts", trust({"AWS": user}))
    make_role(lab, f"{name}-other", trust({"Service": "ec2.amazonaws.com"}))
    said = [
        f"{name} may assume arn:aws:iam::222222222222:role/*: sessions there go on until they end",
        f"{name} may assume {trusts}: sessions there go on until they end",
    ]
    assert on_lab(admin, "leave", name, "--dry-run").stdout.splitlines()[1:3] == said
    on_lab(admin, "leave", name, "--yes", kill="after-call.iam.PutUserPermissionsBoundary")
    assert on_lab(admin, "leave", name, "--dry-run").stdout.splitlines()[1:3] == said
