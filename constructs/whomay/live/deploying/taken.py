"""What exists already, and would be made again: names, identity providers, analyzers."""

from collections.abc import Callable
from typing import Final

from whomay.live.deploying.asking import Asking, DeployFinding, Findings, is_its_own, own
from whomay.live.deploying.planned import Plan

_GITHUB: Final = "token.actions.githubusercontent.com"


def names(what: str) -> Callable[[Asking, Plan], Findings]:
    """Return the check of the names of users, of groups or of roles."""
    kind, parameter = f"AWS::IAM::{what.title()}", f"{what.title()}Name"

    def find(ask: Asking, plan: Plan) -> Findings:
        for one in own(ask, plan, kind):
            name = one.text(parameter)
            if not name:
                continue
            permission, operation = f"iam:Get{what.title()}", f"get_{what}"
            told = ask(permission, operation, absent="NoSuchEntity", **{parameter: name})
            if told and not is_its_own(ask, one, name):
                text = (
                    f"the {what} {name} exists already, and {one.path} would be made with its name"
                )
                fix = f"cdk import {one.stack}   # or name it otherwise in the app"
                yield DeployFinding(text, fix)

    return find


def providers(ask: Asking, plan: Plan) -> Findings:
    """Yield each identity provider that is there: an account has one of a URL."""
    for one in own(ask, plan, "AWS::IAM::OIDCProvider"):
        host = one.text("Url").removeprefix("https://")
        listed = ask("iam:ListOpenIDConnectProviders", "list_open_id_connect_providers")
        for each in listed.get("OpenIDConnectProviderList", []):
            arn = each["Arn"]
            if arn.partition("oidc-provider/")[2] == host and not is_its_own(ask, one, arn):
                fix = '"provider_exists": true   # in the section github of cdk.json'
                text = f"the identity provider of {host} exists already: an account has one"
                yield DeployFinding(text, fix if host == _GITHUB else "use the one that exists")


def analyzers(ask: Asking, plan: Plan) -> Findings:
    """Yield each analyzer that is there: an account has one of a type in a Region."""
    for one in own(ask, plan, "AWS::AccessAnalyzer::Analyzer"):
        kind = one.text("Type")
        listed = ask("access-analyzer:ListAnalyzers", "list_analyzers", one.region, type=kind)
        for each in listed.get("analyzers", []):
            if not is_its_own(ask, one, each["arn"]):
                text = f"the analyzer {each['name']} exists in {one.region}: an account has one of {kind}"
                fix = '"access_analyzer": false   # in the section audit of cdk.json'
                yield DeployFinding(text, fix)
