"""The condition keys that AWS itself sends: what follows from who calls, and on which resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from typing import Final

from whomay.engine.decisions.request import RESOURCE_ACCOUNT
from whomay.engine.decisions.session_keys import user_id
from whomay.engine.snapshot import Principal
from whomay.iam.arn import name_in, parse_arn
from whomay.iam.callers import Caller, CallerKind
from whomay.iam.patterns.symbols import display, generated
from whomay.iam.policy_variables import Value

_TYPE: Final = {
    CallerKind.USER: "User",
    CallerKind.SESSION: "AssumedRole",
    CallerKind.ROOT: "Account",
    CallerKind.FEDERATED_USER: "FederatedUser",
}


def keys_of_caller(
    who: Caller, principal: Principal | None, organization: str | None
) -> Mapping[str, Value]:
    """Return the keys that say who the caller is.

    `principal` is the snapshot's principal behind the caller, with its tags. `organization` is the
    id of the caller's organization, when that is known.
    """
    if who.kind is CallerKind.SERVICE:
        return {"aws:principalisawsservice": "true", "aws:principalservicename": who.name}
    found: dict[str, Value] = {"aws:principalisawsservice": "false"}
    if who.kind in _TYPE and who.account is not None:
        arn = principal.arn if principal is not None else who.role or who.name
        found |= {
            "aws:principalarn": arn,
            "aws:principalaccount": who.account,
            "aws:principaltype": _TYPE[who.kind],
            "kms:calleraccount": who.account,
        }
        found_id = _user_id(who, who.account, principal)
        if found_id is not None:
            found["aws:userid"] = found_id
    if who.kind is CallerKind.USER and who.account is not None:
        found["aws:username"] = name_in(who.name)
    if principal is not None:
        found |= {f"aws:principaltag/{key.lower()}": value for key, value in principal.tags}
    if organization and who.kind in _TYPE:
        found["aws:principalorgid"] = organization
    return found


def _user_id(who: Caller, account: str, principal: Principal | None) -> str | None:
    """Return what AWS sends as aws:userid; None when it is not known of whom the snapshot lacks.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    if who.kind is CallerKind.ROOT:
        return account
    if who.kind is CallerKind.FEDERATED_USER:
        return f"{account}:{name_in(who.name)}"
    if principal is None:
        return None
    if who.kind is CallerKind.SESSION:
        return user_id(who, principal)
    return generated(f"unique id of {name_in(display(who.name))}")


# How the unique ids of users and of roles begin. The id of a session is its role's, a colon and the
# session's name.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
_ID_OF: Final = {CallerKind.USER: "AIDA", CallerKind.SESSION: "AROA"}
USER_IDS: Final = ("AIDA*", "AROA*", "*:*")


def may_be_user_id(value: Value | None, who: Caller) -> bool:
    """Tell whether a caller that the snapshot lacks may have such an aws:userid; None is no such key.

    `USER_IDS` are the patterns by which ids are told apart. Neither an id nor a session's name holds
    a star or a question mark. AWS always sends it.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    prefix = _ID_OF.get(who.kind)
    if prefix is None:
        return True
    if not isinstance(value, str) or not value.startswith(prefix) or set("*?") & set(value):
        return False
    return (":" in value) is (who.kind is CallerKind.SESSION)


# The keys that hold the account of the resource.
OWNER_KEYS: Final = (RESOURCE_ACCOUNT, "s3:resourceaccount")


def keys_of_resource(arn: str, account: str | None) -> Mapping[str, Value]:
    """Return the keys that say where the resource is; `account` is the one that owns it.

    Those of an access point are absent from requests that do not go through one.
    """
    found: dict[str, Value] = {}
    if account is not None:
        found |= dict.fromkeys(OWNER_KEYS, account)
    parsed = parse_arn(arn)
    if parsed and parsed.region and "*" not in parsed.region:
        found["aws:requestedregion"] = parsed.region
    if parsed and parsed.service == "s3" and parsed.kind == "accesspoint":
        name = parsed.path_and_name.partition("/")[0]
        found["s3:dataaccesspointarn"] = str(parsed._replace(resource=f"accesspoint/{name}"))
        found["s3:dataaccesspointaccount"] = parsed.account
    return found
