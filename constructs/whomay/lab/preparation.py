"""What the probes need beside the stacks, made by the administrator."""

import json
from typing import Any

from whomay.lab import people
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.context import ALICE, BOB
from whomay.lab.devices import enrol
from whomay.lab.placeholders import Placeholders
from whomay.lab.session import LabSession
from whomay.lab.undo import Undo

IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


class Preparation:
    """Makes it, adds the placeholders for it, and remembers how to take it away."""

    def __init__(self, session: LabSession, placeholders: Placeholders, undo: Undo) -> None:
        self._session = session
        self._placeholders = placeholders
        self._undo = undo
        self.second_key = ("", "")

    def make(self) -> None:
        """Make all of it, side by side.

        Raises:
            CommandFailedError: a command failed.

        """
        made = (
            self._untrusted_instance,
            lambda: self._person(ALICE),
            lambda: self._person(BOB),
            self._mfa_device,
            self._second_key,
            self._objects,
        )
        self._session.each(lambda make: make(), made)

    def _untrusted_instance(self) -> None:
        """Run an instance with the role of project 2, which does not trust EC2."""
        profile = ("--instance-profile-name", self._placeholders["run"])
        role = ("--role-name", self._placeholders["user_role_name"])
        self._aws("iam", "create-instance-profile", *profile)
        self._undo.add("aws", "iam", "delete-instance-profile", *profile)
        self._aws("iam", "add-role-to-instance-profile", *profile, *role)
        self._undo.add("aws", "iam", "remove-role-from-instance-profile", *profile, *role)
        named = ("--iam-instance-profile", f"Name={self._placeholders['run']}")
        kind = ("--image-id", IMAGE, "--instance-type", "t3.micro")
        instance = self._aws("ec2", "run-instances", *kind, *named)["Instances"][0]["InstanceId"]
        self._undo.add("aws", "ec2", "terminate-instances", "--instance-ids", instance)
        self._placeholders["untrusted_instance"] = instance

    def _mfa_device(self) -> None:
        """Enrol the device whose serial number the stack has written into the instance's file."""
        user, serial = self._placeholders["mfa_user_name"], self._placeholders["mfa_serial"]
        actor = (ADMIN, as_admin(self._session))
        codes = enrol(self._session, self._undo, actor, user=user, serial=serial)
        self._placeholders.codes["mfa"] = codes

    def _person(self, name: str) -> None:
        """Set up the workstation of a person of the hub."""
        self._placeholders.codes[name] = people.set_up(self._session, self._undo, name)

    def _second_key(self) -> None:
        """Make another key of project 2's user, to be spoiled."""
        owner = ("--user-name", self._placeholders["user_name"])
        key = self._aws("iam", "create-access-key", *owner)["AccessKey"]
        named = ("--access-key-id", key["AccessKeyId"])
        self._undo.add("aws", "iam", "delete-access-key", *owner, *named)
        self._placeholders["second_key"] = key["AccessKeyId"]
        self.second_key = (key["AccessKeyId"], key["SecretAccessKey"])

    def _objects(self) -> None:
        """Put an object into project 2's bucket; every bucket is to be cleared of this run's."""
        run = self._placeholders["run"]
        for bucket in ("ec2_bucket", "user_bucket", "mfa_bucket"):
            self._undo.add_objects(self._placeholders[bucket], run)
        where = ("--bucket", self._placeholders["user_bucket"], "--key", f"{run}/seed.csv")
        self._aws("s3api", "put-object", *where, "--body", self._placeholders["report"])

    def _aws(self, *arguments: str) -> dict[str, Any]:
        """Run an administrator's command and return its answer."""
        argv = ("aws", *arguments, "--output", "json")
        out = self._session.must("admin", argv, as_admin(self._session))
        answer: dict[str, Any] = json.loads(out or "{}")
        return answer
