"""`whomay can`: one request of one principal, decided from the templates."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from whomay.cli.colour import show
from whomay.cli.completion import PRINCIPAL, RESOURCE, ActionName
from whomay.cli.deployment import deployment_options
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    Source,
    bad_input_in_one_line,
    question_options,
)
from whomay.cli.lock_input import at_option, known
from whomay.cli.scp import Levels, scp_option
from whomay.engine import Decision, Deployment, Request, Verdict, decide
from whomay.engine.contract import assumed_for
from whomay.engine.names import principal_named
from whomay.iam.patterns.symbols import printable

EXIT_CODES = {Verdict.ALLOWED: HOLDS, Verdict.UNKNOWN: UNKNOWN}


@click.command()
@click.argument("principal", type=PRINCIPAL)
@click.argument("action", type=ActionName())
@click.argument("resource", type=RESOURCE)
@question_options
@at_option
@scp_option
@deployment_options
def command(
    *,
    principal: str,
    action: str,
    resource: str,
    given: Mapping[str, list[str]],
    at: str | None,
    scps: Levels,
    assembly: Source,
    deployment: Deployment,
    style: str,
) -> None:
    """Say whether PRINCIPAL may do ACTION on RESOURCE, and why.

    PRINCIPAL is a construct path, a path with wildcards that fits one, or the name of a role or
    user. It may be an ARN, or a service such as ec2.amazonaws.com. RESOURCE is an ARN, or the
    construct path of any resource and what lies in it (MyStack/Bucket/report.csv). The request
    carries the condition keys that a current AWS CLI sends, and those of --given.

    Exit code 0 when it is allowed, 1 when it is denied, 3 when that is not known.

    Example: whomay can Reports/Reader s3:GetObject Reports/Bucket/a.csv
    """
    with bad_input_in_one_line():
        asked = known(assembly, deployment, at)
        snapshot = replace(asked.snapshot, scps=scps)
        who = principal_named(snapshot, principal)
        decision = decide(Request(who, action, resource, _values(given)), snapshot)
    assumed = assumed_for(
        snapshot,
        decision.request.resource,
        decision.verdict,
        by=[decision.request.principal],
    )
    notes = [printable(each) for each in (*assumed, *asked.assumed)]
    if style == "json":
        click.echo(_json(decision, notes))
    else:
        show("\n".join([_text(decision), *(f"  assumed: {each}" for each in notes)]))
    sys.exit(EXIT_CODES.get(decision.verdict, BROKEN))


def _values(given: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    return {key: values if len(values) > 1 else values[0] for key, values in given.items()}


def _json(decision: Decision, assumed: Sequence[str]) -> str:
    request = decision.request
    return json.dumps(
        {
            "verdict": decision.verdict,
            "layer": decision.layer,
            "principal": printable(request.principal),
            "action": request.action,
            "resource": printable(request.resource),
            "reason": printable(decision.reason),
            "statements": [
                {"path": s.source.path, "policy": s.source.policy, "index": s.source.index}
                for s in decision.statements
            ],
            "assumed": list(assumed),
        },
        indent=1,
    )


def _text(decision: Decision) -> str:
    request = decision.request
    asked = printable(f"{request.principal} {request.action} {request.resource}")
    return f"{decision.verdict}: {asked}\n  {printable(decision.reason)}"
