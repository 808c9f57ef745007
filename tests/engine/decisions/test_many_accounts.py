"""With many accounts a caller looks at fewer resources, and gets the same answers."""

from collections.abc import Sequence
from typing import Any

import pytest

from whomay.engine import Snapshot, who_may
from whomay.engine.contract import Questions, Stated, StatementKind
from whomay.engine.decisions import many_accounts
from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.index import Index
from whomay.engine.snapshot import Principal, PrincipalKind, Resource
from whomay.iam.callers import caller
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy

ACCOUNTS = tuple(f"{number:012}" for number in range(1, 41))
SOME = ACCOUNTS[:10]
FIRST, SECOND = ACCOUNTS[:2]


def document(*statements: dict[str, Any]) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": [*statements]})


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def bucket(account: str, name: str, *whom: str) -> Resource:
    arn = f"arn:aws:s3:::{name}-{account}"
    listed = allow("s3:GetObject", f"{arn}/*", Principal={"AWS": [*whom]})
    policy = document(listed) if whom else None
    return Resource(arn, "AWS::S3::Bucket", account, "eu-west-1", f"{account}/{name}", policy)


def role(account: str, name: str, *statements: dict[str, Any], trusted: str) -> Principal:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": trusted}}
    return Principal(
        f"arn:aws:iam::{account}:role/{name}",
        PrincipalKind.ROLE,
        account,
        f"{account}/role/{name}",
        identity=(document(*statements),) if statements else (),
        trust=document(trust),
    )


def organization(accounts: Sequence[str] = SOME) -> Snapshot:
    principals, resources = [], []
    for number, account in enumerate(accounts):
        other = accounts[(number + 1) % len(accounts)]
        principals += [
            role(account, "All", allow("*", "*"), trusted=other),
            role(account, "Reader", allow("s3:Get*", "arn:aws:s3:::*"), trusted=account),
            role(account, "Narrow", allow("s3:*", "arn:aws:s3:::open-*"), trusted=account),
            role(account, "Named", allow("s3:*", f"arn:aws:s3:::plain-{SECOND}/*"), trusted="*"),
            role(account, "None", trusted=f"arn:aws:iam::{other}:role/All"),
        ]
        resources += [
            bucket(account, "plain"),
            bucket(account, "open", "*"),
            bucket(account, "shared", other),
            bucket(account, "role", f"arn:aws:iam::{other}:role/None"),
        ]
    return Snapshot(tuple(principals), tuple(resources))


QUESTIONS = (
    ("s3:GetObject", "*"),
    ("s3:GetObject", f"arn:aws:s3:::plain-{FIRST}/x"),
    ("s3:GetObject", f"arn:aws:s3:::shared-{FIRST}/x"),
    ("s3:GetObject", f"arn:aws:s3:::role-{FIRST}/*"),
    ("s3:*", "arn:aws:s3:::open-*"),
    ("sts:AssumeRole", f"arn:aws:iam::{FIRST}:role/All"),
    ("sts:AssumeRole", "*"),
)


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize(("action", "resource"), QUESTIONS)
def test_the_answers_are_those_of_a_look_at_every_resource(
    action: str, resource: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers() -> list[Any]:
        return [(each.name, each.sure) for each in who_may(action, resource, organization())]

    monkeypatch.setattr(many_accounts, "FEW", 1000)
    whole = answers()
    monkeypatch.setattr(many_accounts, "FEW", few)
    assert whole
    assert answers() == whole


@pytest.mark.parametrize("resource", ["arn:aws:s3:::*", "arn:aws:s3:::plain-*"])
def test_what_must_be_allowed_on_all_buckets_breaks_on_one_of_another_account(
    resource: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    for few in (1000, 0):
        monkeypatch.setattr(many_accounts, "FEW", few)
        snapshot = organization()
        who = next(each for each in snapshot.principals if each.path == f"{FIRST}/role/All")
        stated = Stated(
            StatementKind.MUST_ALLOW, "here", "", who.path, ("s3:GetObject",), (f"{resource}/*",)
        )
        outcomes.append(Questions(snapshot).answer(who, stated).outcome)
    assert [each.value for each in outcomes] == ["broken", "broken"]


@pytest.mark.parametrize("action", ["s3:GetObject", "sts:AssumeRole", "iam:CreateUser"])
def test_more_accounts_are_no_more_policies_to_look_at(action: str) -> None:
    def near(accounts: Sequence[str]) -> int:
        found = Index(organization(accounts)).resource_policies_near(
            caller(f"arn:aws:iam::{FIRST}:role/All"), ("*",), AskedAbout((action,), ("*",))
        )
        let_everybody_in = ("open", "Named")
        return len([each for each in found if not any(n in each.arn for n in let_everybody_in)])

    assert near(SOME) == near(ACCOUNTS)
