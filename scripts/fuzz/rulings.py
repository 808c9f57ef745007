"""Where the outside judge and the engine are known to differ, and who is right by AWS's pages.

A ruling is exact: it rewrites a case so that the disputed thing is gone. If both agree on what is
left, the thing was the cause; if they do not, the disagreement has no ruling.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
Case = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A known difference: what it is, why the engine answers as it does, AWS's page."""

    name: str
    why: str
    page: str
    rewrite: Callable[[Case], None]

    def without(self, case: Case) -> Case:
        """Return the case without the disputed thing; the same case where it is not in it."""
        other = deepcopy(case)
        self.rewrite(other)
        return other


def _statements(case: Case) -> list[dict[str, Any]]:
    policies = case["policies"]
    documents = [*policies["identity"], *policies["boundary"], *policies["session"]]
    documents += [
        *policies["rcp"],
        *policies["resource"],
        *(each for level in policies["scp"] for each in level),
    ]
    documents += [policies["trust"]] if policies["trust"] else []
    return [statement for document in documents for statement in document["Statement"]]


def _no_session_policy(case: Case) -> None:
    case["policies"]["session"] = []


def _no_if_exists_on_any_value(case: Case) -> None:
    for statement in _statements(case):
        conditions = statement.get("Condition", {})
        for operator in list(conditions):
            if operator.startswith("ForAnyValue:") and operator.endswith("IfExists"):
                plain = operator.removesuffix("IfExists")
                conditions.setdefault(plain, {}).update(conditions.pop(operator))


def _default_in_not_resource(case: Case) -> None:
    for statement in _statements(case):
        if "NotResource" in statement:
            statement["NotResource"] = [_with_default(p) for p in statement["NotResource"]]


def _with_default(text: str) -> str:
    for name in ("aws:username", "aws:PrincipalTag/team"):
        text = text.replace(f"${{{name}}}", f"${{{name}, '-'}}")
    return text


def _default_in_negated_conditions(case: Case) -> None:
    for statement in _statements(case):
        for operator, keys in statement.get("Condition", {}).items():
            for key, values in keys.items():
                if operator.rpartition(":")[2].startswith("StringNot"):
                    keys[key] = [_with_default(value) for value in values]


def _written_as_a_range(case: Case) -> None:
    for statement in _statements(case):
        for operator, keys in statement.get("Condition", {}).items():
            if operator.startswith("NotIpAddress"):
                addresses = [each if "/" in each else f"{each}/32" for each in keys["aws:SourceIp"]]
                keys["aws:SourceIp"] = addresses


def _no_resource_control_of_services_without(case: Case) -> None:
    if case["request"]["action"].partition(":")[0] in ("lambda", "sns"):
        case["policies"]["rcp"] = []


RULINGS: Final = (
    Ruling(
        "a grant to the session itself",
        "A resource policy that names the session, or everybody, grants to the session directly; "
        "the session policy does not cap that. The judge lets it cap.",
        f"{GUIDE}/access_policies.html#policies_session",
        _no_session_policy,
    ),
    Ruling(
        "ForAnyValue with IfExists and no key",
        "An operator with IfExists is true when the key is absent; the page makes no exception for "
        "set operators. The judge makes one.",
        f"{GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IfExists",
        _no_if_exists_on_any_value,
    ),
    Ruling(
        "NotResource with a variable that has no value",
        "A variable without a value is equal to nothing and like nothing, so NotResource applies "
        "to every resource. The judge leaves the statement out.",
        f"{GUIDE}/reference_policies_variables.html",
        _default_in_not_resource,
    ),
    Ruling(
        "a negated operator on a variable that has no value",
        "A variable without a value is equal to nothing and like nothing, so a negated operator holds. "
        "The judge lets it fail.",
        f"{GUIDE}/reference_policies_variables.html",
        _default_in_negated_conditions,
    ),
    Ruling(
        "an address of IPv6 under NotIpAddress with one address of IPv4",
        "NotIpAddress holds for every address but those listed, so for every one of IPv6. The judge "
        "says so where the list has a range, 10.1.2.3/32, and not where it has the address alone.",
        f"{GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        _written_as_a_range,
    ),
    Ruling(
        "a resource control policy about a service that has none",
        "Resource control policies apply to the services that AWS lists; Lambda and SNS are none of "
        "them. The judge lets them deny everywhere.",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
        _no_resource_control_of_services_without,
    ),
)
