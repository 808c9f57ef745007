"""The table of limits agrees with the service models that AWS publishes with botocore."""

import re
from typing import Any

import pytest
from botocore.loaders import Loader

from whomay.iam.facts import limits

LOADER = Loader()


def shape(service: str, name: str) -> dict[str, Any]:
    """A shape of a service's newest model: its pattern, its least and greatest length or value."""
    found: dict[str, Any] = LOADER.load_service_model(service, "service-2")["shapes"][name]
    return found


@pytest.mark.parametrize(
    ("service", "name", "least", "most"),
    [
        ("iam", "roleNameType", 1, limits.ROLE_NAME_LENGTH),
        ("iam", "userNameType", 1, limits.USER_NAME_LENGTH),
        ("iam", "groupNameType", 1, limits.GROUP_NAME_LENGTH),
        ("iam", "pathType", 1, limits.PATH_LENGTH),
        ("iam", "roleMaxSessionDurationType", *limits.MAX_SESSION_SECONDS),
        ("sts", "externalIdType", *limits.EXTERNAL_ID_LENGTH),
        ("sts", "durationSecondsType", *limits.MFA_AGE_SECONDS),
    ],
)
def test_a_length_is_the_models(service: str, name: str, least: int, most: int) -> None:
    found = shape(service, name)
    assert (found.get("min"), found.get("max")) == (least, most)


def test_a_description_is_as_long_as_the_model_says() -> None:
    assert shape("iam", "roleDescriptionType")["max"] == limits.DESCRIPTION_LENGTH


@pytest.mark.parametrize(
    ("service", "name", "own"),
    [
        ("iam", "roleNameType", limits.NAME),
        ("iam", "userNameType", limits.NAME),
        ("iam", "groupNameType", limits.NAME),
        ("iam", "roleDescriptionType", limits.DESCRIPTION),
        ("iam", "policyDocumentType", limits.POLICY_TEXT),
        ("sts", "externalIdType", limits.EXTERNAL_ID),
    ],
)
def test_a_character_is_admitted_where_the_model_admits_it(
    service: str, name: str, own: re.Pattern[str]
) -> None:
    pattern = re.compile(shape(service, name)["pattern"], re.ASCII)
    characters = [chr(code) for code in range(0x300)]
    theirs = [one for one in characters if pattern.fullmatch(one * 2)]
    assert [one for one in characters if own.fullmatch(one * 2)] == theirs


@pytest.mark.parametrize("path", ["/", "/a/", "/a/b/", "/a b/", "a", "/a", "//", "/é/", "/!~/"])
def test_a_path_is_admitted_where_the_model_admits_it_and_has_no_empty_part(path: str) -> None:
    theirs = re.fullmatch(shape("iam", "pathType")["pattern"], path)
    assert bool(limits.PATH.fullmatch(path)) == (bool(theirs) and "//" not in path)


@pytest.mark.parametrize(
    "id", ["111122223333", "012345678901", "11112222333", "1111222233334", "1111-2222-3333"]
)
def test_an_account_id_is_the_models(id: str) -> None:
    theirs = re.fullmatch(shape("organizations", "AccountId")["pattern"].strip("^$"), id)
    assert bool(limits.ACCOUNT_ID.fullmatch(id)) == bool(theirs)


@pytest.mark.parametrize(
    "id", ["o-a1b2c3d4e5", "o-a1b2c3d4e", "O-A1B2C3D4E5", "ou-a1b2-a1b2c3d4", f"o-{'a' * 33}"]
)
def test_an_organization_id_is_the_models(id: str) -> None:
    theirs = re.fullmatch(shape("organizations", "OrganizationId")["pattern"].strip("^$"), id)
    assert bool(limits.ORGANIZATION_ID.fullmatch(id)) == bool(theirs)


def test_the_key_of_a_tag_is_as_long_as_the_model_says() -> None:
    most = shape("iam", "tagKeyType")["max"]
    assert limits.TAG_KEY.fullmatch("k" * most)
    assert not limits.TAG_KEY.fullmatch("k" * (most + 1))


def test_the_value_of_a_tag_is_as_long_as_the_model_says() -> None:
    most = shape("iam", "tagValueType")["max"]
    assert limits.TAG_VALUE.fullmatch("v" * most)
    assert not limits.TAG_VALUE.fullmatch("v" * (most + 1))


def test_partitions_are_those_of_the_endpoints() -> None:
    partitions = LOADER.load_data("partitions")["partitions"]
    assert {one["id"] for one in partitions} <= limits.PARTITIONS


def test_regions_have_the_shape_of_regions() -> None:
    partitions = LOADER.load_data("partitions")["partitions"]
    regions = [region for one in partitions for region in one["regions"]]
    assert [
        region
        for region in regions
        if not region.endswith("-global") and not limits.REGION.fullmatch(region)
    ] == []
