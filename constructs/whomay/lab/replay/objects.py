"""What the calls are about: deployed resources, and objects made for the calls."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import ClientError

from whomay.engine import Request
from whomay.iam import arn_forms
from whomay.iam.arn import split_arn
from whomay.iam.patterns.symbols import REGION, is_symbolic
from whomay.lab.replay import operations
from whomay.lab.replay.clients import Clients
from whomay.lab.replay.deployed_stacks import DeployedStacks
from whomay.lab.replay.errors import CannotBeSent

_BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NAME: Final = re.compile(r"[\w+=,.@-]+")

Parts = Mapping[str, str]


class Objects:
    """Makes what calls need, as the administrators, and takes it away at the end."""

    def __init__(self, deployment: DeployedStacks, clients: Clients) -> None:
        """Make nothing yet."""
        self._deployment = deployment
        self._clients = clients
        self._own, self._other = deployment.lab.accounts[:2]
        self._made: dict[str, Any] = {}
        self._undo: list[Callable[[], Any]] = []

    def place(self, request: Request, operation: operations.Operation) -> str:
        """Return the resource to ask about in place of a request's, made where it is not deployed.

        It is in the engine's words: names that the stacks have made are still symbols.

        Raises:
            CannotBeSent: the call is not about such a resource, or it cannot exist here.

        """
        parts = arn_forms.parts_of(operation.kind, request.resource)
        if parts is None:
            raise CannotBeSent("no call of the action is about such a resource")
        elsewhere = "account" in parts and self._deployment.text(parts["account"]) != self._own
        if elsewhere and operation.action != "sts:AssumeRole":
            raise CannotBeSent("its resource is in another account")
        match operation.kind:
            case arn_forms.BUCKET:
                return self._bucket(parts)
            case arn_forms.OBJECT:
                return self._object(parts)
            case arn_forms.USER:
                return self._user(parts)
            case arn_forms.ROLE:
                return self._role(parts)
            case arn_forms.KEY:
                return self._key(parts)
            case arn_forms.SECRET:
                return self._secret(parts)
        return request.resource

    def close(self) -> None:
        """Take away what was made, last made first."""
        while self._undo:
            with suppress(ClientError):  # gone already
                self._undo.pop()()

    def _once(self, name: str, make: Callable[[], Any], take_away: Callable[[], Any]) -> Any:
        if name not in self._made:
            try:
                self._made[name] = make()
            except ClientError as error:
                code = error.response["Error"]["Code"]
                raise CannotBeSent(f"what it is about cannot be made: {code}") from error
            self._undo.append(take_away)
        return self._made[name]

    def _bucket(self, parts: Parts) -> str:
        bucket = parts["bucket"]
        if not is_symbolic(bucket):
            if not _BUCKET_NAME.fullmatch(bucket):
                raise CannotBeSent("no bucket can have its name")
            s3 = self._clients.administrator("s3", self._own)
            self._once(
                bucket,
                lambda: s3.create_bucket(Bucket=bucket),
                lambda: s3.delete_bucket(Bucket=bucket),
            )
        self._put(bucket, "kept-by-the-replay")  # so that no bucket is empty, and none deleted
        return parts["arn"]

    def _object(self, parts: Parts) -> str:
        self._bucket(parts)
        self._put(parts["bucket"], parts["key"])
        return parts["arn"]

    def _put(self, bucket: str, key: str) -> None:
        s3 = self._clients.administrator("s3", self._own)
        where = {"Bucket": self._deployment.text(bucket), "Key": self._deployment.text(key)}
        self._once(
            f"{bucket}/{key}",
            lambda: s3.put_object(**where, Body=b"replayed"),
            lambda: _delete_versions(s3, **where),
        )

    def _user(self, parts: Parts) -> str:
        if not is_symbolic(parts["name"]):
            name = _name(parts)
            iam = self._clients.administrator("iam", self._own)
            self._once(
                f"user {name}",
                lambda: iam.create_user(UserName=name, Path=self._path(parts)),
                lambda: iam.delete_user(UserName=name),
            )
        return parts["arn"]

    def _role(self, parts: Parts) -> str:
        """Make a role that leaves to the account who may become it."""
        account = parts["account"]
        if self._deployment.text(account) not in (self._own, self._other):
            account = self._other
        if not is_symbolic(parts["name"]):
            owner = self._deployment.text(account)
            name = _name(parts)
            trust = {"AWS": f"arn:aws:iam::{self._own}:root"}
            iam = self._clients.administrator("iam", owner)
            self._once(
                f"role {name} of {owner}",
                lambda: iam.create_role(
                    RoleName=name,
                    Path=self._path(parts),
                    AssumeRolePolicyDocument=_document(Principal=trust, Action="sts:AssumeRole"),
                ),
                lambda: iam.delete_role(RoleName=name),
            )
            inline = {"RoleName": name, "PolicyName": "kept-by-the-replay"}
            denied = _document("Deny", Action="*", Resource="*")
            self._once(  # so that the role cannot be deleted
                f"policy of {name} of {owner}",
                lambda: iam.put_role_policy(**inline, PolicyDocument=denied),
                lambda: iam.delete_role_policy(**inline),
            )
        return f"arn:aws:iam::{account}:role/{parts['path']}{parts['name']}"

    def _key(self, parts: Parts) -> str:
        """Make a key whose policy leaves everything to the account."""
        if is_symbolic(parts["id"]):
            return parts["arn"]
        kms = self._clients.administrator("kms", self._own)
        key = self._once("key", lambda: kms.create_key()["KeyMetadata"]["KeyId"], lambda: None)
        return f"arn:aws:kms:{self._region(parts)}:{parts['account']}:key/{key}"

    def _secret(self, parts: Parts) -> str:
        if is_symbolic(parts["id"]):
            return parts["arn"]
        manager = self._clients.administrator("secretsmanager", self._own)
        name = parts["id"]
        arn = self._once(
            f"secret {name}",
            lambda: manager.create_secret(Name=name, SecretString="replayed")["ARN"],
            lambda: manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True),
        )
        made = split_arn(arn)[-1].removeprefix("secret:")
        region = self._region(parts)
        return f"arn:aws:secretsmanager:{region}:{parts['account']}:secret:{made}"

    def _path(self, parts: Parts) -> str:
        return self._deployment.text(f"/{parts['path']}")

    def _region(self, parts: Parts) -> str:
        """Return the region in the engine's words: that of stacks which name none is a symbol."""
        if is_symbolic(parts["account"]):
            return REGION
        return self._deployment.lab.region


def _document(effect: str = "Allow", **elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, **elements}]})


def _name(parts: Parts) -> str:
    if not _NAME.fullmatch(parts["name"]):
        raise CannotBeSent("no user or role can have its name")
    return parts["name"]


def _delete_versions(s3: Any, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
    answer = s3.list_object_versions(Bucket=Bucket, Prefix=Key)
    for each in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())):
        if each["Key"] == Key:
            s3.delete_object(Bucket=Bucket, Key=Key, VersionId=each["VersionId"])
