"""An ARN is taken apart in one module."""

import re
from pathlib import Path

import pytest

import whomay
from whomay.iam.arn import Arn, account_in, parse_arn, service_in

PACKAGE = Path(whomay.__path__[0])
ROLE = "arn:aws:iam::111122223333:role/people/Reader"


def test_the_segments_of_a_role_have_their_names() -> None:
    assert parse_arn(ROLE) == Arn("arn", "aws", "iam", "", "111122223333", "role/people/Reader")


def test_an_arn_is_written_again_as_it_was_read() -> None:
    assert str(parse_arn(ROLE)) == ROLE


def test_a_roles_kind_is_told_from_its_path_and_name() -> None:
    arn = parse_arn(ROLE)
    assert arn is not None
    assert (arn.kind, arn.path_and_name) == ("role", "people/Reader")


def test_further_colons_belong_to_the_resource() -> None:
    arn = parse_arn("arn:aws:logs:eu-west-1:111122223333:log-group:/app:*")
    assert arn is not None
    assert arn.resource == "log-group:/app:*"


@pytest.mark.parametrize("text", ["*", "", "reports", "arn:aws:s3", "arn:aws:sqs:*"])
def test_what_has_fewer_than_six_segments_is_no_arn(text: str) -> None:
    assert parse_arn(text) is None
    assert account_in(text) is None


def test_the_beginning_of_an_arn_already_tells_the_service() -> None:
    assert service_in("arn:aws:sqs:*") == "sqs"
    assert service_in("*") == ""


@pytest.mark.parametrize("account", ["", "*", "1111*"])
def test_an_empty_account_or_a_pattern_names_none(account: str) -> None:
    assert account_in(f"arn:aws:sns:eu-west-1:{account}:alerts") is None


def test_no_other_module_takes_an_arn_apart() -> None:
    apart = re.compile(r'\barn\w*(\.\w+)*\.(r?split|r?partition|count)\(":"')
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if apart.search(path.read_text("utf-8"))
    }
    assert found == set()
