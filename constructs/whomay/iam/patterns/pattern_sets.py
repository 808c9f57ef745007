"""Which sets of patterns one text can match, with a short text for each: finite and complete.

All patterns run side by side as one automaton over their own letters and one letter for all others.
Every reachable state is visited once, so every possible set is met; the first text that leads there
is its example.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from whomay.iam.arn import SEGMENTS, parse_arn_pattern
from whomay.iam.patterns.code_points import ANY_LETTER, BUCKET_NAME, ENDS_OF_BUCKET_NAME
from whomay.iam.patterns.matching import unliteral
from whomay.iam.patterns.symbol_matching import LITERALS, tokens

# More states than this are not visited: the answer is Unknown, and says so.
MOST_STATES: Final = 20_000
# A state costs as much as there are patterns, so many patterns may have fewer states.
MOST_STEPS: Final = 4_000_000


class TooManyClasses(Exception):  # noqa: N818 - a limit that is met, not a mistake
    """A question has more classes of requests than are decided; the text says of what."""


class Automaton:
    """Glob patterns as one non-deterministic automaton; a set of its states is one integer.

    Each pattern has one position a letter, and one more at its end. A star keeps a position.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Lay the patterns out one after the other."""
        self.start = self._loops = self._names = self._questions = self._any = 0
        self._letters: dict[str, int] = {}
        self.accepting: list[int] = []
        position = 0
        for pattern in patterns:
            self.start |= 1 << position
            for piece in tokens(pattern):
                bit = 1 << position
                if piece == "*":
                    self._loops |= bit
                    continue
                if piece == BUCKET_NAME:
                    self._names |= bit
                    continue
                if piece == "?":
                    self._questions |= bit
                elif piece == ANY_LETTER:
                    self._any |= bit
                else:
                    letter = LITERALS.get(piece, piece)
                    self._letters[letter] = self._letters.get(letter, 0) | bit
                position += 1
            self.accepting.append(1 << position)
            position += 1
        self._ends = sum(self.accepting)
        self._pattern_at = {bit.bit_length() - 1: i for i, bit in enumerate(self.accepting)}
        self._signatures: dict[int, int] = {}
        self._moves: dict[str, tuple[int, int]] = {}

    @property
    def letters(self) -> list[str]:
        """The letters that some pattern names."""
        return sorted(self._letters)

    def step(self, states: int, letter: str) -> int:
        """Return the states after one more letter; a symbol is a letter that no `?` covers."""
        found = self._moves.get(letter)
        if found is None:
            named = self._letters.get(letter, 0) | self._any
            moves = named | self._questions if len(letter) == 1 else named
            loops = self._loops if letter in ENDS_OF_BUCKET_NAME else self._loops | self._names
            found = self._moves[letter] = moves, loops
        moves, loops = found
        return ((states & moves) << 1) | (states & loops)

    def run(self, text: str) -> int:
        """Return the states after a whole text."""
        states = self.start
        for letter in tokens(text):
            states = self.step(states, letter)
        return states

    def signature(self, states: int) -> int:
        """Return which patterns match here: bit i for pattern i."""
        ends = states & self._ends
        found = self._signatures.get(ends)
        if found is None:
            found = sum(1 << self._pattern_at[position] for position in bits(ends))
            self._signatures[ends] = found
        return found


def bits(number: int) -> Iterator[int]:
    """Yield the positions of the ones in an integer."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


@lru_cache(maxsize=16384)
def signatures(
    patterns: tuple[str, ...], forbidden: str = "", preferred: tuple[str, ...] = ()
) -> tuple[tuple[int, str], ...]:
    """Return every set of the patterns that one text can match, with a text for each.

    A set is an integer: bit i for pattern i. No text holds a forbidden letter. A preferred text is
    taken where it fits. Raises TooManyClasses beyond MOST_STATES or MOST_STEPS.
    """
    automaton = Automaton(patterns)
    found = {automaton.signature(automaton.run(text)): text for text in reversed(preferred)}
    letters = [letter for letter in automaton.letters if letter not in forbidden]
    other = next((c for c in _READABLE if c not in letters and c not in forbidden), OTHER_LETTER)
    words = {automaton.start: ""}
    queue = [automaton.start]
    for states in queue:
        signature = automaton.signature(states)
        if signature not in found:
            word = words[states]
            longer = automaton.signature(automaton.step(states, other)) == signature
            found[signature] = word + (other if longer and not word.endswith(other) else "")
        for letter in (other, *letters):
            following = automaton.step(states, letter)
            if following not in words:
                words[following] = words[states] + letter
                queue.append(following)
        if len(words) > MOST_STATES or len(words) * len(patterns) > MOST_STEPS:
            raise TooManyClasses(f"{len(patterns)} patterns have too many ways to overlap")
    return tuple(found.items())


# In an example: any letter that no pattern names, where they name all that are readable.
OTHER_LETTER: Final = "\u00b7"
_READABLE: Final = "xyzabcdefghijklmnopqrstuvwXYZ0123456789-_/.=+@,"


@lru_cache(maxsize=16384)
def resources(
    patterns: frozenset[str],
    preferred: tuple[tuple[str, ...], ...] = ((),) * SEGMENTS,
    kinds: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return one resource for each set of the patterns that one resource can match.

    `preferred` holds, segment by segment, texts to take where they fit. Where there are `kinds`,
    patterns as well, each resource is of one of them. A resource that is not an ARN (`*`, for actions
    that take none) is among them. An unknown symbol is a letter of its own: for what its value may
    match see `covering`. Raises TooManyClasses.
    """
    split = {p: parse_arn_pattern(p) for p in patterns if p.strip("*")}
    arns = [(p, parts) for p, parts in sorted(split.items()) if parts is not None]
    own = (1 << len(arns)) - 1
    arns += [
        (kind, parts) for kind in sorted(kinds) if (parts := parse_arn_pattern(kind)) is not None
    ]
    found: dict[int, str] = {(1 << len(arns)) - 1: ""}
    for i in range(SEGMENTS):
        members: dict[str, int] = {}
        for n, (_, parts) in enumerate(arns):
            members[parts[i]] = members.get(parts[i], 0) | 1 << n
        masks = list(members.values())
        forbidden = "" if i == SEGMENTS - 1 else ":"
        options = [
            (sum(masks[bit] for bit in bits(signature)), word)
            for signature, word in signatures(tuple(members), forbidden, preferred[i])
        ]
        if kinds:
            options.sort(key=lambda option: len(option[1]))
        grown: dict[int, str] = {}
        # The more patterns still match, the later a mismatch comes: that reads most naturally.
        for alive, start in sorted(found.items(), key=lambda item: -item[0].bit_count()):
            for mask, word in options:
                grown.setdefault(alive & mask, f"{start}:{word}" if i else word)
        if len(grown) > MOST_STATES or len(grown) * len(arns) > MOST_STEPS:
            raise TooManyClasses(f"{len(arns)} resource patterns have too many ways to overlap")
        found = grown
    if kinds:
        shortest: dict[int, str] = {}
        for alive, text in sorted(found.items(), key=lambda each: len(each[1])):
            if alive & ~own:
                shortest.setdefault(alive & own, text)
        found = shortest
    plain = [unliteral(p) for p, parts in split.items() if parts is None]
    return (*found.values(), "*", *plain)
