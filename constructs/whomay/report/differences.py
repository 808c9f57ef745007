"""Changes of access for people: text for a terminal, Markdown for a pull request."""

from collections.abc import Iterator, Sequence
from typing import Final

from whomay.engine import Change, Request
from whomay.engine.changes import Difference
from whomay.engine.contract import shown_keys
from whomay.iam.patterns.symbols import printable
from whomay.report.markdown import code, escaped

NOTHING: Final = "nobody may do more or less"
_ORDER: Final = (Change.WIDER, Change.MOVED, Change.UNKNOWN, Change.CAPPED, Change.NARROWER)
_MEANING: Final = {
    Change.WIDER: "may do more",
    Change.MOVED: "the same access, another principal",
    Change.UNKNOWN: "cannot be told",
    Change.CAPPED: "a policy grew, and another layer still holds it back",
    Change.NARROWER: "may do less",
}


def as_text(
    found: Sequence[Difference],
    renamed: Sequence[tuple[str, str]],
    unseen: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return one block a change, the widest first, a line that counts them, what is not seen, and notes."""
    lines: list[str] = []
    for one in _ordered(found):
        lines.append(f"{one.change}: {one.principal}")
        lines += [f"  {line}" for line in _details(one)]
    lines += [f"renamed: {old} is now {new}" for old, new in renamed]
    lines.append(_count(found))
    lines += [f"  not seen: {each}" for each in unseen]
    lines += [f"  {each}" for each in notes]
    return "\n".join(map(printable, lines))  # a name with a line end in it would forge a line


def as_markdown(
    found: Sequence[Difference],
    renamed: Sequence[tuple[str, str]],
    unseen: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return a heading and a table for each kind of change; all names are escaped."""
    lines = [f"### Access: {_count(found)}"]
    for change in _ORDER:
        some = [one for one in found if one.change is change]
        if not some:
            continue
        lines += ["", f"**{change}** ({_MEANING[change]})", "", "| principal | request | because |"]
        lines.append("|---|---|---|")
        for one in some:
            request = _request(one.witness) if one.witness else ""
            lines.append(f"| {code(one.principal)} | {code(request)} | {escaped(_cause(one))} |")
    lines += [f"\nRenamed: {code(old)} is now {code(new)}" for old, new in renamed]
    lines += ["", *(f"- Not seen: {escaped(each)}" for each in unseen)] if unseen else []
    lines += ["", *(f"- {escaped(each[0].upper() + each[1:])}" for each in notes)] if notes else []
    return "\n".join(lines)


def _ordered(found: Sequence[Difference]) -> list[Difference]:
    return sorted(found, key=lambda one: (_ORDER.index(one.change), one.principal))


def _details(one: Difference) -> Iterator[str]:
    if one.witness:
        yield _request(one.witness)
    yield _cause(one)
    if one.classes > 1:
        kinds = "kind" if one.classes - 1 == 1 else "kinds"
        yield f"and {one.classes - 1} more {kinds} of requests"


def _cause(one: Difference) -> str:
    if one.statement is None:
        return one.text
    source = one.statement.source
    name = source.sid or f"statement {source.index}"
    return f"{one.text} ({name} of {source.policy or 'the policy'} at {source.path})"


def _request(request: Request) -> str:
    keys = "".join(f", {key}={value}" for key, value in shown_keys(request).items())
    return f"{request.principal} {request.action} on {request.resource}{keys}"


def _count(found: Sequence[Difference]) -> str:
    counts = [(change, sum(one.change is change for one in found)) for change in _ORDER]
    return ", ".join(f"{count} {change}" for change, count in counts if count) or NOTHING
