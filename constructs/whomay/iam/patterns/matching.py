"""Whether a text matches a pattern, when either may hold parts that are not yet known.

The answer is True, False, or None: it depends on a symbol (`whomay.iam.patterns.symbols`). A pattern is
compiled once and remembered. `*` matches any run of characters, `?` exactly one:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from whomay.iam.arn import Arn, parse_arn, parse_arn_pattern
from whomay.iam.patterns.code_points import LITERAL_QUESTION, LITERAL_STAR, SYMBOL_END
from whomay.iam.patterns.symbol_matching import LITERALS, match_tokens, may_begin, tokens
from whomay.iam.patterns.symbols import is_symbolic, unknown_reasons
from whomay.iam.patterns.truth import Truth, all_of, any_of
from whomay.iam.patterns.unknown_parts import arn_forms

Test = Callable[[str], Truth]
Match = Callable[[str], object | None]  # None where a text does not match


def always(_: str) -> Truth:
    """Match everything."""
    return True


def never(_: str) -> Truth:
    """Match nothing."""
    return False


def undecided(_: str) -> Truth:
    """Answer that nothing is known."""
    return None


@lru_cache(maxsize=65536)
def glob(pattern: str) -> Test:
    """Return a test of whole texts against the pattern, in which `*` crosses everything."""
    if pattern.strip("*") == "" and pattern:
        return always
    if is_symbolic(pattern):
        wanted = tokens(pattern)
        return lambda text: match_tokens(wanted, tokens(text))
    fast = _simple(pattern) or re.compile(_regex(pattern, ".") + r"\Z", re.DOTALL).match

    def test(text: str) -> Truth:
        if SYMBOL_END in text:
            return match_tokens(tokens(pattern), tokens(text))
        return fast(text) is not None

    return test


def _simple(pattern: str) -> Match | None:
    """Return the match of a pattern that is plain, or ends in its only star; None of another one.

    Most are of these, and a regular expression of each would take longer than all its texts.
    """
    begin, star, end = pattern.partition("*")
    if "?" in pattern or end:
        return None
    begin = unliteral(begin)
    if not star:
        return {begin: begin}.get
    return lambda text: text if text.startswith(begin) else None


@lru_cache(maxsize=65536)
def arn(pattern: str) -> Test:
    """Return a test of ARNs against the pattern, segment by segment.

    A wildcard stays within its segment; the sixth holds all further colons. A pattern that is
    shorter matches only when it ends in `*`, which then covers what follows.
    """
    if pattern.strip("*") == "" and pattern:
        return always
    if unknown_reasons(pattern):
        return _unknown_arn(pattern)
    segments = parse_arn_pattern(pattern)
    if segments is None:
        return glob(literal(pattern))
    symbolic = is_symbolic(pattern)
    fast: Match | None = None
    slow: Test | None = None

    def test(text: str) -> Truth:
        nonlocal fast, slow  # made when first needed: of most statements only the action is asked
        if symbolic or SYMBOL_END in text:
            slow = slow or _symbolic_arn(segments)
            return slow(text)
        fast = fast or _arn_match(segments)
        return fast(text) is not None

    return test


@lru_cache(maxsize=65536)
def any_arn(patterns: tuple[str, ...]) -> Test:
    """Return a test that some pattern of a list matches; known ones are tried all at once."""
    tests = tuple(arn(pattern) for pattern in patterns)
    if not tests:
        return never
    if always in tests:
        return always
    if len(tests) == 1:
        return tests[0]
    fast = concrete_arns(patterns)
    if fast is None:
        return lambda text: any_of(test(text) for test in tests)
    return lambda text: (
        any_of(test(text) for test in tests) if SYMBOL_END in text else fast(text) is not None
    )


@lru_cache(maxsize=65536)
def concrete_arns(patterns: tuple[str, ...]) -> Match | None:
    """Return one match for a list of patterns, which gives None where it does not match.

    It is meant for texts without symbols. None when a pattern holds a symbol or is not an ARN.
    """
    parts = [parse_arn_pattern(pattern) for pattern in patterns if not is_symbolic(pattern)]
    segments = [part for part in parts if part is not None]
    if len(segments) < len(patterns):
        return None
    if len(patterns) == 1:
        return _arn_match(segments[0])
    if len(patterns) > _MANY:
        return _long_list(segments)
    return re.compile("|".join(map(_arn_regex, segments)), re.DOTALL).match


# A longer list is looked up by what its patterns begin with, before any is tried.
_MANY: Final = 100


def _long_list(segments: list[Arn]) -> Match:
    """Return the match of a long list: most of its patterns are plain, or end in their only star."""
    exact: set[str] = set()
    beginnings: dict[int, set[str]] = {}
    others: list[Arn] = []
    for each in segments:
        text = ":".join(each)
        begin, star, end = text.partition("*")
        if "?" in text or end:
            others.append(each)
        elif star:
            beginnings.setdefault(len(begin), set()).add(unliteral(begin))
        else:
            exact.add(unliteral(text))
    chunks = [others[start : start + _MANY] for start in range(0, len(others), _MANY)]
    rest = [re.compile("|".join(map(_arn_regex, each)), re.DOTALL).match for each in chunks]

    def match(text: str) -> object | None:
        if text in exact or any(text[:length] in some for length, some in beginnings.items()):
            return text
        return next((found for match in rest if (found := match(text))), None)

    return match


def _arn_match(segments: Arn) -> Match:
    """Return the match of one pattern: the last segment alone may hold a star that ends it."""
    return _simple(":".join(segments)) or re.compile(_arn_regex(segments), re.DOTALL).match


def _arn_regex(segments: Arn) -> str:
    *head, tail = segments
    return ":".join(_regex(segment, "[^:]") for segment in head) + ":" + _regex(tail, ".") + r"\Z"


def _unknown_arn(pattern: str) -> Test:
    """Return a test against a pattern of which a part is unknown, and may hold colons."""
    tests = [_symbolic_arn(segments) for segments in arn_forms(pattern)]
    whole = glob(pattern)

    def test(text: str) -> Truth:
        if parse_arn(text) is None:
            return whole(text)
        return any_of(one(text) for one in tests)

    return test


def _symbolic_arn(segments: Arn) -> Test:
    tests = [_segment(segment) for segment in segments]

    @lru_cache(maxsize=256)
    def test(text: str) -> Truth:
        parts = parse_arn(text)
        if parts is None:
            return None if unknown_reasons(text) else False
        return all_of(one(part) for one, part in zip(tests, parts, strict=True))

    return test


@lru_cache(maxsize=16384)
def _segment(segment: str) -> Test:
    """Return a test of one segment, which takes letters and symbols one by one only if it must."""
    if segment.strip("*") == "" and segment:
        return always
    wanted = tokens(segment)
    if "*" in segment or "?" in segment or unknown_reasons(segment):
        return lambda text: match_tokens(wanted, tokens(text))
    plain = unliteral(segment)

    def test(text: str) -> Truth:
        if text == plain:
            return True
        return match_tokens(wanted, tokens(text)) if is_symbolic(plain + text) else False

    return test


def may_lie_in(arn: str, pattern: str) -> bool:
    """Tell whether a pattern may match an ARN, or something that lies in it: an object, a version.

    True also where that cannot be told.
    """
    wanted, parts = parse_arn_pattern(pattern), parse_arn(arn)
    if wanted is None or parts is None or unknown_reasons(pattern + arn):
        return True
    if pattern.startswith(arn) and pattern[len(arn) :][:1] in ("", "/", ":"):
        return True
    *places, name = zip(wanted, parts, strict=True)
    if any(_segment(one)(part) is False for one, part in places):
        return False
    return may_begin(tokens(name[0]), tokens(name[1]))


def literal(text: str) -> str:
    """Return the text as a pattern that matches only itself."""
    return text.replace("*", LITERAL_STAR).replace("?", LITERAL_QUESTION)


def unliteral(pattern: str) -> str:
    """Return the plain text of a pattern whose stars are all literal."""
    return pattern.replace(LITERAL_STAR, "*").replace(LITERAL_QUESTION, "?")


def _regex(pattern: str, any_character: str) -> str:
    """Translate one pattern; each `*…` but the last is an atomic group, so time stays linear."""
    runs = [
        "".join(any_character if c == "?" else re.escape(LITERALS.get(c, c)) for c in run)
        for run in re.split(r"\*+", pattern)
    ]
    if len(runs) == 1:
        return runs[0]
    first, *middle, last = runs
    stars = "".join(f"(?>{any_character}*?{run})" for run in middle)
    return f"{first}{stars}{any_character}*{last}"
