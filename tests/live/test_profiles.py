"""Profiles for the AWS CLI, from an assembly and from what its deployment printed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.assemblies import write_assembly
from support.profiles_here import ALICE, HUB, MFA, Here, hub, may_assume, role, statement

from whomay.cli import main


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def test_a_profile_says_all_that_the_trust_asks_for(here: Here) -> None:
    people = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HUB}:user/people/*"}}
    organization = {
        "StringEquals": {"aws:PrincipalOrgID": "o-example1234", "sts:ExternalId": "x=1"}
    }
    here.assembly(
        Reader=role(
            hub(**MFA, **people, **organization), RoleName="Reader", MaxSessionDuration=7200
        )
    )
    assert here.profiles("--user", ALICE, "--source-profile", "me") == {
        "profile S-Reader": {
            "role_arn": "arn:aws:iam::222222222222:role/Reader",
            "source_profile": "me",
            "role_session_name": "alice",
            "external_id": "x=1",
            "mfa_serial": f"arn:aws:iam::{HUB}:mfa/alice",
            "duration_seconds": "7200",
            "region": "eu-west-1",
        }
    }


def test_only_roles_that_the_person_may_become_have_a_profile(here: Here) -> None:
    elsewhere = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HUB}:user/robots/*"}}
    here.assembly(
        Service=role(statement({"Service": "ec2.amazonaws.com"}), RoleName="Service"),
        Robots=role(hub(**elsewhere), RoleName="Robots"),
        Other=role(statement({"AWS": "arn:aws:iam::333333333333:root"}), RoleName="Other"),
        Dated=role(hub(DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"}), RoleName="Dated"),
        Mine=role(hub(), RoleName="Mine"),
    )
    assert list(here.profiles("--user", ALICE)) == ["profile S-Mine"]


def test_a_user_of_the_assembly_has_profiles_for_what_its_own_policies_allow(here: Here) -> None:
    mine = "arn:aws:iam::111111111111:role/Mine"
    here.assembly(
        environment=f"aws://{HUB}/eu-west-1",
        User={
            "Type": "AWS::IAM::User",
            "Properties": {"UserName": "bob", "Policies": may_assume(mine)},
        },
        Mine=role(hub(), RoleName="Mine"),
        NotMine=role(hub(), RoleName="NotMine"),
    )
    for options in ((), ("--user", "bob"), ("--user", "S/User")):
        found = here.profiles(*options)
        assert list(found) == ["profile S-Mine"]
        assert found["profile S-Mine"]["role_session_name"] == "bob"


WORK = f"arn:aws:iam::{HUB}:role/work"
ALLOWED = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": WORK}
WITHOUT_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize(
    ("own", "trust"),
    [
        ([{**ALLOWED, "Condition": MFA}], {}),
        ([{**ALLOWED, "Condition": MFA}], MFA),
        (
            [
                ALLOWED,
                {
                    "Effect": "Deny",
                    "NotAction": "sts:GetSessionToken",
                    "Resource": "*",
                    "Condition": WITHOUT_MFA,
                },
            ],
            MFA,
        ),
    ],
)
def test_a_code_that_the_persons_own_policies_never_see_is_not_relied_on(
    here: Here, own: list[dict[str, Any]], trust: dict[str, Any]
) -> None:
    document = {"Version": "2012-10-17", "Statement": own}
    user = {"UserName": "bob", "Policies": [{"PolicyName": "p", "PolicyDocument": document}]}
    here.assembly(
        environment=f"aws://{HUB}/eu-west-1",
        User={"Type": "AWS::IAM::User", "Properties": user},
        Work=role(hub(**trust), RoleName="work"),
    )

    found = here.profiles()

    device = f"arn:aws:iam::{HUB}:mfa/bob"
    assert found["profile bob-mfa"] == {"mfa_serial": device, "region": "eu-west-1"}
    assert found["profile S-Work"]["source_profile"] == "bob-mfa"
    assert "mfa_serial" not in found["profile S-Work"]


def test_conditions_that_a_person_can_meet_do_not_cost_the_profile(here: Here) -> None:
    here.assembly(
        Role=role(
            hub(
                IpAddress={"aws:SourceIp": "203.0.113.0/24"},
                StringLike={"sts:RoleSessionName": "${aws:username}"},
                NumericLessThan={"aws:MultiFactorAuthAge": "3600"},
            ),
            RoleName="Role",
        )
    )
    found = here.profiles("--user", ALICE)["profile S-Role"]
    assert found["mfa_serial"] == f"arn:aws:iam::{HUB}:mfa/alice"


def chain(here: Here, **properties: Any) -> None:
    """A role that the person may become, and one that only this role may become."""
    second = "arn:aws:iam::222222222222:role/Second"
    first = statement({"AWS": "arn:aws:iam::222222222222:role/First"})
    here.assembly(
        Second=role(first, RoleName="Second", **properties),
        First=role(hub(), RoleName="First", Policies=may_assume(second), **properties),
    )


def test_a_role_behind_a_role_has_that_as_its_source_for_an_hour(here: Here) -> None:
    chain(here, MaxSessionDuration=7200)
    found = here.profiles("--user", ALICE)
    assert found["profile S-First"]["source_profile"] == "default"
    assert found["profile S-First"]["duration_seconds"] == "7200"
    assert found["profile S-Second"]["source_profile"] == "S-First"
    assert found["profile S-Second"]["duration_seconds"] == "3600"


def test_a_role_that_asks_for_mfa_cannot_lie_behind_a_role(here: Here) -> None:
    first = statement({"AWS": "arn:aws:iam::222222222222:role/First"}, **MFA)
    policies = may_assume("arn:aws:iam::222222222222:role/Second")
    here.assembly(
        Second=role(first, RoleName="Second"),
        First=role(hub(), RoleName="First", Policies=policies),
    )
    assert list(here.profiles("--user", ALICE)) == ["profile S-First"]


def test_the_role_of_an_instance_takes_its_credentials_from_there(here: Here) -> None:
    ec2 = statement({"Service": "ec2.amazonaws.com"})
    first, second = (f"arn:aws:iam::222222222222:role/{name}" for name in ("First", "Second"))
    by = {"Fn::GetAtt": ["Web", "Arn"]}
    here.assembly(
        Web=role(ec2, RoleName="Web", Policies=may_assume(first)),
        Profile={"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Web"}]}},
        Instance={
            "Type": "AWS::EC2::Instance",
            "Properties": {"IamInstanceProfile": {"Ref": "Profile"}},
        },
        First=role(statement({"AWS": by}), RoleName="First", Policies=may_assume(second)),
        Second=role(statement({"AWS": first}), RoleName="Second"),
        Guarded=role(statement({"AWS": by}, **MFA), RoleName="Guarded"),
    )
    found = here.profiles("--user", "S/Web")
    assert {name: settings["role_arn"] for name, settings in found.items()} == {
        "profile S-First": first,
        "profile S-Second": second,
    }
    assert found["profile S-First"]["credential_source"] == "Ec2InstanceMetadata"
    assert "source_profile" not in found["profile S-First"]
    assert found["profile S-Second"]["source_profile"] == "S-First"
    assert found["profile S-First"]["duration_seconds"] == "3600"


def refused(here: Here, *options: str) -> str:
    before = here.config.read_bytes() if here.config.exists() else None
    result = here.run(*options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert (here.config.read_bytes() if here.config.exists() else None) == before
    return result.stderr


def test_a_role_behind_a_role_that_is_to_last_longer_is_refused(here: Here) -> None:
    chain(here, MaxSessionDuration=43200)
    message = refused(here, "--user", ALICE, "--duration", "3601")
    assert "S/Second: a session of 3601 s; allowed is up to 3600 s" in message
    assert "its source is a role itself" in message


@pytest.mark.parametrize("setting", ["role_arn = x", "sso_session = x", "sso_role_name = x"])
def test_a_source_profile_that_is_a_role_counts_as_one(here: Here, setting: str) -> None:
    here.assembly(Role=role(hub(), RoleName="Role", MaxSessionDuration=7200))
    here.config.write_text(f"[profile sso]\n{setting}\n")
    source = ("--user", ALICE, "--source-profile", "sso")
    assert here.profiles(*source)["profile S-Role"]["duration_seconds"] == "3600"
    assert "its source is a role itself" in refused(here, *source, "--duration", "7200")


def test_a_session_longer_than_the_role_allows_is_refused(here: Here) -> None:
    here.assembly(Role=role(hub(), RoleName="Role"))
    message = refused(here, "--user", ALICE, "--duration", "3601")
    assert "allowed is up to 3600 s (the role's maximum session duration)" in message


def agnostic(here: Here) -> None:
    """A stack without an environment, its names generated."""
    user = {"AWS": {"Fn::GetAtt": ["User", "Arn"]}}
    arn = {"Fn::GetAtt": ["Role", "Arn"]}
    resources = {
        "User": {"Type": "AWS::IAM::User", "Properties": {"Policies": may_assume("*")}},
        "Role": role(statement(user, **MFA)),
        "Unprinted": role(statement(user)),
    }
    outputs = {"RoleArn": {"Value": arn}, "UserName": {"Value": {"Ref": "User"}}}
    template = {"Resources": resources, "Outputs": outputs}
    write_assembly(here.folder / "cdk.out", {"S": template}, "aws://unknown-account/unknown-region")


def test_a_run_without_outputs_leaves_what_an_earlier_run_has_written_with_them(here: Here) -> None:
    agnostic(here)
    told = {"S": {"RoleArn": f"arn:aws:iam::{HUB}:role/S-Role1A2B", "UserName": "S-User3C"}}
    before = here.profiles("--outputs", outputs(here, told), code=3)
    text = here.config.read_text()

    result = here.run()

    assert result.exit_code == 3
    assert result.stderr.splitlines()[0].startswith("S/Role: the profile of an earlier run stays: ")
    assert here.config.read_text() == text
    assert here.run("--check").exit_code == 3
    assert before.keys() == {"profile S-Role"}
    assert here.run("--remove").exit_code == 0
    assert here.config.read_text() == ""


def outputs(here: Here, content: Any) -> str:
    file = here.folder / "outputs.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def test_what_only_a_deployment_tells_is_missing_until_it_is_given(here: Here) -> None:
    agnostic(here)
    result = here.run()
    assert result.exit_code == 3
    why = "known only after deployment"
    assert result.stderr.splitlines()[:2] == [
        f"S/{name}: no profile yet: its role_arn is arn:aws:iam::<account>:role/<S.{name}>, {why}"
        for name in ("Role", "Unprinted")
    ]
    assert "give --outputs FILE" in result.stderr.splitlines()[2]

    told = {"S": {"RoleArn": f"arn:aws:iam::{HUB}:role/S-Role1A2B", "UserName": "S-User3C"}}
    assert here.profiles("--outputs", outputs(here, told), "--region", "eu-north-1", code=3) == {
        "profile S-Role": {
            "role_arn": f"arn:aws:iam::{HUB}:role/S-Role1A2B",
            "source_profile": "default",
            "role_session_name": "S-User3C",
            "mfa_serial": f"arn:aws:iam::{HUB}:mfa/S-User3C",
            "duration_seconds": "3600",
            "region": "eu-north-1",
        }
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "no JSON"),
        ([], "not what `cdk deploy --outputs-file` writes"),
        ({"S": {"RoleArn": 1}}, "not what `cdk deploy --outputs-file` writes"),
        ({"Other": {}}, "holds outputs of Other, and none of the assembly's stacks"),
        (
            {
                "S": {
                    "RoleArn": f"arn:aws:iam::{HUB}:role/x\ncredential_process = id",
                    "UserName": "u",
                }
            },
            "x",
        ),
    ],
)
def test_an_outputs_file_that_is_none_is_refused(here: Here, content: Any, reason: str) -> None:
    agnostic(here)
    if reason == "x":
        assert "printable ASCII" in refused(here, "--outputs", outputs(here, content))
    else:
        assert reason in refused(here, "--outputs", outputs(here, content))


def test_outputs_of_two_deployments_contradict_each_other(here: Here) -> None:
    agnostic(here)
    told = {"S": {"RoleArn": f"arn:aws:iam::{HUB}:role/x", "UserName": "u"}}
    first = outputs(here, told)
    second = here.folder / "second.json"
    second.write_text(json.dumps(told).replace(HUB, "222222222222"))
    message = refused(here, "--outputs", first, "--outputs", str(second))
    assert "<account> is 222222222222 here, and 111111111111 elsewhere" in message


def test_check_tells_whether_the_block_is_up_to_date(here: Here) -> None:
    here.assembly(Role=role(hub(), RoleName="Role"))
    options = ("--user", ALICE, "--check")
    assert here.run(*options).exit_code == 1
    assert not here.config.exists()
    here.profiles("--user", ALICE)
    assert here.run(*options).exit_code == 0
    here.assembly(Role=role(hub(**MFA), RoleName="Role"))
    assert here.run(*options).exit_code == 1


def test_a_dry_run_prints_the_block_and_writes_nothing(here: Here) -> None:
    here.assembly(Role=role(hub(), RoleName="Role"))
    printed = here.run("--user", ALICE, "--dry-run").stdout
    assert not here.config.exists()
    here.profiles("--user", ALICE)
    assert here.config.read_text() == printed


def test_remove_needs_no_assembly_and_leaves_the_rest(here: Here) -> None:
    here.config.write_text("[default]\n")
    here.assembly(Role=role(hub(), RoleName="Role"))
    here.profiles("--user", ALICE)
    (here.folder / "cdk.out" / "manifest.json").unlink()
    for _ in range(2):
        assert here.run("--remove").exit_code == 0
        assert here.config.read_text() == "[default]\n"


def test_a_user_who_is_nobody_is_refused_with_those_there_are(here: Here) -> None:
    user = {"Type": "AWS::IAM::User"}
    here.assembly(A=user, B=user)
    assert "whose profiles? give --user with" in refused(here)
    for name in ("C", "arn:aws:iam::1:user/x"):
        message = refused(here, "--user", name)
        assert f"{name!r} is not a single user: give --user with" in message
        assert "of a user of the assembly (S/A, S/B)" in message


def test_two_roles_never_share_a_profile(here: Here) -> None:
    templates = {
        name: {"Resources": {logical: role(hub(), RoleName=f"R{name}")}}
        for name, logical in (("A", "B-C"), ("A-B", "C"))
    }
    write_assembly(here.folder / "cdk.out", templates, "aws://222222222222/eu-west-1")
    assert "another role has the profile A-B-C already" in refused(here, "--user", ALICE)


def test_the_config_file_of_the_environment_is_used(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.assembly(Role=role(hub(), RoleName="Role"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(here.folder / "elsewhere"))
    arguments = ["profiles", "--assembly", str(here.folder / "cdk.out"), "--user", ALICE]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert "[profile S-Role]" in (here.folder / "elsewhere").read_text()
