"""Variables of the environment that send a call elsewhere, or let it be signed by somebody else.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
"""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from whomay.files import FileError, read_text
from whomay.live.machine.chain import METADATA, Chain
from whomay.live.machine.finding import MachineFinding

KEY_ID: Final = "AWS_ACCESS_KEY_ID"
SECRET: Final = "AWS_SECRET_ACCESS_KEY"  # noqa: S105 - a variable's name
TOKEN: Final = "AWS_SESSION_TOKEN"  # noqa: S105 - a variable's name
_OF_KEYS: Final = f"unset {KEY_ID} {SECRET} {TOKEN}"
_OF_A_SESSION: Final = "ASIA"  # how the ids of temporary keys begin
_METADATA_ADDRESS: Final = "169.254.169.254"
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_BUNDLES: Final = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def region(settings: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Return the Region of a call as version 2 of the AWS CLI finds it; empty where nothing says it.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    """
    names = ("AWS_REGION", "AWS_DEFAULT_REGION")
    return next(filter(None, map(environment.get, names)), None) or settings.get("region", "")


def profile_in_use(asked: str | None, environment: Mapping[str, str]) -> str:
    """Return the profile of a call: the one that is asked for, that of AWS_PROFILE, or default."""
    return (
        asked
        or environment.get("AWS_DEFAULT_PROFILE")
        or environment.get("AWS_PROFILE")
        or "default"
    )


def variables(
    asked: str | None, found: Chain, settings: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[MachineFinding]:
    """Yield each variable that diverts a call with a profile of these settings.

    `asked` is the profile that was asked for by name, `found` the chain of the one in use.
    """
    name = profile_in_use(asked, environment)
    yield from _profile(asked, environment)
    yield from _keys(name, found, environment)
    if name in found.names or name == "default":  # of one that is not there this says nothing
        yield from _region(name, settings, environment)
    yield from _endpoints(name, settings, environment)
    yield from _bundles(environment)
    if found.ends_with == METADATA:
        yield from _metadata(environment)


def without_secrets(address: str) -> str:
    """Return an address without the user and the password that may be in it."""
    scheme, mark, rest = address.partition("://") if "://" in address else ("", "", address)
    return f"{scheme}{mark}…@{rest.rpartition('@')[2]}" if "@" in rest else address


def _profile(asked: str | None, environment: Mapping[str, str]) -> Iterator[MachineFinding]:
    for variable in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"):
        other = environment.get(variable)
        if asked and other and other != asked:
            yield MachineFinding(
                f"{variable}={other}: a command without --profile uses {other}, not {asked}",
                f"export {variable}={shlex.quote(asked)}",
            )


def _keys(name: str, found: Chain, environment: Mapping[str, str]) -> Iterator[MachineFinding]:
    key, secret = environment.get(KEY_ID), environment.get(SECRET)
    if bool(key) != bool(secret):
        given, missing = (KEY_ID, SECRET) if key else (SECRET, KEY_ID)
        yield MachineFinding(f"{given} is set, and {missing} is not", _OF_KEYS)
    elif key and found.ends_with not in ("", "Environment"):
        yield MachineFinding(
            f"{KEY_ID}={key}: a command without --profile is signed with this key, not by the profile "
            f"{name}",
            _OF_KEYS,
        )
    if key and key.startswith(_OF_A_SESSION) and not environment.get(TOKEN):
        yield MachineFinding(
            f"{KEY_ID}={key}: it is a temporary key, and {TOKEN} is not set",
            f"set {TOKEN} as well, or {_OF_KEYS}",
        )


def _region(
    name: str, settings: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[MachineFinding]:
    own, used = settings.get("region"), region(settings, environment)
    if not used:
        yield MachineFinding(
            f"{name}: no Region is known: the profile has none, and AWS_REGION is not set",
            f"aws configure set region REGION --profile {shlex.quote(name)}",
        )
    elif own and own != used:
        variable = "AWS_REGION" if environment.get("AWS_REGION") else "AWS_DEFAULT_REGION"
        yield MachineFinding(
            f"{variable}={used}: it counts before the Region {own} of the profile {name}",
            f"unset {variable}",
        )


def _endpoints(
    name: str, settings: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[MachineFinding]:
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return
    for variable in sorted(environment):
        address = environment[variable]
        if variable.startswith("AWS_ENDPOINT_URL") and address:
            service = variable.removeprefix("AWS_ENDPOINT_URL").removeprefix("_")
            yield MachineFinding(
                f"{variable}={without_secrets(address)}: {service or 'every service'} is called there, "
                "not at AWS",
                f"unset {variable}",
            )
    if own := settings.get("endpoint_url"):
        yield MachineFinding(
            f"{name}: endpoint_url is {without_secrets(own)}: every service is called there, not "
            "at AWS",
            f"remove endpoint_url from {name}",
        )


def _bundles(environment: Mapping[str, str]) -> Iterator[MachineFinding]:
    for variable in _BUNDLES:
        named = environment.get(variable)
        if not named or Path(named).is_dir():
            continue
        try:
            why = "" if "BEGIN CERTIFICATE" in read_text(Path(named)) else "it holds no certificate"
        except FileError as error:
            why = str(error).removeprefix(f"{named}: ")
        if why:
            yield MachineFinding(f"{variable}={named}: {why}", f"unset {variable}")


def _metadata(environment: Mapping[str, str]) -> Iterator[MachineFinding]:
    if environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        yield MachineFinding(
            "AWS_EC2_METADATA_DISABLED=true: the profile takes its credentials from these metadata",
            "unset AWS_EC2_METADATA_DISABLED",
        )
    without = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    for variable in _PROXIES:
        address = environment.get(variable)
        if address and not {_METADATA_ADDRESS, "*"} & set(without.replace(" ", "").split(",")):
            yield MachineFinding(
                f"{variable}={without_secrets(address)}: the profile's credentials come from "
                f"{_METADATA_ADDRESS}, which NO_PROXY={without} leaves to the proxy",
                f"export NO_PROXY={','.join(filter(None, (without, _METADATA_ADDRESS)))}",
            )
            return
