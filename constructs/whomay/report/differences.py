"""Changes of access for people: text for a terminal, Markdown for a pull request."""

from collections.abc import Iterator, Sequence
from typing import Final

from whomay.engine import Change, Request
from whomay.engine.changes import Difference, Kinds, changed
from whomay.engine.contract import shown_keys
from whomay.engine.proof import called
from whomay.iam.patterns.symbols import printable
from whomay.iam.policy import Statement
from whomay.report import words
from whomay.report.markdown import code, escaped, within_summary

NOTHING: Final = "nobody may do more or less"
# Of a list people see so many values of a statement, and so many requests; JSON has all.
_VALUES, _REQUESTS = 8, 12
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
    nothing: str = NOTHING,
) -> str:
    """Return one block a change, the widest first, a line that counts them, what is not seen, and notes.

    `nothing` is what to say where there is no change.
    """
    lines: list[str] = []
    for one in _ordered(found):
        lines.append(f"{one.change}: {one.principal}")
        lines += [f"  {line}" for line in _details(one)]
    lines += [f"renamed: {old} is now {new}" for old, new in renamed]
    lines.append(_count(found) or nothing)
    lines += [f"  not seen: {each}" for each in unseen]
    lines += [f"  {each}" for each in notes]
    return "\n".join(map(printable, lines))  # a name with a line end in it would forge a line


def as_markdown(
    found: Sequence[Difference],
    renamed: Sequence[tuple[str, str]],
    unseen: Sequence[str] = (),
    notes: Sequence[str] = (),
    nothing: str = NOTHING,
) -> str:
    """Return a heading and a table for each kind of change; all names are escaped.

    It fits into a job summary: what does not is left out from the end, where the least matters.
    """
    lines = [f"### Access: {_count(found) or nothing}"]
    for change in _ORDER:
        some = [one for one in found if one.change is change]
        if not some:
            continue
        lines += ["", f"**{change}** ({_MEANING[change]})", "", "| principal | request | because |"]
        lines.append("|---|---|---|")
        for one in some:
            request = _request(one.witness) if one.witness else ""
            lines.append(f"| {code(one.principal)} | {code(request)} | {escaped(_cause(one))} |")
        lines += ["", *(line for one in some for line in _listed(one))]
    lines += [f"\nRenamed: {code(old)} is now {code(new)}" for old, new in renamed]
    lines += ["", *(f"- Not seen: {escaped(each)}" for each in unseen)] if unseen else []
    lines += ["", *(f"- {escaped(each[0].upper() + each[1:])}" for each in notes)] if notes else []
    return within_summary(lines)


def _listed(one: Difference) -> Iterator[str]:
    """Yield a list item for each statement of a change, with the requests that differ by it."""
    for each in one.kinds:
        lines = list(_kinds(one, each))
        head = [] if each.statement is None else [code(lines.pop(0))]
        yield f"- {': '.join([code(one.principal), *head])}"
        yield from (f"  - {code(line)}" for line in lines)
    yield from (f"- {code(one.principal)}: {line}" for line in _untold(one))


def _untold(one: Difference) -> Iterator[str]:
    if more := one.classes - sum(len(each.requests) for each in one.kinds):
        yield f"and {more} more {'kind' if more == 1 else 'kinds'} of requests"


def _ordered(found: Sequence[Difference]) -> list[Difference]:
    return sorted(found, key=lambda one: (_ORDER.index(one.change), one.principal))


def _details(one: Difference) -> Iterator[str]:
    if one.witness:
        yield _request(one.witness)
    yield _cause(one)
    for each in one.kinds:
        yield from _kinds(one, each)
    yield from _untold(one)


def _kinds(one: Difference, kinds: Kinds) -> Iterator[str]:
    """Yield what a statement says on both sides, and the requests that differ by it."""
    if kinds.statement:
        yield f"{words.place(kinds.statement)}: {words.statement(kinds.statement, _VALUES)}"
        if other := _on_the_other_side(one, kinds):
            yield f"  {other}"
    requests = list(_by_resource(kinds.requests, one.witness))
    if len(kinds.requests) > 1 or not kinds.statement:
        yield from (f"  {each}" for each in requests[:_REQUESTS])
        if len(requests) > _REQUESTS:
            yield f"  and {len(requests) - _REQUESTS} more, which --format json lists"


def _on_the_other_side(one: Difference, kinds: Kinds) -> str:
    """Return in which element a statement that was written anew is another one, and which."""
    if kinds.statement is None or kinds.other_side is None:
        return ""
    [name] = changed(kinds.statement, kinds.other_side)
    when = "now" if one.change is Change.NARROWER else "before"
    return f"{when}: {words.element(kinds.other_side, name, _VALUES) or f'no {name}'}"


def _by_resource(requests: Sequence[Request], witness: Request | None) -> Iterator[str]:
    """Yield requests, those of one principal on one resource with the same keys in one line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in requests:
        who = (
            "" if witness and each.principal == witness.principal else f"{called(each.principal)} "
        )
        alike.setdefault((who, f"{each.resource}{_keys(each)}"), []).append(each.action)
    for (who, on), actions in alike.items():
        yield f"{who}{', '.join(dict.fromkeys(actions))} on {on}"


def as_data(one: Difference) -> dict[str, object]:
    """Return a change for `json.dumps`, with the request that shows it and all others."""
    return {
        "principal": printable(one.principal),
        "change": one.change,
        "witness": one.witness and _data(one.witness),
        "statement": one.statement and _statement(one.statement),
        "text": printable(one.text),
        "kinds_of_requests": one.classes,
        "by_statement": [
            {
                "statement": each.statement and _statement(each.statement),
                "other_side": each.other_side and _statement(each.other_side),
                "requests": [_data(request) for request in each.requests],
            }
            for each in one.kinds
        ],
    }


def _data(request: Request) -> dict[str, object]:
    return {**request.as_data(), "principal": called(request.principal)}


def _statement(each: Statement) -> dict[str, object]:
    source = each.source
    return {
        "path": printable(source.path),
        "policy": printable(source.policy),
        "index": source.index,
        "sid": printable(source.sid),
        "says": printable(words.statement(each)),
    }


def _cause(one: Difference) -> str:
    if one.statement is None or one.kinds:
        return one.text
    return f"{one.text} ({words.place(one.statement)})"


def _request(request: Request) -> str:
    return f"{called(request.principal)} {request.action} on {request.resource}{_keys(request)}"


def _keys(request: Request) -> str:
    return "".join(f", {key}={value}" for key, value in shown_keys(request).items())


def _count(found: Sequence[Difference]) -> str:
    counts = [(change, sum(one.change is change for one in found)) for change in _ORDER]
    return ", ".join(f"{count} {change}" for change, count in counts if count)
