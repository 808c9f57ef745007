"""Who can become whom, as a graph: drawn as SVG for a page, written as Mermaid for Markdown."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whomay.engine import Snapshot
from whomay.iam.patterns.symbols import display

_MOST_EDGES = 300  # Mermaid draws 500, and no text of more than 50,000 letters
_ROW, _LETTER, _GAP, _BETWEEN = 26, 8, 20, 220  # pixels


@dataclass(frozen=True, slots=True)
class Edge:
    """One principal that one role trusts; `guarded` when the statement has conditions."""

    who: str
    role: str
    guarded: bool


def edges(snapshot: Snapshot) -> list[Edge]:
    """Return who may assume which role, by the trust policies and instance profiles."""
    paths = {principal.arn: principal.path for principal in snapshot.principals}
    return sorted(set(_edges(snapshot, paths)), key=lambda edge: (edge.role, edge.who))


def _edges(snapshot: Snapshot, paths: dict[str, str]) -> Iterator[Edge]:
    for role in snapshot.principals:
        for instance in role.instances:
            yield Edge(instance, role.path, guarded=False)
        for statement in role.trust.statements if role.trust else ():
            for _, names in statement.principals or ():
                if statement.effect == "Allow":
                    for name in names:
                        who = paths.get(name) or display(name)
                        yield Edge(who, role.path, guarded=bool(statement.conditions))


def together(found: Sequence[Edge]) -> list[Edge]:
    """Return the edges with roles that the same may become as one, named by the first of them.

    So a graph of hundreds of functions has few lines. A role that may become another one, and one
    that a single caller of its own may become, stays by itself.
    """
    becoming: dict[str, list[Edge]] = {}
    for edge in found:
        becoming.setdefault(edge.role, []).append(edge)
    acting = {edge.who for edge in found}
    alike: dict[object, list[str]] = {}
    for role, some in becoming.items():
        same = tuple((edge.who, edge.guarded) for edge in some)
        alike.setdefault((same, role if role in acting else ""), []).append(role)
    return [
        Edge(edge.who, _called(roles), edge.guarded)
        for roles in alike.values()
        for edge in becoming[roles[0]]
    ]


def _called(roles: Sequence[str]) -> str:
    return roles[0] if len(roles) == 1 else f"{roles[0]} and {len(roles) - 1} more"


def as_svg(edges: Sequence[Edge]) -> str:
    """Return the graph in two columns: who on the left, roles on the right. All names are escaped.

    The roles of one principal are together, and it is on the row of the first of them, so that few
    lines cross. Roles that the same may become are one.
    """
    found = sorted(together(edges), key=lambda edge: (edge.who, edge.role))
    right = dict.fromkeys(edge.role for edge in found)
    of_role = {role: _ROW * (row + 1) for row, role in enumerate(right)}
    of_who: dict[str, int] = {}
    lowest = 0
    for edge in found:
        if edge.who not in of_who:
            lowest = of_who[edge.who] = max(lowest + _ROW, of_role[edge.role])
    left = [*of_who]
    start = _LETTER * max(map(len, left), default=0) + _GAP
    end = start + _BETWEEN
    width = end + _LETTER * max(map(len, right), default=0) + _GAP
    height = max((*of_who.values(), *of_role.values()), default=0) + _ROW
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    name = 'role="img" aria-label="Trust graph" xmlns="http://www.w3.org/2000/svg"'
    parts = [f"<svg {name} {size}>"]
    middle = (start + end) // 2
    for edge in found:
        y, to = of_who[edge.who], of_role[edge.role]
        kind = "guarded" if edge.guarded else "open"
        curve = f"M{start + 5},{y} C{middle},{y} {middle},{to} {end - 5},{to}"
        title = html.escape(f"{edge.who} may become {edge.role}")
        parts.append(f'<path class="{kind}" d="{curve}"><title>{title}</title></path>')
    parts += [_label(name, start, y, -_GAP // 2, "end") for name, y in of_who.items()]
    parts += [_label(name, end, y, _GAP // 2, "start") for name, y in of_role.items()]
    return "".join([*parts, "</svg>"])


def as_mermaid(edges: Sequence[Edge]) -> str:
    """Return the graph as a Mermaid flowchart; a dotted arrow carries conditions.

    Roles that the same may become are one. Of a larger graph than Mermaid draws the first edges are
    there, and a node that counts the rest: https://mermaid.js.org/config/schema-docs/config.html
    """
    all_edges = together(edges)
    found = all_edges[:_MOST_EDGES]
    names = sorted({edge.who for edge in found} | {edge.role for edge in found})
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    lines = ["flowchart LR", *(f'    {ids[name]}["{_entities(name)}"]' for name in names)]
    for edge in found:
        arrow = "-.->" if edge.guarded else "-->"
        lines.append(f"    {ids[edge.who]} {arrow} {ids[edge.role]}")
    if more := len(all_edges) - len(found):
        lines.append(f'    rest["{more} more"]')
    return "\n".join(lines)


def _label(name: str, x: int, y: int, away: int, anchor: str) -> str:
    text = html.escape(name)
    point = f'<circle cx="{x}" cy="{y}" r="3"/>'
    return f'{point}<text x="{x + away}" y="{y + 4}" text-anchor="{anchor}">{text}</text>'


def _entities(name: str) -> str:
    """Return a name in which nothing is Mermaid's or HTML's: all but plain characters as entities."""
    return "".join(c if c.isalnum() or c in " /-_." else f"#{ord(c)};" for c in name)
