"""z3, with a semantics of its own, gives the engine's answers, and notices an engine that is wrong."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from support.random_systems import ALICE, A
from support.small_world import document

from scripts.prove.__main__ import of_seeds
from scripts.prove.compare import Kind, Question, compared
from scripts.prove.globs import examples, fits, glob
from whomay.engine import Snapshot
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.decisions import judge
from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.layers_of_all import LayersAround
from whomay.engine.proof.other_ends import FederatedUsers
from whomay.engine.snapshot import Principal, PrincipalKind, Resource
from whomay.iam.patterns.truth import Truth, both, negate

Break = Callable[[pytest.MonkeyPatch], None]


def test_z3_gives_the_same_answers_about_random_systems() -> None:
    found = of_seeds((0, 60))
    unknown = sum(
        count for (_, kind, _), count in found.kinds.items() if kind in (Kind.OPEN, Kind.CAUTIOUS)
    )
    assert found.differing == []
    assert not found.left_out
    assert unknown <= 0.05 * found.kinds.total()


@pytest.mark.parametrize(
    "patterns", [("a*", "*b"), ("a?", "?a", "a*a"), ("a", "ab*", "*?b*", "b*a")]
)
def test_each_set_of_patterns_that_one_text_matches_has_an_example(
    patterns: tuple[str, ...],
) -> None:
    compiled = [glob(each) for each in patterns]
    texts = ("".join(t) for n in range(6) for t in itertools.product("abc", repeat=n))
    met = {tuple(fits(p, text) for p in compiled) for text in texts}
    found = [tuple(fits(p, text) for p in compiled) for text in examples(frozenset(compiled))]
    assert set(found) == met
    assert len(found) == len(met)


def explicit_denies_forgotten(patch: pytest.MonkeyPatch) -> None:
    relevant = Layer.relevant
    patch.setattr(Layer, "relevant", lambda layer, key: relevant(layer, key)._replace(denies=()))


def other_account_taken_as_own(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        judge,
        "_granted",
        lambda request, identity, limits, surest, most: judge._within_account(  # noqa: SLF001 - broken on purpose
            request, both(identity, limits), limits, surest, most
        ),
    )


def not_action_read_as_action(patch: pytest.MonkeyPatch) -> None:
    speaks = CompiledStatement.action

    def plain(statement: CompiledStatement, key: str) -> Truth:
        found = speaks(statement, key)
        return found if statement.statement.not_actions is None else negate(found)

    patch.setattr(CompiledStatement, "action", plain)


def boundaries_forgotten(patch: pytest.MonkeyPatch) -> None:
    compiled = Index._compile  # noqa: SLF001 - broken on purpose

    def without(*args: Any, **named: Any) -> judge.Layers:
        found = compiled(*args, **named)
        return judge.Layers(found.identity, None, found.session, found.scps, found.resource)

    patch.setattr(Index, "_compile", without)


def service_control_policies_forgotten(patch: pytest.MonkeyPatch) -> None:
    compiled = Index._compile  # noqa: SLF001 - broken on purpose

    def without(*args: Any, **named: Any) -> judge.Layers:
        found = compiled(*args, **named)
        return judge.Layers(found.identity, found.boundary, found.session, (), found.resource)

    patch.setattr(Index, "_compile", without)


def resource_control_policies_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LayersAround, "of", lambda *_, **__: ())


# Each with the seed of a system that shows it.
BREAKS: dict[Break, int] = {
    explicit_denies_forgotten: 1,
    other_account_taken_as_own: 4,
    not_action_read_as_action: 0,
    boundaries_forgotten: 0,
    service_control_policies_forgotten: 15,
    resource_control_policies_forgotten: 60,
}


@pytest.mark.parametrize(
    ("broken", "seed"), BREAKS.items(), ids=lambda each: getattr(each, "__name__", None)
)
def test_z3_notices_an_engine_that_is_broken_on_purpose(
    monkeypatch: pytest.MonkeyPatch, broken: Break, seed: int
) -> None:
    assert of_seeds((seed, seed + 1)).differing == []
    broken(monkeypatch)
    assert of_seeds((seed, seed + 1)).differing != []


def federating() -> Question:
    """Return a user who is denied herself what her federated users are let in to."""
    named = {"Principal": {"AWS": ALICE}, "Action": "s3:GetObject", "Resource": "*"}
    herself = {"StringEquals": {"aws:username": "alice"}}
    policy = document(
        {"Effect": "Allow", **named},
        {"Effect": "Deny", **named, "Principal": "*", "Condition": herself},
    )
    makes = document({"Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": "*"})
    who = Principal(ALICE, PrincipalKind.USER, A, "S/Alice", (makes,))
    data = Resource("arn:aws:s3:::data", "AWS::S3::Bucket", A, "eu-west-1", "S/Data", policy)
    stated = Stated(
        StatementKind.CANNOT_REACH, "", "S", who.path, ("s3:GetObject",), ("arn:aws:s3:::data/*",)
    )
    return Question("federating", Snapshot((who,), (data,)), [(stated, who)])


def test_z3_follows_the_federated_users_that_a_user_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dict(compared([federating()]).kinds) == {("cannot_reach", Kind.SAME, "broken"): 1}
    monkeypatch.setattr(FederatedUsers, "of", lambda *_: ())
    assert compared([federating()]).differing != []
