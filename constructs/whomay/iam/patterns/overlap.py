"""Whether one text, or one resource, can match two patterns."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from whomay.iam.arn import parse_arn_pattern
from whomay.iam.patterns.code_points import ANY_LETTER, BUCKET_NAME, ENDS_OF_BUCKET_NAME
from whomay.iam.patterns.symbol_matching import tokens


@cache
def arns_overlap(left: str, right: str) -> bool:
    """Tell whether one resource can match both patterns, segment by segment as IAM reads ARNs."""
    first, second = parse_arn_pattern(left), parse_arn_pattern(right)
    if first is None or second is None:
        return overlap(left, right)
    return all(overlap(a, b) for a, b in zip(first, second, strict=True))


@cache
def overlap(left: str, right: str) -> bool:
    """Tell whether one text can match both patterns; a symbol is a letter of its own."""
    if "*" in (left, right):
        return True
    a, b = tokens(left), tokens(right)
    seen = {(0, 0)}
    queue = [(0, 0)]
    for i, j in queue:
        for step in _steps(a, b, i, j):
            if step not in seen:
                seen.add(step)
                queue.append(step)
    return (len(a), len(b)) in seen


def _steps(a: Sequence[str], b: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int]]:
    left, right = a[i] if i < len(a) else "", b[j] if j < len(b) else ""
    if _is_star(left):
        yield i + 1, j
        if right and not (left == BUCKET_NAME and right in ENDS_OF_BUCKET_NAME):
            yield i, j + 1
    if _is_star(right):
        yield i, j + 1
        if left and not (right == BUCKET_NAME and left in ENDS_OF_BUCKET_NAME):
            yield i + 1, j
    if left and right and (left == right or _ANY_ONE & {left, right}):
        yield i + 1, j + 1


_ANY_ONE: Final = {"?", ANY_LETTER}


def _is_star(token: str) -> bool:
    return token in ("*", BUCKET_NAME)
