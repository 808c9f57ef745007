"""Every property of CloudFormation's registry that may carry access is classified."""

from functools import cache

import pytest
from support.registry import properties, schemas

from whomay.iam.facts.actions import services
from whomay.iam.facts.policy_carriers import (
    SameAccount,
    carriers,
    entries_for,
    known_types,
    may_carry,
    not_seen,
    roles,
    services_of,
    table,
)


@cache
def _names() -> set[str]:
    return {
        f"{kind.removeprefix('AWS::')}.{path}" for kind in schemas() for path in properties(kind)
    }


@cache
def _that_may_carry() -> list[str]:
    return sorted(name for name in _names() if may_carry(name))


def _entries() -> set[str]:
    """Every entry of the table that classifies something."""
    lists = [table()["own_readers"], table()["no_access"]]
    roles_of = {
        f"{service}::{name}" for service, names in table()["roles"].items() for name in names
    }
    exact = {name for kind in ("read", "not_seen", "layers") for name in table()[kind]}
    return exact | roles_of | {name for each in lists for names in each.values() for name in names}


def test_every_property_that_may_carry_access_is_classified() -> None:
    unclassified = [name for name in _that_may_carry() if not entries_for(name)]
    assert unclassified == [], "classify these in iam/facts/policy_carriers.json"


def test_every_entry_is_of_a_property_or_a_type_that_exists() -> None:
    used = {entry for name in _that_may_carry() for entry in entries_for(name)}
    types = {kind.removeprefix("AWS::") for kind in schemas()}
    assert sorted(_entries() - used - types - _names()) == []


def test_the_types_are_those_of_the_registry() -> None:
    assert known_types() == frozenset(schemas())


def test_no_property_is_both_a_carrier_and_without_access() -> None:
    exact = [*table()["read"], *table()["not_seen"], *table()["layers"]]
    own = [name for names in table()["own_readers"].values() for name in names]
    assert len(exact) == len(set(exact))
    assert not set(own) & set(exact)


@pytest.mark.parametrize(
    "name",
    [
        "DynamoDB::Table.ResourcePolicy",
        "Organizations::Policy.Content",
        "Lambda::Function.Role",
        "ECS::TaskDefinition.TaskRoleArn",
        "EC2::LaunchTemplate.LaunchTemplateData.IamInstanceProfile",
        "ApiGateway::Method.Integration.Credentials",
        "SSO::PermissionSet.InlinePolicy",
        "IAM::OIDCProvider.ClientIdList",
        "S3::Bucket.OwnershipControls",
        "Lambda::Url.AuthType",
        "CloudFormation::StackSet.TemplateBody",
        "RAM::ResourceShare.ResourceArns",
        "EKS::Cluster.AccessConfig.BootstrapClusterCreatorAdminPermissions",
        "LakeFormation::DataLakeSettings.Admins",
        "S3::AccessGrant.Grantee",
        "IdentityStore::GroupMembership.MemberId",
    ],
)
def test_a_property_that_grants_under_any_name_is_looked_at(name: str) -> None:
    assert may_carry(name)
    assert entries_for(name)


def test_a_new_policy_of_a_service_without_access_is_noticed() -> None:
    assert entries_for("WAFv2::WebACL.Rules.Statement")
    assert entries_for("WAFv2::WebACL.ResourcePolicy") == ()


def test_a_new_carrier_of_a_known_type_is_noticed() -> None:
    assert may_carry("S3::Bucket.SharingPolicy")
    assert entries_for("S3::Bucket.SharingPolicy") == ()


def test_services_of_all_types_are_prefixes_of_actions() -> None:
    known = set(services())
    wrong = {kind: services_of(kind) for kind in known_types() if set(services_of(kind)) - known}
    assert wrong == {}


def test_only_a_keys_policy_must_take_part_in_its_own_account() -> None:
    must = {
        kind
        for kind, found in carriers().items()
        if any(one.same_account is SameAccount.RESOURCE for one in found)
    }
    assert must == {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"}


def test_what_is_not_seen_says_what_it_could_change() -> None:
    for found in not_seen().values():
        for one in found:
            assert one.why
            assert one.actions or one.everything or one.attaches


def test_roles_are_handed_by_many_services() -> None:
    assert ("Role",) in roles()["AWS::Lambda::Function"]
    assert ("Target", "RoleArn") in roles()["AWS::Scheduler::Schedule"]
