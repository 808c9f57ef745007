"""What a diff says of changes that every app makes: a first role, a new role, an environment."""

import re
from dataclasses import replace

import pytest
from support.changes import READ, A, document, may, one, role, trusts, words

from whomay.engine.changes.diff import diff
from whomay.engine.changes.environment import in_one_environment
from whomay.engine.contract import shown_keys
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.patterns.symbols import ACCOUNT, REGION, generated

OTHER = "444455556666"


def distribution(name: str) -> Snapshot:
    statement = {
        **may("s3:GetObject", on="arn:aws:s3:::b/*"),
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {
            "StringEquals": {"AWS:SourceArn": f"arn:aws:cloudfront::{A}:distribution/{name}"}
        },
    }
    bucket = Resource("arn:aws:s3:::b", "AWS::S3::Bucket", A, "", "S/B", document(statement))
    return Snapshot((), (bucket,))


def test_a_changed_condition_shows_the_key_that_tells_both_requests_apart() -> None:
    found = diff(distribution("AAA"), distribution("BBB"))
    told = {one.change.value: shown_keys(one.witness) for one in found if one.witness}
    arn = f"arn:aws:cloudfront::{A}:distribution"
    assert told == {
        "wider": {"aws:sourcearn": f"{arn}/BBB"},
        "narrower": {"aws:sourcearn": f"{arn}/AAA"},
    }


def test_a_key_that_the_maker_of_a_session_chooses_is_shown() -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    )

    def under(team: str) -> Principal:
        condition = {"StringEquals": {"aws:PrincipalTag/team": team}}
        return role("R", {**READ, "Condition": condition}, trust=trust)

    found = diff(Snapshot((under("red"),)), Snapshot((under("blue"),)))
    told = {one.change.value: shown_keys(one.witness) for one in found if one.witness}
    assert told == {
        "wider": {"aws:principaltag/team": "blue"},
        "narrower": {"aws:principaltag/team": "red"},
    }


def test_the_tags_that_a_role_has_anyway_are_not_shown() -> None:
    before = role("R", may("s3:GetObject"), tags=(("team", "red"),))
    tagged = {**READ, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    after = role("R", may("s3:GetObject"), {**tagged, "Action": "s3:PutObject"}, tags=before.tags)
    found = one(before, after)
    assert found.witness is not None
    assert shown_keys(found.witness) == {}


def test_each_new_principal_is_told_by_its_own_statement() -> None:
    old = Snapshot((role("Old", READ),))
    new = Snapshot((*old.principals, *(role(name, READ, trust=None) for name in "ABC")))
    assert [found.text for found in diff(old, new)] == [
        "new principal: allowed by identity: statement 0 of Stack/P"
    ] * 3
    assert [found.text for found in diff(new, old)] == [
        "principal removed; before: allowed by identity: statement 0 of Stack/P"
    ] * 3


def test_a_role_that_comes_in_another_account_takes_nothing_from_an_administrator() -> None:
    admin = role("Admin", may("*"))
    there = replace(
        role("Fn", trust=trusts("lambda.amazonaws.com")),
        arn=f"arn:aws:iam::{OTHER}:role/Fn",
        account=OTHER,
    )
    found = words(Snapshot((admin,)), Snapshot((admin, there)))
    assert found == [("Stack/Fn", "wider")]  # by its trust: Lambda may become it


def test_what_comes_still_gives_to_whom_it_names() -> None:
    quiet = role("Quiet", READ, trust=None)
    names = {**may("sqs:SendMessage"), "Principal": {"AWS": quiet.arn}}
    arn = f"arn:aws:sqs:eu-west-1:{A}:jobs"
    queue = Resource(arn, "AWS::SQS::Queue", A, "eu-west-1", "S/Q", document(names))
    assert words(Snapshot((quiet,)), Snapshot((quiet,), (queue,))) == [("Stack/Quiet", "wider")]


@pytest.mark.parametrize("first", [True, False])
def test_the_first_role_of_an_app_and_its_last_are_ordinary_changes(first: bool) -> None:
    none, some = Snapshot(), Snapshot((role("R", READ, trust=None),))
    found = words(none, some) if first else words(some, none)
    assert found == [("Stack/R", "wider" if first else "narrower")]


def app(account: str, region: str, *, more: bool = False) -> Snapshot:
    """Return a role and its queue in stacks of an account and a Region."""
    queue = f"arn:aws:sqs:{region}:{account}:{generated('S.Q')}"
    statements = [may("sqs:SendMessage", on=queue)]
    if more:
        statements.append(may("sqs:PurgeQueue", on=queue))
    arn = f"arn:aws:iam::{account}:role/{generated('S.R')}"
    trust = trusts("ec2.amazonaws.com")
    identity = (document(*statements),)
    user = Principal(arn, PrincipalKind.ROLE, account, "S/R", identity, trust=trust)
    names = {**may("sqs:ReceiveMessage", on=queue), "Principal": {"AWS": arn}}
    return Snapshot(
        (user,),
        (Resource(queue, "AWS::SQS::Queue", account, region, "S/Q", document(names)),),
    )


NAMELESS, NAMED = (ACCOUNT, REGION), (A, "eu-west-1")


@pytest.mark.parametrize(("before", "after"), [(NAMELESS, NAMED), (NAMED, NAMELESS)])
def test_stacks_that_get_or_lose_an_environment_grant_the_same(
    before: tuple[str, str], after: tuple[str, str]
) -> None:
    assert diff(app(*before), app(*after)) == []
    assert words(app(*before), app(*after, more=True)) == [("S/R", "wider")]
    _, _, assumed = in_one_environment(app(*before), app(*after))
    assert re.search("^the stacks that name no environment (before|now) are in account ", assumed)
    assert assumed.endswith(f"{A} and region eu-west-1")


def test_stacks_that_get_two_accounts_are_not_taken_for_one() -> None:
    def two(first: str, second: str) -> Snapshot:
        sides = [
            Principal(f"arn:aws:iam::{account}:role/{name}", PrincipalKind.ROLE, account, name)
            for account, name in ((first, "One"), (second, "Two"))
        ]
        return Snapshot(tuple(sides))

    nameless, named = two(ACCOUNT, ACCOUNT), two(A, OTHER)
    assert in_one_environment(nameless, named) == (nameless, named, "")
