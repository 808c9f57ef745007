"""Proofs over all requests agree with brute force over a small world."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_world import ALICE, BUCKET, HUB, KEY, ROLE, A, B, can_be_sent, document

from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.outside import Outside
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.prove import all_allowed, assuming, callers, covered, some_allowed
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.callers import caller
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import generated

WHO = (ALICE, ROLE, HUB)
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "kms:Decrypt", "sts:AssumeRole")
RESOURCES = (
    BUCKET,
    f"{BUCKET}/a",
    f"{BUCKET}/z",
    "arn:aws:s3:::c/a",
    "arn:aws:s3:::alike1/a",
    "arn:aws:s3:::alike3/a",
    KEY,
    ROLE,
    "*",
)
KEYS = {
    "aws:SecureTransport": (None, "true", "false"),
    "aws:MultiFactorAuthPresent": (None, "true"),
    "sts:ExternalId": (None, "7", "8"),
}

ALIKE = tuple(f"arn:aws:s3:::alike{n}" for n in range(4))
PATTERNS = st.sampled_from(
    (
        "*",
        f"{ALIKE[1]}/*",
        "arn:aws:s3:::alike*",
        BUCKET,
        f"{BUCKET}/*",
        f"{BUCKET}/a",
        KEY,
        ROLE,
        "arn:aws:s3:::*",
    )
)
PRINCIPALS = st.sampled_from(
    (
        "*",
        *({"AWS": name} for name in WHO),
        {"AWS": f"arn:aws:iam::{A}:root"},
        {"AWS": B},
        {"AWS": f"arn:aws:sts::{A}:assumed-role/Writer/night"},
    )
)
CONDITIONS = st.sampled_from(
    (
        {},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"sts:ExternalId": "7"}},
        {"StringNotEquals": {"aws:PrincipalAccount": A}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{'W'}*"}},
        {"StringEquals": {"aws:ResourceAccount": A}},
    )
)


def statements(*, principals: bool) -> st.SearchStrategy[Any]:
    keys: dict[str, Any] = {
        "Effect": st.sampled_from(("Allow", "Allow", "Deny")),
        "Action": st.sampled_from((*ACTIONS, "s3:*", "*", "kms:*")),
        "Resource": PATTERNS,
        "Condition": CONDITIONS,
    }
    if principals:
        keys["Principal"] = PRINCIPALS
    return st.lists(st.fixed_dictionaries(keys), min_size=1, max_size=3).map(
        lambda found: parse_policy({"Version": "2012-10-17", "Statement": found})
    )


IDENTITY = st.lists(statements(principals=False), max_size=2).map(tuple)
SNAPSHOTS = st.builds(
    lambda alice, role, hub, boundary, trust, bucket, key, encrypted, alike, odd: Snapshot(
        principals=(
            Principal(ALICE, PrincipalKind.USER, A, "alice", alice),
            Principal(ROLE, PrincipalKind.ROLE, A, "Writer", role, boundary, trust),
            Principal(HUB, PrincipalKind.ROLE, B, "Hub", hub),
        ),
        resources=(
            Resource(
                BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "b", bucket, KEY if encrypted else None
            ),
            Resource(KEY, "AWS::KMS::Key", A, "eu-west-1", "k", key),
            *(
                Resource(
                    arn, "AWS::S3::Bucket", A, "eu-west-1", arn, odd if arn[-1] == "3" else alike
                )
                for arn in ALIKE
            ),
        ),
    ),
    IDENTITY,
    IDENTITY,
    IDENTITY,
    st.none() | statements(principals=False),
    statements(principals=True),
    st.none() | statements(principals=True),
    st.none() | statements(principals=True),
    st.booleans(),
    st.none() | statements(principals=True),
    st.none() | statements(principals=True),
)


def brute(index: Index, who: str, pattern: Pattern) -> set[Verdict]:
    verdicts = set()
    for action, resource in itertools.product(ACTIONS, RESOURCES):
        if pattern.actions != ("*",) and action not in pattern.actions:
            continue
        if pattern.resources != ("*",) and resource not in pattern.resources:
            continue
        for values in itertools.product(*KEYS.values()):
            context = {k: v for k, v in zip(KEYS, values, strict=True) if v is not None}
            request = Request(who, action, resource, context)
            if can_be_sent(request):
                verdicts.add(decide_in(request, index).verdict)
    return verdicts


@settings(max_examples=150)
@given(
    SNAPSHOTS,
    st.sampled_from(WHO),
    st.sampled_from((*((a,) for a in ACTIONS), ("*",))),
    st.sampled_from((*((r,) for r in RESOURCES[:-1]), ("*",))),
    st.sampled_from(tuple(Outside)),
)
def test_a_proof_agrees_with_every_request_of_a_small_world(
    snapshot: Snapshot,
    who: str,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    outside: Outside,
) -> None:
    index = Index(snapshot, outside)
    view, pattern = SnapshotView(index), Pattern(actions, resources)
    verdicts = brute(index, who, pattern)
    some = some_allowed(view, [caller(who)], pattern)
    every = all_allowed(view, [caller(who)], pattern)
    if Verdict.ALLOWED in verdicts:
        assert some.holds is True
    if verdicts & {Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY}:
        assert every.holds is False
    for answer in (some, every):
        if answer.witness is not None:
            verdict = decide_in(answer.witness, index).verdict
            expected = {True: Verdict.ALLOWED, None: Verdict.UNKNOWN}.get(answer.holds)
            assert verdict is expected or (expected is None and verdict is not Verdict.ALLOWED)


@settings(max_examples=100)
@given(SNAPSHOTS, st.sampled_from(WHO), statements(principals=False))
def test_the_closed_world_agrees_with_every_request_of_a_small_world(
    snapshot: Snapshot, who: str, bound: Any
) -> None:
    index = Index(snapshot, Outside.DELEGATES)
    listed = LayerView(Layer((bound,)), index)
    answer = covered(SnapshotView(index), listed, callers(index, who))
    if answer.holds is False:
        assert answer.witness is not None
        assert decide_in(answer.witness, index).verdict is Verdict.ALLOWED
    if Verdict.ALLOWED in brute(index, who, Pattern()) and not any(
        s.effect == "Allow" for s in bound.statements
    ):
        assert answer.holds is False


@settings(max_examples=100)
@given(SNAPSHOTS)
def test_whoever_can_assume_a_role_is_among_those_found(snapshot: Snapshot) -> None:
    index = Index(snapshot)
    found = {request.principal for request, verdict in assuming(index, ROLE)}
    for who in WHO:
        pattern = Pattern(("sts:AssumeRole",), (ROLE,))
        if Verdict.ALLOWED in brute(index, who, pattern):
            assert who in found


def test_a_role_is_also_each_session_that_a_policy_names() -> None:
    session = f"arn:aws:sts::{A}:assumed-role/Writer/night"
    policy = document(
        {"Effect": "Allow", "Principal": {"AWS": session}, "Action": "s3:*", "Resource": "*"}
    )
    bucket = Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "b", policy)
    role = Principal(ROLE, PrincipalKind.ROLE, A, "Writer")
    index = Index(Snapshot((role,), (bucket,)))
    answer = some_allowed(SnapshotView(index), callers(index, ROLE), Pattern())
    assert answer.holds is True
    assert answer.witness is not None
    assert answer.witness.principal == session


def test_a_generated_bucket_is_covered_by_its_own_arn_and_by_stars_alone() -> None:
    bucket = f"arn:aws:s3:::{generated('Bucket')}"
    asked = Pattern(("s3:GetObject",), (f"{bucket}/*",), ordinary=True)

    def answer(resource: str) -> bool | None:
        policy = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource})
        user = Principal(ALICE, PrincipalKind.USER, A, "alice", (policy,))
        index = Index(Snapshot((user,)))
        return all_allowed(SnapshotView(index), [caller(ALICE)], asked).holds

    assert answer("*") is True
    assert answer("arn:aws:s3:::*") is True
    assert answer(f"{bucket}/*") is True
    assert answer(f"{bucket}/reports/*") is False
    assert answer("arn:aws:s3:::app-bucket/*") is False
    assert answer("arn:aws:s3:::app-*") is None


def test_a_bucket_without_a_policy_is_told_apart_from_those_outside() -> None:
    """To another account it allows nothing, where a bucket outside the assembly may."""
    bucket = Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "b")
    everything = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    hub = Principal(HUB, PrincipalKind.ROLE, B, "Hub", (everything,))
    index = Index(Snapshot((hub,), (bucket,)), Outside.DELEGATES)
    answer = all_allowed(SnapshotView(index), [caller(HUB)], Pattern(("s3:GetObject",), ("*",)))
    assert answer.holds is False
    assert answer.witness is not None
    assert answer.witness.resource.startswith(BUCKET)


def test_a_key_whose_policy_speaks_of_nobody_is_told_apart_from_those_outside() -> None:
    """It lets in nobody, where the policy of a key outside the assembly is not known."""
    key = Resource(KEY, "AWS::KMS::Key", A, "eu-west-1", "k", document())
    everything = document({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"})
    alice = Principal(ALICE, PrincipalKind.USER, A, "alice", (everything,))
    index = Index(Snapshot((alice,), (key,)), Outside.UNKNOWN)
    answer = all_allowed(SnapshotView(index), [caller(ALICE)], Pattern(("kms:Decrypt",), ("*",)))
    assert answer.holds is False
    assert answer.witness is not None
    assert answer.witness.resource == KEY


@pytest.mark.parametrize("action", ["sts:*", "*"])
def test_a_trust_policy_that_names_no_action_still_lets_somebody_in(action: str) -> None:
    trust = document({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": action})
    role = Principal(ROLE, PrincipalKind.ROLE, A, "Writer", trust=trust)
    alice = Principal(ALICE, PrincipalKind.USER, A, "alice")
    index = Index(Snapshot((alice, role)))
    answer = covered(SnapshotView(index), LayerView(Layer(()), index), [caller(ALICE)])
    assert answer.holds is False
    assert answer.witness is not None
    assert answer.witness.resource == ROLE
