"""What the unknown parts of a pattern may hold: any text, colons included."""

from collections.abc import Collection, Iterator
from itertools import product
from typing import Final

from whomay.iam.arn import SEGMENTS, Arn, parse_arn_pattern
from whomay.iam.patterns.symbols import UNKNOWN_SYMBOL, unknown_reasons

# Further unknown parts of one pattern, before its sixth segment, are taken to hold no colon.
MOST_WITH_COLONS: Final = 3


def arn_forms(pattern: str) -> list[Arn]:
    """Return the segments of a pattern of ARNs, for each way in which its unknown parts hold colons.

    The unknown part of `arn:aws:sqs:<?where>` holds two: between region, account and queue.
    """
    parsed = parse_arn_pattern(pattern)
    head = pattern.removesuffix(parsed.resource) if parsed else pattern
    unknown = [*UNKNOWN_SYMBOL.finditer(head)][:MOST_WITH_COLONS]
    found = []
    for colons in product(range(SEGMENTS), repeat=len(unknown)):
        text = pattern
        for match, count in reversed([*zip(unknown, colons, strict=True)]):
            several = ":".join([match[0]] * (count + 1))
            text = text[: match.start()] + several + text[match.end() :]
        arn = parse_arn_pattern(text) if sum(colons) < SEGMENTS else None
        if arn is not None and (arn.prefix == "arn" or starred(arn.prefix).count("*")):
            found.append(arn)
    return found


def covering(pattern: str, keep: Collection[str] = ()) -> Iterator[str]:
    """Yield patterns of ARNs that match whatever one with unknown parts may match.

    They hold a star for each unknown symbol. With symbols to `keep` there is also one that has them
    still: it matches what is named by the very same symbol.
    """
    if not unknown_reasons(pattern):
        yield pattern
        return
    for segments in arn_forms(pattern):
        yield ":".join(map(starred, segments))
    kept = starred(pattern, keep)
    if unknown_reasons(kept):
        yield kept


def starred(text: str, keep: Collection[str] = ()) -> str:
    """Return the text with a star for each unknown symbol but those to keep."""
    return UNKNOWN_SYMBOL.sub(lambda match: match[0] if match[0] in keep else "*", text)
