"""The rule packs of cdk-nag that run at every synth, by the names that their findings print."""

import difflib
from collections.abc import Callable
from typing import Final

import cdk_nag
from aws_cdk import App, IPolicyValidationPlugin

from whomay.cdk.arguments.context_section import context_value
from whomay.metadata.refusals import items, refuse

ALWAYS: Final = "AwsSolutions"
CONTEXT: Final = "packs"
PACKS: Final[dict[str, Callable[[], IPolicyValidationPlugin]]] = {
    ALWAYS: cdk_nag.AwsSolutionsChecks,
    "HIPAA.Security": cdk_nag.HIPAASecurityChecks,
    "NIST.800.53.R5": cdk_nag.NIST80053R5Checks,
    "PCI.DSS.321": cdk_nag.PCIDSS321Checks,
    "Serverless": cdk_nag.ServerlessChecks,
}


def chosen(app: App) -> dict[str, IPolicyValidationPlugin]:
    """Return AwsSolutions, and the packs that the context names: `"packs": ["HIPAA.Security"]`.

    Raises ValueError for a name that is no pack, with the nearest one that is.
    """
    found = context_value(app, CONTEXT)
    names = items(CONTEXT, [] if found is None else found, "names of packs")
    for name in names:
        if name not in PACKS:
            near = difflib.get_close_matches(str(name), PACKS, n=1, cutoff=0.3)
            fix = f"did you mean {near[0]}?" if near else "leave it out"
            refuse(CONTEXT, name, f"one of {', '.join(PACKS)}", fix)
    return {name: PACKS[name]() for name in dict.fromkeys([ALWAYS, *names])}
