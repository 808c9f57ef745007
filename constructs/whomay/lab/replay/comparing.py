"""The engine's verdicts beside the lab's answers: what agrees, what differs, what was not sent."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Final

from whomay.engine import Verdict
from whomay.engine.contract import in_words
from whomay.iam.patterns.symbols import display
from whomay.lab.answers import ALLOWED, Answer
from whomay.lab.replay.clients import Clients
from whomay.lab.replay.errors import CannotBeSent
from whomay.lab.replay.operations import OPERATIONS, REFUSAL
from whomay.lab.replay.replayed import Disagreement, Replayed
from whomay.lab.replay.requests import ProofRequest
from whomay.lab.replay.sending import Sendable, Sender

_AT_ONCE: Final = 4  # calls under way
_ORDER: Final = {each.action: number for number, each in enumerate(OPERATIONS)}


def compare(requests: Iterable[ProofRequest], sender: Sender, clients: Clients) -> Replayed:
    """Send every request that can be sent, those that change something last, and compare."""
    not_sent: Counter[str] = Counter()
    calls: dict[tuple[object, ...], Sendable] = {}
    seen: set[tuple[object, ...]] = set()
    for each in requests:
        request = each.request
        identity = (request.principal, request.action, request.resource, str(request.context))
        if identity in seen:
            continue
        seen.add(identity)
        try:
            call = sender.sendable(each)
        except CannotBeSent as error:
            not_sent[error.reason] += 1
        else:
            calls.setdefault(call.identity, call)
    result = Replayed(asked=len(calls) + not_sent.total())
    for call, answer in _answers(calls.values(), clients):
        if isinstance(answer, CannotBeSent):
            not_sent[answer.reason] += 1
        elif reason := _says_nothing(call, answer):
            not_sent[reason] += 1
        elif _allowed(call, answer) == (call.verdict() is Verdict.ALLOWED):
            result.agree += 1
            result.allowed += _allowed(call, answer)
        else:
            result.disagreements.append(_disagreement(call, answer))
    result.not_sent = dict(not_sent.most_common())
    return result


def _answers(
    calls: Iterable[Sendable], clients: Clients
) -> Iterator[tuple[Sendable, Answer | CannotBeSent]]:
    def send(call: Sendable) -> tuple[Sendable, Answer | CannotBeSent]:
        try:
            return call, call.send(clients)
        except CannotBeSent as error:
            return call, error

    ordered = sorted(calls, key=lambda call: _ORDER[call.operation.action])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # side by side: all calls that change nothing, then those of one action after the other
        for _, group in groupby(
            ordered, lambda call: call.operation.changes and call.operation.action
        ):
            yield from pool.map(send, group)


def _says_nothing(call: Sendable, answer: Answer) -> str:
    """Return why an answer cannot be compared; "" when it can."""
    if call.verdict() is Verdict.UNKNOWN:
        return "the engine's verdict is Unknown"
    if answer == ALLOWED or answer.code in (
        REFUSAL[call.operation.service],
        *call.operation.passed,
    ):
        return ""
    return f"{call.operation.action} is answered {answer.code}, neither allowed nor refused"


def _allowed(call: Sendable, answer: Answer) -> bool:
    return answer == ALLOWED or answer.code in call.operation.passed


def _disagreement(call: Sendable, answer: Answer) -> Disagreement:
    stated = call.proof.stated
    return Disagreement(
        f"{stated.at} {stated.kind}",
        f"{display(call.request.principal)} {in_words(call.request)}",
        str(call.verdict()),
        "allowed" if _allowed(call, answer) else str(answer),
    )
