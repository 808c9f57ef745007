"""What IAM's simulator answers, in AWS's form.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from whomay.lab.server.calls import Response

_NAMESPACE: Final = "https://iam.amazonaws.com/doc/2010-05-08/"
_DECISIONS: Final[Mapping[str, str]] = {
    "Allow": "allowed",
    "Deny": "explicitDeny",
    "ImplicitDeny": "implicitDeny",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one action on one resource.

    `matched` are ids and types of the policies that decided. `missing` are the condition keys that
    the policies read and nobody gave. `bounded` tells whether the boundary allows it, None where
    there is none. `organized` tells that the account is in an organization, which allows it.
    """

    action: str
    resource: str
    decision: str
    matched: Sequence[tuple[str, str]]
    missing: Sequence[str]
    bounded: bool | None
    organized: bool

    def xml(self) -> Iterator[str]:
        """Yield the parts of an EvaluationResult; what is about a named resource is told twice."""
        decision = _DECISIONS[self.decision]
        is_all = self.resource == "*"
        missing = _list("MissingContextValues", map(escape, self.missing))
        matched = _list("MatchedStatements", (_policy(*each) for each in self.matched))
        boundary = ""
        if self.bounded is not None:
            allowed = f"<AllowedByPermissionsBoundary>{str(self.bounded).lower()}"
            boundary = f"{allowed}</AllowedByPermissionsBoundary>"
            boundary = f"<PermissionsBoundaryDecisionDetail>{boundary}"
            boundary += "</PermissionsBoundaryDecisionDetail>"
        yield f"<EvalActionName>{escape(self.action)}</EvalActionName>"
        yield f"<EvalResourceName>{escape(self.resource)}</EvalResourceName>"
        yield f"<EvalDecision>{decision}</EvalDecision>{matched}{boundary}"
        yield missing if is_all else "<MissingContextValues/>"
        if self.organized:
            yield "<OrganizationsDecisionDetail><AllowedByOrganizations>true"
            yield "</AllowedByOrganizations></OrganizationsDecisionDetail>"
        if not is_all:
            specific = f"<EvalResourceName>{escape(self.resource)}</EvalResourceName>"
            specific += f"<EvalResourceDecision>{decision}</EvalResourceDecision>"
            yield _list("ResourceSpecificResults", [f"{specific}{matched}{missing}{boundary}"])


def _policy(id: str, kind: str) -> str:
    named = f"<SourcePolicyId>{escape(id)}</SourcePolicyId>"
    return f"{named}<SourcePolicyType>{kind}</SourcePolicyType>"


def _list(name: str, members: Iterator[str] | Sequence[str]) -> str:
    listed = "".join(f"<member>{each}</member>" for each in members)
    return f"<{name}>{listed}</{name}>"


def answer(results: Sequence[Result], marker: str) -> Response:
    """Return a page of results, with the marker of the next; an empty marker is the end."""
    listed = _list("EvaluationResults", ["".join(each.xml()) for each in results])
    more = f"<Marker>{escape(marker)}</Marker>" if marker else ""
    body = (
        f'<SimulatePrincipalPolicyResponse xmlns="{_NAMESPACE}"><SimulatePrincipalPolicyResult>'
        f"<IsTruncated>{str(bool(marker)).lower()}</IsTruncated>{more}{listed}"
        "</SimulatePrincipalPolicyResult><ResponseMetadata>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()
