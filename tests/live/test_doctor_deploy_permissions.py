"""What the caller may do of what a deployment needs, asked of IAM's simulator."""

import json
from pathlib import Path

from support.aws import (
    Caller,
    make_role,
    make_user,
    policy,
    root,
    statement,
    trust,
)
from support.deploying import (
    HERE,
    app,
    findings,
    typed,
    unique,
)

from whomay.lab.state import Lab
from whomay.live.deploying.asking import DeployFinding

DEPLOY_ROLE = "arn:aws:iam::111111111111:role/cdk-doctor-deploy-role"


UPLOAD_ROLE = "arn:aws:iam::111111111111:role/cdk-doctor-file-publishing-role"


def bootstrapped(folder: Path) -> Path:
    """Write an app that takes two roles of the bootstrap."""
    deploy_role = DEPLOY_ROLE.replace("aws:iam", "${AWS::Partition}:iam", 1)
    out = app(folder, HERE, {}, assumeRoleArn=deploy_role)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"]["S.assets"] = {
        "type": "cdk:asset-manifest",
        "properties": {"file": "S.assets.json"},
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    role = UPLOAD_ROLE.replace("111111111111", "${AWS::AccountId}")
    to = {"destinations": {"here": {"bucketName": "b", "objectKey": "k", "assumeRoleArn": role}}}
    (out / "S.assets.json").write_text(json.dumps({"version": "1", "files": {"template": to}}))
    return out


ASKS = statement(["iam:SimulatePrincipalPolicy", "iam:GetRole"], "*")


def test_roles_of_the_bootstrap_that_the_caller_may_not_take_are_told_one_by_one(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("deployer")
    who = make_user(lab, name, ASKS)
    out = bootstrapped(tmp_path)
    found = findings(who, out)
    user = f"arn:aws:iam::111111111111:user/{name}"
    assert [one.what for one in found] == [
        f"{user} may not do sts:AssumeRole on {DEPLOY_ROLE}, which deploys",
        f"{user} may not do sts:AssumeRole on {UPLOAD_ROLE}, which uploads templates and files",
    ]
    for one in found:
        assert one.command.startswith(f"aws iam put-user-policy --user-name {name} ")
        typed(admin, one.command)
    assert findings(who, out) == []
    root(lab).client("iam").put_user_policy(
        UserName=name,
        PolicyName="denies",
        PolicyDocument=policy({**statement("sts:*", DEPLOY_ROLE), "Effect": "Deny"}),
    )
    [denied] = findings(who, out)
    assert denied.what == (f"a policy denies {user} sts:AssumeRole on {DEPLOY_ROLE}, which deploys")


def test_a_session_is_asked_by_its_role_and_needs_the_calls_where_there_is_no_deploy_role(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("session")
    allowed = statement(["cloudformation:Describe*", "cloudformation:*ChangeSet"], "*")
    arn = make_role(lab, name, trust({"AWS": "111111111111"}), ASKS, allowed, Path="/team/")
    [found] = findings(admin.assume(arn), app(tmp_path, HERE, {}))
    assert found.what == (
        f"{arn} may not do cloudformation:GetTemplate on "
        "arn:aws:cloudformation:us-east-1:111111111111:stack/S/*, which deploys S"
    )
    typed(admin, found.command)
    assert findings(admin.assume(arn), app(tmp_path, HERE, {})) == []


def test_what_depends_on_a_code_is_not_known(lab: Lab, tmp_path: Path) -> None:
    name = unique("coded")
    with_code = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    roles = statement("sts:AssumeRole", [DEPLOY_ROLE, UPLOAD_ROLE], Condition=with_code)
    passing = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    unrelated = statement("iam:PassRole", "*", Condition=passing)
    who = make_user(lab, name, ASKS, roles, unrelated)
    deploy, upload = findings(who, bootstrapped(tmp_path))
    assert deploy.unknown
    assert upload.unknown
    assert deploy.what == (
        f"whether arn:aws:iam::111111111111:user/{name} may do sts:AssumeRole on {DEPLOY_ROLE}, "
        "which deploys, depends on aws:MultiFactorAuthPresent"
    )


def test_a_boundary_that_refuses_is_what_is_to_change(lab: Lab, tmp_path: Path) -> None:
    iam = root(lab).client("iam")
    who = make_user(lab, unique("bounded"), statement("*", "*"))
    boundary = policy(ASKS, statement("sts:AssumeRole", DEPLOY_ROLE))
    made = iam.create_policy(PolicyName=unique("bound"), PolicyDocument=boundary)["Policy"]["Arn"]
    user = who.client("sts").get_caller_identity()["Arn"]
    name = user.rpartition("/")[2]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=made)
    assert findings(who, bootstrapped(tmp_path)) == [
        DeployFinding(
            f"{user} may not do sts:AssumeRole on {UPLOAD_ROLE}, which uploads templates and files",
            "allow it in the caller's permissions boundary",
        )
    ]
