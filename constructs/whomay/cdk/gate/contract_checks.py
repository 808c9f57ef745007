"""The bridge from CDK to the engine: the contract as a validation plugin of every synth."""

from collections.abc import Iterator
from typing import ClassVar, Final

from aws_cdk import IPolicyValidationContext, PolicyViolation

from whomay.cdk.gate.app_assembly import app_assembly
from whomay.cdk.gate.template_checks import WARNING, TemplateChecks, violation
from whomay.engine import AssemblyError, Contract, check
from whomay.engine.contract import Checked, Outcome, Result, StatementKind
from whomay.iam.patterns.symbols import display

_ELSEWHERE: Final = (
    "if the app should have it, correct the name: a typo is kept whatever is allowed"
)


class AccessContractChecks(TemplateChecks):
    """Checks at synth that the app's templates keep its `AccessContract`.

    Add it by `Validations.of(app).add_plugins(AccessContractChecks())`; `whomay.cdk.synth` does.
    It reads the synthesized templates, so raw resources and property overrides count. The synth
    fails for a statement that is broken, and for one whose answer is not known. What a boundary
    still caps is a warning, and so is a forbidden resource that nobody is known to have. An app that
    states no contract passes.

    Findings are acknowledged like others, by the id that they print:
    `AccessContract::must_not_allow[s3:Delete*]`.
    """

    NAMESPACE: ClassVar[str] = "AccessContract"
    RULES: ClassVar[tuple[str, ...]] = (
        *(kind.value for kind in StatementKind),
        "wrong",
        "elsewhere",
    )
    WARNINGS_PASS: ClassVar[bool] = True

    def violations(self, context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
        """Yield each statement that the templates of this synth do not keep, or that is wrong."""
        try:
            app = app_assembly(context)
            results = check(Contract.of(app), app.snapshot) if app else Checked((), (), ())
        except AssemblyError as error:
            yield violation("wrong[contract]", str(error), "", "error", "the app")
            return
        for result in results.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN, Outcome.CAPPED):
            severity = WARNING if result.finding.outcome is Outcome.CAPPED else "error"
            lines = result.lines()
            fix = lines.pop().removeprefix("to fix it: ") if result.finding.fix else ""
            text, about = "; ".join(lines), _construct(result)
            yield violation(_id(result), text, fix, severity, about, at=result.stated.at)
        for text in results.elsewhere:
            yield violation(
                "elsewhere", f"the contract says: {text}", _ELSEWHERE, WARNING, "the app"
            )


def _id(result: Result) -> str:
    """Return an id that names the finding exactly, and stays when lines move."""
    stated, finding = result.stated, result.finding
    if finding.outcome is Outcome.WRONG:
        return f"wrong[{stated.kind}]"
    if finding.witness is None or stated.actions:
        detail = ",".join(stated.actions) or finding.outcome.value
    elif stated.kind is StatementKind.ASSUMABLE_ONLY_BY:
        detail = display(finding.witness.principal)
    else:
        detail = finding.witness.action
    return f"{stated.kind}[{detail}]"


def _construct(result: Result) -> str:
    """Return the construct to show: whose policy decided, else who it is about."""
    causes = [source.path for source in result.finding.causes if not source.path.startswith("arn:")]
    about = result.principal.path if result.principal else result.stated.scope
    return causes[0] if causes else about
