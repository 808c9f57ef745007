"""The condition keys that the maker of a role's session may choose, within what the trust allows.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from collections.abc import Mapping
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.snapshot import Principal
from whomay.iam.arn import name_in
from whomay.iam.callers import Caller
from whomay.iam.facts.condition_keys import condition_key
from whomay.iam.patterns.matching import glob, literal
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy_variables import Value

TAG: Final = "aws:principaltag/"
USER_ID: Final = "aws:userid"
SOURCE_IDENTITY: Final = "aws:sourceidentity"


def user_id(who: Caller, role: Principal) -> str:
    """Return aws:userid of a role's session: the role's id, a colon and the session's name.

    Of a role without a session's name the second half is unknown.
    """
    name = unknown("the session's name, which its maker chooses")
    if ":assumed-role/" in who.name:
        name = name_in(who.name)
    return f"{_role_id(role)}:{name}"


def _role_id(role: Principal) -> str:
    """Return the id as `Fn::GetAtt` of the role's RoleId has it."""
    return generated(f"{role.path.replace('/', '.')}.RoleId")


def is_of_session(key: str) -> bool:
    """Tell whether a key, in lower case, is one that the maker of a session may choose."""
    row = condition_key(key)
    return row is not None and row.set_by != ""


class SessionKeys:
    """What may be chosen for the sessions of one role of the snapshot, by its trust policy.

    A key that is not of a session may have any value here.
    """

    def __init__(self, who: Caller, role: Principal) -> None:
        """Read the role's trust; `who` is the role, or a session whose name is known."""
        self._own = {f"{TAG}{key.lower()}": value for key, value in role.tags}
        named = ":assumed-role/" in who.name
        self.user_ids = literal(user_id(who, role)) if named else f"{_role_id(role)}:*"
        self._is_user_id = glob(self.user_ids)
        trust = role.trust
        self._unknown = trust is not None and trust.unknown is not None
        allows = [s for s in trust.statements if s.effect == "Allow"] if trust else []
        variables = trust is not None and trust.version == "2012-10-17"
        self._allows = [CompiledStatement(s, variables=variables) for s in allows]

    def leaves_open(self, key: str) -> bool:
        """Tell whether more than one value of the key, in lower case, may be chosen."""
        if key == USER_ID:
            return self.user_ids.endswith("*")
        row = condition_key(key)
        return row is not None and row.set_by != "" and self._may(row.set_by.lower(), {})

    def of_the_role(self, key: str) -> Value | None:
        """Return the value that a session has when its maker chooses none."""
        return self._own.get(key)

    def may_be(self, key: str, value: Value | None) -> bool:
        """Tell whether a session may have the value, or lack the key where it is None."""
        if key == USER_ID:
            return isinstance(value, str) and self._is_user_id(value) is not False
        if key.startswith(TAG):
            tag = key.removeprefix(TAG)
            sent: dict[str, Value] = {"aws:tagkeys": (tag,)}
            if isinstance(value, str):
                sent[f"aws:requesttag/{tag}"] = value
            return value == self._own.get(key) or (
                isinstance(value, str) and self._may("sts:tagsession", sent)
            )
        if key == SOURCE_IDENTITY and isinstance(value, str):
            return self._may("sts:setsourceidentity", {"sts:sourceidentity": value})
        return True

    def _may(self, action: str, sent: Mapping[str, Value]) -> bool:
        """Tell whether the trust may allow the action with these keys, whatever the others are."""
        return self._unknown or any(
            statement.action(action) is not False
            and all(
                test(sent) is not False
                for condition, test in statement.each_condition()
                if condition.key.lower() in sent
            )
            for statement in self._allows
        )
