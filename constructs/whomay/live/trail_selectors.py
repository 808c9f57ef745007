"""Which data events a trail records: its event selectors, as the template and the API have them.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from whomay.iam.facts.trail_events import RESOURCE_TYPES

SELECTORS: Final = ("EventSelectors", "AdvancedEventSelectors")
_FIELDS: Final = {"eventCategory", "resources.type", "resources.ARN"}


@dataclass(frozen=True, slots=True)
class Selected:
    """All data events on resources of one type, as `AWS::S3::Object`, whose ARN begins so.

    `account` is that of the trail; empty where it is not known.
    """

    type: str
    start: str
    account: str = ""


def selected(trail: Mapping[str, Any], account: str = "") -> Iterator[Selected]:
    """Yield the resources of which a trail records every data event, reading and writing.

    `trail` has `EventSelectors` or `AdvancedEventSelectors`. What a selector narrows by anything
    but the type and the beginning of the ARN is left out: then some calls are not recorded.
    """
    for each in _objects(trail.get("EventSelectors")):
        if each.get("ReadWriteType", "All") == "All":
            for resource in _objects(each.get("DataResources")):
                for value in _texts(resource.get("Values")):
                    yield Selected(str(resource.get("Type")), value, account)
    for each in _objects(trail.get("AdvancedEventSelectors")):
        yield from _advanced([*_objects(each.get("FieldSelectors"))], account)


def records(selections: Iterable[Selected], service: str, resource: str) -> bool:
    """Tell whether all data events of a service on what a pattern of ARNs names are recorded.

    >>> records([Selected("AWS::S3::Object", "arn:aws:s3:::reports/")], "s3", "arn:aws:s3:::reports/*")
    True
    """
    kind = RESOURCE_TYPES[service]
    fixed = resource.partition("*")[0].partition("?")[0]
    asked = f"{fixed}/" if service == "s3" and fixed == resource and "/" not in fixed else fixed
    return any(each.type == kind and _within(asked, each.start, resource) for each in selections)


def _within(fixed: str, start: str, resource: str) -> bool:
    """Tell whether all that begins so is selected: a whole service, a bucket, or the very resource."""
    if start.endswith(("/", ":::")) or start.count(":") <= 2:  # noqa: PLR2004 - `arn:aws:lambda` is all functions
        return fixed.startswith(start)
    return resource in {start, f"{start}:*"}


def _advanced(fields: list[Mapping[str, Any]], account: str) -> Iterator[Selected]:
    by_name = {str(each.get("Field")): each for each in fields}
    types = [*_texts(by_name.get("resources.type", {}).get("Equals"))]
    if set(by_name) - _FIELDS or len(types) != 1:
        return
    arns = by_name.get("resources.ARN")
    if arns is None:
        yield Selected(types[0], "arn:", account)
    elif set(arns) <= {"Field", "StartsWith", "Equals"}:
        for value in (*_texts(arns.get("StartsWith")), *_texts(arns.get("Equals"))):
            yield Selected(types[0], value, account)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (
        each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict)
    )


def _texts(value: Any) -> Iterator[str]:
    yield from (
        each for each in (value if isinstance(value, list) else ()) if isinstance(each, str)
    )
