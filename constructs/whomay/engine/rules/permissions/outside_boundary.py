"""A role or user without the boundary that its app demands."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.records import records
from whomay.engine.templates.roles_and_users import ROLE, USER
from whomay.iam.patterns.symbols import unknown_reasons
from whomay.metadata.records import BoundaryRecord


def outside_boundary(app: App) -> Iterator[Finding]:
    """Yield every role and user in a construct that demands a boundary, and has another or none."""
    demands = {path: record.arn for path, record in records(app.assembly, BoundaryRecord)}
    for item in app.items.of(ROLE, USER) if demands else ():
        above = [path for path in demands if not path or f"{item.path}/".startswith(f"{path}/")]
        if not above:
            continue
        wanted = demands[max(above, key=len)]  # the nearest demand counts
        boundary = item.text("PermissionsBoundary")
        if boundary != wanted or unknown_reasons(wanted):
            has = f"its boundary is {boundary}" if boundary else "it has no boundary"
            yield RULE.finding(item, "", f"{has}, and {wanted} is demanded here")


RULE = Rule(
    id="outside-boundary",
    severity=Severity.ERROR,
    title="a role or user without the permissions boundary that the app demands",
    why=(
        "A boundary caps only those that have it. Roles that a library makes, raw resources and "
        "property overrides are easily without."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    fix="Set PermissionsBoundary to the demanded policy, or move the principal out of the scope.",
    bad=resources(
        """
        Metadata: {"whomay:boundary": "arn:aws:iam::111122223333:policy/Cap"}
        Resources:
          User: {Type: AWS::IAM::User}
        """
    ),
    good=resources(
        """
        Metadata: {"whomay:boundary": "arn:aws:iam::111122223333:policy/Cap"}
        Resources:
          User:
            Type: AWS::IAM::User
            Properties:
              PermissionsBoundary: arn:aws:iam::111122223333:policy/Cap
        """
    ),
    find=outside_boundary,
)
