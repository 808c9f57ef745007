"""How long `whomay verify` takes for a contract of 200 statements, on a lab of its own.

    python benchmarks/verify.py [STATEMENTS]

Half of the statements say that a role must be allowed to read a part of a bucket. The others say
that it must not be allowed something. Three runs, each in a process of its own. The account is read each time.
Seconds are by the clock, and of the command's processor, which a busy machine changes little.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from whomay.lab import lifecycle
from whomay.lab.state import Lab

STACK = "Reports"
WHOMAY = Path(sys.executable).with_name("whomay")
FORBIDDEN = (
    *("s3:PutObject", "s3:DeleteObject", "iam:CreateUser", "ec2:RunInstances", "kms:Decrypt"),
    *("sqs:SendMessage", "sns:Publish", "dynamodb:GetItem", "lambda:InvokeFunction"),
)


def document(**statement: Any) -> dict[str, Any]:
    """Return a policy of one statement that allows."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def template() -> dict[str, Any]:
    """Return a bucket, and a role that may read it."""
    reading = document(Action="s3:GetObject", Resource={"Fn::Sub": "${Bucket.Arn}/*"})
    trusting = document(Action="sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"})
    properties = {
        "AssumeRolePolicyDocument": trusting,
        "Policies": [{"PolicyName": "p", "PolicyDocument": reading}],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Reader": role}}


def contract(number: int) -> dict[str, Any]:
    """Return a contract of so many statements."""
    who, bucket = f"{STACK}/Reader", f"arn:aws:s3:::<{STACK}.Bucket>"
    allowed = [
        {"must_allow": who, "actions": "s3:GetObject", "resources": f"{bucket}/part-{each}/*"}
        for each in range(number // 2)
    ]
    refused = [
        {"must_not_allow": who, "actions": FORBIDDEN[each % len(FORBIDDEN)], "resources": "*"}
        for each in range(number - number // 2)
    ]
    return {"version": 1, "statements": [*allowed, *refused]}


def deploy(lab: Lab, body: str) -> None:
    """Deploy the template as the root user of the lab's first account."""
    client = boto3.client(
        "cloudformation",
        endpoint_url=lab.plain,
        region_name=lab.region,
        aws_access_key_id=lab.accounts[0],
        aws_secret_access_key=lab.root_secret,
    )
    client.create_stack(StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    client.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})


def environment(lab: Lab) -> Mapping[str, str]:
    """Return the environment of the root user."""
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": lab.plain,
        "AWS_REGION": lab.region,
        "AWS_ACCESS_KEY_ID": lab.accounts[0],
        "AWS_SECRET_ACCESS_KEY": lab.root_secret,
    }


def main() -> None:
    """Deploy, run the command three times, and print what each took and said."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lab = lifecycle.start(place / "lab", exit_with_parent=True)
        try:
            body = json.dumps(template())
            (place / f"{STACK}.json").write_text(body)
            (place / "access-contract.yaml").write_text(json.dumps(contract(number)))
            deploy(lab, body)
            argv = [WHOMAY, "verify", f"{STACK}.json"]
            for _ in range(3):
                begun, before = time.perf_counter(), os.times().children_user
                done = subprocess.run(
                    argv,
                    cwd=place,
                    env=environment(lab),
                    capture_output=True,
                    text=True,
                    check=True,
                )
                taken = time.perf_counter() - begun
                used = os.times().children_user - before
                told = [line.strip() for line in done.stdout.splitlines() if "statements: " in line]
                asked = [line.strip() for line in done.stdout.splitlines() if "simulator: " in line]
                print(f"{taken:5.1f} s, {used:4.1f} s of a core: {told[0]}; {asked[0]}")
        finally:
            lifecycle.stop(place / "lab")


if __name__ == "__main__":
    main()
