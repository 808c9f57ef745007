"""The access key of a user, and the secret that holds it, read and changed step by step."""

import json
import re
import socket
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import ClientError

from whomay.iam.arn import name_in
from whomay.live.caller import explained
from whomay.live.errors import LiveError
from whomay.live.key_state import MARK, Do, RotationStep, State

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import AccessKeyMetadataTypeDef, TagTypeDef

_ACCEPTED_WITHIN: Final = 60.0  # seconds; a new key takes a few of them to be known everywhere
_PAUSE: Final = 1.0  # seconds
_AT_WORK: Final = timedelta(minutes=5)  # for longer no run holds a key that it has not stored


def _machine() -> str:
    """Return this machine's name, in the letters that a tag may hold."""
    return re.sub(r"[^\w.:/=+@-]", "-", socket.gethostname(), flags=re.ASCII)[:200]


class UserKey:
    """The key of one user.

    `secret_id` is the name or ARN of the secret that holds it, as JSON with `AccessKeyId` and
    `SecretAccessKey`; other fields in it are kept. No method returns or shows a secret value.

    Every method raises LiveError when AWS refuses, or when the secret holds no such JSON.
    """

    def __init__(self, session: boto3.Session, user: str, secret_id: str) -> None:
        self._user = user
        self._secret_id = secret_id
        self._session = session
        with self._explained():
            self._iam = session.client("iam")
            self._secrets = session.client("secretsmanager")

    def state(self) -> State:
        """Read how far a rotation is.

        Raises LiveError also when the caller's own credentials are a key of this user: the rotation
        would take them away half-way.
        """
        with self._explained():
            keys = self._keys()
            tags = self._iam.list_user_tags(UserName=self._user)["Tags"]
            credentials = self._session.get_credentials()
            stored = self._stored()["AccessKeyId"]
        active = {key["AccessKeyId"]: key["Status"] == "Active" for key in keys}
        if credentials and credentials.access_key in active:
            raise self._error(
                "the credentials in use are a key of this user, which is to go: use an administrator's"
            )
        marked = next((tag["Value"] for tag in tags if tag["Key"] == MARK), None)
        old, _, machine = (marked or "").partition(" ")
        elsewhere = machine if machine != _machine() else ""
        since = datetime.now(UTC) - _AT_WORK
        young = frozenset(key["AccessKeyId"] for key in keys if key["CreateDate"] > since)
        return State(self._user, active, stored, old or None, elsewhere, young)

    def both_work_until(self, overlap: timedelta) -> datetime | None:
        """Return until when the old key must stay active, None when that time has passed."""
        with self._explained():
            stored = self._stored()["AccessKeyId"]
            made = [key["CreateDate"] for key in self._keys() if key["AccessKeyId"] == stored]
        until: datetime = (made[0] if made else datetime.now(UTC)) + overlap
        return until if until > datetime.now(UTC) else None

    def last_use(self, key: str) -> str:
        """Say when and for what IAM last saw a key; IAM learns of it hours later."""
        with self._explained():
            used = self._iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
        if "LastUsedDate" not in used:
            return f"{key} was never used, as far as IAM knows"
        return f"{key} was last used at {used['LastUsedDate']:%Y-%m-%d %H:%M} UTC ({used['ServiceName']})"

    def perform(self, step: RotationStep) -> None:
        """Do one step."""
        key = {"UserName": self._user, "AccessKeyId": step.key}
        with self._explained():
            match step.do:
                case Do.MARK:
                    mark: TagTypeDef = {"Key": MARK, "Value": f"{step.key} {_machine()}"}
                    self._iam.tag_user(UserName=self._user, Tags=[mark])
                case Do.CREATE:
                    self._create()
                case Do.VERIFY:
                    self._verify()
                case Do.DEACTIVATE:
                    self._iam.update_access_key(**key, Status="Inactive")
                case Do.DISCARD | Do.DELETE:
                    self._iam.delete_access_key(**key)
                case Do.UNMARK:
                    self._iam.untag_user(UserName=self._user, TagKeys=[MARK])

    def _create(self) -> None:
        """Create a key and store it: between the two calls its secret is in this process alone."""
        stored = self._stored()
        made = self._iam.create_access_key(UserName=self._user)["AccessKey"]
        new = {name: made[name] for name in ("AccessKeyId", "SecretAccessKey")}
        value = json.dumps({**stored, **new})
        self._secrets.put_secret_value(SecretId=self._secret_id, SecretString=value)

    def _verify(self) -> None:
        """Use the key as it is stored, until AWS knows it."""
        stored = self._stored()
        session = boto3.Session(
            aws_access_key_id=stored["AccessKeyId"],
            aws_secret_access_key=stored["SecretAccessKey"],
            region_name=self._session.region_name,
        )
        sts = session.client("sts")
        deadline = time.monotonic() + _ACCEPTED_WITHIN
        while True:
            try:
                arn = sts.get_caller_identity()["Arn"]
            except ClientError as error:
                if time.monotonic() > deadline:
                    code = error.response["Error"]["Code"]
                    raise self._error(
                        f"AWS does not accept the key in the secret ({code}); the old key still "
                        "works; run again later",
                        exit_code=3,
                    ) from error
                time.sleep(_PAUSE)
            else:
                break
        if name_in(arn) != self._user:
            raise self._error(f"the key in the secret is that of {arn}")

    def _keys(self) -> "list[AccessKeyMetadataTypeDef]":
        return self._iam.list_access_keys(UserName=self._user)["AccessKeyMetadata"]

    def _stored(self) -> dict[str, Any]:
        """Return what the secret holds."""
        text = self._secrets.get_secret_value(SecretId=self._secret_id).get("SecretString", "")
        try:
            value = json.loads(text)
        except ValueError:
            value = None  # no cause is kept: its text could hold a part of the secret
        if not isinstance(value, dict) or not {"AccessKeyId", "SecretAccessKey"} <= value.keys():
            raise self._error(
                f"the secret {self._secret_id} does not hold a key: it must be a JSON object with "
                "AccessKeyId and SecretAccessKey"
            )
        return value

    def _explained(self) -> AbstractContextManager[None]:
        return explained(f"rotate-key {self._user}")

    def _error(self, message: str, *, exit_code: int = 2) -> LiveError:
        return LiveError(f"rotate-key {self._user}: {message}", exit_code=exit_code)
