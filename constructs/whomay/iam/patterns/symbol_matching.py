"""Matching when pattern or text holds symbols: for every value of them, for some, or for none."""

import re
from collections.abc import Sequence
from typing import Final

from whomay.iam.patterns.code_points import GENERATED, LITERAL_QUESTION, LITERAL_STAR, UNKNOWN
from whomay.iam.patterns.symbols import SYMBOL, WRITTEN_OUT, is_symbolic
from whomay.iam.patterns.truth import Truth

LITERALS: Final = {LITERAL_STAR: "*", LITERAL_QUESTION: "?"}

_TOKEN: Final = re.compile(f"{SYMBOL.pattern}|.", re.DOTALL)


def tokens(text: str) -> list[str]:
    """Return the letters of a text; a symbol is one letter."""
    return [match[0] for match in _TOKEN.finditer(text)] if is_symbolic(text) else [*text]


def match_tokens(pattern: Sequence[str], text: Sequence[str]) -> Truth:
    """Match token by token: for every value of the symbols, for some, or for none."""
    if _for_every_value(pattern, text):
        return True
    perhaps = _for_some_value(pattern, text) or _in_some_place(pattern, text)
    return None if perhaps else False


def _in_some_place(pattern: Sequence[str], text: Sequence[str]) -> bool:
    """Tell whether it matches should the stacks' account or Region be one that is written out."""
    for symbol, written in WRITTEN_OUT.items():
        if symbol in pattern or symbol in text:
            found = {*written.findall("".join(pattern)), *written.findall("".join(text))}
            put = ((_put(pattern, symbol, each), _put(text, symbol, each)) for each in found)
            if any(match_tokens(*both) is not False for both in put):
                return True
    return False


def _put(letters: Sequence[str], symbol: str, value: str) -> list[str]:
    return [one for each in letters for one in (value if each == symbol else (each,))]


def _is_unknown(token: str) -> bool:
    return token[0] == UNKNOWN


def _is_generated(token: str) -> bool:
    return token[0] == GENERATED


def _skip_stars(pattern: Sequence[str], states: set[int], *, unknown_too: bool) -> set[int]:
    """Add the states that are reached without reading a token."""
    reached = set(states)
    for state in states:
        here = state
        while here < len(pattern) and (
            pattern[here] == "*" or (unknown_too and _is_unknown(pattern[here]))
        ):
            here += 1
            reached.add(here)
    return reached


def _for_every_value(pattern: Sequence[str], text: Sequence[str]) -> bool:
    """Treat each symbol as one letter of its own; only a star and itself cover it."""
    states = _skip_stars(pattern, {0}, unknown_too=False)
    for token in text:
        reached = set()
        for state in states:
            if state == len(pattern):
                continue
            wanted = pattern[state]
            if wanted == "*":
                reached.add(state)
            elif (wanted == "?" and len(token) == 1) or LITERALS.get(wanted, wanted) == token:
                reached.add(state + 1)
        states = _skip_stars(pattern, reached, unknown_too=False)
    return len(pattern) in states


def _for_some_value(pattern: Sequence[str], text: Sequence[str]) -> bool:
    return len(pattern) in _states(pattern, text)


def may_begin(pattern: Sequence[str], text: Sequence[str]) -> bool:
    """Tell whether the pattern may match the text, or one that goes on after it with `/` or `:`.

    True also where that depends on the account or the Region of stacks that name none.
    """
    if any(symbol in pattern or symbol in text for symbol in WRITTEN_OUT):
        return True
    states = _states(pattern, text)
    if len(pattern) in states:
        return True
    return any(_states_after(pattern, states, separator) for separator in "/:")


def _states(pattern: Sequence[str], text: Sequence[str]) -> set[int]:
    """Return how far the pattern may have been read after a text, for some value of every symbol."""
    return _states_after(pattern, _skip_stars(pattern, {0}, unknown_too=True), text)


def _states_after(pattern: Sequence[str], states: set[int], text: Sequence[str]) -> set[int]:
    """Return how far it may have been read after more of a text."""
    for token in text:
        if not states:
            break
        reached: set[int] = set()
        for state in states:
            reached |= _read(pattern, state, token)
        states = _skip_stars(pattern, reached, unknown_too=True)
    return states


def _read(pattern: Sequence[str], state: int, token: str) -> set[int]:
    """Return the states after one token, for at least one value of every symbol."""
    if _is_unknown(token):
        return set(range(state, len(pattern) + 1))
    if state == len(pattern):
        return set()
    if _is_generated(token):
        return _read_generated(pattern, state, token)
    wanted = pattern[state]
    if wanted == "*" or _is_unknown(wanted):
        return {state}
    return {state + 1} if wanted == "?" or LITERALS.get(wanted, wanted) == token else set()


def _read_generated(pattern: Sequence[str], state: int, token: str) -> set[int]:
    """Let a generated value be covered only with a wildcard's help: it equals no literal."""
    reached = {state + 1} if pattern[state] == token else set()
    covered = False
    for here in range(state, len(pattern)):
        wanted = pattern[here]
        if wanted in (":", "/") or _is_generated(wanted):
            break
        if wanted in ("*", "?") or _is_unknown(wanted):
            covered = True
            reached.add(here) if wanted != "?" else None
        if covered:
            reached.add(here + 1)
    return reached
