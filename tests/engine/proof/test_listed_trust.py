"""A trust policy whose principals are all listed by the same text needs no look at requests."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whomay.engine.contract import Questions
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof import inclusion
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import ResourcePolicyView, own_patterns
from whomay.engine.proof.listed_trust import names_no_more
from whomay.engine.proof.outsiders import outsiders
from whomay.engine.proof.prove import covered
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.facts.becoming import ASSUMING
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import ACCOUNT, unknown
from whomay.iam.policy import Policy

HERE, THERE = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HERE}:role/Trusting"
READER = f"arn:aws:iam::{THERE}:role/Reader"
NAMED: tuple[dict[str, Any], ...] = (
    {"AWS": THERE},
    {"AWS": f"arn:aws:iam::{THERE}:root"},
    {"AWS": READER},
    {"AWS": [READER, f"arn:aws:iam::{HERE}:user/alice"]},
    {"AWS": "*"},
    {"Service": "ec2.amazonaws.com"},
    {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"], "AWS": THERE},
    {"Federated": "cognito-identity.amazonaws.com"},
)
ACTIONS = ("sts:AssumeRole", "STS:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:Assume*")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"StringEquals": {"sts:ExternalId": "one"}},
    {"StringEquals": {"sts:ExternalId": ["one", "two"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "StringEquals": {"sts:ExternalId": "one"},
    },
)


def trusting(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Principal": principal, **more}


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return parse_policy({"Version": version, "Statement": [*statements]})


def listed_alike(trust: Policy, listed: Policy) -> bool:
    return names_no_more(Layer((trust,)), Layer((listed,)))


def by_requests(trust: Policy, listed: Policy) -> bool | None:
    who = Principal(ROLE, PrincipalKind.ROLE, HERE, "Trusting", trust=trust)
    index = Questions(Snapshot((who,))).certain
    one, other = Layer((trust,)), Layer((listed,))
    own = own_patterns(ROLE)
    everybody = outsiders((*one.statements, *other.statements), HERE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inclusion, "names_no_more", lambda *_: False)
        return covered(
            ResourcePolicyView(one, index, own),
            ResourcePolicyView(other, index, own),
            everybody,
            Pattern(ASSUMING, (ROLE,)),
        ).holds


STATEMENTS = st.builds(
    trusting,
    st.sampled_from(NAMED),
    st.sampled_from((*ACTIONS, ["sts:AssumeRole", "sts:TagSession"], "sts:*", "*")),
    Effect=st.sampled_from(("Allow", "Allow", "Allow", "Deny")),
    Condition=st.sampled_from(CONDITIONS),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=3), st.lists(STATEMENTS, min_size=1, max_size=4))
def test_what_is_listed_alike_is_listed_by_requests_too(
    trust: list[dict[str, Any]], listed: list[dict[str, Any]]
) -> None:
    own, other = document(*trust), document(*trust, *listed)
    for one in (other, document(*listed)):
        if listed_alike(own, one):
            assert by_requests(own, one) is True


MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
EC2 = {"Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("trust", "listed", "is_told"),
    [
        (trusting({"AWS": THERE}), trusting({"AWS": THERE}, "sts:*"), True),
        (trusting({"AWS": THERE}, **MFA), trusting({"AWS": THERE}, "sts:*"), True),
        (trusting({"AWS": THERE}), trusting({"AWS": THERE}, "sts:*", **MFA), False),
        (trusting({"AWS": THERE}), trusting({"AWS": READER}, "sts:*"), False),
        (trusting({"AWS": READER}), trusting({"Service": READER}, "sts:*"), False),
        (trusting(EC2, "*"), trusting(EC2, "sts:*"), False),
        (trusting(EC2, "sts:AssumeRole*"), trusting(EC2, "sts:AssumeRole"), False),
        (trusting(EC2), trusting({"AWS": "*"}, "sts:*"), False),
        (
            trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Reader"}),
            trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Reader"}, "sts:*"),
            False,
        ),
        (
            trusting({"AWS": unknown("a parameter")}),
            trusting({"AWS": unknown("a parameter")}, "sts:*"),
            False,
        ),
    ],
)
def test_only_the_same_text_under_no_more_conditions_is_listed(
    trust: dict[str, Any], listed: dict[str, Any], *, is_told: bool
) -> None:
    assert listed_alike(document(trust), document(listed)) is is_told


def test_a_list_that_denies_and_a_policy_that_is_not_known_are_left_to_requests() -> None:
    same = trusting(EC2, "sts:*")
    denied = document(same, {**same, "Effect": "Deny"})
    assert not listed_alike(document(same), denied)
    assert listed_alike(denied, document(same))
    assert not listed_alike(Policy((), unknown="it is not seen"), document(same))
    assert not listed_alike(document(same), document(same, version="2008-10-17"))


def test_a_principal_that_everybody_is_left_out_of_is_left_to_requests() -> None:
    spared = {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": READER}}
    assert not listed_alike(document(spared), document(spared))
