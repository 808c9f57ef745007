"""The code of the page on Identity Center, as it is there: what it makes, and what is proved of it."""

import re
import textwrap
from dataclasses import replace
from pathlib import Path

from aws_cdk import App, Environment, Stack, aws_accountaccess
from aws_cdk import aws_iam as iam
from support.checkout import CONTEXT, ROOT

from whomay.cdk import AccessContract, AssumableRole, BucketAccess, PrivateBucket, Trust
from whomay.engine import Contract, Request, Verdict, check, decide, diff, read

ACCOUNT = "111122223333"
GROUP = "11111111-2222-3333-4444-555555555555"
INSTANCE = "arn:aws:sso:::instance/ssoins-1111111111111111"
PAGE = ROOT / "docs" / "guides" / "instead-of-users.md"


def code() -> str:
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert block
    return textwrap.dedent(block[1])


def synthesized(folder: Path) -> Path:
    """Run the page's code in a stack, as its author would."""
    app = App(context=CONTEXT, outdir=str(folder))
    stack = Stack(app, "S", env=Environment(account=ACCOUNT, region="eu-west-1"))
    names = {
        "accountaccess": aws_accountaccess,
        "iam": iam,
        "AccessContract": AccessContract,
        "AssumableRole": AssumableRole,
        "BucketAccess": BucketAccess,
        "Trust": Trust,
        "self": stack,
        "shared": PrivateBucket(stack, "Shared"),
        "INSTANCE": INSTANCE,
        "DEVELOPERS": GROUP,
    }
    exec(code(), names)  # noqa: S102 - it is our own page
    app.synth()
    return folder


def test_nobody_but_the_service_becomes_the_role_of_the_page(tmp_path: Path) -> None:
    app = read(synthesized(tmp_path / "cdk.out"))
    [stated] = check(Contract.of(app), app.snapshot).results
    assert str(stated.finding.outcome) == "kept"
    [role] = [one for one in app.snapshot.principals if one.path == "S/Developer"]
    sent = {"aws:SourceAccount": ACCOUNT}
    asked = Request("account-access.amazonaws.com", "sts:AssumeRole", role.arn, sent)
    assert decide(asked, app.snapshot).verdict is not Verdict.ALLOWED  # no application is named


def test_what_the_page_shows_of_an_entitlement_is_what_the_engine_tells(tmp_path: Path) -> None:
    app = read(synthesized(tmp_path / "cdk.out")).snapshot
    before = replace(app, machines=(), unseen=())
    told = [
        f"{one.change}: {one.principal}\n  {one.text}\n"
        for one in diff(before, app)
        if one.principal.startswith("S/Developers")
    ]
    shown = re.findall(r"```\n((?:wider|Unknown): S/.*?)```", PAGE.read_text(), re.DOTALL)
    assert sorted(told) == sorted(shown)
