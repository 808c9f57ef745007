"""All that can be had of a refused call: what was pasted, and what AWS tells besides when it is asked."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from whomay.live.authorization import Authorization, authorization
from whomay.live.errors import LiveError
from whomay.live.refusal import Refusal, decoded, encoded, refusal
from whomay.live.refused_event import is_event, refused_event

if TYPE_CHECKING:
    from whomay.live.snapshot.account import Account


@dataclass(frozen=True, slots=True)
class ToldRefusal:
    """A refused call, and AWS's own evaluation of it where there is one.

    `why_not` says why AWS did not tell more although there is an id. `account` is the one that was
    asked, None where nobody was.
    """

    told: Refusal
    evaluated: Authorization | None = None
    why_not: str = ""
    account: "Account | None" = None


def told_refusal(text: str, profile: str | None, region: str | None) -> ToldRefusal:
    """Read a message, an id, a link or an event, and ask AWS for what it has about it.

    STS decodes an encoded message, and IAM Toolbox tells the evaluation behind an id. With a profile
    AWS is asked who that is in any case, since the caller may then be looked up.

    Raises LiveError where the text tells nothing, or where nothing is known without AWS's answer.
    """
    told, message = refused_event(text) if is_event(text) else (Refusal(), text)
    token = encoded(message)
    asked = None
    if token:
        asked = _account(profile, region or told.region)
        by_sts = _decoded(asked, token)
        told = replace(by_sts, context={**told.context, **by_sts.context})
    elif not told.who:
        told = refusal(message)
    if not (told.id or profile):
        return ToldRefusal(told, account=asked)
    try:
        asked = asked or _account(profile, region or told.region)
        evaluated = authorization(asked, told.id, region or told.region) if told.id else None
    except LiveError as error:
        if not told.who:  # there is nothing else
            raise
        return ToldRefusal(told, why_not=str(error), account=asked)
    return ToldRefusal(told, evaluated, account=asked)


def _account(profile: str | None, region: str) -> "Account":
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, on need

    return account(profile, (region,) if region else ())


def _decoded(asked: "Account", token: str) -> Refusal:
    from whomay.live.snapshot.account import RefusedError  # noqa: PLC0415 - with the account

    try:
        told = asked.ask("sts", "decode_authorization_message", EncodedMessage=token)
    except RefusedError as error:
        raise LiveError(
            f"sts:DecodeAuthorizationMessage: {error.why}: {asked.caller} needs it for this message",
            exit_code=3,
        ) from error
    return decoded(told["DecodedMessage"])
