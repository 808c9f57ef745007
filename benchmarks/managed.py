"""What a role with AWS's ReadOnlyAccess costs: some thousand patterns of actions in one policy.

    python benchmarks/managed.py [RUNS]

`whomay who` looks for everybody who may read an object of a bucket. `whomay diff` compares the app
with one that has another role as well, and with one that has a queue open to another account. All
are run in turn, RUNS times (5), each in a process of its own. The figures are medians.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WHOMAY = str(Path(sys.executable).parent / "whomay")
# Python keeps what it has compiled, as it does for users.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ACCOUNT, OTHER = "111122223333", "444455556666"


def role(**properties: Any) -> dict[str, Any]:
    """Return a role that Lambda may become."""
    trust = {**_allowing("sts:AssumeRole"), "Principal": {"Service": "lambda.amazonaws.com"}}
    del trust["Resource"]
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": document, **properties},
    }


def _allowing(action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


APP: Mapping[str, Any] = {
    "Reader": role(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "reports"}},
}
ANOTHER_ROLE: Mapping[str, Any] = {
    "Sender": role(
        Policies=[
            {
                "PolicyName": "Send",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [_allowing("sqs:SendMessage")],
                },
            }
        ]
    )
}
QUEUE: Mapping[str, Any] = {
    "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
    "OfJobs": {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Jobs"}],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{**_allowing("sqs:SendMessage"), "Principal": {"AWS": OTHER}}],
            },
        },
    },
}


def assembly(folder: Path, resources: Mapping[str, Any]) -> str:
    """Write an assembly of one stack."""
    folder.mkdir()
    (folder / "S.template.json").write_text(json.dumps({"Resources": resources}))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/eu-west-1",
        "properties": {"templateFile": "S.template.json"},
    }
    manifest = {"version": "36.0.0", "artifacts": {"S": stack}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return str(folder)


def run(argv: list[str]) -> tuple[float, float]:
    """Return seconds and processor seconds of one process."""
    begun = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=ENVIRONMENT, stdout=nowhere, stderr=nowhere)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run all in turn and print one line each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        old = assembly(Path(name, "old"), APP)
        further = assembly(Path(name, "role"), {**APP, **ANOTHER_ROLE})
        queue = assembly(Path(name, "queue"), {**APP, **QUEUE})
        commands = {
            "whomay who": [WHOMAY, "who", "s3:GetObject", "arn:aws:s3:::reports/a", "-a", old],
            "whomay diff, one more role": [WHOMAY, "diff", old, further],
            "whomay diff, one more queue": [WHOMAY, "diff", old, queue],
        }
        for argv in commands.values():  # warm the caches
            run(argv)
        found = [{name: run(argv) for name, argv in commands.items()} for _ in range(rounds)]
    print(f"{'':28}{'seconds':>9}{'processor':>11}")
    for name in commands:
        seconds, processor = (statistics.median(one[name][i] for one in found) for i in range(2))
        print(f"{name:28}{seconds:9.2f}{processor:11.2f}")


if __name__ == "__main__":
    main()
