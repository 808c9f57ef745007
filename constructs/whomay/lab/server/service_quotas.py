"""Service Quotas: what an account may have, and a request for more, which the lab grants at once.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from whomay.iam.facts.service_quotas import ALL, ServiceQuota
from whomay.lab.server.added_services import add
from whomay.lab.server.calls import Response
from whomay.lab.server.query_errors import json_error
from whomay.lab.server.refusals import here
from whomay.lab.server.request import ApiRequest

_raised: dict[tuple[str, str, str], float] = {}  # by account, Region, and the quota's code


def applied(quota: ServiceQuota) -> int:
    """Return what the account of the present request may have in its Region."""
    account, region = here()
    return int(_raised.get((account, quota.region("aws", region), quota.code), quota.default))


def _told(quota: ServiceQuota, value: float) -> dict[str, Any]:
    account, region = here()
    arn = f"arn:aws:servicequotas:{quota.region('aws', region)}:{account}:{quota.service}/{quota.code}"
    return {
        "ServiceCode": quota.service,
        "QuotaArn": arn,
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": quota.service == "iam",
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def _found(given: Mapping[str, Any]) -> list[ServiceQuota]:
    """Return the quotas of a service that are told in this Region, or the one that is named."""
    _, region = here()
    code = given.get("QuotaCode")
    return [
        quota
        for quota in ALL
        if quota.service == given.get("ServiceCode")
        and quota.region("aws", region) == region
        and code in {None, quota.code}
    ]


def _one(value: Callable[[ServiceQuota], float]) -> Callable[[Mapping[str, Any]], Any]:
    def told(given: Mapping[str, Any]) -> dict[str, Any]:
        found = _found(given)
        return {"Quota": _told(found[0], value(found[0]))} if found else {}

    return told


def _list(value: Callable[[ServiceQuota], float]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda given: {"Quotas": [_told(quota, value(quota)) for quota in _found(given)]}


def _request(given: Mapping[str, Any]) -> dict[str, Any]:
    account, region = here()
    for quota in _found(given):
        wanted = float(given["DesiredValue"])
        if wanted <= applied(quota):
            return {}
        _raised[account, region, quota.code] = wanted
        request = {
            "Id": secrets.token_hex(16),
            "ServiceCode": quota.service,
            "QuotaCode": quota.code,
            "QuotaName": quota.name,
            "DesiredValue": wanted,
            "Status": "APPROVED",
        }
        return {"RequestedQuota": request}
    return {}


def _default(quota: ServiceQuota) -> float:
    return quota.default


_OPERATIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "GetServiceQuota": _one(applied),
    "GetAWSDefaultServiceQuota": _one(_default),
    "ListServiceQuotas": _list(applied),
    "ListAWSDefaultServiceQuotas": _list(_default),
    "RequestServiceQuotaIncrease": _request,
}


async def _answer(request: ApiRequest) -> Response:
    operation = _OPERATIONS.get(request.parameter("Action"))
    if operation is None:
        return json_error("UnknownOperationException", "The lab does not have this operation.")
    told = operation(json.loads(request.body or b"{}"))
    if told:
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode()
    if operation is _request:
        text = "The value is not more than what the account may have."
        return json_error("IllegalArgumentException", text)
    return json_error("NoSuchResourceException", "The request failed because the quota is unknown.")


def install() -> None:
    """Add the service."""
    add("servicequotas", _answer, target="ServiceQuotasV20190624")
