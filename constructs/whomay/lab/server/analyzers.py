"""IAM Access Analyzer's analyzers: an account has one of each type in a Region. They find nothing.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
"""

import datetime as dt
import json
from typing import Any, Final

from whomay.lab.server.added_services import add
from whomay.lab.server.calls import CallError, Response
from whomay.lab.server.cloudformation.registry import (
    Properties,
    Provisioned,
    generated_name,
)
from whomay.lab.server.cloudformation.registry import add as add_type
from whomay.lab.server.query_errors import json_error
from whomay.lab.server.refusals import here
from whomay.lab.server.request import ApiRequest

TYPE: Final = "AWS::AccessAnalyzer::Analyzer"
_STATUS: Final = {"ResourceNotFoundException": 404, "ConflictException": 409}
_OVER_QUOTA: Final = 402

_analyzers: dict[tuple[str, str, str], dict[str, Any]] = {}  # by account, Region, name


def _own() -> list[dict[str, Any]]:
    return [one for (*place, _), one in _analyzers.items() if tuple(place) == here()]


def _create(name: str, kind: str) -> str:
    """Return the ARN of a new analyzer.

    Raises:
        CallError: the name is taken, or the account has one of this type in the Region.

    """
    account, region = here()
    if (account, region, name) in _analyzers:
        raise CallError("ConflictException", f"The analyzer {name} already exists.")
    if any(one["type"] == kind for one in _own()):
        text = f"You have reached the maximum number of analyzers of type {kind}: 1."
        raise CallError("ServiceQuotaExceededException", text)
    arn = f"arn:aws:access-analyzer:{region}:{account}:analyzer/{name}"
    _analyzers[account, region, name] = {
        "arn": arn,
        "name": name,
        "type": kind,
        "createdAt": dt.datetime.now(dt.UTC).isoformat(),
        "status": "ACTIVE",
        "tags": {},
    }
    return arn


def _delete(name: str) -> None:
    if _analyzers.pop((*here(), name), None) is None:
        raise CallError("ResourceNotFoundException", f"There is no analyzer {name}.")


def _get(name: str) -> dict[str, Any]:
    if (*here(), name) not in _analyzers:
        raise CallError("ResourceNotFoundException", f"There is no analyzer {name}.")
    return _analyzers[*here(), name]


def _told(request: ApiRequest) -> dict[str, Any] | None:
    name = request.path.removeprefix("/analyzer").strip("/")
    match request.method, name:
        case "GET", "":
            kinds = request.query.get("type", [])
            return {"analyzers": [one for one in _own() if not kinds or one["type"] in kinds]}
        case "PUT", "":
            given = json.loads(request.body)
            return {"arn": _create(given["analyzerName"], given["type"])}
        case "GET", _:
            return {"analyzer": _get(name)}
        case "DELETE", _:
            _delete(name)
            return {}
    return None


async def _answer(request: ApiRequest) -> Response:
    if not request.path.startswith("/analyzer"):
        return json_error("UnknownOperationException", "The lab does not have this operation.")
    try:
        told = _told(request)
    except CallError as refused:
        _, headers, body = json_error(refused.code, refused.message)
        return _STATUS.get(refused.code, _OVER_QUOTA), headers, body
    if told is None:
        return json_error("UnknownOperationException", "The lab does not have this operation.")
    return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()


def create_analyzer(logical_id: str, properties: Properties, stack: str) -> Provisioned:
    """Create one for a stack; Ref is its ARN."""
    name = properties.get("AnalyzerName") or generated_name(stack, logical_id)
    arn = _create(name, properties["Type"])
    return arn, {"Arn": arn}


def delete_analyzer(arn: str, _: Properties) -> None:
    """Delete that of a stack."""
    _delete(arn.rpartition("/")[2])


def install() -> None:
    """Add the service, and its type of CloudFormation."""
    add("access-analyzer", _answer, model="accessanalyzer")
    add_type(
        TYPE,
        create=create_analyzer,
        update=lambda *_: None,
        delete=delete_analyzer,
        replacing=("AnalyzerName", "Type"),
    )
