"""The section `accounts` of the context: what it says, and each mistake in one line."""

import json
from typing import Any

import pytest
from aws_cdk import App
from support.accounts_section import WHOLE, changed

from whomay.cdk import Accounts


def test_the_section_is_read_whole() -> None:
    accounts = Accounts.read(WHOLE)
    assert (accounts.hub.id, accounts.hub.region, accounts.hub.partition) == (
        "012345678901",
        "eu-west-1",
        "aws",
    )
    assert accounts.hub.tags == {"cost centre": "people"}
    assert accounts.people["alice"].roles == ("Reader",)
    assert not accounts.people["alice"].console_login
    assert accounts.people["bob"].console_login
    assert [*accounts.spokes] == ["development", "production"]
    assert accounts.spokes["production"].tags == {"stage": "prod"}
    assert accounts.third_parties["auditor"].external_id == "audit-2026"
    assert accounts.organization
    assert accounts.organization.units == ("ou-ab12-11111111",)
    assert accounts.organization.delegated_administrator
    assert accounts.github
    assert (accounts.github.owner_id, accounts.github.migrating) == ("1", False)


def test_hub_and_spokes_are_enough() -> None:
    accounts = Accounts.read(
        {
            "hub": {"id": "111111111111", "region": "us-gov-west-1"},
            "spokes": {"one": {"id": "222222222222", "region": "us-gov-east-1"}},
        }
    )
    assert accounts.hub.partition == "aws-us-gov"
    assert (accounts.people, accounts.third_parties) == ({}, {})
    assert accounts.organization is None
    assert accounts.github is None


def test_without_the_section_there_are_no_accounts() -> None:
    assert Accounts.of(App()) is None


def test_the_section_may_be_text_from_the_command_line() -> None:
    assert Accounts.of(App(context={"accounts": json.dumps(WHOLE)})) == Accounts.read(WHOLE)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "spokes.development.id",
            222222222222,
            (
                "accounts.spokes.development.id: got int 222222222222; allowed is an account id as a "
                "string of twelve digits; a number loses leading zeros: write it in quotes, as the "
                "console shows it"
            ),
        ),
        (
            "hub.id",
            "1112-2223-3333",
            (
                "accounts.hub.id: got '1112-2223-3333'; allowed is twelve digits, without dashes or "
                "spaces; copy it as the console shows it, leading zeros included"
            ),
        ),
        (
            "hub.id",
            "11112222333",
            (
                "accounts.hub.id: got '11112222333'; allowed is twelve digits, without dashes or "
                "spaces; copy it as the console shows it, leading zeros included"
            ),
        ),
        (
            "spokes.production.id",
            "222222222222",
            (
                "accounts.spokes.production.id: got '222222222222'; allowed is each account once; "
                "accounts.spokes.development has it already"
            ),
        ),
        (
            "spokes.production.id",
            "012345678901",
            (
                "accounts.spokes.production.id: got '012345678901'; allowed is each account once; "
                "accounts.hub has it already"
            ),
        ),
        (
            "third_parties.auditor.id",
            "333333333333",
            (
                "accounts.third_parties.auditor.id: got '333333333333'; allowed is an account of "
                "somebody else; accounts.spokes.production is this account: its own users send no "
                "external id"
            ),
        ),
        (
            "third_parties.auditor.external_id",
            None,
            (
                "accounts.third_parties.auditor.external_id: got None; allowed is a value: this key is "
                "required"
            ),
        ),
        (
            "spokes.production.regoin",
            "eu-north-1",
            (
                "accounts.spokes.production: got 'regoin'; allowed is the keys id, region, tags; did "
                "you mean region?"
            ),
        ),
        (
            "spokes.production",
            {"id": "333333333333", "regoin": "eu-north-1"},
            (
                "accounts.spokes.production.region: got None; allowed is a value: this key is "
                "required; is 'regoin' meant for it?"
            ),
        ),
        (
            "organisation",
            {},
            (
                "accounts: got 'organisation'; allowed is the keys github, hub, organization, spokes, "
                "third_parties; did you mean organization?"
            ),
        ),
        (
            "spokes.production.region",
            "eu-nroth-1",
            (
                "accounts.spokes.production.region: got 'eu-nroth-1'; allowed is a Region that this "
                "version of CDK knows; did you mean eu-north-1?"
            ),
        ),
        (
            "spokes.production.region",
            "cn-north-1",
            (
                "accounts.spokes.production.region: got 'cn-north-1'; allowed is a Region of the hub's "
                "partition aws; no role can be assumed from another partition"
            ),
        ),
        (
            "spokes",
            None,
            "accounts.spokes: got {}; allowed is at least one account by its name, with",
        ),
        (
            "spokes",
            ["222222222222"],
            "accounts.spokes: got list ['222222222222']; allowed is an object",
        ),
        ("hub", None, "accounts.hub: got None; allowed is a value: this key is required"),
        (
            "spokes.Development",
            {"id": "555555555555", "region": "eu-west-1"},
            (
                "accounts.spokes: got 'Development'; allowed is names that differ in more than their "
                "case"
            ),
        ),
        (
            "spokes.a_b",
            {"id": "555555555555", "region": "eu-west-1"},
            "accounts.spokes.a_b: got 'a_b'; allowed is letters, digits, dashes",
        ),
        (
            "hub.people.alice.roles",
            "Reader",
            "accounts.hub.people.alice.roles: got str 'Reader'; allowed is a list of strings",
        ),
        (
            "hub.people.alice.console_login",
            "no",
            "accounts.hub.people.alice.console_login: got str 'no'; allowed is true or false",
        ),
        (
            "hub.tags",
            {"aws:owner": "x"},
            (
                "accounts.hub.tags.aws:owner: got 'aws:owner'; allowed is letters, digits, spaces and "
                "_.:/=+@-, not beginning with aws:"
            ),
        ),
        ("hub.tags", {"stage": 1}, "accounts.hub.tags.stage: got int 1; allowed is a string: "),
        (
            "hub.tags",
            {f"key{n}": "x" for n in range(51)},
            "accounts.hub.tags: got '51 tags'; allow",
        ),
        (
            "hub.tags",
            {"stage": "x", "Stage": "y"},
            "accounts.hub.tags: got 'stage'; allowed is keys that differ in more than their case",
        ),
        (
            "third_parties.vendor",
            {"id": "444444444444", "external_id": "vendor-2026"},
            (
                "accounts.third_parties.vendor.id: got '444444444444'; allowed is each account once; "
                "accounts.third_parties.auditor has it already"
            ),
        ),
        (
            "third_parties.vendor",
            {"id": "555555555555", "external_id": "audit-2026"},
            (
                "accounts.third_parties.vendor.external_id: got 'audit-2026'; allowed is an id for each "
                "third party; accounts.third_parties.auditor has it already"
            ),
        ),
        (
            "third_parties.audi-tor",
            {"id": "555555555555", "external_id": "vendor-2026"},
            (
                "accounts.third_parties.audi-tor: got 'audi-tor'; allowed is names that differ in more "
                "than dashes; accounts.third_parties.auditor would give the stack's output the same"
            ),
        ),
        (
            "github.owner_id",
            1,
            (
                "accounts.github.owner_id: got int 1; allowed is the number that GitHub gave, as a "
                "string; write it in quotes, as all ids of this section"
            ),
        ),
        (
            "github.repository_id",
            False,
            "accounts.github.repository_id: got bool False; allowed is",
        ),
        ("organization.id", "o-1", "organization_id: got 'o-1'; allowed is o- and 10 to 32 of"),
        (
            "organization.organizational_units",
            ["ou-1"],
            "accounts.organization.organizational_units: got 'ou-1'; allowed is an id such as",
        ),
    ],
)
def test_a_mistake_names_its_place_the_value_and_what_is_allowed(
    path: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=r"^accounts|^organization") as caught:
        Accounts.read(changed(path, value))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            json.dumps(WHOLE).replace("production", "development"),
            "the key 'development' is there tw",
        ),
        ("[" * 100_000, "maximum recursion depth"),
    ],
)
def test_text_from_the_command_line_has_each_key_once_and_an_end(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^accounts: got .*; " + message) as caught:
        Accounts.of(App(context={"accounts": text}))
    assert len(str(caught.value)) < 300
