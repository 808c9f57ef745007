"""The bridge from CDK to the engine: the contract as a validation plugin of every synth."""

from collections.abc import Iterator
from typing import Final

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from whomay.cdk.gate.app_assembly import VERSION, app_assembly
from whomay.engine.contract.check import Checked, Result, check_stated
from whomay.engine.contract.finding import Outcome
from whomay.engine.contract.statement import Kind, stated
from whomay.engine.templates.assembly import AssemblyError
from whomay.iam.patterns.symbols import display

NAME: Final = "AccessContract"


@jsii.implements(IPolicyValidationPlugin)
class AccessContractChecks:
    """Checks at synth that the app's templates keep its `AccessContract`.

    Add it by `Validations.of(app).add_plugins(AccessContractChecks())`; `whomay.cdk.synth` does.
    It reads the synthesized templates, so raw resources and property overrides count. A statement
    that is broken, or of which it is not known whether it is kept, fails the synth; what a
    boundary still caps is a warning. An app that states no contract passes.

    Findings are acknowledged like others, by the id that they print:
    `AccessContract::must_not_allow[s3:Delete*]`.
    """

    @property
    def name(self) -> str:
        """The namespace of all findings."""
        return NAME

    @property
    def version(self) -> str:
        """The version of this package."""
        return VERSION

    @property
    def rule_ids(self) -> list[str]:
        """The kinds of statements, and `wrong` for one that says nothing."""
        return [*(kind.value for kind in Kind), "wrong"]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Check the contract against the templates of this synth."""
        violations = list(_violations(context))
        failed = any(violation.severity != "warning" for violation in violations)
        return PolicyValidationPluginReport(
            success=not failed, violations=violations, plugin_version=self.version
        )


def _violations(context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
    try:
        app = app_assembly(context)
        checked = check_stated(app.snapshot, stated(app.assembly)) if app else Checked((), (), ())
    except AssemblyError as error:
        yield _violation("wrong[contract]", str(error), "", "error", "the app")
        return
    for result in checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN, Outcome.CAPPED):
        severity = "warning" if result.finding.outcome is Outcome.CAPPED else "error"
        lines = result.lines()
        mend = lines.pop().removeprefix("to mend it: ") if result.finding.fix else ""
        yield _violation(_id(result), "; ".join(lines), mend, severity, _place(result))


def _violation(
    rule: str, description: str, fix: str, severity: str, construct: str
) -> PolicyViolation:
    return PolicyViolation(
        rule_name=rule,
        description=_printable(description),
        fix=_printable(fix) or None,
        severity=severity,
        # A violation without a resource is not printed at all.
        violating_resources=[PolicyViolatingResource(construct_path=construct, locations=[])],
    )


def _id(result: Result) -> str:
    """Return an id that names the finding exactly, and stays when lines move."""
    stated, finding = result.stated, result.finding
    if finding.outcome is Outcome.WRONG:
        return f"wrong[{stated.kind}]"
    if finding.witness is None or stated.actions:
        detail = ",".join(stated.actions) or finding.outcome.value
    elif stated.kind is Kind.ASSUMABLE_ONLY_BY:
        detail = display(finding.witness.principal)
    else:
        detail = finding.witness.action
    return f"{stated.kind}[{detail}]"


def _place(result: Result) -> str:
    """Return the construct to show: whose policy decided, else who it is about."""
    causes = [source.path for source in result.finding.causes if not source.path.startswith("arn:")]
    about = result.principal.path if result.principal else result.stated.scope
    return causes[0] if causes else about


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in display(text))
