"""What exists already where an app is about to be deployed: each told once, the stack's own never."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.aws import (
    Caller,
    make_user,
    root,
    stack,
    statement,
    trust,
)
from support.deploying import (
    HERE,
    app,
    findings,
    made,
    typed,
    unique,
)

from whomay.lab.state import Lab
from whomay.live.deploying.asking import DeployFinding

TRUSTED = json.loads(trust({"Service": "lambda.amazonaws.com"}))


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_a_name_that_is_taken_is_told_and_the_stack_s_own_is_not(
    lab: Lab, admin: Caller, tmp_path: Path, kind: str
) -> None:
    iam = root(lab).client("iam")
    name, member = unique("taken"), f"{kind.title()}Name"
    more: dict[str, Any] = {"AssumeRolePolicyDocument": TRUSTED} if kind == "role" else {}
    resources = {"One": made(f"IAM::{kind.title()}", **{member: name}, **more)}
    its_stack = unique("Names")
    out = app(tmp_path, HERE, resources, name=its_stack)
    assert findings(admin, out) == []
    written = {key: json.dumps(value) for key, value in more.items()}
    getattr(iam, f"create_{kind}")(**{member: name}, **written)
    text = f"the {kind} {name} exists already, and {its_stack}/One would be made with its name"
    fix = f"cdk import {its_stack}   # or name it otherwise in the app"
    assert findings(admin, out) == [DeployFinding(text, fix)]
    getattr(iam, f"delete_{kind}")(**{member: name})
    with stack(root(lab), its_stack) as one:
        one.deploy(**resources)
        assert findings(admin, out) == []


def test_a_name_that_a_stack_set_makes_elsewhere_is_not_taken_here(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("elsewhere")
    root(lab).client("iam").create_user(UserName=name)
    body = json.dumps({"Resources": {"One": made("IAM::User", UserName=name)}})
    units = {"DeploymentTargets": {"OrganizationalUnitIds": ["ou-ab12-11111111"]}}
    group = {**units, "Regions": ["us-east-1"]}
    resources = {
        "Set": made(
            "CloudFormation::StackSet",
            PermissionModel="SELF_MANAGED",
            TemplateBody=body,
            StackInstancesGroup=[group],
        )
    }
    assert findings(admin, app(tmp_path, HERE, resources)) == []


def test_an_identity_provider_that_exists_is_told(lab: Lab, admin: Caller, tmp_path: Path) -> None:
    iam = root(lab).client("iam")
    for host, fix in (
        (
            "token.actions.githubusercontent.com",
            '"provider_exists": true   # in the section github of cdk.json',
        ),
        (f"{unique('id')}.example.com", "use the one that exists"),
    ):
        url = f"https://{host}"
        resources = {"One": made("IAM::OIDCProvider", Url=url, ClientIdList=["a"])}
        out = app(tmp_path, HERE, resources)
        assert findings(admin, out) == []
        arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["a"])[
            "OpenIDConnectProviderArn"
        ]
        text = f"the identity provider of {host} exists already: an account has one"
        assert findings(admin, out) == [DeployFinding(text, fix)]
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_an_analyzer_that_exists_is_told_and_the_stack_s_own_is_not(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    analyzers = root(lab).client("accessanalyzer")
    resources = {"One": made("AccessAnalyzer::Analyzer", Type="ACCOUNT")}
    its_stack = unique("Analyzes")
    out = app(tmp_path, HERE, resources, name=its_stack)
    analyzers.create_analyzer(analyzerName="old", type="ACCOUNT")
    text = "the analyzer old exists in us-east-1: an account has one of ACCOUNT"
    fix = '"access_analyzer": false   # in the section audit of cdk.json'
    assert findings(admin, out) == [DeployFinding(text, fix)]
    analyzers.delete_analyzer(analyzerName="old")
    with stack(root(lab), its_stack) as one:
        one.deploy(**resources)
        assert findings(admin, out) == []


def test_a_stack_set_needs_the_two_commands_of_the_management_account(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    member, service = lab.accounts[1], "member.org.stacksets.cloudformation.amazonaws.com"
    hub = make_user(lab, unique("hub"), statement("*", "*"), account=1)
    delegated = {"PermissionModel": "SERVICE_MANAGED", "CallAs": "DELEGATED_ADMIN"}
    where = f"{member}/us-east-1"
    out = app(tmp_path, where, {"Set": made("CloudFormation::StackSet", **delegated)})
    activate, register = findings(hub, out)
    assert activate == DeployFinding(
        "StackSets have no access to the organization",
        "aws cloudformation activate-organizations-access",
    )
    assert register == DeployFinding(
        f"account {member} may not ask who administers StackSets for the organization: it does "
        "not, or these credentials lack organizations:ListDelegatedAdministrators",
        (
            f"aws organizations register-delegated-administrator --account-id {member} "
            f"--service-principal {service}   # in the management account"
        ),
        unknown=True,
    )
    typed(admin, activate.command)
    assert findings(hub, out) == [register]
    typed(admin, register.command)
    assert findings(hub, out) == []
    organizations = root(lab).client("organizations")
    organizations.deregister_delegated_administrator(AccountId=member, ServicePrincipal=service)
    root(lab).client("cloudformation").deactivate_organizations_access()
