"""How long a contract takes: 1,000 roles in 10 stacks, three statements each.

    .venv/bin/python benchmarks/contract.py

Roles come in ten shapes, then in a thousand distinct ones. Each figure is one run of
`whomay check` as a process of its own, so interpreter start is in it. Processor seconds are what
counts on a machine that others use as well.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

STACKS = 10
ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "sns:Publish",
    "secretsmanager:GetSecretValue",
)


def main() -> None:
    """Print one line a case."""
    print(
        f"{'roles':>6} {'shapes':>7} {'statements':>11} {'elapsed s':>10} {'CPU s':>6} {'MiB':>5}"
    )
    for roles in (250, 500, 1000):
        report(roles, 10)
    for roles in (250, 500, 1000):
        report(roles, roles)


def report(roles: int, shapes: int) -> None:
    """Write an app of that many roles, check it, and print what that took."""
    with tempfile.TemporaryDirectory() as folder:
        statements = write(Path(folder), roles, lambda n: n % shapes)
        before, used = time.perf_counter(), cpu()
        done = subprocess.run(
            [Path(sys.executable).with_name("whomay"), "check", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds, used = time.perf_counter() - before, cpu() - used
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if done.returncode != 0:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    print(f"{roles:>6} {shapes:>7} {statements:>11} {seconds:>10.2f} {used:>6.2f} {memory:>5.0f}")


def cpu() -> float:
    """Return the processor seconds of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def write(folder: Path, roles: int, shape_of: Callable[[int], int]) -> int:
    """Write the assembly; return how many statements its contract has."""
    artifacts = {}
    count = 0
    for index in range(STACKS):
        name = f"Stack{index}"
        resources: dict[str, Any] = {}
        stated = []
        for n in range(index, roles, STACKS):
            resources |= role_and_bucket(n, shape_of(n))
            stated += statements_of(name, n, shape_of(n))
        template = folder / f"{name}.template.json"
        template.write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111122223333/eu-west-1",
            "properties": {"templateFile": template.name},
            "metadata": {f"/{name}": stated},
        }
        count += len(stated)
    manifest = {"version": "55.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return count


def policy(n: int, shape: int) -> list[dict[str, Any]]:
    """Return the statements of one shape: which action, which prefix, which condition."""
    objects: dict[str, Any] = {"Fn::Sub": f"${{Bucket{n}.Arn}}/team-{shape}/*"}
    action = ACTIONS[shape % len(ACTIONS)]
    narrowed: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": "*"}
    if shape % 2:
        narrowed["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": f"team-{shape}"}}
    return [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": objects},
        narrowed,
    ]


def role_and_bucket(n: int, shape: int) -> dict[str, Any]:
    """Return one role and its bucket as a template has them."""
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    document = {"Version": "2012-10-17", "Statement": policy(n, shape)}
    properties = {
        "AssumeRolePolicyDocument": trust,
        "Policies": [{"PolicyName": "Access", "PolicyDocument": document}],
    }
    return {
        f"Role{n}": {"Type": "AWS::IAM::Role", "Properties": properties},
        f"Bucket{n}": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
    }


def statements_of(stack: str, n: int, shape: int) -> list[Mapping[str, Any]]:
    """Return the three statements about one role: may_only, must_allow, must_not_allow."""
    bucket = {"Stack": stack, "Value": {"Fn::GetAtt": [f"Bucket{n}", "Arn"]}}
    objects = {"Text": [bucket, f"/team-{shape}/*"]}
    role = {"Text": [{"Stack": stack, "Value": {"Fn::GetAtt": [f"Role{n}", "Arn"]}}]}
    listed = [{**each, "Resource": "*"} for each in policy(n, shape)]
    listed[0]["Resource"] = objects
    common = {"At": f"app.py:{n + 1}", "Scope": stack, "Principal": role}
    requests = {"Resources": [objects], "Given": {}}
    said = [
        {"Statement": "may_only", "Statements": listed},
        {"Statement": "must_allow", "Actions": ["s3:GetObject"], **requests},
        {"Statement": "must_not_allow", "Actions": ["iam:*"], "Resources": ["*"], "Given": {}},
    ]
    return [{"type": "whomay:statement", "data": {**common, **each}} for each in said]


if __name__ == "__main__":
    main()
