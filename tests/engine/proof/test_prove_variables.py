"""Proofs over policy variables, which stand for the principal or for the request."""

from support.small_world import ALICE, BUCKET, A, document

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.prove import covered, some_allowed
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.callers import caller


def test_the_closed_world_sees_what_a_variable_makes_the_principals_own() -> None:
    mine = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/${{aws:username}}/*",
    }
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (document(mine),))
    index = Index(Snapshot((user,)))

    def answer(resource: str) -> bool | None:
        allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
        listed = LayerView(Layer((document(allowed),)), index)
        return covered(SnapshotView(index), listed, [caller(ALICE)]).holds

    assert answer(f"{BUCKET}/alice/*") is True
    assert answer(f"{BUCKET}/bob/*") is False


def of_alice(resource: str, **tags: str) -> Index:
    policy = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource})
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (policy,), tags=tuple(tags.items()))
    return Index(Snapshot((user,)))


def witness(resource: str, **tags: str) -> str | None:
    view = SnapshotView(of_alice(resource, **tags))
    found = some_allowed(view, [caller(ALICE)], Pattern()).witness
    return None if found is None else found.resource


def test_a_variable_stands_for_the_principals_own_value() -> None:
    home = "arn:aws:s3:::homes/${aws:username}/*"
    assert witness(home) == "arn:aws:s3:::homes/alice/x"
    assert witness("arn:aws:s3:::${aws:PrincipalTag/team}/*", team="blue") == "arn:aws:s3:::blue/x"
    assert witness("arn:aws:s3:::${aws:PrincipalTag/team}/*") is None
    assert witness("arn:aws:s3:::${aws:PrincipalTag/team, 'all'}/*") == "arn:aws:s3:::all/x"


def test_a_variable_that_the_request_decides_is_filled_in() -> None:
    bucket = "arn:aws:s3:::b/${aws:SourceVpc}/*"
    found = some_allowed(SnapshotView(of_alice(bucket)), [caller(ALICE)], Pattern())
    assert found.witness is not None
    team = found.witness.context["aws:sourcevpc"]
    assert found.witness.resource == f"arn:aws:s3:::b/{team}/x"


def test_a_variable_and_a_condition_on_its_key_meet() -> None:
    policy = document(
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::b/${aws:SourceVpc}/*",
            "Condition": {"StringEquals": {"aws:SourceVpc": ["blue", "red"]}},
        }
    )
    index = Index(Snapshot((Principal(ALICE, PrincipalKind.USER, A, "alice", (policy,)),)))
    view, who = SnapshotView(index), [caller(ALICE)]
    red = Pattern(resources=("arn:aws:s3:::b/red/*",))
    green = Pattern(resources=("arn:aws:s3:::b/green/*",))
    assert some_allowed(view, who, red).holds is True
    assert some_allowed(view, who, green).holds is False


def test_a_variable_that_the_request_decides_may_be_the_principals_own_value() -> None:
    policy = document(
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "x-${aws:Referer}"}},
        }
    )
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (policy,), tags=(("team", "x-blue"),))
    found = some_allowed(SnapshotView(Index(Snapshot((user,)))), [caller(ALICE)], Pattern())
    assert found.witness is not None
    assert found.witness.context["aws:referer"] == "blue"


def test_a_variable_may_be_what_another_condition_asks_of_its_key() -> None:
    """The caller chooses both keys: one condition compares them, another one says what one must be."""
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    own = document(
        read | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-${aws:Referer}"}}}
    )
    limit = document(read | {"Condition": {"StringLike": {"aws:SourceVpce": ["vpce-1", "x-*"]}}})
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (own,), boundary=limit)
    found = some_allowed(SnapshotView(Index(Snapshot((user,)))), [caller(ALICE)], Pattern())
    assert found.witness is not None
    assert found.witness.context["aws:referer"] == "1"
