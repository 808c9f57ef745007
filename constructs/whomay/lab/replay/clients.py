"""boto3's clients for each caller, all of which speak to the lab and to nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from whomay.lab.accounts import ADMINISTRATORS
from whomay.lab.errors import WrongEndpointError
from whomay.lab.state import Lab

_SIGNED: Final = Config(
    parameter_validation=False,  # the table's parameters are tested; it costs a tenth of a call
    retries={"total_max_attempts": 2},
    s3={"addressing_style": "path"},
)
_UNSIGNED: Final = _SIGNED.merge(Config(signature_version=UNSIGNED))


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key, and the token of a session; without a key a request is not signed."""

    access_key: str = ""
    secret: str = ""
    token: str | None = None

    @classmethod
    def of(cls, credentials: Mapping[str, Any]) -> "Keys":
        """Read the credentials in an answer of STS, of IAM or of an instance's metadata."""
        token = credentials.get("SessionToken") or credentials.get("Token")
        return cls(credentials["AccessKeyId"], credentials["SecretAccessKey"], token)


class Clients:
    """Makes clients once each; it may be used from any thread."""

    def __init__(self, lab: Lab) -> None:
        """Read the administrators' keys from the shared credentials file of the environment."""
        self._lab = lab
        self._lock = Lock()
        self._made: dict[tuple[str, Keys, bool], Any] = {}
        self._session: Any = boto3.Session(region_name=lab.region)  # its stubs want literals
        self._keys = {
            account: _profile(name)
            for account, name in zip(lab.accounts, ADMINISTRATORS, strict=True)
        }

    def administrator_keys(self, account: str) -> Keys:
        """Return the keys of the administrator of one of the lab's accounts."""
        return self._keys[account]

    def administrator(self, service: str, account: str) -> Any:
        """Return a client of the administrator of one of the lab's accounts."""
        return self.client(service, self._keys[account])

    def client(self, service: str, keys: Keys, *, secure: bool = True) -> Any:
        """Return a client of who holds the keys; without `secure` it speaks plain HTTP."""
        with self._lock:
            found = self._made.get((service, keys, secure))
            if found is None:
                found = self._made[service, keys, secure] = self._make(service, keys, secure)
            return found

    def _make(self, service: str, keys: Keys, secure: bool) -> Any:
        client = self._session.client(
            service,
            endpoint_url=self._lab.endpoint if secure else self._lab.plain,
            verify=str(self._lab.ca),
            aws_access_key_id=keys.access_key or None,
            aws_secret_access_key=keys.secret or None,
            aws_session_token=keys.token,
            config=_SIGNED if keys.access_key else _UNSIGNED,
        )
        client.meta.events.register("after-call", self._verify)
        return client

    def _verify(self, http_response: Any, **_: object) -> None:
        """Refuse an answer that does not carry the nonce of this lab."""
        if http_response.headers.get("x-lab-nonce") != self._lab.nonce:
            raise WrongEndpointError("it is not this lab that answered; nothing further is sent")


def _profile(name: str) -> Keys:
    found = boto3.Session(profile_name=name).get_credentials()
    if found is None:
        raise WrongEndpointError(f"the lab has no keys of {name}")
    return Keys(found.access_key, found.secret_key)
