"""Of two accounts that hold the same, one is changed in one place: its own answers change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from whomay.engine.contract.check import check
from whomay.engine.contract.finding import Outcome
from whomay.engine.contract.statement import Stated
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy
from whomay.metadata.records import StatementKind

ONE, TWO = "300000000001", "100000000002"
READ = "s3:GetObject"
Change = Callable[[Snapshot], Snapshot]


def policy(*statements: dict[str, Any]) -> Policy:
    return parse_policy({"Statement": list(statements)})


def allow(action: str, resource: str | None = None, **more: Any) -> dict[str, Any]:
    named = {} if resource is None else {"Resource": resource}
    return {"Effect": "Allow", "Action": action, **named, **more}


def role_arn(account: str) -> str:
    return f"arn:aws:iam::{account}:role/Reader"


def ann(account: str) -> str:
    return f"arn:aws:iam::{account}:user/ann"


def bucket(account: str) -> str:
    return f"arn:aws:s3:::data-{account}"


def account(id: str) -> Snapshot:
    """Return a role that Ann may assume, and that reads a bucket named after its account."""
    reads = policy(allow(READ, f"{bucket(id)}/*"), allow("sqs:ListQueues", "*"))
    trust = policy(allow("sts:AssumeRole", Principal={"AWS": ann(id)}))
    role = Principal(
        role_arn(id), PrincipalKind.ROLE, id, f"S{id}/Role", (reads,), trust=trust, tags=()
    )
    user = Principal(ann(id), PrincipalKind.USER, id, f"S{id}/Ann", tags=(("team", "blue"),))
    data = Resource(bucket(id), "AWS::S3::Bucket", id, "us-east-1", f"S{id}/Data")
    return Snapshot((role, user), (data,))


def statements(id: str) -> list[Stated]:
    objects, subject = (f"{bucket(id)}/*",), (f"app.py:{id}", "S", f"S{id}/Role")
    listed = policy(allow(READ, objects[0]), allow("sqs:ListQueues", "*"))
    blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    trusted = policy(allow("sts:AssumeRole", Principal={"AWS": ann(id)}, Condition=blue))
    return [
        Stated(StatementKind.MUST_ALLOW, *subject, (READ,), objects),
        Stated(StatementKind.MUST_NOT_ALLOW, *subject, ("s3:Put*", "s3:Delete*"), ("*",)),
        Stated(StatementKind.MAY_ONLY, *subject, policy=listed),
        Stated(StatementKind.ASSUMABLE_ONLY_BY, *subject, policy=trusted),
    ]


def together(*found: Snapshot) -> Snapshot:
    principals = [one for each in found for one in each.principals]
    resources = [one for each in found for one in each.resources]
    return Snapshot(tuple(principals), tuple(resources))


def broken(snapshot: Snapshot) -> list[StatementKind]:
    """Return which statements break for the second account, after all are kept for the first."""
    results = check([*statements(ONE), *statements(TWO)], snapshot).results
    assert [each.finding.outcome for each in results[:4]] == [Outcome.KEPT] * 4
    return [each.stated.kind for each in results[4:] if each.finding.outcome is Outcome.BROKEN]


def with_role(snapshot: Snapshot, **changes: Any) -> Snapshot:
    role, *others = snapshot.principals
    return replace(snapshot, principals=(replace(role, **changes), *others))


def puts_if(snapshot: Snapshot, **condition: Any) -> Snapshot:
    """Let the role put objects too, on a condition that names no account of the two."""
    [data] = snapshot.resources
    puts = policy(allow("s3:PutObject", f"{data.arn}/*", Condition=condition))
    return with_role(snapshot, identity=(*snapshot.principals[0].identity, puts))


def test_accounts_that_hold_the_same_keep_the_same_statements() -> None:
    snapshot = together(account(ONE), account(TWO))

    assert broken(snapshot) == []


READS_THE_ID: dict[str, dict[str, Any]] = {
    "a wildcard after a digit": {"StringLike": {"aws:PrincipalAccount": "1*"}},
    "a wildcard before a digit": {"StringLike": {"aws:PrincipalAccount": "*2"}},
    "one letter between digits": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1?0000000002:*"}},
    "its size": {"NumericLessThan": {"aws:ResourceAccount": "200000000000"}},
    "the size of a tag": {"NumericLessThan": {"aws:PrincipalTag/owner": "200000000000"}},
    "its size as a date": {"DateLessThan": {"aws:PrincipalAccount": "200000000000"}},
    "its very id": {"StringEquals": {"aws:PrincipalAccount": TWO}},
}


@pytest.mark.parametrize("case", READS_THE_ID)
def test_a_condition_that_reads_the_id_is_met_by_one_account_alone(case: str) -> None:
    accounts = [
        puts_if(with_role(account(each), tags=(("owner", each),)), **READS_THE_ID[case])
        for each in (ONE, TWO)
    ]
    snapshot = together(*accounts)

    assert StatementKind.MUST_NOT_ALLOW in broken(snapshot)


def a_tag_of_whom_it_trusts(snapshot: Snapshot) -> Snapshot:
    role, user = snapshot.principals
    return replace(snapshot, principals=(role, replace(user, tags=(("team", "red"),))))


def its_trust(snapshot: Snapshot) -> Snapshot:
    trust = policy(allow("sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{ONE}:user/ann"}))
    return with_role(snapshot, trust=trust)


def its_bucket(snapshot: Snapshot) -> Snapshot:
    return with_role(snapshot, identity=(policy(allow(READ, f"{bucket(ONE)}/*")),))


def its_boundary(snapshot: Snapshot) -> Snapshot:
    return with_role(snapshot, boundary=policy(allow("sqs:*", "*")))


def a_policy_for_one_session(snapshot: Snapshot) -> Snapshot:
    """On a bucket that the role's own policy does not reach."""
    [data] = snapshot.resources
    session = f"arn:aws:sts::{data.account}:assumed-role/Reader/nightly"
    puts = allow("s3:PutObject", "*", Principal={"AWS": session})
    made = replace(data, arn=f"arn:aws:s3:::\ue000S{data.account}.Made\ue002", policy=policy(puts))
    return replace(snapshot, resources=(data, made))


DIFFERENT: dict[Change, list[StatementKind]] = {
    a_tag_of_whom_it_trusts: [StatementKind.ASSUMABLE_ONLY_BY],
    its_trust: [StatementKind.ASSUMABLE_ONLY_BY],
    its_bucket: [StatementKind.MUST_ALLOW],
    its_boundary: [StatementKind.MUST_ALLOW],
    a_policy_for_one_session: [StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY],
}


@pytest.mark.parametrize("change", DIFFERENT, ids=lambda change: change.__name__)
def test_a_difference_breaks_the_statements_that_it_touches(change: Change) -> None:
    snapshot = together(account(ONE), change(account(TWO)))

    assert broken(snapshot) == DIFFERENT[change]


def test_a_policy_elsewhere_lets_in_the_one_that_it_names() -> None:
    central = "arn:aws:s3:::central"
    lets_in = policy(allow("s3:DeleteObject", f"{central}/*", Principal={"AWS": role_arn(TWO)}))
    shared = Resource(central, "AWS::S3::Bucket", "555555555555", "us-east-1", "S/C", lets_in)
    deletes = policy(allow("s3:DeleteObject", f"{central}/*"))
    accounts = [
        with_role(found, identity=(*found.principals[0].identity, deletes))
        for found in (account(ONE), account(TWO))
    ]
    snapshot = together(*accounts, Snapshot((), (shared,)))

    assert broken(snapshot) == [StatementKind.MUST_NOT_ALLOW, StatementKind.MAY_ONLY]


def test_a_service_control_policy_binds_the_account_that_it_names() -> None:
    denies = policy({"Effect": "Deny", "Action": READ, "Resource": "*"})
    full = policy(allow("*", "*"))
    both = together(account(ONE), account(TWO))
    snapshot = replace(both, scps=((full,), (full, denies)), scp_accounts=(TWO,))

    assert broken(snapshot) == [StatementKind.MUST_ALLOW]


def test_a_key_that_a_statement_fixes_counts_with_its_own_value() -> None:
    size = {"NumericLessThan": {"s3:object-lock-remaining-retention-days": "20"}}
    small = "000000000007"
    accounts = [puts_if(account(each), **size) for each in (ONE, small)]
    snapshot = together(*accounts)
    stated = [
        Stated(
            StatementKind.MUST_NOT_ALLOW,
            f"app.py:{each}",
            "S",
            f"S{each}/Role",
            ("s3:PutObject",),
            ("*",),
            given=(("s3:object-lock-remaining-retention-days", (each,)),),
        )
        for each in (ONE, small)
    ]

    kept, other = check(stated, snapshot).results
    assert kept.finding.outcome is Outcome.KEPT
    assert other.finding.outcome is Outcome.BROKEN


def test_the_stranger_is_of_an_account_that_nobody_names() -> None:
    """Whoever has the id that strangers have elsewhere is no stranger."""
    for each in (ONE, "999999999999"):
        anybody = policy(allow("sts:AssumeRole", Principal={"AWS": "*"}))
        own = policy(allow("sts:AssumeRole", Principal={"AWS": each}))
        sends = policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:orders"))
        snapshot = with_role(account(each), identity=(sends,), trust=anybody)
        subject = (f"app.py:{each}", "S", f"S{each}/Role")
        stated = [
            Stated(
                StatementKind.MUST_ALLOW,
                *subject,
                ("sqs:SendMessage",),
                ("arn:aws:sqs:*:*:orders",),
            ),
            Stated(StatementKind.ASSUMABLE_ONLY_BY, *subject, policy=own),
        ]

        outcomes = [one.finding.outcome for one in check(stated, snapshot).results]

        assert outcomes == [Outcome.BROKEN] * 2, each
