"""Requests that come through a VPC endpoint of the snapshot: aws:SourceVpce tells which.

A principal may be used from any network, so no endpoint's policy holds it back in itself. It counts
in a question that says by which endpoint the requests come.
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from whomay.engine.names import unknown_name
from whomay.engine.snapshot import Snapshot
from whomay.iam.patterns.symbols import display

SOURCE_ENDPOINT: Final = "aws:sourcevpce"
V = TypeVar("V")


def through_endpoint(snapshot: Snapshot, given: Mapping[str, V]) -> tuple[Snapshot, dict[str, V]]:
    """Return a snapshot that requests come to as the given condition keys tell, and these keys.

    Their names are in lower case. An endpoint may be named by its construct path, or by its id as
    answers show it; the key then holds the id. One that is not in the snapshot holds nothing back.
    """
    keys = {key.lower(): value for key, value in given.items()}
    value = keys.get(SOURCE_ENDPOINT)
    name = _one(value)
    for each in snapshot.endpoints:
        if name in (each.id, display(each.id), each.path):
            return replace(snapshot, through=each), {**keys, SOURCE_ENDPOINT: _like(value, each.id)}
    return snapshot, keys


def problem_with_endpoint(snapshot: Snapshot, given: Mapping[str, object]) -> str | None:
    """Say why a given aws:SourceVpce is neither an id nor the construct path of an endpoint."""
    found, keys = through_endpoint(snapshot, given)
    name = _one(keys.get(SOURCE_ENDPOINT))
    if found.through or not isinstance(name, str) or "/" not in name:
        return None
    known = [each.path for each in snapshot.endpoints]
    return str(unknown_name("VPC endpoint", name, known))


def _one(value: object) -> object:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _like(value: V | None, id: str) -> V:
    """Return the id in a list where the value is in one."""
    return type(value)([id]) if isinstance(value, list | tuple) else id  # type: ignore[return-value] # a text in place of a text
