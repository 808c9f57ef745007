"""The condition keys of a request: which follow from it, which are fixed, and which anybody chooses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from scripts.prove.callers import FEDERATED, PROVIDER, ROLE, SERVICE, USER, Caller
from scripts.prove.conditions import ABSENT, Key, holds
from scripts.prove.globs import fits, glob
from scripts.prove.key_types import has_several, type_of
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, no
from scripts.prove.points import normal
from scripts.prove.systems import Data
from scripts.prove.texts import Text, Variables, constant, guarded
from scripts.prove.vocabulary import Vocabulary

TAG = "aws:principaltag/"
ENCRYPTION = "s3:x-amz-server-side-encryption"
KEY_ID = f"{ENCRYPTION}-aws-kms-key-id"
OWN_KEY = f"{ENCRYPTION}-customer-algorithm"
_MOST_VALUES = 3
_OF_SESSION = ("aws:userid", "aws:sourceidentity")
_OF_SERVICES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
_OF_PEOPLE = ("aws:principalorgid", "aws:principalorgpaths", "sts:externalid")
_OF_MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_ALWAYS = (
    *("aws:currenttime", "aws:epochtime", "aws:requestedregion"),
    *("aws:securetransport", "aws:useragent", "sts:rolesessionname"),
)


class Keys:
    """All condition keys of one request of one caller."""

    def __init__(
        self,
        variables: Variables,
        words: Vocabulary,
        caller: Caller,
        request: Any,
        *,
        owner: Text,
        fixed: Mapping[str, list[str]],
        system: Data,
    ) -> None:
        """Take what the statement fixes: an empty list fixes a key as absent."""
        self._variables, self._words = variables, words
        self._caller, self._request, self.owner = caller, request, owner
        self._fixed, self._system = fixed, system
        self._organization = system["organization"]
        self._accounts = {each["account"] for each in (*system["principals"], *system["resources"])}
        self._found: dict[str, Key] = {}

    def __call__(self, name: str) -> Key:
        """Return a key, given in lower case."""
        if name not in self._found:
            self._found[name] = self._key(name)
        return self._found[name]

    def _key(self, name: str) -> Key:
        if name in self._fixed:
            values = self._fixed[name]
            kind = type_of(name)
            present = tuple((TRUE, constant(normal(kind, value))) for value in values)
            return Key(TRUE if values else FALSE, present, has_several(name))
        if self._caller.known and (name in _OF_SESSION or name.startswith(TAG)):
            return self._of_whom_it_may_be(name)
        if name in self._caller.keys:
            return self._caller.keys[name]
        if self._caller.principal is not None and name.startswith(TAG):
            return self._tag(name)
        if self._caller.principal is not None and name == "aws:sourceidentity":
            return self._source_identity(name)
        return self._of_request(name)

    def _of_request(self, name: str) -> Key:
        if name in ("aws:resourceaccount", "s3:resourceaccount"):
            return _of_text(TRUE, self.owner)
        if name == "aws:requestedregion":
            written, region = self._request.region()
            free = self._variables.text(name, [t for t in self._words.regions if t])
            return _of_text(TRUE, guarded([(written, region), (no(written), free)]))
        if name == "aws:principalorgid" and self._organization:
            return self._of_organization(name, self._organization)
        return self._free(name)

    def _of_whom_it_may_be(self, name: str) -> Key:
        """Return a key that is known of the system's own principals, and free of all others."""
        others = self._caller.keys.get(name) or self._free(name)
        found = [(who, self._as(one)(name)) for who, one in self._caller.known]
        found.append((no(any_of(who for who, _ in self._caller.known)), others))
        has = any_of(both(who, key.has) for who, key in found)
        texts = [(who, v) for who, key in found for _, v in key.values]
        return _of_text(has, guarded(texts))

    def _as(self, caller: Caller) -> "Keys":
        return Keys(
            self._variables,
            self._words,
            caller,
            self._request,
            owner=self.owner,
            fixed=self._fixed,
            system=self._system,
        )

    def _of_organization(self, name: str, organization: str) -> Key:
        """Return the organization: the accounts of the system are all of one."""
        inside = self._caller.account.where(lambda account: account in self._accounts)
        inside = both(self._caller.of_account, inside)
        free = self._free(name)
        text = free.values[0][1] if free.values else constant(organization)
        either_of = guarded([(inside, constant(organization)), (no(inside), text)])
        return _of_text(either(inside, free.has), either_of)

    def _free(self, name: str) -> Key:
        """Return a key that the caller may choose, on actions that carry it."""
        has = both(self._sent(name), self._request.carries(name))
        if has is FALSE:
            return ABSENT
        if name not in _ALWAYS:
            has = both(self._variables.flag(f"has {name}"), has)
        if not has_several(name):
            return Key(has, ((TRUE, self._value(name, name)),))
        values = tuple(
            (self._variables.flag(f"{name} {i}"), self._value(name, f"{name} = {i}"))
            for i in range(_MOST_VALUES)
        )
        return Key(has, values, several=True)

    def _sent(self, name: str) -> Formula:
        """Return whose requests carry the key at all."""
        kind = self._caller.kind
        if name in _OF_SERVICES:
            return kind.is_(SERVICE)
        if name in _OF_PEOPLE:
            return no(kind.is_(SERVICE))
        if name == "aws:sourceidentity":  # set when a role is assumed
            return kind.is_(ROLE)
        if name in _OF_MFA:
            return kind.where(lambda each: each in (USER, PROVIDER, FEDERATED))
        if name == "aws:principalservicenameslist":
            return kind.is_(SERVICE)
        return TRUE

    def _value(self, key: str, name: str) -> Text:
        return self._variables.text(name, self._words.texts_of(key))

    def _tag(self, name: str) -> Key:
        """Return a tag of the principal: its own, or what the maker of a role's session chose.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        """
        if self._caller.principal["kind"] == FEDERATED:
            return self._free(name)  # its maker may give it tags
        own = dict(self._caller.principal["tags"]).get(name.removeprefix(TAG))
        trust = self._caller.principal["trust"]
        if self._caller.principal["kind"] != ROLE or trust is None:
            return ABSENT if own is None else _of_text(TRUE, constant(own))
        value = self._variables.text(name, self._words.texts_of(name))
        tag = name.removeprefix(TAG)
        sent = {
            f"aws:requesttag/{tag}": _of_text(TRUE, value),
            "aws:tagkeys": Key(TRUE, ((TRUE, constant(tag)),), several=True),
        }
        made = both(
            self._variables.flag(f"session has {name}"), _lets(trust, "sts:tagsession", sent)
        )
        kept = [] if own is None else [(no(made), constant(own))]
        return _of_text(made if own is None else TRUE, guarded([(made, value), *kept]))

    def _source_identity(self, name: str) -> Key:
        """Return the source identity of a session, which its trust must let its maker set."""
        trust = self._caller.principal["trust"]
        if trust is None:
            return ABSENT
        value = self._variables.text(name, self._words.texts_of(name))
        sent = {"sts:sourceidentity": _of_text(TRUE, value)}
        made = both(
            self._variables.flag("session has a source identity"),
            _lets(trust, "sts:setsourceidentity", sent),
        )
        return _of_text(made, value)

    @cached_property
    def same_account(self) -> Formula:
        """Whether the caller's account owns the resource."""
        accounts = {text for text, _ in self._caller.account.alternatives}
        return any_of(
            both(self._caller.account.is_(each), self.owner.is_(each)) for each in sorted(accounts)
        )


def _of_text(has: Formula, text: Text) -> Key:
    return Key(has, ((TRUE, text),))


def _lets(trust: Data, action: str, sent: Mapping[str, Key]) -> Formula:
    """Return when some statement of a role's trust lets the session be made with these keys.

    Its maker chooses all else that the statement asks for.
    """
    found = []
    for statement in trust["Statement"]:
        listed = statement["actions"] or statement["not_actions"] or ()
        named = any(fits(glob(each.lower()), action) for each in listed)
        if statement["effect"] != "Allow" or named is (statement["not_actions"] is not None):
            continue
        of_these = [c for c in statement["conditions"] if c[1].lower() in sent]
        found.append(
            all_of(holds(c, lambda k: sent.get(k, ABSENT), variables=False) for c in of_these)
        )
    return any_of(found)
