"""Logical ids that a construct path does not tell, so that the path alone does not say which resource it is.

CloudFormation knows a resource by its logical id. CDK makes it of the construct path, and an app may
override it: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids
"""

import hashlib
import re
from collections.abc import Collection, Iterator

from whomay.engine.snapshot import LogicalId
from whomay.engine.templates.resource_attributes import own_attribute
from whomay.engine.templates.resources import Items
from whomay.iam.patterns.symbols import is_symbolic


def logical_ids(items: Items, paths: Collection[str]) -> Iterator[LogicalId]:
    """Yield the overridden logical id of each resource at one of the paths whose name is generated."""
    for item in items:
        attribute = own_attribute(item.kind) if item.path in paths else None
        if attribute is None or not is_symbolic(item.get(attribute)):
            continue
        within = item.path.removeprefix(f"{item.template.path}/").split("/")
        if all(item.logical_id != made for made in _made_of(within)):
            yield LogicalId(item.path, item.logical_id)


def _made_of(path: list[str]) -> Iterator[str]:
    yield path[-1]
    yield _made_by_cdk([*path, "Resource"])
    yield _made_by_cdk(path)


def _made_by_cdk(path: list[str]) -> str:
    """Return the logical id that CDK makes of a path within a stack, to the letter."""
    ids = [each for each in path if each != "Default"]
    if len(ids) == 1:
        return _plain(ids[0])
    digest = hashlib.md5("/".join(ids).encode(), usedforsecurity=False).hexdigest()[:8].upper()
    shown: list[str] = []
    for each in ids:
        if not shown or not shown[-1].endswith(each):
            shown.append(each)
    human = "".join(_plain(each) for each in shown if each != "Resource")
    return f"{human[:240]}{digest}"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)
