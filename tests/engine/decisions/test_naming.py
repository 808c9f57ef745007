"""Which policies name a caller: never those of another account, unless one account is not known."""

import pytest

from whomay.engine.decisions.naming import Naming
from whomay.iam.callers import caller
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import ACCOUNT, unknown
from whomay.iam.policy import Statement

HERE, ELSEWHERE = "111111111111", "222222222222"


def role(account: str, name: str = "Reader") -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def naming(*whom: str, element: str = "Principal") -> Statement:
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            element: {"AWS": [*whom]},
        },
    }
    [statement] = parse_policy(document).statements
    return statement


def found(who: str, statement: Statement, session_of: str | None = None) -> list[str]:
    policies: Naming[str] = Naming()
    policies.file("policy", statement)
    return [*policies.of(caller(who, session_of) if session_of else caller(who))]


@pytest.mark.parametrize(
    ("who", "named", "is_found"),
    [
        (role(HERE), role(HERE), True),
        (role(HERE), role(ELSEWHERE), False),
        (role(HERE), role(HERE, "Writer"), False),
        (role(HERE), role(ACCOUNT), True),
        (role(HERE), role(ACCOUNT, "Writer"), False),
        (role(ACCOUNT), role(HERE), True),
        (role(ACCOUNT), role(ACCOUNT), True),
        (role(ACCOUNT), role(HERE, "Writer"), False),
        (role(HERE), "*", True),
        (role(HERE), role(ELSEWHERE, unknown("its name")), True),
        (role(HERE), "AROAAAAAAAAAAAAAAAAAA", True),
        (role(HERE, f"for-{ELSEWHERE}"), role(HERE, f"for-{HERE}"), False),
    ],
)
def test_a_name_is_that_of_its_account(who: str, named: str, *, is_found: bool) -> None:
    assert bool(found(who, naming(named))) is is_found


def test_a_session_is_named_by_its_own_name_and_by_that_of_its_role() -> None:
    session = f"arn:aws:sts::{HERE}:assumed-role/Reader/me"
    for named in (session, role(HERE)):
        assert found(session, naming(named), role(HERE))
    for named in (session.replace(HERE, ELSEWHERE), role(ELSEWHERE)):
        assert not found(session, naming(named), role(HERE))


def test_who_is_left_out_by_name_is_perhaps_everybody_else() -> None:
    assert found(role(HERE), naming(role(ELSEWHERE), element="NotPrincipal"))
