"""The table of condition keys: what AWS has, and what each key is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import whomay
from whomay.iam.facts.action_keys import has_key
from whomay.iam.facts.actions import condition_keys_of
from whomay.iam.facts.condition_key_table import KEYS, KeyKind, KeySender, KeyValue
from whomay.iam.facts.condition_keys import DERIVED_KEYS, ORDINARY_KEYS, condition_key, sent_by

PACKAGE = Path(whomay.__path__[0])


@pytest.mark.parametrize("name", [row.name for row in KEYS.values()])
def test_a_service_has_the_key_in_the_same_spelling(name: str) -> None:
    service = name.partition(":")[0]
    assert service == "aws" or name in condition_keys_of(service)


def test_nobody_chooses_who_calls_and_on_what() -> None:
    assert {
        *("aws:principalaccount", "aws:principalarn", "aws:principalisawsservice"),
        *("aws:principalservicename", "aws:principaltype", "aws:userid", "aws:username"),
        *("aws:resourceaccount", "s3:resourceaccount", "aws:sourceaccount", "aws:sourcearn"),
        *("kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn"),
    } == DERIVED_KEYS


def test_every_ordinary_key_has_the_value_that_a_current_cli_sends() -> None:
    ordinary = {name for name, row in KEYS.items() if row.kind is KeyKind.ORDINARY}
    assert ordinary == set(ORDINARY_KEYS)
    assert ORDINARY_KEYS["aws:securetransport"] == "true"
    assert ORDINARY_KEYS["s3:tlsversion"] == "1.3"


def test_a_tag_of_any_name_is_one_row() -> None:
    row = condition_key("AWS:PrincipalTag/cost-center")
    assert row is not None
    assert (row.name, row.kind) == ("aws:PrincipalTag/${TagKey}", KeyKind.SESSION)


@pytest.mark.parametrize("key", ["aws:SourceAcount", "s3:prefix", "token.example.com:sub"])
def test_of_other_keys_the_table_holds_nothing(key: str) -> None:
    assert condition_key(key) is None


def test_a_service_never_sends_what_is_of_people_and_people_never_what_is_of_a_service() -> None:
    assert "aws:multifactorauthpresent" in sent_by(KeySender.PEOPLE)
    assert "aws:sourcearn" in sent_by(KeySender.SERVICES)
    assert not sent_by(KeySender.PEOPLE) & sent_by(KeySender.SERVICES)


def test_a_key_of_an_account_holds_the_id_of_one() -> None:
    named = {row.name for row in KEYS.values() if row.values is KeyValue.ACCOUNT}
    assert {"aws:SourceAccount", "aws:VpceAccount", "kms:CallerAccount"} <= named


def texts(path: Path) -> Iterator[str]:
    """Every text that a module writes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_global_key_that_a_module_names_is_in_the_table() -> None:
    named = {
        text
        for room in ("cdk", "engine", "live", "metadata")
        for path in (PACKAGE / room).rglob("*.py")
        for text in texts(path)
        if re.fullmatch(r"aws:[A-Za-z]+(/.*)?", text)
    }
    assert len(named) > 20
    families = tuple(KEYS)
    unknown = [text for text in sorted(named) if condition_key(text) is None]
    assert [t for t in unknown if not any(key.startswith(t) for key in families)] == []


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/team"),  # listed as tag-key
        ("glacier:DeleteArchive", "glacier:ResourceTag/team"),  # listed as ResourceTag/
        ("ec2-instance-connect:OpenTunnel", "ec2-instance-connect:remotePort"),
        ("states:InvokeHTTPEndpoint", "states:HTTPMethod"),
    ],
)
def test_a_key_that_the_reference_lists_with_no_action_may_come_with_any(
    action: str, key: str
) -> None:
    assert has_key(action, key)
    assert not has_key("s3:GetObject", key)
