"""The representative requests: which classes a question has, no more and no fewer, and readable."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.small_world import ALICE, BUCKET, HUB, KEY, A, B, document

from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.outside import Outside
from whomay.engine.decisions.request import Request
from whomay.engine.proof import bounds
from whomay.engine.proof import classes as engine
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import SnapshotView
from whomay.engine.proof.prove import all_allowed, some_allowed
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.callers import caller
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.policy import Policy

QUEUE = f"arn:aws:sqs:eu-west-1:{A}:jobs"


def allow(
    action: str | list[str] = "*", resource: str | list[str] = "*", **more: Any
) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def equals(key: str, value: str) -> dict[str, Any]:
    return {"Condition": {"StringEquals": {key: value}}}


def of(*policies: Policy, resources: tuple[Resource, ...] = (), **more: Any) -> Index:
    """Index a snapshot in which Alice has these policies."""
    alice = Principal(ALICE, PrincipalKind.USER, A, "alice", policies, **more)
    return Index(Snapshot((alice,), resources))


def asked(index: Index, pattern: Pattern, who: str = ALICE, **more: Any) -> list[Request]:
    return list(representatives(caller(who), [SnapshotView(index)], pattern, **more))


def named(action: str, who: str = ALICE, condition: Mapping[str, Any] | None = None) -> set[str]:
    """Return the resources that stand for all, where a policy allows one action on all of them."""
    index = of(document(allow(action, **condition or {})))
    return {request.resource for request in asked(index, Pattern((action,)), who)}


@pytest.mark.parametrize(
    ("action", "own", "of_another"),
    [
        ("s3:ListBucket", "arn:aws:s3:::example", None),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:{}:example", B),
        ("iam:GetUser", "arn:aws:iam::{}:user/example", B),
        ("sts:AssumeRole", "arn:aws:iam::{}:role/example", B),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:{}:key/example", B),
        ("cloudfront:GetDistribution", "arn:aws:cloudfront::{}:distribution/example", B),
    ],
)
def test_an_example_reads_like_a_resource_of_the_service(
    action: str, own: str, of_another: str | None
) -> None:
    """With the region, the account and the service that such an ARN has, and no others."""
    found = named(action)
    assert own.format(A) in found
    if of_another is not None:
        assert {name.split(":")[4] for name in found} == {A, "999999999999"}
        assert found == {name for name in found if name.split(":")[:4] == own.split(":")[:4]}


def test_an_example_stands_in_the_partition_of_who_asks() -> None:
    china = f"arn:aws-cn:iam::{A}:user/alice"
    alice = Principal(china, PrincipalKind.USER, A, "alice", (document(allow("sqs:*")),))
    found = asked(Index(Snapshot((alice,))), Pattern(("sqs:SendMessage",)), china)
    assert f"arn:aws-cn:sqs:us-east-1:{A}:example" in {request.resource for request in found}


def test_a_service_and_a_user_are_asked_about_the_same_kind_of_example() -> None:
    policy = document(allow("sqs:SendMessage", Principal="*"))
    queue = Resource(QUEUE, "AWS::SQS::Queue", A, "eu-west-1", "q", policy)
    index, pattern = Index(Snapshot((), (queue,))), Pattern(("sqs:SendMessage",))
    found = {request.resource for request in asked(index, pattern, "ec2.amazonaws.com")}
    other = "arn:aws:sqs:eu-west-1:999999999999:jobs"
    assert found == {QUEUE, QUEUE.replace("jobs", "example"), other}
    example = "arn:aws:sqs:us-east-1:999999999999:example"
    nothing_known = asked(Index(Snapshot()), pattern, "ec2.amazonaws.com")
    (other,) = {request.resource for request in nothing_known} - {example}
    assert other.startswith("arn:aws:sqs:us-east-1:")


def test_a_variable_is_filled_in_from_the_conditions_on_its_key_alone() -> None:
    keys = {"aws:RequestTag/team": "blue", "s3:prefix": "other"}
    resource = f"{BUCKET}/${{aws:RequestTag/team}}/*"
    policy = document(allow("s3:GetObject", resource, Condition={"StringEquals": keys}))
    found = {r.resource for r in asked(of(policy), Pattern(("s3:GetObject",), (f"{BUCKET}/*",)))}
    assert f"{BUCKET}/blue/x" in found
    assert f"{BUCKET}/other/x" not in found


def test_of_buckets_that_are_alike_one_stands_for_all() -> None:
    """An app with many of them is asked about one, or about the one that the question names."""
    policy = document(allow("s3:GetObject", Principal={"AWS": B}))
    buckets = tuple(
        Resource(f"{BUCKET}{n}", "AWS::S3::Bucket", A, "eu-west-1", f"b{n}", policy)
        for n in range(9)
    )
    hub = Principal(HUB, PrincipalKind.ROLE, B, "Hub", (document(allow("s3:GetObject")),))
    index = Index(Snapshot((hub,), buckets))

    def told_apart(resource: str) -> set[str]:
        found = {r.resource for r in asked(index, Pattern(("s3:GetObject",), (resource,)), HUB)}
        return {bucket.arn for bucket in buckets if f"{bucket.arn}/x" in found}

    assert len(told_apart("*")) == 1
    assert told_apart(f"{BUCKET}7/*") == {f"{BUCKET}7"}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("aws:RequestedRegion", "eu-west-1", f"arn:aws:sqs:eu-west-1:{A}:example"),
        ("aws:requestedregion", "eu-west-1", f"arn:aws:sqs:us-east-1:{A}:example"),
        ("aws:ResourceAccount", B, f"arn:aws:sqs:us-east-1:{B}:example"),
        ("s3:ResourceAccount", B, f"arn:aws:sqs:us-east-1:{B}:example"),
    ],
)
def test_a_key_that_the_resource_settles_tells_resources_apart(
    key: str, value: str, expected: str
) -> None:
    found = named("sqs:SendMessage", condition=equals(key, value))
    assert expected in found
    assert f"arn:aws:sqs:us-east-1:{A}:example" in found


@pytest.mark.parametrize(
    ("pattern", "key", "action"),
    [
        ("cloudformation:Update*", "cloudformation:StackPolicyUrl", "cloudformation:UpdateStack"),
        ("transfer:Create*", "transfer:RequestConnectorProtocol", "transfer:CreateConnector"),
        ("ec2:Detach*", "ec2:NetworkInterfaceID", "ec2:DetachNetworkInterface"),
    ],
)
def test_a_key_that_one_kind_of_resource_alone_brings_is_asked_with_that_kind(
    pattern: str, key: str, action: str
) -> None:
    guarded = allow(pattern, Condition={"Null": {key: "false"}})
    view = SnapshotView(of(document(guarded)))
    answer = some_allowed(view, [caller(ALICE)], Pattern())
    assert (answer.holds, answer.witness and answer.witness.action) == (True, action)


def test_a_statement_with_many_patterns_is_met_by_any_of_them() -> None:
    many = [f"arn:aws:apigateway:*::/apis/*/part{n}/*" for n in range(40)]
    index = of(document(allow("apigateway:GET", many)))
    view = SnapshotView(index)
    assert some_allowed(view, [caller(ALICE)], Pattern()).holds is True
    elsewhere = Pattern(("apigateway:GET",), ("arn:aws:apigateway:*::/restapis",))
    assert some_allowed(view, [caller(ALICE)], elsewhere).holds is False
    asked_on = {request.resource for request in asked(index, Pattern(("apigateway:GET",)))}
    assert any("/part" in resource for resource in asked_on)
    assert any("/part" not in resource for resource in asked_on)


def test_what_is_no_segment_of_an_arn_makes_no_resource() -> None:
    found = named("sqs:SendMessage", condition=equals("aws:RequestedRegion", "eu:west"))
    assert not any("eu:west" in name for name in found)


def test_each_condition_key_is_tried_with_and_without_each_other() -> None:
    conditions = ({"aws:SourceVpc": "v"}, {"aws:SourceVpce": "e"})
    several = [allow("sqs:*", QUEUE, Condition={"StringEquals": keys}) for keys in conditions]
    found = asked(of(document(*several)), Pattern(("sqs:SendMessage",), (QUEUE,)))
    tried = [(r.context.get("aws:sourcevpc"), r.context.get("aws:sourcevpce")) for r in found]
    assert sorted(tried, key=str) == sorted(
        [(None, None), ("v", None), (None, "e"), ("v", "e")], key=str
    )


def test_a_key_that_is_settled_is_not_chosen() -> None:
    """Not the caller's own tags and name, nor what the question gives; a stranger's tags are."""
    keys = {"aws:PrincipalTag/team": "blue", "aws:username": "bob", "s3:prefix": "a"}
    policy = document(*(allow("s3:*", **equals(*item)) for item in keys.items()))
    pattern = Pattern(("s3:ListBucket",), (BUCKET,), {"S3:Prefix": "b"})
    [only] = asked(of(policy), pattern)
    assert only.context["aws:username"] == "alice"
    assert only.context["s3:prefix"] == "b"
    assert "aws:principaltag/team" not in only.context
    resource_policy = document(
        *(allow("s3:*", Principal="*", **equals(*item)) for item in keys.items())
    )
    bucket = Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "b", resource_policy)
    strangers = asked(Index(Snapshot((), (bucket,))), pattern, HUB)
    assert {r.context.get("aws:principaltag/team") for r in strangers} == {None, "blue"}


def test_a_key_given_as_absent_is_in_no_request() -> None:
    policy = document(allow("s3:*", **equals("s3:prefix", "a")))
    keys: dict[str, Any] = {"S3:Prefix": None, "aws:PrincipalTag/Team": None}
    index = of(policy, tags=(("team", "blue"),))
    [only] = asked(index, Pattern(("s3:ListBucket",), (BUCKET,), keys))
    assert "s3:prefix" not in only.context
    assert "aws:principaltag/team" not in only.context
    assert only.context["aws:username"] == "alice"


def test_a_question_fixes_the_ordinary_keys_only_if_it_says_so() -> None:
    given = {"AWS:SecureTransport": "false"}
    assert Pattern(given=given).fixed() == {"aws:securetransport": "false"}
    ordinary = Pattern(given=given, ordinary=True).fixed()
    assert ordinary == {**ORDINARY_KEYS, "aws:securetransport": "false"}


def test_classes_that_nothing_allows_are_left_out_unless_a_policy_is_not_known() -> None:
    deny = {**allow("sqs:*", **equals("aws:SourceVpc", "v")), "Effect": "Deny"}
    mixed = document(allow("s3:*", f"{BUCKET}/*"), deny)
    index, pattern = of(mixed), Pattern(("s3:GetObject", "sqs:SendMessage"))
    found = asked(index, pattern, allowable=True)
    assert [(r.action, r.resource) for r in found] == [("s3:GetObject", f"{BUCKET}/x")]
    unknown = of(mixed, Policy((), unknown="it is not in the table"))
    actions = {request.action for request in asked(unknown, pattern, allowable=True)}
    assert actions == {request.action for request in asked(index, pattern)}
    assert "sqs:SendMessage" in actions


@pytest.mark.parametrize(
    ("elements", "tried"),
    [
        ({"Resource": f"{BUCKET}/*"}, {None, "a"}),
        ({"Resource": f"{BUCKET}/${{aws:sourcevpc}}/*"}, {None, "a", "example", "b"}),
        ({"Resource": "arn:aws:s3:::other/*"}, {None}),
        ({"NotResource": f"{BUCKET}/*"}, {None}),
        ({"NotResource": "arn:aws:s3:::other/*"}, {None, "a"}),
        ({"NotResource": ["arn:aws:s3:::other/*", f"{BUCKET}/${{aws:username}}/*"]}, {None, "a"}),
    ],
)
def test_a_statement_is_tried_with_its_keys_where_it_may_speak_of_the_resource(
    elements: dict[str, Any], tried: set[str | None]
) -> None:
    """And nowhere else: a needless class costs time, a missing one the proof."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        **elements,
        **equals("aws:sourcevpc", "a"),
    }
    found = asked(of(document(statement)), Pattern(("s3:GetObject",), (f"{BUCKET}/b/c",)))
    assert {r.context.get("aws:sourcevpc") for r in found} == tried


def test_under_the_old_version_a_variable_is_a_text() -> None:
    resource = f"{BUCKET}/${{aws:username}}"
    old = parse_policy({"Version": "2008-10-17", "Statement": [allow("s3:GetObject", resource)]})
    view, who = SnapshotView(of(old)), [caller(ALICE)]
    found = some_allowed(view, who, Pattern())
    assert found.witness is not None
    assert found.witness.resource == resource
    assert some_allowed(view, who, Pattern(resources=(f"{BUCKET}/alice",))).holds is False


def test_reading_an_encrypted_object_is_told_apart_from_the_other_actions_on_it() -> None:
    """Its key refuses Alice; that says nothing of actions which ask no key."""
    bucket = Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "b", key=KEY)
    root = allow("kms:*", Principal={"AWS": A})
    key = Resource(KEY, "AWS::KMS::Key", A, "eu-west-1", "k", document(root))
    view = SnapshotView(of(document(allow("s3:*")), resources=(bucket, key)))
    objects = (f"{BUCKET}/*",)
    some = some_allowed(view, [caller(ALICE)], Pattern(("s3:*",), objects))
    assert some.holds is True
    assert some.witness is not None
    assert view.verdict(some.witness) is Verdict.ALLOWED
    for action in ("s3:GetObject", "s3:PutObject"):
        assert all_allowed(view, [caller(ALICE)], Pattern((action,), objects)).holds is False
    assert all_allowed(view, [caller(ALICE)], Pattern(("s3:GetObjectTagging",), objects)).holds


def test_a_key_outside_the_assembly_is_told_apart_from_what_is_no_key() -> None:
    view = SnapshotView(Index(of(document(allow("kms:*"))).snapshot, Outside.UNKNOWN))
    answer = all_allowed(view, [caller(ALICE)], Pattern(("kms:Decrypt",)))
    assert answer.holds is not True


def test_a_question_with_too_many_classes_says_how_many_it_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = of(document(allow("sqs:*", QUEUE, **equals("aws:SourceVpc", "v"))))
    pattern = Pattern(("sqs:SendMessage",), (QUEUE,))
    every = asked(index, pattern)
    monkeypatch.setattr(engine, "MOST_REQUESTS", len(every))
    assert len(asked(index, pattern)) == len(every) > 1
    monkeypatch.setattr(engine, "MOST_REQUESTS", len(every) - 1)
    with pytest.raises(TooManyClasses, match=f"^more than {len(every) - 1} classes of requests$"):
        asked(index, pattern)


def test_a_question_that_looks_at_too_many_statements_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two statements are read four times, by three classes of actions, and by two resources."""
    index = of(document(allow("sqs:*", QUEUE), allow("sqs:*", f"{QUEUE}2")))
    pattern = Pattern(("sqs:SendMessage",), (QUEUE, f"{QUEUE}2"))
    assert len(asked(index, pattern)) == 2
    monkeypatch.setattr(bounds, "MOST_LOOKS", 18)
    assert len(asked(index, pattern)) == 2
    monkeypatch.setattr(bounds, "MOST_LOOKS", 17)
    with pytest.raises(TooManyClasses, match=r"^too many classes for 2 statements$"):
        asked(index, pattern)


@pytest.mark.parametrize(
    ("key", "always"),
    [
        ("aws:CurrentTime", True),
        ("aws:EpochTime", True),
        ("aws:RequestedRegion", True),
        ("aws:SecureTransport", True),
        ("aws:UserAgent", True),
        ("aws:SourceIp", False),
        ("aws:ResourceOrgID", False),
    ],
)
def test_no_request_lacks_what_aws_always_sends(key: str, always: bool) -> None:
    """Where the key is absent, nothing would be allowed; where it is there, everything is."""
    view = SnapshotView(of(document(allow("s3:GetObject", Condition={"Null": {key: "false"}}))))
    found = all_allowed(view, [caller(ALICE)], Pattern(("s3:GetObject",), (f"{BUCKET}/*",)))
    assert found.holds is always
    without = SnapshotView(of(document(allow("s3:GetObject", Condition={"Null": {key: "true"}}))))
    found = some_allowed(without, [caller(ALICE)], Pattern(("s3:GetObject",), (f"{BUCKET}/*",)))
    assert found.holds is not always
