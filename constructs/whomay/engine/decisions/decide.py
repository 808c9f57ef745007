"""The public question: may this request pass, and why.

decide(Request(user_arn, "s3:GetObject", object_arn), snapshot).verdict
"""

from dataclasses import dataclass

from whomay.engine.decisions.deciding import deciding_layer
from whomay.engine.decisions.explain import explain
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import LayerName, Layers, Verdict, judge, taking_part
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import Snapshot
from whomay.iam.policy import Statement

__all__ = ["Decision", "Verdict", "decide", "decide_by", "decide_in"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict; its statements and its reason are worked out when asked for.

    `request` is the one that decided: for an object under a
    customer key it may be the request that S3 makes to KMS.
    """

    verdict: Verdict
    request: Request
    layers: Layers

    @property
    def layer(self) -> LayerName:
        """The layer that decided, or that would have to allow."""
        return deciding_layer(self.request, self.layers, self.verdict)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that decided; for an implicit denial the nearest that failed."""
        return explain(self.request, self.layers, self.verdict).statements

    @property
    def reason(self) -> str:
        """A sentence that names the statements, or what the nearest one lacked."""
        return explain(self.request, self.layers, self.verdict).reason


def decide_by(request: Request, layers: Layers) -> Decision:
    """Decide by explicit policies. The request's context is taken as it is: absent is absent."""
    by = taking_part(request, layers)
    return Decision(judge(request, by), request, by)


def decide_in(request: Request, index: Index) -> Decision:
    """Decide within an indexed snapshot, for callers that ask many questions of one."""
    asked = index.complete(request)
    decision = decide_by(asked, index.layers(asked))
    if decision.verdict is Verdict.ALLOWED and (key_request := index.key_request(asked)):
        by_key = decide_by(key_request, index.layers(key_request))
        return decision if by_key.verdict is Verdict.ALLOWED else by_key
    return decision


def decide(request: Request, snapshot: Snapshot) -> Decision:
    """Decide within a snapshot.

    Keys that follow from principal and resource (aws:PrincipalArn, aws:ResourceAccount …) are
    filled in where the request does not have them. A role's trust and a key's policy outside the
    snapshot are Unknown; any other resource outside it has no policy.
    """
    return decide_in(request, Index(snapshot))
