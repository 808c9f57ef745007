"""What questions about an organization of 1,000 accounts and 50,000 roles cost, in two processes.

    .venv/bin/python -m benchmarks.organization [ACCOUNTS [ROLES [PROCESSES]]]

`benchmarks/generated_organization.py` makes the organization up from a seed. Each process reads a group of
accounts. What they read is put together, and each then answers `who` and `check` for its own group, with
the whole organization in view. A diff compares group with group, and a drift account with account.

Figures are processor seconds: of all processes, and of the one that needs most, which is what the step
takes on idle cores. Memory is that of this process and of the processes of the step, shared pages
counted once for each.
"""

import gc
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from functools import reduce
from pathlib import Path
from typing import Any

from benchmarks.generated_organization import account, write
from whomay.engine import Deployment, Snapshot, check, diff, read, who_may
from whomay.engine.changes import drift
from whomay.engine.contract import Questions, Stated, StatementKind
from whomay.engine.templates import (
    OrganizationFolder,
    TemplateFile,
    TemplateFiles,
    account_told,
)

EVERY = 100  # accounts, one has a role that is changed
# What no role of a team may do, each as one statement about all of them.
FORBIDDEN = (
    (("iam:CreateUser", "iam:CreateAccessKey", "iam:UpdateLoginProfile"), "*"),
    (("cloudtrail:StopLogging", "cloudtrail:DeleteTrail"), "*"),
    (("organizations:LeaveOrganization",), "*"),
    (("s3:PutBucketPolicy", "s3:DeleteBucket"), "*"),
    (("s3:GetObject",), f"arn:aws:s3:::{account(1)}-data-0/salaries/*"),
)
CONTRACT = tuple(
    Stated(StatementKind.MUST_NOT_ALLOW, "contract", "", "*/role/team/*", actions, (resource,))
    for actions, resource in FORBIDDEN
)
Group = Sequence[str]
_shared: list[Questions] = []  # forked with it, no process reads it again


def main() -> None:
    """Write the organization, and print a line for each step."""
    gc.set_threshold(200_000, 50, 50)  # as the command does
    given = [int(each) for each in sys.argv[1:]]
    accounts, roles, processes = [*given, *(1000, 50, 2)[len(given) :]]
    with tempfile.TemporaryDirectory() as name:
        folder, later = Path(name, "organization"), Path(name, "later")
        write(folder, accounts, roles)
        write(later, accounts, roles)
        numbers = [account(number) for number in range(accounts)]
        change(later, numbers[::EVERY])
        groups = [numbers[number::processes] for number in range(processes)]
        print(f"{accounts:,} accounts, {accounts * roles:,} roles, {processes} processes")
        print(f"{'step':8} {'CPU s':>7} {'largest':>8} {'MiB':>6}  result")
        print(f"{'diff':8} {step(diffed, groups, folder, later)}")
        print(f"{'drift':8} {step(drifted, groups, folder, later)}")
        took: list[Any] = []
        print(f"{'read':8} {step(reading, groups, folder, told=took)}")
        before = time.process_time()
        _shared.append(Questions(reduce(together, took)))
        took.clear()
        gc.collect()
        gc.freeze()  # so that processes share the pages
        print(f"{'together':8} {time.process_time() - before:7.1f}")
        bucket = f"arn:aws:s3:::{account(1)}-data-0/team-3/x"
        print(f"{'who':8} {step(who, groups, 's3:GetObject', bucket)}")
        print(
            f"{'who':8} {step(who, groups, 'sts:AssumeRole', f'arn:aws:iam::{account(1)}:role/team/role-1')}"
        )
        print(f"{'who':8} {step(who, groups, 'iam:CreateUser', '*')}")
        print(f"{'check':8} {step(checked, groups)}")


def step(
    function: Callable[..., Any], groups: Sequence[Group], *arguments: Any, told: Any = None
) -> str:
    """Call a function for each group in a process of its own; return what that took and gave."""
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(len(groups), mp_context=fork) as pool:
        found = [*pool.map(measured, [function] * len(groups), groups, [arguments] * len(groups))]
    seconds = [each for _, each, _ in found]
    memory = sum(each for _, _, each in found) + _memory()
    results = [each for each, _, _ in found]
    if told is not None:
        told += results
        results = [len(each.principals) for each in results]
    return f"{sum(seconds):7.1f} {max(seconds):8.1f} {memory:6.0f}  {sum(results):,}"


def measured(
    function: Callable[..., Any], group: Group, arguments: Sequence[Any]
) -> tuple[Any, float, float]:
    """Return the result, the processor seconds and the MiB of one process."""
    before = time.process_time()
    found = function(group, *arguments)
    return found, time.process_time() - before, _memory()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def reading(group: Group, folder: Path) -> Snapshot:
    """Read the accounts of a group, with what is above them."""
    files = tuple(TemplateFile(folder / "accounts" / f"{each}.json") for each in group)
    above = OrganizationFolder(folder).organization
    return read(TemplateFiles(files), Deployment(organization=above)).snapshot


def together(one: Snapshot, other: Snapshot) -> Snapshot:
    """Return two groups as one snapshot."""
    both = {
        each.name: getattr(one, each.name) + getattr(other, each.name)
        for each in fields(Snapshot)
        if isinstance(getattr(one, each.name), tuple)
    }
    return Snapshot(**both, organization=one.organization, arns={**one.arns, **other.arns})


def who(group: Group, action: str, resource: str) -> int:
    """Return how many of a group may do something."""
    [questions] = _shared
    index, accounts = questions.certain, frozenset(group)
    return len(who_may(action, resource, index.snapshot, index=index, accounts=accounts))


def checked(group: Group) -> int:
    """Return how many answers a contract about all roles gets, those of one group."""
    [questions] = _shared
    accounts, whole = frozenset(group), questions.certain.snapshot
    principals = tuple(each for each in whole.principals if each.account in accounts)
    return len(check(CONTRACT, Snapshot(principals), questions).results)


def drifted(group: Group, folder: Path, later: Path) -> int:
    """Return how many differences the accounts of a group have, each against the earlier one."""
    found = 0
    for each in group:
        before, after = (side / "accounts" / f"{each}.json" for side in (folder, later))
        reviewed, there = read(before).snapshot, read(after).snapshot
        found += len(drift(reviewed, there, account_told(after)).differences)
    return found


def diffed(group: Group, folder: Path, later: Path) -> int:
    """Return how many differences there are between a group and the same group later."""
    return len(diff(reading(group, folder), reading(group, later)))


def change(folder: Path, accounts: Group) -> None:
    """Let one role in each of some accounts do more."""
    for each in accounts:
        file = folder / "accounts" / f"{each}.json"
        body = json.loads(file.read_text())
        role = body["details"][0]["RoleDetailList"][4]
        document = role["RolePolicyList"][0]["PolicyDocument"]
        document["Statement"].append(
            {"Effect": "Allow", "Action": "sqs:PurgeQueue", "Resource": "*"}
        )
        head = json.dumps(body.pop("snapshot"))
        file.write_text(f'{{"snapshot": {head},\n{json.dumps(body)[1:]}\n')


if __name__ == "__main__":
    main()
