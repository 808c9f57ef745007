"""Policies of resources that their services refuse: broken, too long, or for a principal nobody is.

Each service has an error code and words of its own. Where no report of a service's words was found,
the text says what breaks the policy.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Final, TypeAlias

from whomay.iam import unique_json
from whomay.iam.conditions import read_operator
from whomay.iam.facts import limits
from whomay.iam.facts.actions import matching
from whomay.iam.facts.resource_types import problem_with_resource
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.policy import Policy, Statement
from whomay.iam.policy_counts import Excess, excess
from whomay.lab.server import internals
from whomay.lab.server.calls import CallError, Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.iam.principals import nobodies
from whomay.lab.server.iam.sizes import size
from whomay.lab.server.request import ApiRequest


class Fault(Enum):
    """What breaks the policy of a resource."""

    LENGTH = auto()
    JSON = auto()
    GRAMMAR = auto()
    NO_PRINCIPAL = auto()
    NO_RESOURCE = auto()
    ACTION = auto()
    RESOURCE = auto()
    ACTS_ON_NONE = auto()
    CONDITION = auto()
    NOBODY = auto()


@dataclass(frozen=True)
class Service:
    """How a service refuses a policy."""

    code: str
    text: str  # for a fault that `words` does not name
    words: Mapping[Fault, str]
    longest: int | None = None  # None: the length is not known
    too_long: str = ""  # the error code
    names_resource: bool = False  # whether each statement must have a Resource
    counted_as: str = ""  # the type whose statements, actions and principals are counted
    too_much: str = ""

    def refusal(self, fault: Fault) -> CallError:
        """Return the service's error for a fault."""
        code = self.too_long if fault is Fault.LENGTH else self.code
        return CallError(code, self.words.get(fault, self.text))

    def over_limit(self, excess: Excess) -> CallError:
        """Return the service's error for too many of something."""
        what, _, inside = excess.what.partition(" in ")
        where = f"{inside} from the" if inside else "the"
        text = self.too_much.format(found=excess.found, what=what, where=where, limit=excess.limit)
        return CallError(self.too_long, text)


_KMS_NOBODY: Final = "Policy contains a statement with one or more invalid principals."
SERVICES: Final[Mapping[str, Service]] = {
    "s3": Service(
        code="MalformedPolicy",
        text="Policies must be valid JSON and the first byte must be '{'",
        words={
            Fault.LENGTH: "Policy exceeds the maximum allowed document size.",
            Fault.GRAMMAR: "Policy has an invalid element or value",
            Fault.NO_PRINCIPAL: "Missing required field Principal",
            Fault.NO_RESOURCE: "Missing required field Resource",
            Fault.ACTION: "Policy has invalid action",
            Fault.RESOURCE: "Policy has invalid resource",
            Fault.ACTS_ON_NONE: "Action does not apply to any resource(s) in statement",
            Fault.CONDITION: "Policy has an invalid condition key or operator",
            Fault.NOBODY: "Invalid principal in policy",
        },
        longest=limits.BUCKET_POLICY_SIZE,
        too_long="PolicyTooLarge",
        names_resource=True,
    ),
    "kms": Service(
        code="MalformedPolicyDocumentException",
        text="Policy contains a syntax error.",
        words={
            Fault.LENGTH: f"The key policy exceeds {limits.KEY_POLICY_SIZE} bytes.",
            Fault.NO_PRINCIPAL: "Policy contains a statement with no principal.",
            Fault.NO_RESOURCE: "Policy contains a statement with no resource.",
            Fault.NOBODY: _KMS_NOBODY,
        },
        longest=limits.KEY_POLICY_SIZE,
        too_long="LimitExceededException",
        names_resource=True,
    ),
    "secretsmanager": Service(
        code="MalformedPolicyDocumentException",
        text="This resource policy contains a syntax error.",
        words={Fault.NOBODY: "This resource policy contains an unsupported principal."},
        longest=limits.SECRET_POLICY_SIZE,
        too_long="InvalidParameterException",
        names_resource=True,
    ),
    "sqs": Service(
        code="InvalidAttributeValue",
        text="Invalid value for the parameter Policy.",
        words={Fault.LENGTH: "Submitted policy is over max allowed size."},
        longest=limits.QUEUE_POLICY_SIZE,
        too_long="OverLimit",
        counted_as="AWS::SQS::QueuePolicy",
        too_much="{found} {what} were found in {where} submitted policy, max allowed is {limit}",
    ),
    "sns": Service(
        code="InvalidParameter",
        text="Invalid parameter: Policy Error: null",
        words={
            Fault.LENGTH: f"Invalid parameter: Policy exceeds {limits.TOPIC_POLICY_SIZE} bytes",
            Fault.NOBODY: "Invalid parameter: Policy Error: PrincipalNotFound",
        },
        longest=limits.TOPIC_POLICY_SIZE,
        too_long="InvalidParameter",
        counted_as="AWS::SNS::TopicPolicy",
        too_much="Invalid parameter: Policy has {found} {what}, max allowed is {limit}",
    ),
    "ecr": Service(
        code="InvalidParameterException",
        text=(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository "
            "policy provided'"
        ),
        words={},
        longest=limits.REPOSITORY_POLICY_SIZE,
        too_long="InvalidParameterException",
    ),
}


def check(service: str, document: object, bucket: str = "") -> None:
    """Refuse a policy of one of a service's resources; `bucket` is that of a bucket's policy.

    Raises:
        CallError: the service's error.

    """
    text = document if isinstance(document, str) else json.dumps(document)
    rules = SERVICES[service]
    for fault in _faults(text, rules, bucket):
        raise rules.refusal(fault)
    for each in excess(rules.counted_as, json.loads(text)):
        raise rules.over_limit(each)


def _faults(text: str, rules: Service, bucket: str) -> Iterator[Fault]:
    if rules.longest is not None and size(text) > rules.longest:
        yield Fault.LENGTH
    try:
        policy = parse_policy(unique_json.loads(text))
    except PolicyError:
        yield Fault.GRAMMAR
        return
    except (ValueError, RecursionError):
        yield Fault.JSON
        return
    yield from _faults_of_statements(policy, rules, bucket)
    if next(nobodies(text), None) is not None:
        yield Fault.NOBODY


def _faults_of_statements(policy: Policy, rules: Service, bucket: str) -> Iterator[Fault]:
    if not policy.statements:
        yield Fault.GRAMMAR
    for statement in policy.statements:
        if statement.principals is None and statement.not_principals is None:
            yield Fault.NO_PRINCIPAL
        if rules.names_resource and not (statement.resources or statement.not_resources):
            yield Fault.NO_RESOURCE
        for action in statement.actions or statement.not_actions or ():
            if ":" not in action and action.strip("*"):
                yield Fault.ACTION
        for condition in statement.conditions:
            if read_operator(condition.operator) is None:
                yield Fault.CONDITION
        if bucket:
            yield from _faults_of_bucket(statement, bucket)


def _faults_of_bucket(statement: Statement, bucket: str) -> Iterator[Fault]:
    own = f"arn:*:s3:::{bucket}"
    for resource in statement.resources or statement.not_resources or ():
        if not arns_overlap(resource, own) and not arns_overlap(resource, f"{own}/*"):
            yield Fault.RESOURCE
    for action in statement.actions or ():
        if not matching(action) or not action.lower().startswith(("s3:", "s3-", "*")):
            yield Fault.ACTION
        if statement.resources and all(
            problem_with_resource([action], resource) for resource in statement.resources
        ):
            yield Fault.ACTS_ON_NONE


Written: TypeAlias = tuple[str, str] | None  # a document; the bucket, of a bucket's policy


def _in_json(member: str, request: ApiRequest) -> Written:
    try:
        found = json.loads(request.body or b"{}").get(member)
    except (AttributeError, ValueError):  # not an object, not even JSON
        return None
    return (found, "") if isinstance(found, str) and found else None


def _of_queue(request: ApiRequest) -> Written:
    try:
        attributes = json.loads(request.body or b"{}").get("Attributes", {})
    except (AttributeError, ValueError):  # the Query protocol
        attributes = _attributes(request, "Attribute.{}.Name", "Attribute.{}.Value")
    return (attributes["Policy"], "") if attributes.get("Policy") else None


def _of_topic(request: ApiRequest) -> Written:
    attributes = _attributes(request, "Attributes.entry.{}.key", "Attributes.entry.{}.value")
    if request.parameter("AttributeName") == "Policy":
        attributes["Policy"] = request.parameter("AttributeValue")
    return (attributes["Policy"], "") if attributes.get("Policy") else None


def _attributes(request: ApiRequest, name: str, value: str) -> dict[str, str]:
    found = {}
    number = 1
    while key := request.parameter(name.format(number)):
        found[key] = request.parameter(value.format(number))
        number += 1
    return found


def _of_bucket(request: ApiRequest) -> Written:
    bucket, _, key = request.path.lstrip("/").partition("/")
    if request.method != "PUT" or key or "policy" not in request.query:
        return None
    return request.body.decode("utf-8", "replace"), bucket


WRITTEN: Final[Mapping[str, Callable[[ApiRequest], Written]]] = {
    "s3": _of_bucket,
    "kms": partial(_in_json, "Policy"),
    "secretsmanager": partial(_in_json, "ResourcePolicy"),
    "sqs": _of_queue,
    "sns": _of_topic,
    "ecr": partial(_in_json, "policyText"),
}


def _asking(service: str) -> Any:
    async def handle(request: ApiRequest, inner: Inner) -> Response:
        written = WRITTEN[service](request)
        if written is not None:
            try:
                check(service, *written)
            except CallError as refused:
                _, headers, body = internals.get("core.iam_actions", "access_denied_response")(
                    service,
                    "",
                    "",
                    str(uuid.uuid4()),
                    error_code=refused.code,
                    message=refused.message,
                    headers=request.headers,
                )
                return 400, headers, body
        return await inner(request)

    return handle


def install() -> None:
    """Ask before each call that writes a policy."""
    for service in SERVICES:
        correct(service, _asking(service))
