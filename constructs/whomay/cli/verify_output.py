"""What `whomay verify` prints: lines for people, JSON, or JUnit's XML for a pipeline."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from whomay.engine.contract import Outcome, in_words
from whomay.iam.patterns.symbols import display, printable
from whomay.live.verify.probing import Tried
from whomay.live.verify.promises import Promise
from whomay.live.verify.verified import Answer, Verified
from whomay.report.words import stated

_SAYS: Final = {True: "allowed", False: "denied"}


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is printed: the account, who asked, each statement, and those of other accounts."""

    account: str
    caller: str
    regions: Sequence[str]
    verified: Sequence[Verified]
    elsewhere: Mapping[str, int]
    probed: bool = False


def as_text(shown: Shown) -> str:
    """Return lines for people: by principal, and what was taken for granted at the end."""
    of_each: defaultdict[str, list[Verified]] = defaultdict(list)
    for one in shown.verified:
        of_each[one.promise.path].append(one)
    lines = []
    for some in of_each.values():
        lines.append(_place(some[0].promise))
        lines += [f"  {line}" for one in some for line in _lines(one)]
    return "\n".join(printable(line) for line in (*lines, *_summary(shown)))


def _place(promise: Promise) -> str:
    made = f", stack {promise.stack} in {promise.region}" if promise.stack else ""
    return f"{promise.path}: {display(promise.arn)} in account {display(promise.account)}{made}"


def _lines(one: Verified) -> Iterator[str]:
    """Yield what became of a statement, and of each question that is not as it says."""
    promise = one.promise
    said = stated(promise.stated) if one.outcome is not Outcome.KEPT else ""
    yield f"{one.outcome}: {promise.stated.at} {promise.stated.kind}{f': {said}' if said else ''}"
    yield from (f"  {each}" for each in _reasons(one))


def _reasons(one: Verified) -> Iterator[str]:
    if text := one.promise.gone or one.promise.unknown:
        yield text
    yield from map(_of_question, _not_as_stated(one))
    yield from (_of_call(each) for each in one.tried if each.outcome is not Outcome.KEPT)
    yield from (line for each in one.tried for line in _by_aws(each))
    if one.finding is not None and one.finding.outcome is not Outcome.KEPT:
        yield from (f"our engine: {each}" for each in one.finding.lines())


def _not_as_stated(one: Verified) -> list[Answer]:
    return [each for each in one.answers if each.outcome is not Outcome.KEPT]


def _of_question(answer: Answer) -> str:
    asked, told = answer.question, answer.simulated
    says = f"the contract says {_SAYS[asked.expected]}, the simulator "
    says += f"gave no answer: {told.unknown}" if told.unknown else f"says {told.decision}"
    why = f" ({told.why})" if told.why else ""
    return f"{in_words(asked.request)}: {says}{why}, our engine says {asked.ours}"


def _of_call(tried: Tried) -> str:
    planned = tried.planned
    says = f"tried {in_words(planned.request)}: the contract says {_SAYS[planned.expected]}"
    code = f" ({tried.code})" if tried.code else ""
    if tried.unknown:
        return f"{says}, and nothing is known: {tried.unknown}{code}"
    return f"{says}, the call is {tried.answer}{code}, our engine says {planned.ours}"


def _by_aws(tried: Tried) -> Iterator[str]:
    """Yield where AWS's own evaluation of a refused call differs from ours, side by side."""
    for each in tried.by_aws.differences:
        asked = in_words(tried.planned.request)
        yield f"tried {asked}: {each.what}: AWS evaluated {each.aws}, our engine {each.ours}"


def _summary(shown: Shown) -> Iterator[str]:
    found = Counter(one.outcome for one in shown.verified)
    counts = ", ".join(f"{found[each]} {each}" for each in Outcome if found[each]) or "none"
    yield f"account {shown.account}: {_statements(len(shown.verified))}: {counts}"
    yield f"  asked of IAM's simulator: {sum(len(one.answers) for one in shown.verified)} questions"
    if number := sum(one.left_out for one in shown.verified):
        yield f"  more questions in {_statements(number)}: our engine answers for all of them"
    reasons = Counter(reason for one in shown.verified for reason in one.by_engine)
    for reason, number in reasons.most_common():
        yield f"  by our engine alone, in {_statements(number)}: {reason}"
    calls = [each for one in shown.verified for each in one.tried]
    if shown.probed:
        answers = Counter(each.answer or "not known" for each in calls)
        told = ", ".join(f"{number} {each}" for each, number in sorted(answers.items()))
        yield f"  tried by real calls: {len(calls)}{f': {told}' if told else ''}"
        told_by_aws = [each.by_aws for each in calls if each.by_aws.id]
        differing = sum(bool(each.differences) for each in told_by_aws)
        unknown = sum(bool(each.unknown) for each in told_by_aws)
        if told_by_aws:
            more = f", {unknown} not told" if unknown else ""
            yield f"  AWS's own evaluations: {len(told_by_aws)}, {differing} other than ours{more}"
        yield "  beside each refusal: the same call by the caller, who is allowed"
        untried = Counter(one.not_tried for one in shown.verified if one.not_tried)
        for reason, number in untried.most_common():
            yield f"  not tried, or not all, in {_statements(number)}: {reason}"
    for account, number in sorted(shown.elsewhere.items()):
        yield f"  not verified: {_statements(number)} about account {account}, taken as reviewed"


def _statements(number: int) -> str:
    return f"{number} statement{'' if number == 1 else 's'}"


def as_json(shown: Shown) -> str:
    """Return all of it, each question included."""
    data = {
        "account": shown.account,
        "caller": shown.caller,
        "regions": [*shown.regions],
        "statements": [_data(one) for one in shown.verified],
        "not verified": dict(shown.elsewhere),
    }
    return json.dumps(data, indent=1)


def _data(one: Verified) -> dict[str, Any]:
    promise = one.promise
    return {
        "at": promise.stated.at,
        "kind": promise.stated.kind,
        "says": stated(promise.stated),
        "principal": promise.path,
        "arn": display(promise.arn),
        "account": display(promise.account),
        "stack": promise.stack,
        "region": promise.region,
        "outcome": one.outcome,
        "reasons": [printable(each) for each in _reasons(one)],
        "questions": [
            {
                **each.question.request.as_data(),
                "expected": _SAYS[each.question.expected],
                "simulator": each.simulated.decision or None,
                "why": each.simulated.why or each.simulated.unknown,
                "engine": each.question.ours,
            }
            for each in one.answers
        ],
        "calls": [
            {
                **each.planned.request.as_data(),
                "expected": _SAYS[each.planned.expected],
                "answer": each.answer or None,
                "code": each.code,
                "control": each.control,
                "unknown": each.unknown,
                "engine": each.planned.ours,
                "by AWS": {**asdict(each.by_aws)},
            }
            for each in one.tried
        ],
        "not tried": one.not_tried,
        "by engine alone": [*one.by_engine],
        "more questions": one.left_out,
    }


def as_junit(shown: Shown) -> str:
    """Return a test suite, a case a statement: broken is a failure, not known an error.

    https://github.com/testmoapp/junitxml
    """
    found = Counter(one.outcome for one in shown.verified)
    suite = ET.Element(
        "testsuite",
        name=f"whomay verify {shown.account}",
        tests=str(len(shown.verified)),
        failures=str(found[Outcome.BROKEN]),
        errors=str(found[Outcome.UNKNOWN]),
    )
    for one in shown.verified:
        kind, at = one.promise.stated.kind, one.promise.stated.at
        says = f"{kind} {printable(stated(one.promise.stated))}"
        case = ET.SubElement(suite, "testcase", classname=one.promise.path, name=f"{at} {says}")
        reasons = [printable(each) for each in _reasons(one)]
        if one.outcome is not Outcome.KEPT:
            tag = "failure" if one.outcome is Outcome.BROKEN else "error"
            told = ET.SubElement(case, tag, message=next(iter(reasons), str(one.outcome)))
            told.text = "\n".join(reasons)
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


STYLES: Final[Mapping[str, Callable[[Shown], str]]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
}
