"""Layers whose answer is not known, and those that bind nobody: what they leave of the verdict."""

from typing import Any

import pytest
from support.one_user import ALICE, BUCKET, A, document

from whomay.engine.decisions.decide import decide_by
from whomay.engine.decisions.judge import Layers, Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.iam.callers import Grant
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy import Policy

B = "444455556666"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NOTHING = {**EVERYTHING, "Effect": "Deny"}
PERHAPS = {"StringSounds": {"aws:username": "alice"}}
NOT_KNOWN = Policy((), unknown="the managed policy Custom is not in the table")
READ = Request(ALICE, "s3:GetObject", f"{BUCKET}/a", resource_account=A)


def layer(*statements: dict[str, Any], unknown_too: bool = False) -> Layer:
    known = document(list(statements))
    return Layer((known, NOT_KNOWN) if unknown_too else (known,))


def perhaps(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "Condition": PERHAPS}


def to(principal: Any, **elements: Any) -> dict[str, Any]:
    return {**EVERYTHING, "Principal": principal, **elements}


def verdict(request: Request, identity: Layer | None = None, **others: Any) -> Verdict:
    return decide_by(request, Layers(identity or layer(), **others)).verdict


@pytest.mark.parametrize(
    ("statements", "unknown_too", "denied", "allowed"),
    [
        ([EVERYTHING], False, False, True),
        ([NOTHING, EVERYTHING], False, True, False),
        ([EVERYTHING], True, None, True),
        ([], True, None, None),
        ([NOTHING], True, True, False),
        ([perhaps(NOTHING), EVERYTHING], False, None, True),
        ([perhaps(EVERYTHING)], False, False, None),
    ],
)
def test_a_layer_denies_and_allows_for_sure_perhaps_or_not(
    statements: list[dict[str, Any]],
    unknown_too: bool,
    denied: bool | None,
    allowed: bool | None,
) -> None:
    assert layer(*statements, unknown_too=unknown_too).evaluate(READ) == (denied, allowed)


@pytest.mark.parametrize(
    ("statements", "unknown_too", "expected"),
    [
        ([to({"AWS": ALICE})], False, (False, Grant.DIRECT, Grant.DIRECT)),
        ([to({"AWS": ALICE})], True, (None, Grant.DIRECT, Grant.DIRECT)),
        ([], True, (None, Grant.NONE, Grant.DIRECT)),
        ([perhaps(to({"AWS": ALICE}))], False, (False, Grant.NONE, Grant.DIRECT)),
        ([perhaps(to({"AWS": ALICE}, Effect="Deny"))], False, (None, Grant.NONE, Grant.NONE)),
        ([to({"AWS": ALICE}, Effect="Deny")], True, (True, Grant.NONE, Grant.NONE)),
    ],
)
def test_a_resources_policy_grants_for_sure_and_at_most(
    statements: list[dict[str, Any]], unknown_too: bool, expected: tuple[object, ...]
) -> None:
    assert layer(*statements, unknown_too=unknown_too).grants(READ, bounded=False) == expected


def test_a_policy_that_is_not_known_may_deny_what_another_allows() -> None:
    allowing = layer(EVERYTHING)
    assert verdict(READ, layer(EVERYTHING, unknown_too=True)) is Verdict.UNKNOWN
    assert verdict(READ, allowing, resource=layer(unknown_too=True)) is Verdict.UNKNOWN
    assert verdict(READ, allowing, scps=(layer(EVERYTHING, unknown_too=True),)) is Verdict.UNKNOWN


def test_who_has_no_policies_is_allowed_by_the_resource_alone_if_at_all() -> None:
    anonymous = Request("anonymous", "s3:GetObject", f"{BUCKET}/a", resource_account=A)
    assert verdict(anonymous, resource=layer(to("*"))) is Verdict.ALLOWED
    assert verdict(anonymous, resource=layer(perhaps(to("*")))) is Verdict.UNKNOWN
    assert verdict(anonymous, resource=layer(to({"AWS": ALICE}))) is Verdict.IMPLICIT_DENY
    assert verdict(anonymous) is Verdict.IMPLICIT_DENY


def test_a_limit_that_does_not_allow_decides_before_one_that_is_not_known() -> None:
    allowing, silent, unsure = layer(EVERYTHING), layer(), layer(perhaps(EVERYTHING))
    for one, other in ((silent, unsure), (unsure, silent)):
        assert verdict(READ, allowing, scps=(one, other)) is Verdict.IMPLICIT_DENY
        assert verdict(READ, allowing, boundary=one, session=other) is Verdict.IMPLICIT_DENY
    assert verdict(READ, allowing, scps=(unsure,)) is Verdict.UNKNOWN
    assert verdict(READ, allowing, boundary=unsure) is Verdict.UNKNOWN


def test_the_root_user_needs_no_policy_and_is_bound_by_no_limit_but_an_scp() -> None:
    root = Request(f"arn:aws:iam::{A}:root", "s3:GetObject", f"{BUCKET}/a", resource_account=A)
    full = layer(EVERYTHING)
    assert verdict(root) is Verdict.ALLOWED
    assert verdict(root, scps=(full,)) is Verdict.ALLOWED
    assert verdict(root, full, scps=(layer(),)) is Verdict.IMPLICIT_DENY
    assert verdict(root, layer(NOTHING), boundary=layer(), scps=(full,)) is Verdict.ALLOWED


@pytest.mark.parametrize(("scp", "expected"), [(EVERYTHING, "Allowed"), (NOTHING, "ExplicitDeny")])
def test_the_root_user_gets_rid_of_a_bucket_policy_unless_an_scp_denies_it(
    scp: dict[str, Any], expected: str
) -> None:
    root = f"arn:aws:iam::{A}:root"
    delete = Request(root, "s3:DeleteBucketPolicy", BUCKET, resource_account=A)
    resource_policy = layer(to("*", Effect="Deny"))
    assert verdict(delete, resource=resource_policy, scps=(layer(scp),)) == expected


@pytest.mark.parametrize(
    ("path", "expected"), [("aws-service-role/x/", "Allowed"), ("", "ExplicitDeny")]
)
def test_no_scp_binds_a_service_linked_role(path: str, expected: str) -> None:
    role = Request(f"arn:aws:iam::{A}:role/{path}R", "s3:GetObject", f"{BUCKET}/a")
    assert verdict(role, layer(EVERYTHING), scps=(layer(NOTHING),)) == expected


def test_a_key_that_perhaps_lets_the_account_in_leaves_its_use_unknown() -> None:
    """A key's policy must take part: without it no policy of the user's own is enough."""
    key = f"arn:aws:kms:eu-west-1:{A}:key/k"
    use = Request(ALICE, "kms:Decrypt", key)
    allowing = layer(EVERYTHING)
    assert verdict(use, allowing, resource=layer(to({"AWS": A}))) is Verdict.ALLOWED
    assert verdict(use, allowing, resource=layer(perhaps(to({"AWS": A})))) is Verdict.UNKNOWN
    assert verdict(use, allowing, resource=layer(to({"AWS": B}))) is Verdict.IMPLICIT_DENY
    assert verdict(use, allowing) is Verdict.IMPLICIT_DENY


def test_another_account_needs_to_be_let_in_for_sure() -> None:
    other = Request(f"arn:aws:iam::{B}:role/Hub", "s3:GetObject", f"{BUCKET}/a", resource_account=A)
    allowing = layer(EVERYTHING)
    assert verdict(other, allowing, resource=layer(to({"AWS": B}))) is Verdict.ALLOWED
    assert verdict(other, allowing, resource=layer(perhaps(to({"AWS": B})))) is Verdict.UNKNOWN
    assert verdict(other, allowing) is Verdict.IMPLICIT_DENY


def test_a_resource_that_is_not_known_matches_perhaps() -> None:
    """Alone, in a list, or excepted by NotResource."""
    bucket = f"arn:aws:s3:::{unknown('a parameter')}/*"
    listed = {**EVERYTHING, "Resource": ["arn:aws:s3:::other/*", bucket]}
    excepted = {"Effect": "Allow", "Action": "*", "NotResource": bucket}
    for statement in (listed, excepted):
        assert verdict(READ, layer(statement)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("version", "expected"),
    [("2008-10-17", Verdict.ALLOWED), ("2012-10-17", Verdict.IMPLICIT_DENY)],
)
def test_notresource_excepts_a_variables_value_under_the_new_version_alone(
    version: str, expected: Verdict
) -> None:
    excepted = {"Effect": "Allow", "Action": "*", "NotResource": f"{BUCKET}/${{aws:username}}"}
    policy = Layer((parse_policy({"Version": version, "Statement": [excepted]}),))
    mine = f"{BUCKET}/alice"
    read = Request(ALICE, "s3:GetObject", mine, {"aws:username": "alice"}, resource_account=A)
    assert verdict(read, policy) is expected


ROLE, ONE = f"arn:aws:iam::{A}:role/Writer", f"arn:aws:sts::{A}:assumed-role/Writer/one"


@pytest.mark.parametrize(
    ("named", "who", "expected"),
    [
        ([A, ROLE], ONE, "Unknown"),  # AWS's page asks for the session too, its article does not
        ([A, ROLE], ROLE, "Unknown"),
        ([A, ROLE, ONE], ONE, "Allowed"),
        ([A, ROLE, ONE], f"arn:aws:sts::{A}:assumed-role/Writer/two", "Unknown"),
        ([ROLE, ONE], ONE, "Unknown"),
        ([A, ALICE], ALICE, "Allowed"),
        ([A], ROLE, "ExplicitDeny"),
        (["*"], ROLE, "Allowed"),
    ],
)
def test_a_denial_of_all_but_a_role_spares_only_the_sessions_that_it_names(
    named: list[str], who: str, expected: str
) -> None:
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": named}, "Action": "*", "Resource": "*"}
    request = Request(who, "s3:GetObject", f"{BUCKET}/a", resource_account=A)
    assert verdict(request, layer(EVERYTHING), resource=layer(deny)) == expected
