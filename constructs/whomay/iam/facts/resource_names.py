"""What each resource type of CloudFormation is called: what `Ref` gives, and what its ARN is made of.

The table is written by `scripts/resource_names.py` from CloudFormation's schemas and IAM's ARN
formats. A test fails when these know more than it does.

What is in a name or in an ARN is said in these words:

- `Prop`: what the author writes into the property; AWS makes it up when nothing is written there.
- `Prop?`: the same, but what AWS takes in its place is not known.
- `Prop=text`: the same, with the text in its place.
- `Prop-`: what the author writes, with a dash and letters that AWS makes; all is AWS's without it.
- `~Prop`: AWS makes it. Where the author writes into the property, it may be that.
- `Ref`: what `Ref` gives. Empty: AWS makes it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """The names of one type.

    `ref` is what `Ref` gives; None when that is an ARN, or not known. `id` is the attribute that
    has the same, `name` the property in which an author names the resource. `arn` is the format of
    its ARN, where it follows from IAM's, and `parts` are the variables of all of its formats.
    """

    ref: str | None = None
    id: str = ""
    name: str = ""
    arn: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """Return all lines of the table, by the type without `AWS::`."""
    text = Path(__file__).with_name("resource_names.json").read_text("utf-8")
    found: Mapping[str, Mapping[str, Any]] = json.loads(text)["types"]
    return found


@cache
def names_of(kind: str) -> ResourceNames | None:
    """Return the names of a type, `AWS::S3::Bucket`; None when the table does not have it."""
    entry = table().get(kind.removeprefix("AWS::")) if kind.startswith("AWS::") else None
    return None if entry is None else ResourceNames(**entry)
