"""Who can become whom, as a graph: drawn as SVG for a page, written as Mermaid for Markdown."""

import html
from collections.abc import Iterator
from dataclasses import dataclass

from whomay.engine.snapshot import Snapshot
from whomay.engine.symbols import display

_ROW, _WIDTH, _LEFT, _RIGHT = 24, 1100, 420, 680  # pixels


@dataclass(frozen=True, slots=True)
class Edge:
    """One principal that one role trusts; `guarded` when conditions stand in the statement."""

    who: str
    role: str
    guarded: bool


def edges(snapshot: Snapshot) -> list[Edge]:
    """Return who may become which role, by the trust policies and instance profiles."""
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


def as_svg(found: list[Edge]) -> str:
    """Return the graph in two columns: who on the left, roles on the right. All names are escaped."""
    left, right = (sorted({getattr(edge, side) for edge in found}) for side in ("who", "role"))
    height = _ROW * (max(len(left), len(right), 1) + 1)
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    name = 'role="img" aria-label="Trust graph" xmlns="http://www.w3.org/2000/svg"'
    parts = [f"<svg {name} {size}>"]
    for edge in found:
        start, end = _y(left.index(edge.who)), _y(right.index(edge.role))
        kind = "guarded" if edge.guarded else "open"
        middle = (_LEFT + _RIGHT) // 2
        curve = f"M{_LEFT + 6},{start} C{middle},{start} {middle},{end} {_RIGHT - 6},{end}"
        title = html.escape(f"{edge.who} may become {edge.role}")
        parts.append(f'<path class="{kind}" d="{curve}"><title>{title}</title></path>')
    parts += [_label(name, _LEFT, _y(row), "end") for row, name in enumerate(left)]
    parts += [_label(name, _RIGHT, _y(row), "start") for row, name in enumerate(right)]
    return "".join([*parts, "</svg>"])


def as_mermaid(found: list[Edge]) -> str:
    """Return the graph as a Mermaid flowchart; a dotted arrow carries conditions."""
    names = sorted({edge.who for edge in found} | {edge.role for edge in found})
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    lines = ["flowchart LR", *(f'    {ids[name]}["{_entities(name)}"]' for name in names)]
    for edge in found:
        arrow = "-.->" if edge.guarded else "-->"
        lines.append(f"    {ids[edge.who]} {arrow} {ids[edge.role]}")
    return "\n".join(lines)


def _y(row: int) -> int:
    return _ROW * (row + 1)


def _label(name: str, x: int, y: int, anchor: str) -> str:
    text = html.escape(name)
    return f'<text x="{x}" y="{y + 4}" text-anchor="{anchor}">{text}</text>'


def _entities(name: str) -> str:
    """Return a name in which nothing is Mermaid's or HTML's: all but plain characters as entities."""
    return "".join(c if c.isalnum() or c in " /-_." else f"#{ord(c)};" for c in name)
