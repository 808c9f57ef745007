"""Chains of AssumeRole: every hop decided, with its keys and its hours."""

from typing import Any

from whomay.engine.decisions.index import Index
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.role_chains import Reach
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
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
    max_session=43200,
)
SECOND = role("Second", B, identity=(may("iam:*"),), trust=trusts(arn("First")), max_session=7200)


def test_a_chain_crosses_roles_and_accounts() -> None:
    chains = Reach(Index(Snapshot((ALICE_MAY, FIRST, SECOND)))).chains(ALICE)
    assert [[hop.role for hop in chain.hops] for chain in chains] == [
        [arn("First")],
        [arn("First"), arn("Second", B)],
    ]
    assert all(chain.certain for chain in chains)


def test_a_hop_shows_the_keys_that_it_needs() -> None:
    first, _ = Reach(Index(Snapshot((ALICE_MAY, FIRST, SECOND)))).chains(ALICE)
    assert first.hops[0].request.context["aws:multifactorauthpresent"] == "true"


def test_a_chained_session_lasts_an_hour_at_most() -> None:
    first, second = Reach(Index(Snapshot((ALICE_MAY, FIRST, SECOND)))).chains(ALICE)
    assert (first.seconds, second.seconds) == (43200, 3600)


def test_a_role_that_starts_a_chain_is_itself_a_session() -> None:
    (chain,) = Reach(Index(Snapshot((FIRST, SECOND)))).chains(arn("First"))
    assert chain.seconds == 3600


def test_what_the_last_role_may_do_is_reached() -> None:
    index = Index(Snapshot((ALICE_MAY, FIRST, SECOND)))
    answer, chain = Reach(index).any_allowed(ALICE, Pattern(("iam:*",)))
    assert answer.holds is True
    assert chain is not None
    assert chain.role == arn("Second", B)
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
    assert [chain.role for chain in found if chain.certain] == [arn("Two")]


def test_a_role_outside_the_assembly_is_not_known() -> None:
    user = Principal(ALICE, PrincipalKind.USER, A, "alice", (may("sts:AssumeRole", arn("Gone")),))
    index = Index(Snapshot((user,)))
    (chain,) = Reach(index).chains(ALICE)
    assert not chain.certain
    answer, chain_to_it = Reach(index).any_allowed(ALICE, Pattern(("iam:*",)))
    assert answer.holds is None
    assert answer.reason == "what a role outside the assembly may do is not known"
    assert chain_to_it is not None
    assert chain_to_it.role == chain.role == arn("Gone")


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
    chains = {c.role: c for c in Reach(Index(Snapshot((user, vague, sure, both)))).chains(ALICE)}
    assert [hop.role for hop in chains[arn("Last")].hops] == [arn("Sure"), arn("Last")]
    assert chains[arn("Last")].certain
