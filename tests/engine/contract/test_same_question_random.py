"""Random accounts: each answer is the one that the question would get if it were asked alone."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from whomay.engine.contract.answers import Questions
from whomay.engine.contract.check import check
from whomay.engine.contract.finding import ContractFinding
from whomay.engine.contract.statement import Stated
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy
from whomay.metadata.records import StatementKind

OWN, MADE = "@", "\ue000@.{}\ue002"  # put in for each account: its id, and names that AWS makes
ACCOUNTS = ("100000000001", "200000000002", "012345678901", "999999999999", "000000000007")
BUCKET, KEY = f"arn:aws:s3:::{MADE.format('B')}", f"arn:aws:kms:us-east-1:@:key/{MADE.format('K')}"
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:*", "sts:AssumeRole", "kms:Decrypt", "s3:ListBucket")
RESOURCES = ("*", f"{BUCKET}/*", BUCKET, KEY, "arn:aws:s3:::data-@/*", "arn:aws:iam::@:role/Reader")
SOME_DIGITS = ("arn:aws:s3:::data-1*", f"arn:aws:s3:::data-{ACCOUNTS[0]}/*")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"StringEquals": {"aws:PrincipalAccount": "@"}},
    {"StringNotEquals": {"aws:ResourceAccount": "@"}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
    {"StringEquals": {"sts:ExternalId": "x-@"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}},
    {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    {"NumericGreaterThan": {"aws:PrincipalTag/owner": "150000000000"}},
    {"StringLike": {"aws:PrincipalAccount": "1*"}},
)
PRINCIPALS: tuple[dict[str, str], ...] = (
    {"AWS": "@"},
    {"AWS": "arn:aws:iam::@:role/Reader"},
    {"AWS": "arn:aws:iam::@:user/ann"},
    {"AWS": "arn:aws:sts::@:assumed-role/Reader/nightly"},
    {"AWS": "*"},
    {"AWS": ACCOUNTS[1]},
    {"Service": "ec2.amazonaws.com"},
)


class Alone(Questions):
    """Answers each question by itself: it forgets what it has answered."""

    def answer(self, who: Principal, stated: Stated) -> ContractFinding:
        self._kept.clear()
        return super().answer(who, stated)


def filled(value: Any, account: str) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, account) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [filled(item, account) for item in value]
    return value.replace(OWN, account) if isinstance(value, str) else value


def policy(statement: Any, account: str) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": [filled(statement, account)]})


def statement(random: Random, *, of: str) -> dict[str, Any]:
    """Return a random statement of an identity policy, a trust policy or a bucket's."""
    found: dict[str, Any] = {"Effect": random.choice(("Allow", "Allow", "Allow", "Deny"))}
    found["Action"] = "sts:AssumeRole" if of == "trust" else random.choice(ACTIONS)
    if of != "trust":
        found["Resource"] = random.choice((*RESOURCES * 3, *SOME_DIGITS))
    if of != "identity":
        found["Principal"] = random.choice(PRINCIPALS)
    if random.random() < 0.4:
        found["Condition"] = random.choice(CONDITIONS)
    return found


def account(random: Random, id: str, common: dict[str, dict[str, Any]]) -> Snapshot:
    """Return an account that holds what is common, or now and then something else."""
    own = {
        of: policy(each if random.random() < 0.9 else statement(random, of=of), id)
        for of, each in common.items()
    }
    role = f"arn:aws:iam::{id}:role/Reader"
    tags = (("team", random.choice(("blue", "blue", "red"))), ("owner", id))
    principals = (
        Principal(
            role, PrincipalKind.ROLE, id, f"S{id}/Role", (own["identity"],), trust=own["trust"]
        ),
        Principal(f"arn:aws:iam::{id}:user/ann", PrincipalKind.USER, id, f"S{id}/Ann", tags=tags),
    )
    place = ("AWS::S3::Bucket", id, "us-east-1")
    buckets = (
        Resource(filled(BUCKET, id), *place, f"S{id}/B", own["bucket"], filled(KEY, id)),
        Resource(f"arn:aws:s3:::data-{id}", *place, f"S{id}/Data"),
        Resource(filled(KEY, id), "AWS::KMS::Key", id, "us-east-1", f"S{id}/K", own["key"]),
    )
    return Snapshot(principals, buckets[: random.choice((2, 3, 3))])


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_a_question_asked_once_has_the_answer_of_each(random: Random) -> None:
    kinds = {"identity": "identity", "trust": "trust", "bucket": "bucket", "key": "bucket"}
    common = {name: statement(random, of=of) for name, of in kinds.items()}
    listed = [statement(random, of="identity") | {"Effect": "Allow"} for _ in range(2)]
    trusted = statement(random, of="trust") | {"Effect": "Allow"}
    if random.random() < 0.5:
        listed[0], trusted = common["identity"], common["trust"]
    actions, resource = (random.choice(ACTIONS),), random.choice(RESOURCES)
    accounts = random.sample(ACCOUNTS, 3)
    found = [account(random, each, common) for each in accounts]
    snapshot = Snapshot(
        tuple(one for held in found for one in held.principals),
        tuple(one for held in found for one in held.resources),
    )
    kind = random.choice(
        (StatementKind.MUST_ALLOW, StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY)
    )
    stated = []
    for each in accounts:
        subject = ("app.py:1", "S", f"S{each}/Role")
        allowed = parse_policy({"Statement": filled(listed, each)})
        stated += [
            Stated(kind, *subject, policy=allowed)
            if kind is StatementKind.MAY_ONLY
            else Stated(kind, *subject, actions, (filled(resource, each),)),
            Stated(StatementKind.ASSUMABLE_ONLY_BY, *subject, policy=policy(trusted, each)),
        ]

    together = check(stated, snapshot).results
    alone = check(stated, snapshot, Alone(snapshot)).results

    assert [one.finding.outcome for one in together] == [one.finding.outcome for one in alone]
