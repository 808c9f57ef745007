"""Deciding: what must hold for any policies, and what an answer says about itself."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.one_user import ALICE, BUCKET, SESSION, A, document

from whomay.engine.decisions.decide import Decision, Verdict, decide_by, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import LayerName, Layers
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy import Policy


def decide(request: Request, snapshot: Snapshot) -> Decision:
    return decide_in(request, Index(snapshot))


ELEMENTS: dict[str, Any] = {
    "Action": st.sampled_from(("s3:GetObject", "s3:Get*", "*", "s3:PutObject", "kms:*")),
    "Resource": st.sampled_from(("*", f"{BUCKET}/*", f"{BUCKET}/a", BUCKET)),
    "Condition": st.sampled_from(
        (
            {},
            {"Bool": {"aws:SecureTransport": "true"}},
            {"StringNotEquals": {"s3:prefix": "a"}},
            {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}},
        )
    ),
}
STATEMENT = st.fixed_dictionaries({"Effect": st.sampled_from(("Allow", "Deny")), **ELEMENTS})
GUARD_STATEMENT = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(("Allow", "Deny")),
        "Principal": st.sampled_from(("*", {"AWS": ALICE}, {"AWS": A}, {"AWS": SESSION})),
        **ELEMENTS,
    }
)
REQUEST = st.builds(
    lambda who, action, resource, context: Request(
        who, action, resource, context, resource_account=A
    ),
    st.sampled_from((ALICE, SESSION, f"arn:aws:iam::{A}:role/Writer", "anonymous")),
    st.sampled_from(("s3:GetObject", "s3:PutObject")),
    st.sampled_from((f"{BUCKET}/a", f"{BUCKET}/z", "*")),
    st.sampled_from(
        ({}, {"aws:SecureTransport": "true"}, {"s3:prefix": "a", "aws:TagKeys": ["a"]})
    ),
)
SYSTEM = st.fixed_dictionaries(
    {
        "identity": st.lists(STATEMENT, max_size=3),
        "boundary": st.none() | st.lists(STATEMENT, max_size=2),
        "session": st.none() | st.lists(STATEMENT, max_size=2),
        "resource": st.none() | st.lists(GUARD_STATEMENT, max_size=3),
        "scps": st.lists(st.lists(STATEMENT, max_size=2), max_size=2),
    }
)


def verdict(system: dict[str, Any], request: Request) -> Verdict:
    return decision(system, request).verdict


def decision(system: dict[str, Any], request: Request) -> Decision:
    def one(name: str) -> Layer | None:
        return None if system.get(name) is None else Layer((document(system[name], name),))

    by = Layers(
        Layer((document(system["identity"], "identity"),)),
        one("boundary"),
        one("session"),
        tuple(Layer((document(level, "scp"),)) for level in system.get("scps", ())),
        one("resource"),
    )
    return decide_by(request, by)


LAYERS = ("identity", "boundary", "session", "resource", "scps")


def with_statement(system: dict[str, Any], layer: str, statement: dict[str, Any]) -> dict[str, Any]:
    if layer == "scps":
        return {**system, "scps": [[*level, statement] for level in system["scps"]]}
    if system[layer] is None:
        return system
    resource_policy = {"Principal": "*"} if layer == "resource" else {}
    return {**system, layer: [*system[layer], {**resource_policy, **statement}]}


@settings(max_examples=300)
@given(SYSTEM, REQUEST, st.sampled_from(LAYERS), STATEMENT)
def test_an_added_deny_never_allows_more(
    system: dict[str, Any], request_: Request, layer: str, statement: dict[str, Any]
) -> None:
    after = verdict(with_statement(system, layer, {**statement, "Effect": "Deny"}), request_)
    if after is Verdict.ALLOWED:
        assert verdict(system, request_) is Verdict.ALLOWED


@settings(max_examples=300)
@given(SYSTEM, REQUEST, st.sampled_from(LAYERS), STATEMENT)
def test_an_added_allow_never_allows_less(
    system: dict[str, Any], request_: Request, layer: str, statement: dict[str, Any]
) -> None:
    if verdict(system, request_) is Verdict.ALLOWED:
        after = verdict(with_statement(system, layer, {**statement, "Effect": "Allow"}), request_)
        assert after is Verdict.ALLOWED


@settings(max_examples=200)
@given(SYSTEM, REQUEST, st.randoms())
def test_the_order_of_statements_is_irrelevant(
    system: dict[str, Any], request_: Request, random: Any
) -> None:
    shuffled = {
        name: random.sample(found, len(found)) if found else found for name, found in system.items()
    }
    assert verdict(shuffled, request_) is verdict(system, request_)


@settings(max_examples=300)
@given(SYSTEM, REQUEST)
def test_a_verdict_names_its_statements_or_the_nearest_miss(
    system: dict[str, Any], request_: Request
) -> None:
    found = decision(system, request_)
    effects = {statement.effect for statement in found.statements}
    if found.verdict is Verdict.EXPLICIT_DENY:
        assert effects == {"Deny"}
    else:
        assert effects <= {"Allow"}
    if found.verdict is Verdict.ALLOWED:
        assert found.statements
    assert found.reason


def alice(*identity: Policy, **more: Any) -> Principal:
    return Principal(ALICE, PrincipalKind.USER, A, "Stack/Alice", identity, **more)


def test_a_denial_says_what_the_nearest_statement_lacks() -> None:
    policy = document(
        [
            {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
            {
                "Sid": "Reports",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"{BUCKET}/*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ],
        "Stack/Alice",
    )
    found = decide(Request(ALICE, "s3:GetObject", f"{BUCKET}/a"), Snapshot((alice(policy),)))
    assert (found.verdict, found.layer) == (Verdict.IMPLICIT_DENY, LayerName.IDENTITY)
    assert [s.source.sid for s in found.statements] == ["Reports"]
    assert found.reason == (
        "no identity statement allows it; nearest is statement Reports of Stack/Alice: "
        "Bool aws:MultiFactorAuthPresent true fails: the request has no such key"
    )


def test_keys_that_follow_from_the_principal_are_filled_in() -> None:
    policy = document(
        [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"{BUCKET}/${{aws:username}}/${{aws:PrincipalTag/team}}/*",
                "Condition": {
                    "ArnEquals": {"aws:PrincipalArn": ALICE},
                    "StringEquals": {"aws:PrincipalAccount": A, "aws:ResourceAccount": A},
                },
            }
        ]
    )
    snapshot = Snapshot((alice(policy, tags=(("team", "blue"),)),))
    asked = Request(ALICE, "s3:GetObject", f"{BUCKET}/alice/blue/x")
    assert decide(asked, snapshot).verdict is Verdict.ALLOWED


def test_a_session_is_its_role_though_its_arn_leaves_out_the_path() -> None:
    role = f"arn:aws:iam::{A}:role/app/Writer"
    everything = document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    refused = {"Effect": "Deny", "Principal": {"AWS": role}, "Action": "s3:*", "Resource": "*"}
    snapshot = Snapshot(
        (Principal(role, PrincipalKind.ROLE, A, "S/Writer", (everything,)),),
        (Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "S/B", document([refused])),),
    )
    found = decide(Request(SESSION, "s3:GetObject", f"{BUCKET}/a"), snapshot)
    assert found.verdict is Verdict.EXPLICIT_DENY


def test_a_repository_with_a_slash_in_its_name_is_in_no_other() -> None:
    repository = f"arn:aws:ecr:eu-west-1:{A}:repository/books"
    everything = document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    refused = {"Effect": "Deny", "Principal": "*", "Action": "ecr:*", "Resource": "*"}
    snapshot = Snapshot(
        (alice(everything),),
        (Resource(repository, "AWS::ECR::Repository", A, "eu-west-1", "S/B", document([refused])),),
    )
    asked = (Request(ALICE, "ecr:BatchGetImage", arn) for arn in (repository, f"{repository}/x"))
    assert [decide(each, snapshot).verdict for each in asked] == [
        Verdict.EXPLICIT_DENY,
        Verdict.ALLOWED,
    ]


def test_an_unknown_policy_makes_the_answer_unknown_with_its_reason() -> None:
    policy = Policy((), unknown="the managed policy Custom is not in the table")
    found = decide(Request(ALICE, "s3:GetObject", f"{BUCKET}/a"), Snapshot((alice(policy),)))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == "not known: the managed policy Custom is not in the table"


def test_an_unknown_operator_makes_the_answer_unknown_with_its_reason() -> None:
    policy = document(
        [
            {
                "Effect": "Allow",
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringSounds": {"aws:username": "alice"}},
            }
        ],
        "P",
    )
    found = decide(Request(ALICE, "s3:GetObject", f"{BUCKET}/a"), Snapshot((alice(policy),)))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == "not known: statement 0 of P: unknown condition operator StringSounds"


def test_a_parameter_without_value_makes_the_answer_unknown_with_its_reason() -> None:
    resource = f"arn:aws:s3:::{unknown('parameter Name has no value')}/*"
    policy = document([{"Effect": "Allow", "Action": "s3:*", "Resource": resource}], "P")
    found = decide(Request(ALICE, "s3:GetObject", f"{BUCKET}/a"), Snapshot((alice(policy),)))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == "not known: statement 0 of P: parameter Name has no value"


def test_a_denial_stays_one_when_only_a_deny_is_not_known() -> None:
    resource = f"arn:aws:s3:::{unknown('a parameter')}/*"
    policy = document([{"Effect": "Deny", "Action": "s3:*", "Resource": resource}])
    found = decide(Request(ALICE, "s3:GetObject", f"{BUCKET}/a"), Snapshot((alice(policy),)))
    assert found.verdict is Verdict.IMPLICIT_DENY


def test_a_role_outside_the_assembly_is_unknown_only_to_who_may_try() -> None:
    role = f"arn:aws:iam::{A}:role/Elsewhere"
    may = document([{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}])
    asked = Request(ALICE, "sts:AssumeRole", role)
    assert decide(asked, Snapshot((alice(may),))).verdict is Verdict.UNKNOWN
    assert decide(asked, Snapshot((alice(),))).verdict is Verdict.IMPLICIT_DENY


def test_an_object_under_a_customer_key_asks_the_key_too() -> None:
    key = f"arn:aws:kms:eu-west-1:{A}:key/{generated('Key')}"
    root = {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "kms:*", "Resource": "*"}
    resources = (
        Resource(BUCKET, "AWS::S3::Bucket", A, "eu-west-1", "Stack/B", key=key),
        Resource(key, "AWS::KMS::Key", A, "eu-west-1", "Stack/K", document([root])),
    )
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    decrypt = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key,
        "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    }
    asked = Request(ALICE, "s3:GetObject", f"{BUCKET}/a")
    without = decide(asked, Snapshot((alice(document([read])),), resources))
    assert (without.verdict, without.request.action) == (Verdict.IMPLICIT_DENY, "kms:Decrypt")
    both = decide(asked, Snapshot((alice(document([read, decrypt])),), resources))
    assert (both.verdict, both.request.action) == (Verdict.ALLOWED, "s3:GetObject")


def test_scps_bind_only_their_accounts_and_never_the_management_account() -> None:
    everything = document([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
    nothing = document([{"Effect": "Deny", "Action": "*", "Resource": "*"}])
    asked = Request(ALICE, "s3:GetObject", f"{BUCKET}/a")

    def answer(**more: Any) -> Verdict:
        return decide(asked, Snapshot((alice(everything),), scps=((nothing,),), **more)).verdict

    assert answer() is Verdict.EXPLICIT_DENY
    assert answer(scp_accounts=("444455556666",)) is Verdict.ALLOWED
    assert answer(management_account=A) is Verdict.ALLOWED


def test_ten_thousand_statements_are_decided() -> None:
    statements = [
        {"Effect": "Allow", "Action": f"s3:Get{n}*", "Resource": f"arn:aws:s3:::b{n}/*"}
        for n in range(10_000)
    ]
    snapshot = Snapshot((alice(document(statements)),))
    allowed = decide(Request(ALICE, "s3:Get9999Object", "arn:aws:s3:::b9999/a"), snapshot)
    assert allowed.verdict is Verdict.ALLOWED
    assert [s.source.index for s in allowed.statements] == [9999]
