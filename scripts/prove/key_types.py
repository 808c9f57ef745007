"""What a condition key's value is, and whether it has several.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from enum import StrEnum
from functools import cache

from scripts.prove.catalogue import type_of_key


class KeyType(StrEnum):
    """How a key's value is compared."""

    TEXT = "text"
    ARN = "ARN"
    BOOLEAN = "Boolean"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "IP address"


_GLOBAL = {
    "aws:currenttime": KeyType.DATE,
    "aws:epochtime": KeyType.DATE,
    "aws:tokenissuetime": KeyType.DATE,
    "aws:multifactorauthage": KeyType.NUMBER,
    "aws:multifactorauthpresent": KeyType.BOOLEAN,
    "aws:principalisawsservice": KeyType.BOOLEAN,
    "aws:securetransport": KeyType.BOOLEAN,
    "aws:viaawsservice": KeyType.BOOLEAN,
    "aws:sourceip": KeyType.ADDRESS,
    "aws:vpcsourceip": KeyType.ADDRESS,
    "aws:principalarn": KeyType.ARN,
    "aws:sourcearn": KeyType.ARN,
    "aws:sourcevpcarn": KeyType.ARN,
}
_SEVERAL = frozenset(
    (
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
    )
)
_OF_REFERENCE = {"ARN": KeyType.ARN, "Bool": KeyType.BOOLEAN, "Date": KeyType.DATE}
_OF_REFERENCE |= {"Numeric": KeyType.NUMBER, "IPAddress": KeyType.ADDRESS}


@cache
def type_of(key: str) -> KeyType:
    """Return the type of a key, given in lower case."""
    if key.startswith("aws:"):
        return _GLOBAL.get(key, KeyType.TEXT)
    return _OF_REFERENCE.get(type_of_key(key).removeprefix("ArrayOf"), KeyType.TEXT)


@cache
def has_several(key: str) -> bool:
    """Tell whether a request may have several values of a key."""
    return key in _SEVERAL or type_of_key(key).startswith("ArrayOf")
