"""An external id that AWS refuses, that everybody can guess, or that two third parties share."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import binds, is_pattern, narrows
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.callers import account_named, caller
from whomay.iam.facts.limits import ACCOUNT_ID, EXTERNAL_ID, EXTERNAL_ID_LENGTH
from whomay.iam.patterns.symbols import is_symbolic
from whomay.metadata.condition_values import is_account

_KEY: Final = "sts:externalid"
_OF_ORGANIZATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})


def external_id(app: App) -> Iterator[Finding]:
    """Yield every external id that is none, that is an account's id, or that others have too."""
    parties: defaultdict[str, dict[str, None]] = defaultdict(dict)
    asked = [(placed, value) for placed in app.allowing(PolicyType.TRUST) for value in _ids(placed)]
    for placed, value in asked:
        parties[value].update(dict.fromkeys(_third_parties(placed)))
    for placed, value in asked:
        if fault := _fault(value) or _shared(list(parties[value])):
            yield RULE.finding(placed, value, f"the external id {value} {fault}")


def _ids(placed: PlacedStatement) -> Iterator[str]:
    for condition in placed.statement.conditions:
        if condition.key.lower() == _KEY and binds(condition):
            yield from (each for each in condition.values if not is_symbolic(each))


def _fault(value: str) -> str:
    least, most = EXTERNAL_ID_LENGTH
    if is_account(value):
        return "is an account's id, which others know: take one that only the two parties have"
    if not is_pattern(value) and not (EXTERNAL_ID.fullmatch(value) and least <= len(value) <= most):
        return f"is none to AWS: allowed are {least} to {most} of A-Z, a-z, 0-9 and _+=,.@:/-"
    return ""


def _shared(parties: list[str]) -> str:
    if len(parties) < 2:  # noqa: PLR2004 - one party alone shares with nobody
        return ""
    return f"is asked of {' and '.join(parties)}: each could come in as the other's customer"


def _third_parties(placed: PlacedStatement) -> Iterator[str]:
    """Yield the trusted accounts that are neither the role's own nor of a named organization."""
    if narrows(placed.statement, _OF_ORGANIZATION):
        return
    for kind, values in placed.statement.principals or ():
        for value in values if kind == "AWS" else ():
            account = account_named(value) or caller(value).account or ""
            if ACCOUNT_ID.fullmatch(account) and account != placed.item.account:
                yield account


RULE = Rule(
    id="external-id",
    severity=Severity.ERROR,
    title="an external id that AWS refuses, that is an account's id, or that two third parties share",
    why=(
        "The external id tells for which customer a third party acts. Where another party knows it, "
        "or has it too, that party can act on this role in the place of the one that is meant. An id "
        "that AWS refuses lets nobody in."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    fix="Take an id of 2 to 1,224 characters that the third party makes for you alone, such as a UUID.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::444455556666:root"}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"sts:ExternalId": "111122223333"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::444455556666:root"}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"sts:ExternalId": tenant-4711}
        """
    ),
    find=external_id,
)
