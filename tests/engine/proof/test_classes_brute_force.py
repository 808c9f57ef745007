"""Representative requests: complete against brute force, and readable."""

import itertools
import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.small_world import can_be_sent

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import LayerView
from whomay.engine.snapshot import Snapshot
from whomay.iam.callers import caller
from whomay.iam.facts.actions import UNKNOWN_ACTION, UNKNOWN_SERVICE, is_action, matching, partition
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.matching import arn, glob
from whomay.iam.patterns.pattern_sets import TooManyClasses, resources, signatures
from whomay.iam.policy import Policy

USER = "arn:aws:iam::111122223333:user/alice"
PATTERNS = st.lists(st.text("ab*?", max_size=5), min_size=1, max_size=5, unique=True)


def slow(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def texts(alphabet: str, longest: int) -> Iterable[str]:
    for length in range(longest + 1):
        yield from map("".join, itertools.product(alphabet, repeat=length))


@given(PATTERNS)
def test_every_set_of_patterns_that_a_text_can_match_is_found(patterns: list[str]) -> None:
    found = signatures(tuple(patterns))
    for signature, text in found:
        assert signature == sum(1 << i for i, p in enumerate(patterns) if slow(p, text))
    brute = {
        sum(1 << i for i, p in enumerate(patterns) if slow(p, text)) for text in texts("abc", 5)
    }
    assert brute <= {signature for signature, _ in found}


@given(st.lists(st.text("ab*?/", max_size=4), min_size=1, max_size=4, unique=True))
def test_every_set_of_arn_patterns_is_found_among_resources(tails: list[str]) -> None:
    patterns = [f"arn:aws:s3:::{tail}" for tail in tails] + ["arn:aws:*:::a*"]
    found = {frozenset(p for p in patterns if arn(p)(r)) for r in resources(frozenset(patterns))}
    for service, tail in itertools.product(("s3", "sqs"), texts("ab/x", 4)):
        text = f"arn:aws:{service}:::{tail}"
        assert frozenset(p for p in patterns if arn(p)(text)) in found


def test_patterns_that_overlap_in_too_many_ways_are_said_to() -> None:
    patterns = frozenset(f"arn:aws:s3:::*a*{i}*b*{i * 7}*c" for i in range(30))
    with pytest.raises(TooManyClasses, match="too many ways to overlap"):
        resources(patterns)


def test_examples_are_readable() -> None:
    preferred = (("arn",), ("aws",), ("s3",), ("",), ("",), ("example",))
    bucket = "arn:aws:s3:::app-bucket"
    assert set(resources(frozenset([bucket, f"{bucket}/*"]), preferred)) == {
        bucket,
        f"{bucket}/x",
        "arn:aws:s3:::example",
        "*",
    }


def by_covering(*patterns: str) -> dict[frozenset[str], str]:
    return {each.covering: each.example for each in partition(frozenset(patterns))}


def test_actions_are_partitioned_over_the_whole_catalogue() -> None:
    found = by_covering("s3:get*", "s3:getobject", "*", "zz:nothing")
    assert found[frozenset(["*", "s3:get*", "s3:getobject"])] == "s3:GetObject"
    assert found[frozenset(["*", "zz:nothing"])] == "zz:nothing"
    assert set(found) == {
        frozenset(["*"]),
        frozenset(["*", "s3:get*"]),
        frozenset(["*", "s3:get*", "s3:getobject"]),
        frozenset(["*", "zz:nothing"]),
    }


def test_a_wildcard_in_the_service_looks_at_every_service() -> None:
    found = by_covering("s*:listqueues", "*:getqueueurl")
    assert found[frozenset(["s*:listqueues"])] == "sqs:ListQueues"
    assert found[frozenset(["*:getqueueurl"])] == "sqs:GetQueueUrl"


def test_an_action_that_aws_may_add_is_among_the_actions() -> None:
    named = set(by_covering(*(a.lower() for a in matching("sqs:*"))).values())
    assert f"sqs:{UNKNOWN_ACTION}" not in named
    assert named - set(matching("sqs:*")) <= {"ec2:RunInstances", "iam:CreateUser", "s3:GetObject"}
    assert f"{UNKNOWN_SERVICE}:{UNKNOWN_ACTION}" not in named


def test_the_catalogue_knows_actions_in_any_case() -> None:
    assert is_action("S3:getobject")
    assert not is_action("s3:GetObjects")
    assert not is_action("nosuch:GetObject")


ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:*",
    "s3:Get*",
    "*",
    "sqs:SendMessage",
)
RESOURCES = (
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a*",
    "arn:aws:s3:::*",
    "arn:aws:sqs:eu-west-1:111122223333:q",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::b/${s3:prefix}x",
    "arn:aws:s3:::b/${s3:prefix, 'd'}",
)
CONDITIONS: tuple[dict[str, object], ...] = (
    {},
    {"StringEquals": {"s3:prefix": "a"}},
    {"StringLike": {"s3:prefix": ["a*", "b"]}},
    {"StringNotLike": {"s3:prefix": "*a"}},
    {"StringEqualsIfExists": {"s3:prefix": "b"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"Null": {"s3:prefix": "true"}},
    {"NumericLessThan": {"s3:max-keys": "10"}, "NumericGreaterThanEquals": {"s3:max-keys": "5"}},
    {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.1.0.0/16"]}},
    {"NotIpAddress": {"aws:SourceIp": "10.1.2.3"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}},
    {"ArnLike": {"aws:SourceVpcArn": "arn:aws:ec2:*:*:vpc/*"}},
)
STATEMENTS = st.lists(
    st.builds(
        lambda effect, action, resource, condition: {
            "Effect": effect,
            **action,
            **resource,
            "Condition": condition,
        },
        st.sampled_from(("Allow", "Allow", "Deny")),
        st.builds(
            lambda name, values: {name: values},
            st.sampled_from(("Action", "Action", "NotAction")),
            st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2),
        ),
        st.builds(
            lambda name, values: {name: values},
            st.sampled_from(("Resource", "Resource", "NotResource")),
            st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
        ),
        st.sampled_from(CONDITIONS),
    ),
    min_size=1,
    max_size=4,
)
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "s3:prefix": st.sampled_from(("", "a", "b", "ab", "ba", "c")),
        "aws:SecureTransport": st.sampled_from(("true", "false")),
        "s3:max-keys": st.sampled_from(("1", "5", "7", "9.5", "10", "11")),
        "aws:TokenIssueTime": st.sampled_from(("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z")),
        "aws:SourceIp": st.sampled_from(("10.0.0.1", "10.1.2.3", "10.1.9.9", "11.0.0.0", "::1")),
        "aws:TagKeys": st.lists(st.sampled_from(("a", "b", "ab", "c")), max_size=3),
        "aws:SourceVpcArn": st.sampled_from(
            ("arn:aws:ec2:eu-west-1:1:vpc/v", "arn:aws:ec2:eu-west-1:1:subnet/v")
        ),
    },
)
ASKED = st.builds(
    lambda action, resource, context: Request(USER, action, resource, context),
    st.sampled_from(
        (
            "s3:GetObject",
            "s3:PutObject",
            "s3:ListBucket",
            "s3:GetBucketAcl",
            "sqs:SendMessage",
            "a:B",
        )
    ),
    st.sampled_from(
        (
            *(
                "arn:aws:s3:::b",
                "arn:aws:s3:::b/a1",
                "arn:aws:s3:::b/z",
                "arn:aws:s3:::c",
                "*",
                "x",
            ),
            *("arn:aws:s3:::b/ax", "arn:aws:s3:::b/a", "arn:aws:s3:::b/d"),
            f"arn:aws:s3:::b/{USER.rpartition('/')[2]}/r",
        )
    ),
    CONTEXTS,
)


def document(statements: list[dict[str, object]]) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": statements})


def answers(layer: Layer, request: Request) -> tuple[object, ...]:
    """Which parts of which statements fit: all that a decision can depend on."""
    return tuple(
        (
            statement.action(request.action_key)
            and statement.resource(request)
            and all(test(request.context) for _, test in statement.each_condition())
        )
        for statement in layer.statements
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(STATEMENTS, ASKED)
def test_a_random_request_has_an_atom_that_stands_for_it(
    statements: list[dict[str, object]], request_: Request
) -> None:
    layer = Layer((document(statements),))
    view = LayerView(layer, Index(Snapshot()))
    assume(can_be_sent(request_))
    found = {
        answers(layer, a): view.verdict(a) for a in representatives(caller(USER), [view], Pattern())
    }
    assert found.get(answers(layer, request_)) == view.verdict(request_)


def test_a_pattern_keeps_to_its_actions_resources_and_keys() -> None:
    layer = Layer((document([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]),))
    view = LayerView(layer, Index(Snapshot()))
    pattern = Pattern(("s3:Delete*",), ("arn:aws:s3:::b/*",), {"aws:SourceIp": "10.0.0.1"})
    found = list(representatives(caller(USER), [view], pattern))
    assert [(a.action, a.resource, a.context["aws:sourceip"]) for a in found] == [
        ("s3:DeleteObject", "arn:aws:s3:::b/x", "10.0.0.1")
    ]


def test_a_matching_pattern_covers_what_glob_covers() -> None:
    assert set(matching("sqs:*Message")) == {
        a for a in matching("sqs:*") if glob("sqs:*message")(a.lower())
    }
