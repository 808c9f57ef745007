"""Chains of sessions: every hop decided, with its keys."""

from dataclasses import replace
from typing import Any

import pytest

from whomay.engine.decisions.index import Index
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.role_chains import Reach
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy

A, B = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{A}:user/alice"


def arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def document(*statements: dict[str, Any]) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def may(action: str, resource: str = "*") -> Policy:
    return document({"Effect": "Allow", "Action": action, "Resource": resource})


def trusts(who: str, **condition: Any) -> Policy:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": who},
        "Action": "sts:AssumeRole",
    }
    return document(statement | ({"Condition": condition} if condition else {}))


def role(name: str, account: str = A, **more: Any) -> Principal:
    return Principal(arn(name, account), PrincipalKind.ROLE, account, name, **more)


ALICE_MAY = Principal(ALICE, PrincipalKind.USER, A, "alice", (may("sts:AssumeRole", arn("First")),))
FIRST = role(
    "First",
    identity=(may("sts:AssumeRole", arn("Second", B)),),
    trust=trusts(ALICE, Bool={"aws:MultiFactorAuthPresent": "true"}),
)
SECOND = role("Second", B, identity=(may("iam:*"),), trust=trusts(arn("First")))


def test_a_chain_crosses_roles_and_accounts() -> None:
    chains = Reach(Index(Snapshot((ALICE_MAY, FIRST, SECOND)))).chains(ALICE)
    assert [[hop.end for hop in chain.hops] for chain in chains] == [
        [arn("First")],
        [arn("First"), arn("Second", B)],
    ]
    assert all(chain.certain for chain in chains)


def test_a_hop_shows_the_keys_that_it_needs() -> None:
    first, _ = Reach(Index(Snapshot((ALICE_MAY, FIRST, SECOND)))).chains(ALICE)
    assert first.hops[0].request.context["aws:multifactorauthpresent"] == "true"


def test_what_the_last_role_may_do_is_reached() -> None:
    index = Index(Snapshot((ALICE_MAY, FIRST, SECOND)))
    answer, chain = Reach(index).any_allowed(ALICE, Pattern(("iam:*",)))
    assert answer.holds is True
    assert chain is not None
    assert chain.end == arn("Second", B)
    assert answer.witness is not None
    assert answer.witness.principal == arn("Second", B)


def test_a_chain_that_one_side_forbids_is_none() -> None:
    closed = role("First", identity=FIRST.identity, trust=trusts(f"arn:aws:iam::{A}:user/bob"))
    index = Index(Snapshot((ALICE_MAY, closed, SECOND)))
    assert Reach(index).chains(ALICE) == []
    answer, chain = Reach(index).any_allowed(ALICE, Pattern(("iam:*",)))
    assert (answer.holds, chain) == (False, None)


def test_roles_that_trust_each_other_end() -> None:
    one = role("One", identity=(may("sts:AssumeRole"),), trust=trusts(arn("Two")))
    two = role("Two", identity=(may("sts:AssumeRole"),), trust=trusts(arn("One")))
    found = Reach(Index(Snapshot((one, two)))).chains(arn("One"))
    assert [chain.end for chain in found if chain.certain] == [arn("Two")]


def test_a_role_outside_the_assembly_is_not_known() -> None:
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (may("sts:AssumeRole", arn("Gone")),))
    index = Index(Snapshot((user,)))
    (chain,) = Reach(index).chains(ALICE)
    assert not chain.certain
    answer, chain_to_it = Reach(index).any_allowed(ALICE, Pattern(("iam:*",)))
    assert answer.holds is None
    assert answer.reason == "what a role outside the assembly may do is not known"
    assert chain_to_it is not None
    assert chain_to_it.end == chain.end == arn("Gone")


def test_a_certain_chain_is_taken_before_one_that_is_not() -> None:
    unknown = Policy((), unknown="an imported policy")
    vague = role("Vague", identity=(unknown,), trust=trusts(ALICE))
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (may("sts:AssumeRole"),))
    last = role("Last", identity=(may("iam:*"),), trust=trusts(arn("Vague")))
    sure = role("Sure", identity=(may("sts:AssumeRole", arn("Last")),), trust=trusts(ALICE))
    both = role(
        "Last",
        identity=last.identity,
        trust=document(
            *(
                {"Effect": "Allow", "Principal": {"AWS": arn(name)}, "Action": "sts:AssumeRole"}
                for name in ("Vague", "Sure")
            )
        ),
    )
    chains = {c.end: c for c in Reach(Index(Snapshot((user, vague, sure, both)))).chains(ALICE)}
    assert [hop.end for hop in chains[arn("Last")].hops] == [arn("Sure"), arn("Last")]
    assert chains[arn("Last")].certain


def user(*identity: Policy) -> Principal:
    return Principal(ALICE, PrincipalKind.USER, A, "alice", identity)


def bucket(account: str, **statement: Any) -> Resource:
    policy = document({"Effect": "Allow", "Action": "s3:*", **statement}) if statement else None
    return Resource("arn:aws:s3:::b", "AWS::S3::Bucket", account, "eu-west-1", "b", policy)


BOB = f"arn:aws:sts::{A}:federated-user/bob"
OBJECTS = Pattern(("s3:GetObject",), ("arn:aws:s3:::b/*",))


@pytest.mark.parametrize(
    ("identity", "reached"),
    [
        (may("sts:GetFederationToken"), True),
        (may("sts:GetFederationToken", f"arn:aws:sts::{A}:federated-user/b*"), True),
        (may("sts:GetFederationToken", f"arn:aws:sts::{A}:federated-user/carol"), False),
        (may("sts:GetSessionToken"), False),
        (may("s3:PutObject"), False),
    ],
)
def test_a_user_reaches_what_a_federated_user_is_let_in_to(identity: Policy, reached: bool) -> None:
    named = bucket(A, Principal={"AWS": BOB}, Resource="*")
    answer, chain = Reach(Index(Snapshot((user(identity),), (named,)))).any_allowed(ALICE, OBJECTS)
    assert (answer.holds, chain is not None) == (reached, reached)
    if reached:
        assert answer.witness is not None
        assert answer.witness.principal == BOB


def test_a_federated_user_has_the_policies_of_its_user_and_tags_that_were_chosen() -> None:
    tagged = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    reads = {"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*", "Condition": tagged}
    federating = may("sts:GetFederationToken")
    reach = Reach(Index(Snapshot((user(document(reads), federating),))))
    assert reach.any_allowed(ALICE, OBJECTS)[0].holds is True
    assert reach.any_allowed(ALICE, Pattern(("sts:AssumeRole",)))[0].holds is False


FOR_ALICE = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:*", "Resource": "*"}
NOT_HERSELF = {**FOR_ALICE, "Effect": "Deny", "Principal": "*"} | {
    "Condition": {"StringEquals": {"aws:username": "alice"}}
}


@pytest.mark.parametrize(
    ("statements", "holds"),
    [
        ((FOR_ALICE, NOT_HERSELF), True),
        ((FOR_ALICE, NOT_HERSELF, {**FOR_ALICE, "Effect": "Deny"}), None),  # no page says it
        ((NOT_HERSELF,), False),
    ],
)
def test_a_federated_user_is_let_in_where_its_user_is_named(
    statements: tuple[dict[str, Any], ...], holds: bool | None
) -> None:
    named = replace(bucket(A), policy=document(*statements))
    system = Snapshot((user(may("sts:GetFederationToken")),), (named,))
    assert Reach(Index(system)).any_allowed(ALICE, OBJECTS)[0].holds is holds


@pytest.mark.parametrize("name", ["*", "fr*", "fred", "?red"])
def test_a_federated_user_whom_no_policy_names_has_what_its_user_has(name: str) -> None:
    of_federated = {"StringEquals": {"aws:PrincipalType": "FederatedUser"}}
    own = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": of_federated}
    making = may("sts:GetFederationToken", f"arn:aws:sts::{A}:federated-user/{name}")
    reach = Reach(Index(Snapshot((user(making, document(own)),))))
    assert reach.any_allowed(ALICE, OBJECTS)[0].holds is True


def test_a_role_makes_no_federated_user() -> None:
    named = bucket(A, Principal={"AWS": BOB}, Resource="*")
    maker = role("First", identity=(may("sts:GetFederationToken"),))
    found = Reach(Index(Snapshot((maker,), (named,)))).any_allowed(arn("First"), OBJECTS)
    assert found[0].holds is False


@pytest.mark.parametrize(
    ("action", "account", "holds"),
    [
        ("s3:DeleteBucketPolicy", B, None),
        ("s3:GetObject", B, False),
        ("s3:DeleteBucketPolicy", A, False),  # no session of the root user of one's own account
    ],
)
def test_the_root_user_of_a_member_account_is_reached_for_its_tasks(
    action: str, account: str, holds: bool | None
) -> None:
    system = Snapshot((user(may("sts:AssumeRoot")),), (bucket(account),))
    answer, chain = Reach(Index(system)).any_allowed(
        ALICE, Pattern((action,), ("arn:aws:s3:::b", "arn:aws:s3:::b/*"))
    )
    assert answer.holds is holds
    if holds is None:
        assert answer.reason == (
            "whether its account manages the organization of the other is not known"
        )
        assert chain is not None
        assert chain.end == f"arn:aws:iam::{B}:root"


def test_what_somebody_delegates_is_not_known() -> None:
    reach = Reach(Index(Snapshot((user(may("sts:GetDelegatedAccessToken")),))))
    answer, _ = reach.any_allowed(ALICE, OBJECTS)
    assert (answer.holds, answer.reason) == (None, "what was delegated to it is not known")


def test_a_session_of_a_user_itself_may_have_mfa() -> None:
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    reads = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": with_mfa}
    answer, chain = Reach(Index(Snapshot((user(document(reads)),)))).any_allowed(ALICE, OBJECTS)
    assert (answer.holds, chain) == (True, None)
