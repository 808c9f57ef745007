"""IAM's own simulator: what the policies of a user or role say to requests.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError
from whomay.live.verify.context_entries import context_entries, withheld
from whomay.live.verify.questions import Question

AT_ONCE: Final = 4  # calls under way: IAM throttles the account as a whole
MOST_ACTIONS: Final = 25  # of one call, so that an answer comes in one page
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
        found: dict[int, Simulated] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for places, answers in zip(
                batches := [*_batches(questions)],
                pool.map(self._ask, [[questions[n] for n in places] for places in batches]),
                strict=True,
            ):
                found.update(zip(places, answers, strict=True))
                advance(len(places))
        return [found[place] for place in range(len(questions))]

    def _ask(self, batch: Sequence[Question]) -> list[Simulated]:
        if self._ended:
            return [Simulated(unknown=self._ended)] * len(batch)
        try:
            answered = {_action(each): each for each in self._results(batch)}
        except RefusedError as error:
            self._ended = f"iam:SimulatePrincipalPolicy is refused: {error.why}"
        except LiveError as error:
            if error.code not in _OF_ONE:
                self._ended = str(error)
            return [Simulated(unknown=str(error))] * len(batch)
        else:
            return [_simulated(each, answered.get(each.request.action_key)) for each in batch]
        return [Simulated(unknown=self._ended)] * len(batch)

    def _results(self, batch: Sequence[Question]) -> Iterator[dict[str, Any]]:
        """Yield the results of all pages."""
        one = batch[0]
        arguments: dict[str, Any] = {
            "PolicySourceArn": one.source,
            "ActionNames": [each.request.action for each in batch],
            "ResourceArns": [one.request.resource],
            "ContextEntries": context_entries(one.request),
        }
        if one.policy:
            arguments["ResourcePolicy"] = one.policy
        yield from (
            result
            for page in self._account.pages("iam", "simulate_principal_policy", **arguments)
            for result in page["EvaluationResults"]
        )


def _action(result: Mapping[str, Any]) -> str:
    return str(result["EvalActionName"]).lower()


def _batches(questions: Sequence[Question]) -> Iterator[list[int]]:
    """Yield the places of questions that one call can ask: all the same but the action."""
    alike: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(questions):
        context = tuple(sorted(each.request.context.items(), key=str))
        alike[each.source, each.request.resource, context, each.policy].append(place)
    for places in alike.values():
        for start in range(0, len(places), MOST_ACTIONS):
            yield places[start : start + MOST_ACTIONS]


def _simulated(question: Question, result: Mapping[str, Any] | None) -> Simulated:
    if result is None:
        return Simulated(unknown="the simulator did not answer it")
    [specific] = result.get("ResourceSpecificResults") or [{}]
    lacking = withheld(question.request) & {
        key.lower() for each in (result, specific) for key in each.get("MissingContextValues") or ()
    }
    if lacking:
        keys = ", ".join(sorted(lacking))
        return Simulated(unknown=f"the simulator needs {keys}, which only the account knows")
    decision = specific.get("EvalResourceDecision") or result["EvalDecision"]
    return Simulated(decision, "; ".join(_why({**result, **specific})))


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
