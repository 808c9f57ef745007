"""Names, account ids and addresses replaced, so that a case can be shown to others and decides the same.

Each is replaced in the same way wherever it is in a case, by one of the same length and form. What
began alike begins alike again. So patterns such as `reports-*` and address ranges match as they
did. AWS's own words remain: actions, kinds of resources, services, Regions, managed policies of AWS.
"""

import hmac
import ipaddress
import re
import string
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from whomay.iam.arn import SEGMENTS
from whomay.iam.facts.actions import actions_of, resource_formats
from whomay.iam.facts.condition_key_table import KeyValue
from whomay.iam.facts.condition_key_types import type_of
from whomay.iam.facts.condition_keys import condition_key
from whomay.iam.policy_variables import variable_keys

_AS_IT_IS: Final = frozenset({KeyValue.BOOLEAN, KeyValue.DATE, KeyValue.NUMBER})
# Keys whose values are words of AWS.
_OF_AWS: Final = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:principalservicename",
        "aws:principaltype",
        "aws:requestedregion",
        "kms:viaservice",
    }
)
_REGION: Final = (
    r"(?<![a-z0-9])(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov|-iso[a-z]?)?"
    r"-(?:north|south|east|west|central){1,2}-\d"
)
_PIECES: Final = re.compile(
    r"(?P<variable>\$\{[^}]*\})"
    rf"|(?P<aws>(?:oidc\.)?[a-z0-9-]+(?:\.{_REGION})?\.amazonaws\.com(?:\.cn)?"
    r"|token\.actions\.githubusercontent\.com|accounts\.google\.com|graph\.facebook\.com"
    rf"|www\.amazon\.com|AWSReservedSSO|aws-reserved|sso\.amazonaws\.com|{_REGION}(?![a-z0-9]))"
    r"|(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z]))"
    r"|(?P<kind>(?<![0-9A-Za-z])(?:A[A-Z]{3})(?=[A-Z0-9]{12,}))(?P<id>[A-Z0-9]+)"
    r"|(?P<prefix>(?<![0-9A-Za-z])(?:o|r|p|ou|vpce|vpc|subnet|sg|eni|i)-)(?=[0-9a-z]{4})"
    r"|(?P<word>[^\W_]+)"
)
_OUTSIDE_VARIABLES: Final = re.compile(r":(?![^{]*\})")  # where an ARN is taken apart
_IAM_KINDS: Final = frozenset(
    [
        "assumed-role",
        "federated-user",
        "group",
        "instance-profile",
        "mfa",
        "oidc-provider",
        "policy",
        "role",
        "root",
        "saml-provider",
        "user",
    ]
)
_LOWER: Final = string.ascii_lowercase
_HEX: Final = "0123456789abcdef"
_LINKED: Final = "role/aws-service-role/"  # roles that AWS makes and names


class Disguise:
    """Replaces what is private in texts. Who does not know the key cannot find the names again."""

    def __init__(self, key: bytes) -> None:
        """Take the key; the same one replaces the same name by the same."""
        self._key = key

    def case(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Return a case of `docs/reference/cases.md` without names, and without keys that no policy reads.

        A key that says who calls remains. The reason of a policy that was not given loses its names.
        """
        policies, request = case["policies"], case["request"]
        read = {key.lower() for key in _keys_read(policies)}
        told = {
            self._key_name(key): self._value(key, value)
            for key, value in request["context"].items()
            if key.lower() in read or key.lower() == "aws:principalarn"
        }
        shown = {
            "principal": self._value("aws:principalarn", request["principal"]),
            "action": request["action"],
            "resource": self.text(request["resource"]),
            "context": told,
        }
        if "resource_account" in request:
            shown["resource_account"] = self.text(request["resource_account"])
        documents = {name: self._policies(found) for name, found in policies.items()}
        return {**case, "id": self._words(case["id"]), "policies": documents, "request": shown}

    def text(self, text: str) -> str:
        """Return a text with its names replaced: an ARN, an address, an id, or a name."""
        if text.startswith("arn:") and len(_OUTSIDE_VARIABLES.split(text)) >= SEGMENTS:
            return self._arn(text)
        return self._address(text) or self._words(text)

    def _arn(self, text: str) -> str:
        *head, account, resource = _OUTSIDE_VARIABLES.split(text, maxsplit=5)
        if account == "aws" or resource.startswith(_LINKED):
            return ":".join(
                (*head, self._words(account) if account != "aws" else account, resource)
            )
        service = head[2]
        parts = re.split(r"(\$\{[^}]*\}|[/:])", resource)
        kept = _kinds(service)
        named = [part if part in kept else self._words(part) for part in parts]
        return ":".join((*head, self._words(account), "".join(named)))

    def _words(self, text: str) -> str:
        return _PIECES.sub(self._piece, text)

    def _piece(self, found: re.Match[str]) -> str:
        match found.lastgroup:
            case "variable":
                inner = found[0][2:-1]
                key, separator, default = inner.partition(",")
                shown = default if not separator else self._words(default)
                return f"${{{self._key_name(key)}{separator}{shown}}}"
            case "aws":
                return found[0]
            case "uuid":
                return self._by_letter(found[0], "uuid", _HEX)
            case "id":
                return found["kind"] + self._word(found["id"])
            case "prefix":
                return found[0]
        return self._word(found[0])

    def _word(self, word: str) -> str:
        """Return a word letter by letter: each depends on those before it, in either case."""
        return "".join(self._letter(letter, word[:at].lower()) for at, letter in enumerate(word))

    def _letter(self, letter: str, before: str) -> str:
        if letter.isdigit() and letter.isascii():
            return str((int(letter) + self._number("digit", before)) % 10)
        low = letter.lower()
        index = _LOWER.find(low) if len(low) == 1 else 0
        found = _LOWER[(max(index, 0) + self._number("letter", before)) % len(_LOWER)]
        return found.upper() if letter.isupper() else found

    def _by_letter(self, text: str, what: str, letters: str) -> str:
        return "".join(
            letters[(letters.index(each) + self._number(what, text[:at])) % len(letters)]
            if each in letters
            else each
            for at, each in enumerate(text)
        )

    def _number(self, what: str, text: str) -> int:
        digest = hmac.digest(self._key, f"{what}:{text}".encode("utf-8", "replace"), "sha256")
        return int.from_bytes(digest[:8])

    def _address(self, text: str) -> str:
        """Return another address or range; addresses of one range are of one range again."""
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return ""
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
        other = "".join(
            str(int(bit) ^ self._number("address", bits[:at]) % 2) for at, bit in enumerate(bits)
        )
        number = int(other.ljust(network.max_prefixlen, "0"), 2)
        return f"{type(network.network_address)(number)}" + (
            f"/{network.prefixlen}" if "/" in text else ""
        )

    def _key_name(self, key: str) -> str:
        """Return a condition key: of a tag or of an encryption context the name is replaced."""
        head, separator, tag = key.partition("/")
        if separator and head.lower().endswith("tag"):
            return f"{head}/{self._words(tag)}"
        context = "kms:encryptioncontext:"
        if key.lower().startswith(context):
            return key[: len(context)] + self._words(key[len(context) :])
        provider, _, claim = key.rpartition(":")
        return f"{self._words(provider)}:{claim}" if "." in provider else key

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(key, each) for each in value]
        row = condition_key(key.lower())
        as_it_is = key.lower() in _OF_AWS or (row is not None and row.one_of)
        if not isinstance(value, str) or as_it_is or type_of(key.lower()) in _AS_IT_IS:
            return value
        return self.text(value)

    def _policies(self, found: Any) -> Any:
        if isinstance(found, list):
            return [self._policies(each) for each in found]
        if "Statement" not in found:
            return dict.fromkeys(found, "AWS did not give the policy")
        listed = (
            found["Statement"] if isinstance(found["Statement"], list) else [found["Statement"]]
        )
        version = {"Version": found["Version"]} if "Version" in found else {}
        return {**version, "Statement": [self._statement(each) for each in listed]}

    def _statement(self, written: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in written.items():
            match name:
                case "Effect" | "Action" | "NotAction":
                    shown[name] = value
                case "Sid" | "Resource" | "NotResource":
                    shown[name] = self._texts(value)
                case "Principal" | "NotPrincipal":
                    shown[name] = (
                        {kind: self._texts(each) for kind, each in value.items()}
                        if isinstance(value, Mapping)
                        else value
                    )
                case "Condition":
                    shown[name] = {
                        operator: {
                            self._key_name(key): self._value(key, each)
                            for key, each in tested.items()
                        }
                        for operator, tested in value.items()
                    }
        return shown

    def _texts(self, value: Any) -> Any:
        return [self.text(each) for each in value] if isinstance(value, list) else self.text(value)


def _keys_read(policies: Mapping[str, Any]) -> set[str]:
    """Return the condition keys that the documents name, in conditions and as variables."""
    found: set[str] = set()
    todo: list[Any] = [policies]
    while todo:
        match todo.pop():
            case dict() as part:
                for tested in (part.get("Condition") or {}).values():
                    found |= set(tested)
                todo += part.values()
            case list() as parts:
                todo += parts
            case str() as text:
                found |= set(variable_keys(text))
    return found


@cache
def _kinds(service: str) -> frozenset[str]:
    """Return the words of AWS in the ARNs of a service's resources: `key`, `table`, `index`."""
    if service in ("iam", "sts"):
        return _IAM_KINDS
    formats = {one for action in actions_of(service) for one in resource_formats(action)}
    return frozenset(
        part
        for each in formats
        for part in re.split(r"[/:]", each.split(":", 5)[-1])
        if part and "$" not in part
    )
