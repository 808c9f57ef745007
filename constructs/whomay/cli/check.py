"""`whomay check`: tell whether the templates keep the contract that their app states."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from whomay.cli.inputs import (
    BAD_INPUT,
    BROKEN,
    HOLDS,
    UNKNOWN,
    BadInputError,
    bad_input_in_one_line,
    format_option,
    shown,
)
from whomay.engine.assembly import load
from whomay.engine.contract import Checked, Result, check
from whomay.engine.findings import Outcome, shown_keys


@click.command()
@click.argument("assembly", type=click.Path(path_type=Path), default=Path("cdk.out"))
@format_option
def command(*, assembly: Path, style: str) -> None:
    """Check the access contract in ASSEMBLY, the folder that `cdk synth` wrote (cdk.out).

    Exit code 0 when it is kept, 1 when it is broken, 2 when it cannot be read or a statement is
    wrong, 3 when the answer is not known.
    """
    with bad_input_in_one_line():
        checked = check(load(assembly))
    if not checked.results:
        raise BadInputError(
            f"{assembly} states no contract: state one by AccessContract.of(stack), and synthesize"
        )
    click.echo(_json(checked) if style == "json" else _text(assembly, checked))
    sys.exit(_exit_code(checked))


def _exit_code(checked: Checked) -> int:
    for outcome, code in (
        (Outcome.WRONG, BAD_INPUT),
        (Outcome.BROKEN, BROKEN),
        (Outcome.UNKNOWN, UNKNOWN),
    ):
        if checked.of(outcome):
            return code
    return HOLDS


def _text(assembly: Path, checked: Checked) -> str:
    open_ones = checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN, Outcome.CAPPED)
    counts = [f"{len(checked.of(outcome))} {outcome}" for outcome in Outcome if checked.of(outcome)]
    lines = [shown(line) for result in open_ones for line in _indented(result)]
    lines.append(f"{assembly}: {len(checked.results)} statements, {', '.join(counts)}")
    lines += [shown(f"  not seen: {each}") for each in checked.unread]
    lines += [f"  assumed: {each}" for each in checked.assumed]
    return "\n".join(lines)


def _indented(result: Result) -> list[str]:
    head, *rest = result.lines()
    return [head, *(f"  {line}" for line in rest)]


def _json(checked: Checked) -> str:
    return json.dumps(
        {
            "results": [_result(result) for result in checked.results],
            "unread": [shown(each) for each in checked.unread],
            "assumed": list(checked.assumed),
        },
        indent=1,
    )


def _result(result: Result) -> dict[str, Any]:
    finding, witness = result.finding, result.finding.witness
    return {
        "at": result.stated.at,
        "statement": result.stated.kind,
        "principal": shown(result.principal.path if result.principal else result.stated.principal),
        "outcome": finding.outcome,
        "said": shown(finding.said),
        "because": shown(finding.because),
        "fix": shown(finding.fix),
        "witness": witness
        and {
            "principal": shown(witness.principal),
            "action": witness.action,
            "resource": shown(witness.resource),
            "context": {key: shown(value) for key, value in shown_keys(witness).items()},
        },
        "causes": [
            {"path": shown(source.path), "policy": shown(source.policy), "index": source.index}
            for source in finding.causes
        ],
    }
