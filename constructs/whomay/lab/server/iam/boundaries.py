"""GetAccountAuthorizationDetails with the permissions boundaries, which MiniStack leaves out.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.iam.operations import Kind, Operation, Parameters, around


def _bounded() -> Iterator[dict[str, Any]]:
    for kind in (Kind.USER, Kind.ROLE):
        for record in internals.get("services.iam", kind.store).values():
            if record.get("PermissionsBoundary"):
                yield record


def _with_boundaries(inner: Operation) -> Operation:
    def operation(parameters: Parameters) -> Response:
        status, headers, body = inner(parameters)
        text = body.decode() if isinstance(body, bytes) else body
        for record in _bounded():
            arn = f"<Arn>{record['Arn']}</Arn>"
            boundary = (
                "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
                f"<PermissionsBoundaryArn>{escape(record['PermissionsBoundary'])}"
                "</PermissionsBoundaryArn></PermissionsBoundary>"
            )
            text = text.replace(arn, arn + boundary)
        return status, headers, text.encode()

    return operation


def install() -> None:
    """Add the boundaries of users and roles."""
    around("GetAccountAuthorizationDetails", _with_boundaries)
