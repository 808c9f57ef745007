"""An account of the lab for one test, and who acts in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote

import boto3
import botocore.session
from botocore.config import Config

from whomay.lab import aws, environment, loopback
from whomay.lab.errors import LabError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace
from whomay.testing.deploying import Deploying

_TIMEOUT: Final = 10.0  # seconds
_CONFIG: Final = Config(
    proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
)
# Settings of the caller's environment that a session would read.
_FOREIGN: Final = ("profile", "config_file", "credentials_file", "max_attempts", "retry_mode")


@cache
def _session() -> Any:
    """Return a session that reads no settings of the caller's, shared since its making costs most."""
    nothing = (None, None, None, None)
    core = botocore.session.Session(session_vars=dict.fromkeys(_FOREIGN, nothing))
    aws.register(core)
    return boto3.Session(botocore_session=core)


@dataclass(frozen=True)
class Caller:
    """Who acts in the lab: a user with an access key, or a session of a role."""

    lab: Lab
    workspace: Workspace = field(repr=False)
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def client(self, service: str) -> Any:
        """Return boto3's client of a service; a refusal raises botocore's ClientError at once."""
        return _session().client(
            service,
            region_name=self.lab.region,
            endpoint_url=self.lab.endpoint,
            verify=str(self.lab.ca),
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            aws_session_token=self.session_token,
            config=_CONFIG,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment in which `aws` and other programs act as the same, in the lab alone."""
        own = environment.with_keys(self.lab, self.workspace, self.access_key, self.secret_key)
        token = {"AWS_SESSION_TOKEN": self.session_token} if self.session_token else {}
        return own | token


@dataclass(frozen=True)
class LabAccount(Caller):
    """An account of its own, and its administrator.

    `account` is its id. Nothing of another test is in it, and nothing has to be taken away.
    """

    account: str = ""

    @classmethod
    def open(cls, lab: Lab, workspace: Workspace) -> "LabAccount":
        """Open one in a running lab.

        Raises:
            LabError: the lab does not answer.

        """
        made = json.loads(loopback.told(lab, "/lab/account", timeout=_TIMEOUT))
        return cls(
            lab, workspace, made["AccessKeyId"], made["SecretAccessKey"], account=made["Account"]
        )

    def deploy(self, app: Any) -> Mapping[str, Mapping[str, str]]:
        """Deploy an app: a CDK App or Stage, the folder of its assembly, or a template's file.

        Returns the outputs of its stacks by the stack's name. CloudFormation deploys; no CDK CLI
        runs.

        Raises:
            LabError: a stack fails, with the reasons that CloudFormation tells, or it is meant for
                a named account.

        """
        return self._deploying.deploy(app)

    def as_role(self, role_arn: str) -> Caller:
        """Return a session of a role, whomever it trusts: what a function or an instance would do.

        Whether somebody may assume the role is asked by `client("sts").assume_role` of who tries.

        Raises:
            LabError: there is no such role in this account.

        """
        path = f"/lab/session/{quote(role_arn)}"
        try:
            given = json.loads(loopback.ask(self.lab, path, timeout=_TIMEOUT))
        except HTTPError as error:
            raise LabError(f"no role {role_arn!r} in account {self.account}") from error
        return Caller(
            self.lab,
            self.workspace,
            given["AccessKeyId"],
            given["SecretAccessKey"],
            given["Token"],
        )

    def as_user(self, name: str) -> Caller:
        """Return a user, by a new access key.

        Raises:
            botocore.exceptions.ClientError: there is no such user, or it has two keys.

        """
        key = self.client("iam").create_access_key(UserName=name)["AccessKey"]
        return Caller(self.lab, self.workspace, key["AccessKeyId"], key["SecretAccessKey"])

    @cached_property
    def _deploying(self) -> Deploying:
        return Deploying(self.client, self.account, self.lab.region)
