"""Which sets of patterns one text can match, with a short text for each: finite and complete.

All patterns run side by side as one automaton over their own letters and one letter for all others.
Every reachable state is visited once, so every possible set is met; the first text that leads there
is its example.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from whomay.iam.arn import SEGMENTS, parse_arn_pattern
from whomay.iam.patterns.code_points import ANY_LETTER, BUCKET_NAME, ENDS_OF_BUCKET_NAME
from whomay.iam.patterns.matching import unliteral
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbol_matching import LITERALS, tokens

# More states than this are not visited: the answer is Unknown, and says so.
MOST_STATES: Final = 20_000
# A state costs as much as there are patterns, so many patterns may have fewer states.
MOST_STEPS: Final = 4_000_000
MOST_PATTERNS: Final = 15_000
# A state has a bit for each letter of the patterns.
MOST_LETTERS: Final = 250_000


class TooManyClasses(Exception):  # noqa: N818 - a limit that is met, not a mistake
    """A question has more classes of requests than are decided; the text says of what."""


class Automaton:
    """Glob patterns as one non-deterministic automaton; a set of its states is one integer.

    Each pattern has one position a letter, and one more at its end. A star keeps a position.
    """

    def __init__(self, alternatives: Sequence[Sequence[str]]) -> None:
        """Lay the patterns out one after the other; each entry is met where one of its patterns is."""
        self.start = self._loops = self._names = self._questions = self._any = 0
        self._letters: dict[str, int] = {}
        self._met_at: dict[int, int] = {}
        self._position = 0
        # What nothing can unmatch: the last star of a pattern, with the first position of its entry and the one after.
        self._settled: dict[int, tuple[int, int]] = {}
        for i, patterns in enumerate(alternatives):
            first, sinks = self._position, 0
            for pattern in patterns:
                end = self._lay_out(pattern)
                self._met_at[end] = i
                sinks |= 1 << end & self._loops
            self._settled |= dict.fromkeys(bits(sinks), (first, self._position))
        self._ends = sum(1 << end for end in self._met_at)
        self._sinks = sum(1 << sink for sink in self._settled)
        self._signatures: dict[int, int] = {}
        self._moves: dict[str, tuple[int, int]] = {}

    def _lay_out(self, pattern: str) -> int:
        """Add a pattern and return the position at which it is met."""
        self.start |= 1 << self._position
        for piece in tokens(pattern):
            bit = 1 << self._position
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
            self._position += 1
        self._position += 1
        return self._position - 1

    @property
    def letters(self) -> list[str]:
        """The letters that some pattern names."""
        return sorted(self._letters)

    def step(self, states: int, letter: str) -> int:
        """Return the states after one more letter; a symbol is a letter that no `?` covers."""
        moves, loops = self._moves_by(letter)
        following = ((states & moves) << 1) | (states & loops)
        return self._without_settled(following) if following & self._sinks else following

    def apart(self, letter: str, other: str) -> int:
        """Return the states after which two letters may lead on to different ones."""
        one, another = self._moves_by(letter), self._moves_by(other)
        return (one[0] ^ another[0]) | (one[1] ^ another[1])

    def _moves_by(self, letter: str) -> tuple[int, int]:
        found = self._moves.get(letter)
        if found is None:
            named = self._letters.get(letter, 0) | self._any
            moves = named | self._questions if len(letter) == 1 else named
            loops = self._loops if letter in ENDS_OF_BUCKET_NAME else self._loops | self._names
            found = self._moves[letter] = moves, loops
        return found

    def _without_settled(self, states: int) -> int:
        """Return the states without those of entries that stay met whatever follows, but for one."""
        for sink in bits(states & self._sinks):
            if states >> sink & 1:  # an entry with several is settled by the first of them
                first, after = self._settled[sink]
                states = states & ~((1 << after) - (1 << first)) | 1 << sink
        return states

    def run(self, text: str) -> int:
        """Return the states after a whole text."""
        states = self.start
        for letter in tokens(text):
            states = self.step(states, letter)
        return states

    def signature(self, states: int) -> int:
        """Return which entries are met here: bit i for entry i."""
        ends = states & self._ends
        found = self._signatures.get(ends)
        if found is None:
            found = 0
            for position in bits(ends):
                found |= 1 << self._met_at[position]
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
    taken where it fits. Raises TooManyClasses beyond one of the bounds above.
    """
    return _met_together(tuple((pattern,) for pattern in patterns), forbidden, preferred)


@lru_cache(maxsize=16384)
def _met_together(
    alternatives: tuple[tuple[str, ...], ...], forbidden: str, preferred: tuple[str, ...]
) -> tuple[tuple[int, str], ...]:
    """Return the same of entries that are met where any of their patterns is."""
    _hold_within_bounds([pattern for entry in alternatives for pattern in entry])
    automaton = Automaton(alternatives)
    found = {automaton.signature(automaton.run(text)): text for text in reversed(preferred)}
    letters = [letter for letter in automaton.letters if letter not in forbidden]
    other = next((c for c in _READABLE if c not in letters and c not in forbidden), OTHER_LETTER)
    apart = [(letter, automaton.apart(letter, other)) for letter in letters]
    words = {automaton.start: ""}
    queue = [automaton.start]
    for states in queue:
        signature = automaton.signature(states)
        if signature not in found:
            word = words[states]
            longer = automaton.signature(automaton.step(states, other)) == signature
            found[signature] = word + (other if longer and not word.endswith(other) else "")
        for letter in (other, *(each for each, where in apart if states & where)):
            following = automaton.step(states, letter)
            if following not in words:
                words[following] = words[states] + letter
                queue.append(following)
        if len(words) > MOST_STATES or len(words) * len(alternatives) > MOST_STEPS:
            raise TooManyClasses(f"{len(alternatives)} patterns have too many ways to overlap")
    return tuple(found.items())


def _hold_within_bounds(patterns: Collection[str]) -> None:
    if len(patterns) > MOST_PATTERNS or sum(map(len, patterns)) > MOST_LETTERS:
        raise TooManyClasses(f"{len(patterns):,} patterns are too many to tell apart")


# In an example: any letter that no pattern names, where they name all that are readable.
OTHER_LETTER: Final = "\u00b7"
_READABLE: Final = "xyzabcdefghijklmnopqrstuvwXYZ0123456789-_/.=+@,"


@lru_cache(maxsize=16384)
def resources(
    patterns: frozenset[str],
    preferred: tuple[tuple[str, ...], ...] = ((),) * SEGMENTS,
    kinds: frozenset[str] = frozenset(),
    alike: frozenset[frozenset[str]] = frozenset(),
) -> tuple[str, ...]:
    """Return one resource for each set of the patterns that one resource can match.

    `preferred` holds, segment by segment, texts to take where they fit. Where there are `kinds`,
    patterns as well, each resource is of one of them. Patterns that are `alike` need not be told
    from each other. A resource that is not an ARN (`*`, for actions that take none) is among them.
    An unknown symbol is a letter of its own: for what its value may match see `covering`. Raises
    TooManyClasses.
    """
    listed = [p for each in (patterns, *alike) for p in each]
    _hold_within_bounds(listed)
    plain = [unliteral(p) for p in listed if p.strip("*") and not parse_arn_pattern(p)]
    arns = [entry for p in sorted(patterns) for entry in _joined([p], kinds)]
    arns += [entry for group in sorted(map(sorted, alike)) for entry in _joined(group, kinds)]
    own = (1 << len(arns)) - 1
    arns += _joined(sorted(kinds), ())
    found: dict[int, str] = {(1 << len(arns)) - 1: ""}
    for i in range(SEGMENTS):
        members: dict[tuple[str, ...], int] = {}
        for n, parts in enumerate(arns):
            part = parts[i]
            entry = (part,) if isinstance(part, str) else part
            members[entry] = members.get(entry, 0) | 1 << n
        masks = list(members.values())
        forbidden = "" if i == SEGMENTS - 1 else ":"
        options = [
            (sum(masks[bit] for bit in bits(signature)), word)
            for signature, word in _met_together(tuple(members), forbidden, preferred[i])
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
    return (*found.values(), "*", *plain)


def _joined(
    patterns: Iterable[str], kinds: Collection[str]
) -> list[tuple[str | tuple[str, ...], ...]]:
    """Return patterns that differ in their last segment alone as one, which any of these meets.

    Those that match nothing of the kinds are left out.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for pattern in patterns:
        parts = parse_arn_pattern(pattern) if pattern.strip("*") else None
        if parts and (not kinds or any(arns_overlap(pattern, kind) for kind in kinds)):
            found.setdefault(parts[:-1], []).append(parts[-1])
    return [(*head, tuple(tails)) for head, tails in found.items()]
