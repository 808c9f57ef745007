"""z3, with a semantics of its own, gives the engine's answers."""

import itertools

import pytest

from scripts.prove.__main__ import of_seeds
from scripts.prove.compare import Kind
from scripts.prove.globs import examples, fits, glob


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
