"""Which resource of the snapshot an ARN may turn out to be, once the stacks are deployed.

`arn:aws:sqs:eu-west-1:111122223333:jobs` may be the queue jobs of a stack that names no account, and
`arn:aws:s3:::reports` the bucket whose name is a parameter.
"""

import re
from collections.abc import Iterable, Iterator

from whomay.engine.decisions.reached import ReachedArns
from whomay.iam.arn import parse_arn
from whomay.iam.patterns.matching import arn as matches
from whomay.iam.patterns.matching import literal
from whomay.iam.patterns.symbols import WRITTEN_OUT, unknown_reasons


class PerhapsNamed:
    """ARNs of which a part is known only at deployment, found by what they may turn out to be."""

    def __init__(self, arns: Iterable[str]) -> None:
        """File those that may turn out to be another."""
        self._open = ReachedArns(each for each in arns if _is_open(each))
        self._found: dict[str, tuple[str, ...]] = {}

    def by(self, arn: str) -> tuple[str, ...]:
        """Return the ARNs that one may turn out to be, each with what lies in it."""
        found = self._found.get(arn)
        if found is None:
            found = self._found[arn] = tuple(self._look_up(arn))
        return found

    def _look_up(self, arn: str) -> Iterator[str]:
        if parse_arn(arn) is None:
            return
        for known in self._open.by((literal(arn),)):
            whole = known + _inside(known, arn)
            if matches(literal(whole))(arn) is None:
                yield whole


def _is_open(arn: str) -> bool:
    return bool(unknown_reasons(arn)) or any(symbol in arn for symbol in WRITTEN_OUT)


def _inside(known: str, arn: str) -> str:
    """Return what lies in a resource: of an object its key, with the slash before it."""
    depth = len(_SEPARATOR.findall(known))
    ends = [match.start() for match in _SEPARATOR.finditer(arn)]
    return arn[ends[depth] :] if len(ends) > depth else ""


_SEPARATOR = re.compile("[:/]")
