"""A small app in the lab with its contract, for `whomay verify`: a bucket, a role, a user."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from support.aws import Caller, Stack, policy, resource, root, statement
from support.commands import WHOMAY
from support.faulty_proxy import Fault, proxy
from whomay.lab.state import Lab

CONTRACT = """\
version: 1
statements:
  - must_allow: STACK/Reader
    actions: s3:GetObject
    resources: arn:aws:s3:::<STACK.Bucket>/*
  - must_not_allow: STACK/Reader
    actions: [s3:PutObject, s3:DeleteObject]
    resources: arn:aws:s3:::<STACK.Bucket>/*
  - must_allow: STACK/Person
    actions: s3:ListBucket
    resources: arn:aws:s3:::<STACK.Bucket>
  - may_only: STACK/Reader
    statements:
      - Action: s3:GetObject
        Resource: arn:aws:s3:::<STACK.Bucket>/*
  - assumable_only_by: STACK/Reader
    trusted: [STACK/Caller]
  - cannot_reach: STACK/Reader
    actions: iam:*
"""


def written(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def resources() -> dict[str, Any]:
    """Return the template's resources; what Person may is in the policy of the bucket."""
    arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
    objects = {"Fn::Sub": "${Bucket.Arn}/*"}
    caller = {"AWS": {"Fn::GetAtt": ["Caller", "Arn"]}}
    person = {"AWS": {"Fn::GetAtt": ["Person", "Arn"]}}
    trusting = {"Effect": "Allow", "Principal": caller, "Action": "sts:AssumeRole"}
    reading = {"PolicyName": "p", "PolicyDocument": written(statement("s3:GetObject", objects))}
    return {
        "Bucket": resource("S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
        "Caller": resource(
            "IAM::User",
            Policies=[{"PolicyName": "p", "PolicyDocument": written(statement("*", "*"))}],
        ),
        "Person": resource("IAM::User"),
        "Reader": resource(
            "IAM::Role", AssumeRolePolicyDocument=written(trusting), Policies=[reading]
        ),
        "BucketPolicy": resource(
            "S3::BucketPolicy",
            Bucket={"Ref": "Bucket"},
            PolicyDocument=written({**statement("s3:ListBucket", arn), "Principal": person}),
        ),
    }


@dataclass(frozen=True)
class VerifiedApp:
    """The app as it is deployed: its template with the contract beside it, and the names made."""

    lab: Lab
    folder: Path
    stack: str
    names: Mapping[str, str]

    @property
    def role(self) -> str:
        return f"arn:aws:iam::{self.lab.accounts[0]}:role/{self.names['Reader']}"

    @cached_property
    def caller(self) -> Caller:
        """Who may become the role, and may do everything."""
        iam = root(self.lab).client("iam")
        key = iam.create_access_key(UserName=self.names["Caller"])["AccessKey"]
        return Caller(self.lab, key["AccessKeyId"], key["SecretAccessKey"])

    @property
    def bucket(self) -> str:
        return self.names["Bucket"]

    def command(self, address: str, *more: str, **env: str) -> tuple[list[str], dict[str, str]]:
        """Return the command line and the environment of who may become the role."""
        who = self.caller
        files = (f"{self.stack}.json", "--contract", "access-contract.yaml")
        given = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": who.access_key,
            "AWS_SECRET_ACCESS_KEY": who.secret,
            "AWS_MAX_ATTEMPTS": "2",
            "AWS_REGION": self.lab.region,
            "NO_PROXY": "127.0.0.1",
            "COLUMNS": "100",
        }
        return [WHOMAY, "verify", *files, *more], {**given, **env}

    def verify(
        self, *more: str, faults: Mapping[str, Fault] | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end; some calls may be answered by a fault."""
        with proxy(self.lab.plain, faults or {}) as before:
            argv, given = self.command(before.address, *more, **env)
            return subprocess.run(
                argv,
                cwd=self.folder,
                env=given,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

    def objects(self) -> list[str]:
        """Return the keys of all versions and markers that are in the bucket."""
        told = root(self.lab).client("s3").list_object_versions(Bucket=self.bucket)
        return [
            each["Key"] for kind in ("Versions", "DeleteMarkers") for each in told.get(kind, ())
        ]

    def empty(self) -> None:
        """Delete all versions in the bucket."""
        s3 = root(self.lab).client("s3")
        told = s3.list_object_versions(Bucket=self.bucket)
        for each in (*told.get("Versions", ()), *told.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=self.bucket, Key=each["Key"], VersionId=each["VersionId"])

    @contextmanager
    def by_hand(self, *statements: dict[str, Any]) -> Iterator[None]:
        """Give the role one more policy by hand, and take it away."""
        iam = root(self.lab).client("iam")
        name = {"RoleName": self.names["Reader"], "PolicyName": "by-hand"}
        iam.put_role_policy(**name, PolicyDocument=policy(*statements))
        try:
            yield
        finally:
            iam.delete_role_policy(**name)

    @contextmanager
    def caller_without(self, action: str) -> Iterator[None]:
        """Deny the caller an action, and take that away."""
        iam = root(self.lab).client("iam")
        name = {"UserName": self.names["Caller"], "PolicyName": "by-hand"}
        denied = {**statement(action, "*"), "Effect": "Deny"}
        iam.put_user_policy(**name, PolicyDocument=policy(denied))
        try:
            yield
        finally:
            iam.delete_user_policy(**name)


def deployed(lab: Lab, folder: Path, stack: str = "Verified") -> VerifiedApp:
    """Deploy the app as a stack, and write template and contract into the folder."""
    made = resources()
    (folder / f"{stack}.json").write_text(json.dumps({"Resources": made}))
    (folder / "access-contract.yaml").write_text(CONTRACT.replace("STACK", stack))
    return VerifiedApp(lab, folder, stack, Stack(root(lab), stack).deploy(**made))
