"""`whomay check`: tell whether the templates keep their contract, and what the rules find."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from whomay.cli import baseline
from whomay.cli.colour import show
from whomay.cli.deployment import deployment_options
from whomay.cli.finding_filters import FindingFilter, filter_options
from whomay.cli.inputs import (
    BAD_INPUT,
    BROKEN,
    HOLDS,
    UNKNOWN,
    Source,
    assembly_argument,
    bad_input_in_one_line,
    contract_of,
    contract_option,
)
from whomay.cli.rule_findings import as_annotations, as_json, as_lines, as_sarif
from whomay.cli.scp import Levels, scp_option
from whomay.engine import Deployment, check, read
from whomay.engine.contract import Checked, Outcome, Result, shown_keys
from whomay.engine.rules import Acknowledged, AcknowledgedFindings, acknowledged_findings
from whomay.iam.patterns.symbols import printable


@click.command()
@assembly_argument
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How to print the answer; sarif is for code scanning, github annotates a pull request.",
)
@click.option(
    "--baseline",
    "known",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that were there before: they pass, new ones fail, and so do those that are gone.",
)
@click.option(
    "--write-baseline",
    "written",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the findings of today into FILE, for --baseline; they pass this time.",
)
@click.option(
    "--lock",
    type=click.Path(path_type=Path),
    default=Path("access.lock"),
    show_default=True,
    help="The lock, which must have the acknowledgement of each grave finding too.",
)
@filter_options
@contract_option
@scp_option
@deployment_options
def command(
    *,
    assembly: Source,
    style: str,
    known: Path | None,
    written: Path | None,
    lock: Path,
    only: FindingFilter,
    stated: Path | None,
    scps: Levels,
    deployment: Deployment,
) -> None:
    """Check the access contract of an assembly, what `cdk synth` wrote (cdk.out), or of templates.

    It runs the rules as well; findings that the app acknowledges pass. An administrator, a trust in
    everyone and a secret that shows pass only if access.lock has the acknowledgement too.

    Exit code 0 when the contract is kept and no finding is open, 1 when it is broken or one is.
    Exit code 2 when it cannot be read or a statement is wrong, 3 when the answer is not known. An
    app without a contract is checked by the rules alone.

    Example: whomay check cdk.out --baseline known.json
    """
    with bad_input_in_one_line():
        loaded = read(assembly, deployment)
        contract = contract_of(loaded, stated)
        checked = check(contract, replace(loaded.snapshot, scps=scps))
        today = datetime.now(tz=UTC).date()
        rules = acknowledged_findings(loaded, today, contract.promised_beside())
        if rules.needs_lock:
            rules = rules.by_lock(_in(lock))
    if known:
        rules = baseline.beyond(rules, baseline.read(known))
    if written:
        number = baseline.write(written, rules)
        rules = replace(rules, open=())
        findings = "finding" if number == 1 else "findings"
        click.echo(f"{written} is written: {number} {findings}", err=True)
    rules, left_out = only.of(rules)
    match style:
        case "sarif":
            text = json.dumps(as_sarif(rules, checked.results, loaded), indent=1)
        case "github":
            text = "\n".join(as_annotations(rules, checked.results, loaded))
        case "json":
            text = _json(checked, rules, left_out)
        case _:
            text = _text(assembly, checked, rules, left_out)
    if style == "text":
        show(text)
    else:
        click.echo(text)
    sys.exit(_exit_code(checked, rules))


def _in(lock: Path) -> frozenset[Acknowledged]:
    """Return the acknowledgements of a lock, none where there is no lock."""
    from whomay.cli import lock_file  # noqa: PLC0415 - YAML, where there is a lock

    return frozenset(lock_file.read(lock).acknowledged) if lock.exists() else frozenset()


def _exit_code(checked: Checked, rules: AcknowledgedFindings) -> int:
    if checked.of(Outcome.WRONG):
        return BAD_INPUT
    if checked.of(Outcome.BROKEN) or not rules.clean:
        return BROKEN
    return UNKNOWN if checked.of(Outcome.UNKNOWN) else HOLDS


def _text(assembly: Source, checked: Checked, rules: AcknowledgedFindings, left_out: int) -> str:
    open_ones = checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN, Outcome.CAPPED)
    lines = [printable(line) for result in open_ones for line in _indented(result)]
    lines += as_lines(rules, left_out)
    lines.append(f"{assembly}{_counts(checked)}")
    lines += [printable(f"  not seen: {each}") for each in checked.unread]
    lines += [f"  assumed: {each}" for each in checked.assumed if checked.results]
    return "\n".join(lines)


def _counts(checked: Checked) -> str:
    if not checked.results:
        return ": no contract yet. `whomay contract init` writes one of today's access"
    counts = [f"{len(checked.of(outcome))} {outcome}" for outcome in Outcome if checked.of(outcome)]
    return f": {len(checked.results)} statements, {', '.join(counts)}"


def _indented(result: Result) -> list[str]:
    head, *rest = result.lines()
    return [head, *(f"  {line}" for line in rest)]


def _json(checked: Checked, rules: AcknowledgedFindings, left_out: int) -> str:
    return json.dumps(
        {
            "results": [_result(result) for result in checked.results],
            "unread": [printable(each) for each in checked.unread],
            "assumed": list(checked.assumed),
            **as_json(rules),
            "left_out": left_out,
        },
        indent=1,
    )


def _result(result: Result) -> dict[str, Any]:
    finding, witness = result.finding, result.finding.witness
    return {
        "at": result.stated.at,
        "statement": result.stated.kind,
        "principal": printable(
            result.principal.path if result.principal else result.stated.principal
        ),
        "outcome": finding.outcome,
        "said": printable(finding.said),
        "because": printable(finding.because),
        "fix": printable(finding.fix),
        "witness": witness
        and {
            "principal": printable(witness.principal),
            "action": witness.action,
            "resource": printable(witness.resource),
            "context": {key: printable(value) for key, value in shown_keys(witness).items()},
        },
        "causes": [
            {
                "path": printable(source.path),
                "policy": printable(source.policy),
                "index": source.index,
            }
            for source in finding.causes
        ],
    }
