"""One permissions boundary for all that a scope holds, and nothing that escapes it."""

from aws_cdk import aws_iam as iam
from constructs import IConstruct

from whomay.cdk.arguments import checks
from whomay.cdk.jsii.references import with_references
from whomay.metadata.records import BoundaryRecord, write


def demand_boundary(scope: IConstruct, boundary: iam.IManagedPolicy) -> None:
    """Give all roles and users in the scope the boundary, and demand it at every synth.

    CDK's `PermissionsBoundary` sets it, on the roles of custom resources as well. The rule
    `outside-boundary` then finds in the templates each role or user that has another or none, also
    after overrides and in raw resources. A scope in the scope may demand another.

    Raises TypeError for a scope that is no construct and for a boundary that is no managed policy.
    """
    fix = "pass the app, a stage, a stack or a construct"
    checks.having("scope", scope, "node", "a construct", fix)
    checks.boundary("boundary", boundary)
    iam.PermissionsBoundary.of(scope).apply(boundary)
    record = BoundaryRecord(boundary.managed_policy_arn)
    scope.node.add_metadata(record.KEY, with_references(scope, write(record)))
