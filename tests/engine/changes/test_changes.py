"""What a diff says of principals, instances, sessions, trusts and boundaries that change."""

from dataclasses import replace
from typing import Any

import pytest
from support.changes import BUCKET, READ, A, document, may, one, role, trusts, words

from whomay.engine.changes.change import Change
from whomay.engine.changes.diff import diff
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.prove import callers, covered, some_allowed
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.callers import caller
from whomay.iam.patterns.pattern_sets import TooManyClasses, resources, signatures
from whomay.iam.patterns.symbols import generated
from whomay.iam.policy import Policy


def test_nothing_changed_is_nothing() -> None:
    snapshot = Snapshot((role("R", READ),))
    assert diff(snapshot, snapshot) == []


def test_a_new_action_is_wider_and_names_its_statement() -> None:
    found = one(role("R", READ), role("R", READ, may("s3:PutObject", on=f"{BUCKET}/*")))
    assert found.change is Change.WIDER
    assert found.witness is not None
    assert (found.witness.action, found.witness.resource) == ("s3:PutObject", f"{BUCKET}/x")
    assert found.statement is not None
    assert found.statement.source.index == 1


def test_a_deny_that_went_away_is_wider_and_names_the_deny() -> None:
    deny = may("s3:GetObject", on=f"{BUCKET}/secret/*", effect="Deny")
    found = one(role("R", READ, deny), role("R", READ))
    assert (found.change, found.was_denied) == (Change.WIDER, True)
    assert found.statement is not None
    assert found.statement.effect == "Deny"


def test_wide_patterns_made_exact_are_narrower_alone() -> None:
    old = role("R", may("s3:Get*", "s3:Put*", on=f"{BUCKET}/*"))
    assert one(old, role("R", may("s3:GetObject", on=f"{BUCKET}/k/*"))).change is Change.NARROWER


def test_a_boundary_that_went_away_is_wider_where_it_held_back() -> None:
    bounded = role("R", READ, may("iam:*"), boundary=document(may("s3:*")))
    found = one(bounded, role("R", READ, may("iam:*")))
    assert (found.change, found.statement) == (Change.WIDER, None)


def test_a_boundary_that_went_away_is_capped_where_it_held_nothing_back() -> None:
    bounded = role("R", READ, boundary=document(may("s3:*")))
    assert one(bounded, role("R", READ)).change is Change.CAPPED


def test_a_policy_that_grew_under_a_boundary_is_capped() -> None:
    boundary = document(may("s3:*"))
    found = one(
        role("R", READ, boundary=boundary), role("R", READ, may("iam:*"), boundary=boundary)
    )
    assert found.change is Change.CAPPED
    assert found.witness is not None
    assert found.witness.action_key.startswith("iam:")


def test_a_longer_session_is_wider_by_a_request_of_that_duration() -> None:
    found = one(role("R", READ), role("R", READ, max_session=43200))
    assert found.change is Change.WIDER
    assert found.witness is not None
    assert found.witness.action == "sts:AssumeRole"
    assert found.witness.context["sts:durationseconds"] == "43200"
    assert one(role("R", READ, max_session=43200), role("R", READ)).change is Change.NARROWER


def test_a_new_trust_is_wider_for_whom_it_lets_in() -> None:
    old = Snapshot((role("R", READ),))
    both = Snapshot((role("R", READ, trust=document(*_both("ec2", "lambda"))),))
    other = Snapshot((role("R", READ, trust=trusts("lambda.amazonaws.com")),))
    assert words(old, both) == [("Stack/R", "wider")]
    assert words(both, old) == [("Stack/R", "narrower")]
    assert words(old, other) == [("Stack/R", "narrower"), ("Stack/R", "wider")]


def _both(*names: str) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{name}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        for name in names
    ]


def test_an_instance_that_acts_as_another_role_is_wider() -> None:
    small = role("Small", READ, instances=("Stack/Instance",))
    admin = role("Admin", may("*"))
    old = Snapshot((small, admin))
    new = Snapshot((replace(small, instances=()), replace(admin, instances=("Stack/Instance",))))
    assert ("Stack/Instance", "wider") in words(old, new)


def test_a_principal_that_came_is_wider_and_one_that_went_narrower() -> None:
    none, some = Snapshot(), Snapshot((role("R", READ, trust=None),))
    assert words(none, some) == [("Stack/R", "wider")]
    assert words(some, none) == [("Stack/R", "narrower")]


def test_the_same_access_of_another_principal_has_moved() -> None:
    old, new = role("Old", READ, trust=None), role("New", READ, trust=None)
    assert words(Snapshot((old,)), Snapshot((new,))) == [("Stack/New", "moved")]


def test_a_construct_path_alone_is_no_change() -> None:
    old, new = role("R", READ), role("R", READ, path="Stack/Renamed/R")
    assert diff(Snapshot((old,)), Snapshot((new,))) == []


def test_another_generated_name_at_the_same_path_is_no_change() -> None:
    def named(name: str) -> Snapshot:
        arn = f"arn:aws:iam::{A}:role/{generated(name)}"
        found = Principal(arn, PrincipalKind.ROLE, A, "Stack/R", (document(READ),))
        return Snapshot((found,))

    assert diff(named("RoleA"), named("RoleB")) == []


@pytest.mark.parametrize("name", ["R2", "team/R"])
def test_the_same_access_under_another_stated_name_or_role_path_has_moved(name: str) -> None:
    old, new = role("R", READ), role(name, READ, path="Stack/R")
    found = one(old, new)
    assert (found.principal, found.change) == ("Stack/R", Change.MOVED)
    assert found.text == f"the access of {old.arn} belongs to {new.arn} now"


def test_the_trust_of_a_role_that_moved_moves_with_it() -> None:
    old, new = Snapshot((role("Old", READ),)), Snapshot((role("New", READ),))
    assert words(old, new) == [("Stack/New", "moved")]
    opened = Snapshot((role("New", READ, trust=trusts("lambda.amazonaws.com")),))
    assert words(old, opened) == [
        ("Stack/New", "moved"),
        ("Stack/New", "narrower"),
        ("Stack/New", "wider"),
    ]


def test_a_trust_by_which_somebody_gains_is_not_held_back_as_well() -> None:
    hub = replace(role("Hub", may("sts:AssumeRole")), trust=None)
    let_in = {"Effect": "Allow", "Principal": {"AWS": hub.arn}, "Action": "sts:AssumeRole"}
    closed = role("Spoke", trust=document())
    opened = role("Spoke", trust=document(let_in))
    assert words(Snapshot((hub, closed)), Snapshot((hub, opened))) == [("Stack/Hub", "wider")]


def test_nobody_without_credentials_is_in_an_organization() -> None:
    def bucket(operator: str, value: str) -> Snapshot:
        condition = {operator: {"aws:PrincipalOrgID": value}}
        policy = document({**READ, "Principal": "*", "Condition": condition})
        return Snapshot((), (Resource(BUCKET, "AWS::S3::Bucket", A, "", "Stack/B", policy),))

    (found,) = diff(bucket("StringEquals", "o-a1b2c3d4e5"), bucket("StringLike", "o-*"))
    assert found.change is Change.WIDER
    assert found.witness is not None
    assert found.witness.principal.endswith(":user/somebody")


def test_an_unknown_policy_that_came_is_unknown() -> None:
    user = role("R", READ)
    opened = replace(user, identity=(*user.identity, Policy((), unknown="an imported policy")))
    changes = {d.change for d in diff(Snapshot((user,)), Snapshot((opened,)))}
    assert changes == {Change.UNKNOWN}


def test_a_bucket_policy_that_lets_an_account_in_is_wider_for_the_bucket() -> None:
    def bucket(*statements: dict[str, Any]) -> Snapshot:
        policy = document(*statements) if statements else None
        return Snapshot((), (Resource(BUCKET, "AWS::S3::Bucket", A, "", "Stack/B", policy),))

    grant = {**READ, "Principal": {"AWS": "444455556666"}}
    assert words(bucket(), bucket(grant)) == [("Stack/B", "wider")]
    assert words(bucket(grant), bucket()) == [("Stack/B", "narrower")]


def test_ten_thousand_statements_are_proved_or_said_to_be_too_many() -> None:
    policy = document(*(may("s3:GetObject", on=f"arn:aws:s3:::b{n}/*") for n in range(10_000)))
    user = Principal(f"arn:aws:iam::{A}:user/alice", PrincipalKind.USER, A, "U", (policy,))
    index = Index(Snapshot((user,)))
    answer = some_allowed(SnapshotView(index), [caller(user.arn)], Pattern(("s3:Get*",)))
    assert answer.holds is True or answer.reason
    listed = LayerView(Layer((document(may("s3:GetObject")),)), index)
    bounded = covered(SnapshotView(index), listed, callers(index, user.arn))
    assert bounded.holds is True or bounded.reason


def test_too_many_keys_are_unknown_and_said_to_be() -> None:
    condition = {f"example:key{n}": ["a*", "*b", "c"] for n in range(12)}
    statement = {**may("s3:GetObject"), "Condition": {"StringLike": condition}}
    user = Principal(f"arn:aws:iam::{A}:user/a", PrincipalKind.USER, A, "U", (document(statement),))
    index = Index(Snapshot((user,)))
    listed = LayerView(Layer((document(may("s3:*")),)), index)
    answer = covered(SnapshotView(index), listed, callers(index, user.arn))
    assert answer.holds is True or answer.reason.startswith("more than")
    try:
        count = sum(1 for _ in representatives(caller(user.arn), [SnapshotView(index)], Pattern()))
    except TooManyClasses:
        count = 0
    assert count <= 100_000


def test_a_comparison_that_is_given_up_still_tells_what_one_request_proves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = may("s3:GetObject", on="arn:aws:s3:::*")
    monkeypatch.setattr("whomay.iam.patterns.pattern_sets.MOST_STATES", 1)
    signatures.cache_clear()  # another test may have asked for the same patterns
    resources.cache_clear()
    found = diff(Snapshot((role("R", READ),)), Snapshot((role("R", wide),)))
    assert [d.change for d in found] == [Change.UNKNOWN, Change.WIDER]
    witness = found[1].witness
    assert witness is not None
    assert (witness.action, witness.resource) == ("s3:GetObject", "arn:aws:s3:::x")
    # a request that was allowed before proves nothing, and what was not decided is not capped
    found = diff(Snapshot((role("R", wide),)), Snapshot((role("R", READ),)))
    assert [d.change for d in found] == [Change.UNKNOWN]


def test_who_becomes_a_role_that_gains_is_told_through_others_too() -> None:
    def trusting(who: Principal) -> Policy:
        return document(
            {"Effect": "Allow", "Principal": {"AWS": who.arn}, "Action": "sts:AssumeRole"}
        )

    arn = f"arn:aws:iam::{A}:user/alice"
    may_a = (document(may("sts:AssumeRole", on=f"arn:aws:iam::{A}:role/A")),)
    alice = Principal(arn, PrincipalKind.USER, A, "Stack/Alice", may_a)
    first = role("A", may("sts:AssumeRole", on=f"arn:aws:iam::{A}:role/B"), trust=trusting(alice))
    before = role("B", READ, trust=trusting(first))
    after = role("B", READ, may("iam:*"), trust=trusting(first))
    (found,) = diff(Snapshot((alice, first, before)), Snapshot((alice, first, after)))
    assert (found.principal, found.change) == ("Stack/B", Change.WIDER)
    assert found.text.endswith("; also reachable by Stack/A, Stack/Alice, who can assume this role")
