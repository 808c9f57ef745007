"""The table of AWS managed policies: whole, dated, readable, and Unknown where it lacks one."""

import pytest

from whomay.iam.facts.managed_policies import managed_policy, names, source
from whomay.iam.policy import Published


def test_the_table_is_dated_and_names_its_source() -> None:
    assert source() == (
        "AWS managed policies as published by AWS, from moto 5.2.5 (Apache-2.0)",
        "2026-09-30",
    )


def test_every_policy_of_the_table_can_be_read() -> None:
    read = [managed_policy(f"arn:aws:iam::aws:policy/{name}") for name in names()]
    assert len(read) == 1582
    assert [policy.unknown for policy in read if policy.unknown or not policy.statements] == []


def test_a_policy_says_of_which_day_it_is() -> None:
    policy = managed_policy("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")
    assert policy.published == Published("job-function/ViewOnlyAccess", "2026-09-30")


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_policy_has_the_same_text_in_every_partition(partition: str) -> None:
    policy = managed_policy(f"arn:{partition}:iam::aws:policy/AdministratorAccess")
    assert [(s.actions, s.resources) for s in policy.statements] == [(("*",), ("*",))]


@pytest.mark.parametrize("name", ["FreshAccess", "ViewOnlyAccess", "Administrator", "", "a\tb"])
def test_a_name_that_aws_has_not_is_unknown(name: str) -> None:
    assert managed_policy(f"arn:aws:iam::aws:policy/{name}").unknown
