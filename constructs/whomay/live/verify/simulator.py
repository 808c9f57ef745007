"""IAM's own simulator: what the policies of a user or role say to requests.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from whomay.iam.policy_variables import Value
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError
from whomay.live.verify.context_entries import context_entries, withheld
from whomay.live.verify.questions import Question

AT_ONCE: Final = 4  # calls under way: IAM throttles the account as a whole
MOST: Final = 50  # results of one call: actions times resources
# Codes that are about one question, so that others can still be asked.
_OF_ONE: Final = frozenset({"InvalidInput", "NoSuchEntity", "PolicyEvaluation", "ValidationError"})
ALLOWED: Final = "allowed"


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the simulator says to one question.

    `decision` is AWS's word: allowed, explicitDeny, implicitDeny. `why` names the policies that
    matched, and a boundary or an organization that does not allow it. `unknown` says why it is no
    answer; then there is no decision.
    """

    decision: str = ""
    why: str = ""
    unknown: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the simulator says that it is allowed."""
        return self.decision == ALLOWED


class Simulator:
    """Asks the simulator of an account; after a call that was not answered it asks no more."""

    def __init__(self, account: Account) -> None:
        """Take the account, whose caller needs iam:SimulatePrincipalPolicy."""
        self._account = account
        self._ended = ""

    def ask(self, questions: Sequence[Question], advance: Callable[[int], None]) -> list[Simulated]:
        """Return the answers in the order of the questions; `advance` is told how many came."""
        self._account.client("iam")  # made once, before there are several threads
        calls = [[questions[place] for place in places] for places in batches(questions)]
        found: dict[_Identity, Simulated] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for batch, answers in zip(calls, pool.map(self._ask, calls), strict=True):
                found.update(zip(map(_identity, batch), answers, strict=True))
                advance(len(batch))
        return [found[_identity(each)] for each in questions]

    def _ask(self, batch: Sequence[Question]) -> list[Simulated]:
        if self._ended:
            return [Simulated(unknown=self._ended)] * len(batch)
        try:
            answered = {
                place: result
                for each in self._results(batch)
                for place, result in _by_resource(each)
            }
        except RefusedError as error:
            self._ended = f"iam:SimulatePrincipalPolicy is refused: {error.why}"
        except LiveError as error:
            if error.code not in _OF_ONE:
                self._ended = str(error)
            return [Simulated(unknown=str(error))] * len(batch)
        else:
            return [_simulated(each, answered.get(_place(each))) for each in batch]
        return [Simulated(unknown=self._ended)] * len(batch)

    def _results(self, batch: Sequence[Question]) -> Iterator[dict[str, Any]]:
        """Yield the results of all pages."""
        one = batch[0]
        arguments: dict[str, Any] = {
            "PolicySourceArn": one.source,
            "ActionNames": [*dict.fromkeys(each.request.action for each in batch)],
            "ResourceArns": [*dict.fromkeys(each.request.resource for each in batch)],
            "ContextEntries": context_entries(one.request),
        }
        if one.policy:
            arguments["ResourcePolicy"] = one.policy
        yield from (
            result
            for page in self._account.pages("iam", "simulate_principal_policy", **arguments)
            for result in page["EvaluationResults"]
        )


_Alike: TypeAlias = tuple[str, tuple[tuple[str, Value], ...], str]
_Identity: TypeAlias = tuple[_Alike, tuple[str, str]]


def _alike(question: Question) -> _Alike:
    """Return what all questions of one call share: who, the condition keys, a resource's policy."""
    context = tuple(sorted(question.request.context.items()))
    return question.source, context, question.policy


def _identity(question: Question) -> _Identity:
    return _alike(question), _place(question)


def _place(question: Question) -> tuple[str, str]:
    return question.request.action_key, question.request.resource


def _by_resource(result: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield a result by action and resource; AWS may tell several resources in one."""
    action = str(result["EvalActionName"]).lower()
    specific = result.get("ResourceSpecificResults") or [result]
    for each in specific:
        decision = each.get("EvalResourceDecision") or result["EvalDecision"]
        told = {**result, **each, "EvalDecision": decision}
        yield (action, str(each["EvalResourceName"])), told


def batches(questions: Sequence[Question]) -> Iterator[list[int]]:
    """Yield the places of questions that one call can ask: all of some actions on some resources."""
    alike: defaultdict[_Alike, defaultdict[str, dict[str, int]]]
    alike = defaultdict(lambda: defaultdict(dict))
    for place, each in enumerate(questions):
        same = alike[_alike(each)]
        same[each.request.action_key].setdefault(each.request.resource, place)
    for by_action in alike.values():
        rows: defaultdict[tuple[str, ...], list[list[int]]] = defaultdict(list)
        for resources in by_action.values():
            rows[tuple(resources)].append([*resources.values()])
        for resources_asked, places in rows.items():
            yield from _parts(len(resources_asked), places)


def _parts(resources: int, rows: list[list[int]]) -> Iterator[list[int]]:
    """Yield the places of rows, one an action, in parts that one call can ask."""
    if resources > MOST:
        for row in rows:
            yield from (row[start : start + MOST] for start in range(0, resources, MOST))
        return
    step = MOST // resources
    for start in range(0, len(rows), step):
        yield [place for row in rows[start : start + step] for place in row]


def _simulated(question: Question, result: Mapping[str, Any] | None) -> Simulated:
    if result is None:
        return Simulated(unknown="the simulator did not answer it")
    missing = {key.lower() for key in result.get("MissingContextValues") or ()}
    if lacking := withheld(question.request) & missing:
        keys = ", ".join(sorted(lacking))
        return Simulated(unknown=f"the simulator needs {keys}, which only the account knows")
    return Simulated(result["EvalDecision"], "; ".join(_why(result)))


def _why(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what decided, in words."""
    policies = dict.fromkeys(
        str(each.get("SourcePolicyId")) for each in result.get("MatchedStatements") or ()
    )
    if policies:
        yield f"by {', '.join(policies)}"
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        yield "the organization does not allow it"
    boundary = result.get("PermissionsBoundaryDecisionDetail", {})
    if not boundary.get("AllowedByPermissionsBoundary", True):
        yield "the permissions boundary does not allow it"
