"""Callers of the lab's AWS for its tests: the real boto3, and what AWS's answers look like."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from whomay.lab.state import Lab


@dataclass(frozen=True)
class Caller:
    """Someone with keys of the lab."""

    lab: Lab
    access_key: str
    secret: str
    token: str | None = None

    def client(self, service: Any, *, plain: bool = False) -> Any:
        """Return boto3's client; `plain` speaks HTTP."""
        return boto3.client(
            service,
            region_name=self.lab.region,
            endpoint_url=self.lab.plain if plain else self.lab.endpoint,
            verify=str(self.lab.ca),
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret,
            aws_session_token=self.token,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def assume(self, role_arn: str, **parameters: Any) -> "Caller":
        """Return the caller as a session of the role."""
        answer = self.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName="session", **parameters
        )
        return with_credentials(self.lab, answer["Credentials"])


def with_credentials(lab: Lab, given: dict[str, Any]) -> Caller:
    return Caller(lab, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def root(lab: Lab, account: int = 0) -> Caller:
    return Caller(lab, lab.accounts[account], lab.root_secret)


def with_wrong_secret(caller: Caller) -> Caller:
    return replace(caller, secret="wrong")


def statement(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def of_length(size: int) -> str:
    """Return a policy of that many characters, white space not counted."""
    empty = policy(statement("s3:GetObject", ["arn:aws:s3:::"])).replace(" ", "")
    return policy(statement("s3:GetObject", ["arn:aws:s3:::" + "b" * (size - len(empty))]))


def trust(principal: Any, **condition: Any) -> str:
    written = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy({**written, **({"Condition": condition} if condition else {})})


def make_user(lab: Lab, name: str, *statements: dict[str, Any], account: int = 0) -> Caller:
    """Create a user that may do what the statements allow, with a key."""
    iam = root(lab, account).client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Caller(lab, key["AccessKeyId"], key["SecretAccessKey"])


def make_role(lab: Lab, name: str, document: str, *statements: dict[str, Any], **more: Any) -> str:
    """Create a role with a trust policy and an inline policy; return its ARN."""
    iam = root(lab).client("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **more)["Role"][
        "Arn"
    ]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return arn


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    """Return code and message of the error that the call must end in."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    told = error.value.response["Error"]
    return told["Code"], told["Message"]


class Stack:
    """A CloudFormation stack, deployed as template after template."""

    def __init__(self, caller: Caller, name: str) -> None:
        self.client = caller.client("cloudformation")
        self.name = self.stack_name = name

    def deploy(self, **resources: Any) -> dict[str, str]:
        """Create or update the stack; return the physical id of each resource."""
        body = json.dumps({"Resources": resources})
        arguments: dict[str, Any] = {"StackName": self.name, "TemplateBody": body}
        arguments["Capabilities"] = ["CAPABILITY_NAMED_IAM"]
        exists = self.name in {s["StackName"] for s in self.client.describe_stacks()["Stacks"]}
        (self.client.update_stack if exists else self.client.create_stack)(**arguments)
        assert self.settle() in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, self.reasons()
        found = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def delete(self) -> str:
        """Delete the stack; return the status it ends in."""
        identity = self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self.client.delete_stack(StackName=self.name)
        self.name = identity
        return self.settle()

    def settle(self) -> str:
        """Wait until the stack is no longer in progress; return its status."""
        while True:
            stack = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                status: str = stack["StackStatus"]
                return status
            time.sleep(0.02)

    def reasons(self) -> list[str]:
        """Return why resources failed."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            one["ResourceStatusReason"]
            for one in events
            if one["ResourceStatus"].endswith("_FAILED")
            and one["LogicalResourceId"] != self.stack_name
        ]


@contextmanager
def stack(caller: Caller, name: str) -> Iterator[Stack]:
    """Give a stack that is deleted at the end, whole."""
    made = Stack(caller, name)
    yield made
    assert made.delete() == "DELETE_COMPLETE"


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    """Return a resource of a template; `kind` is its type without AWS::."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def document(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement(action, "*")]}


def inline(name: str, action: str) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document(action)}
