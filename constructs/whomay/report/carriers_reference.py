"""The tables of what carries access in a template: `python -m whomay.report.carriers_reference`.

They are in docs/how-the-proof-works.md, between two comments.
"""

from collections import defaultdict
from collections.abc import Iterator

from whomay.iam.facts.policy_carriers import (
    Carrier,
    NotSeen,
    SameAccount,
    carriers,
    layers,
    not_seen,
    roles,
    table,
)

BEGIN, END = "<!-- carriers: begin -->", "<!-- carriers: end -->"

_TAKES_PART = {
    SameAccount.EITHER: "a grant on either side is enough",
    SameAccount.RESOURCE: "the resource's policy must take part",
    SameAccount.BOTH: "the resource behind it must permit as well",
}


def markdown() -> str:
    """Return the tables."""
    lines = [BEGIN, "", *_read(), "", *_own_readers(), "", *_unseen(), "", *_layers(), "", END]
    return "\n".join(lines) + "\n"


def replaced(page: str) -> str:
    """Return a page with the tables that it should have."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(f"{END}\n")
    return f"{before}{markdown()}{after}"


def _read() -> Iterator[str]:
    yield "**Resource policies that are read**, and what a grant inside one account takes:"
    yield ""
    yield "| service | properties | in the same account |"
    yield "|---|---|---|"
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, some in carriers().items():
        for one in some:
            rows[_service(kind), _TAKES_PART[one.same_account]].append(_called(one))
    for (service, takes), names in sorted(rows.items()):
        yield f"| {service} | {', '.join(sorted(names))} | {takes} |"


def _own_readers() -> Iterator[str]:
    yield "**Read as well**, by readers of their own:"
    yield ""
    yield "| what | properties |"
    yield "|---|---|"
    for what, names in sorted(table()["own_readers"].items()):
        yield f"| {what} | {', '.join(sorted(names))} |"
    handed = sum(map(len, roles().values()))
    yield f"| a role that is handed to a service | {handed} properties of {len(roles())} types |"


def _unseen() -> Iterator[str]:
    yield "**Not seen.** These grant in another way, and an answer that they could change is Unknown:"
    yield ""
    yield "| what is not seen | properties or types | what it could change |"
    yield "|---|---|---|"
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for some in not_seen().values():
        for one in some:
            rows[one.why, _changes(one)].append(_called(one))
    for (why, changes), names in sorted(rows.items()):
        yield f"| {why} | {', '.join(sorted(names))} | {changes} |"


def _layers() -> Iterator[str]:
    yield "**Only holds back.** It is not read, every command names it, and a change of it is Unknown:"
    yield ""
    yield "| property | what it does |"
    yield "|---|---|"
    for kind, some in layers().items():
        for path, what in some:
            yield f"| {'.'.join((kind.removeprefix('AWS::'), *path))} | {what} |"


def _changes(one: NotSeen) -> str:
    if one.everything:
        return "everything in its account"
    if one.attaches:
        return "what the named users and roles may do"
    whom = f" for {one.whom}" if one.whom else " for whom it names" if one.principal else ""
    return f"{', '.join(f'`{action}`' for action in one.actions)}{whom}"


def _called(one: Carrier | NotSeen) -> str:
    return ".".join((one.kind.removeprefix("AWS::"), *one.path))


def _service(kind: str) -> str:
    return kind.split("::")[1]


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 - this is its output
