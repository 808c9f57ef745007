"""How long all rules take over many roles, and whether that grows linearly.

    .venv/bin/python benchmarks/rules.py

Ten stacks. Every role has a trust policy with a condition, and a managed policy. Its inline policy
has four statements on a bucket, a key and a queue of its own. Every tenth role may assume the next
one and pass another, so that ways over several principals are searched. Reading the assembly is
timed apart. Processor seconds are what counts on a machine that others use as well. Garbage is searched
for as rarely as the command does it.
"""

import gc
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from whomay.engine import findings, read
from whomay.engine.rules import RULES

STACKS = 10


def main() -> None:
    """Print one line a size."""
    gc.set_threshold(200_000, 50, 50)
    print(f"{len(RULES)} rules")
    print(f"{'roles':>6} {'statements':>11} {'load CPU s':>11} {'rules CPU s':>12} {'findings':>9}")
    for roles in (10, 250, 500, 1000, 2000):  # the first one reads the catalogue of actions
        report(roles)


def report(roles: int) -> None:
    """Write an app of that many roles, look at it by all rules, and print what that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, roles)
        start = time.process_time()
        assembly = read(folder)
        loaded = time.process_time()
        found = findings(assembly)
        done = time.process_time()
    extra = 2 * (roles // 10)
    print(
        f"{roles:>6} {roles * 5 + extra:>11} {loaded - start:>11.2f} {done - loaded:>12.2f} "
        f"{len(found):>9}"
    )


def write(folder: Path, roles: int) -> None:
    """Write a cloud assembly with that many roles and what they use."""
    artifacts = {}
    for stack in range(STACKS):
        resources: dict[str, Any] = {}
        for number in range(stack, roles, STACKS):
            resources |= of_one_role(number, roles)
        name = f"Stack{stack}"
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111122223333/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))


def of_one_role(number: int, roles: int) -> dict[str, Any]:
    """Return a role with its bucket, key and queue."""
    bucket, key, queue = f"Bucket{number}", f"Key{number}", f"Queue{number}"
    statements = [
        allow(["s3:GetObject", "s3:PutObject"], {"Fn::Sub": f"${{{bucket}.Arn}}/*"}),
        allow("s3:ListBucket", arn(bucket)),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], arn(key)),
        allow(["sqs:SendMessage", "sqs:ReceiveMessage"], arn(queue)),
    ]
    if number % 10 == 0:
        account = "arn:aws:iam::111122223333:role"
        statements.append(allow("sts:AssumeRole", f"{account}/role-{(number + 10) % roles}"))
        statements.append(allow("iam:PassRole", f"{account}/role-{(number + 20) % roles}"))
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::111122223333:role/role-{(number - 10) % roles}"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": f"tenant-{number}"}},
    }
    properties = {
        "RoleName": f"role-{number}",
        "AssumeRolePolicyDocument": document([trust]),
        "Policies": [{"PolicyName": "Access", "PolicyDocument": document(statements)}],
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    }
    encryption = {
        "ServerSideEncryptionConfiguration": [
            {
                "ServerSideEncryptionByDefault": {
                    "SSEAlgorithm": "aws:kms",
                    "KMSMasterKeyID": arn(key),
                }
            }
        ]
    }
    return {
        f"Role{number}": {"Type": "AWS::IAM::Role", "Properties": properties},
        bucket: {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "Properties": {"BucketEncryption": encryption},
        },
        key: {"Type": "AWS::KMS::Key"},
        queue: {"Type": "AWS::SQS::Queue"},
    }


def allow(action: str | list[str], resource: Any) -> dict[str, Any]:
    """Return a statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": statements}


def arn(logical_id: str) -> dict[str, Any]:
    """Return the reference to a resource's ARN."""
    return {"Fn::GetAtt": [logical_id, "Arn"]}


if __name__ == "__main__":
    main()
