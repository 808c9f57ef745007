"""A policy document that breaks the grammar is refused with the place in it."""

import pytest

from whomay.iam.parse import PolicyError, parse_policy


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "a policy is an object with a Statement, not []"),
        ({}, "the policy has no Statement"),
        ({"Version": "2020-01-01", "Statement": []}, "allowed: 2012-10-17, 2008-10-17"),
        ({"Statement": "x"}, "Statement is an object or a list of them, not 'x'"),
        ({"Statement": ["x"]}, "Statement[0] is not an object but 'x'"),
        (
            {"Statement": [{"Effect": "allow"}]},
            "Statement[0]: Effect is 'allow'; allowed: Allow, Deny",
        ),
        ({"Statement": [{"Effect": "Allow", "Resource": "*"}]}, "neither Action nor NotAction"),
        (
            {"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "*"}]},
            "has both Action and NotAction",
        ),
        (
            {"Statement": [{"Effect": "Allow", "Action": "*", "Resources": "*"}]},
            "Statement[0] has an element 'Resources'; allowed: Sid, Effect",
        ),
        (
            {"Statement": [{"Effect": "Allow", "Action": "*", "Principal": "alice"}]},
            "Principal is 'alice'; allowed: '*' or an object of AWS, Service",
        ),
        (
            {"Statement": [{"Effect": "Allow", "Action": [{}]}]},
            "Statement[0]: Action holds {}; allowed: text",
        ),
        (
            {"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"Bool": "x"}}]},
            "Condition Bool is not an object of keys",
        ),
    ],
)
def test_a_document_that_breaks_the_grammar_says_where(raw: object, message: str) -> None:
    with pytest.raises(PolicyError) as error:
        parse_policy(raw)
    assert message in str(error.value)
