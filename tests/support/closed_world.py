"""Whether a principal is allowed nothing beyond a list of statements."""

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.prove import Proof, callers, covered
from whomay.iam.policy import Policy


def may_only(index: Index, principal_arn: str, statements: Policy) -> Proof:
    """Tell whether a principal is allowed nothing but what the statements allow by themselves."""
    bound = LayerView(Layer((statements,)), index)
    return covered(SnapshotView(index), bound, callers(index, principal_arn))
