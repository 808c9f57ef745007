"""The page on bad inputs shows what is really said."""

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from support.bad_inputs.expected import OTHER, Make, call, conditions, prefix, role, statement
from support.checkout import CONTEXT, ROOT

from whomay.cdk import Trust

SHOWN: list[Make] = [
    role(role_name="rôle"),
    call(Trust.account, 12345678901, external_id="course-2026"),
    prefix("/uploads/"),
    conditions({"StringEquals": {"aws:SourceAccount": None}}),
    role(iam.AccountPrincipal(OTHER)),
    statement(actions=["s3:GetObjekt"]),
]


def test_the_page_shows_real_messages() -> None:
    stack = Stack(App(context=CONTEXT), "Stack")
    said = []
    for make in SHOWN:
        with pytest.raises(ValueError, match="allowed is") as caught:
            make(stack)
        said.append(str(caught.value))
    page = (ROOT / "docs" / "reference" / "bad-inputs.md").read_text()
    assert page.split("```text\n")[1].split("\n```")[0].splitlines() == said
