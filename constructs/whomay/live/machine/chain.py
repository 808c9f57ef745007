"""Where a profile's credentials come from: its source profile, the source of that, to the last one.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from whomay.live.config_file import is_role
from whomay.live.machine.finding import MachineFinding
from whomay.live.machine.profile_files import ProfileFiles
from whomay.live.machine.role_settings import role_settings

METADATA: Final = "Ec2InstanceMetadata"
# Each source with the variables of which it needs one; the metadata of an instance need none.
_SOURCES: Final = {
    METADATA: (),
    "Environment": ("AWS_ACCESS_KEY_ID",),
    "EcsContainer": (
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ),
}
_KEY_ID: Final = "aws_access_key_id"
_SECRET: Final = "aws_secret_access_key"  # noqa: S105 - a setting's name
_OTHER_CREDENTIALS: Final = (
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "login_session",
    "credential_process",
)


@dataclass(slots=True)
class Chain:
    """The profiles from the first to the one that has credentials, and what is wrong on the way.

    `ends_with` is the setting that has the credentials, or a value of `credential_source`. It is
    empty where nothing has them.
    """

    names: list[str] = field(default_factory=list)
    ends_with: str = ""
    findings: list[MachineFinding] = field(default_factory=list)

    @property
    def has_keys(self) -> bool:
        """Whether the last profile has an access key of its own."""
        return self.ends_with == _KEY_ID


def chain(name: str, files: ProfileFiles, environment: Mapping[str, str]) -> Chain:
    """Follow a profile to its credentials; it stops at the first link that is broken."""
    found = Chain()
    while name not in found.names:
        if name not in files.profiles:
            found.findings.append(files.missing(name, found.names[-1] if found.names else ""))
            return found
        settings = files.profiles[name]
        is_source = bool(found.names)
        found.names.append(name)
        if not _assumes(settings) or (is_source and _KEY_ID in settings):
            _end(found, settings, files)
            return found
        found.findings += _ignored(name, settings)
        source = settings.get("source_profile", "")
        found.findings += role_settings(name, settings, chained=_is_role(source, name, files))
        if broken := _two_or_none(name, settings):
            found.findings.append(broken)
            return found
        if given := settings.get("credential_source"):
            found.ends_with = given
            found.findings += _source(name, given, environment)
            return found
        if source == name and _KEY_ID in settings:
            _end(found, settings, files)
            return found
        name = source
    found.findings.append(_loop([*found.names, name]))
    return found


def _assumes(settings: Mapping[str, str]) -> bool:
    return "role_arn" in settings and "web_identity_token_file" not in settings


def _is_role(source: str, name: str, files: ProfileFiles) -> bool:
    settings = files.profiles.get(source, {})
    return source != name and _KEY_ID not in settings and is_role(settings)


def _ignored(name: str, settings: Mapping[str, str]) -> Iterator[MachineFinding]:
    if _KEY_ID in settings and settings.get("source_profile") != name:
        yield MachineFinding(
            f"{name}: has role_arn and {_KEY_ID}: the AWS CLI assumes the role, and a profile with "
            "this one as its source takes the key",
            f"put the key into a profile of its own, and name that as the source_profile of {name}",
        )


def _two_or_none(name: str, settings: Mapping[str, str]) -> MachineFinding | None:
    profile, other = settings.get("source_profile"), settings.get("credential_source")
    if profile and other:
        return MachineFinding(
            f"{name}: has two sources, source_profile {profile} and credential_source {other}; "
            "allowed is one",
            f"remove one of both from {name}",
        )
    if not profile and not other:
        return MachineFinding(
            f"{name}: has role_arn {settings['role_arn']}, and no source_profile or credential_source",
            f"aws configure set source_profile PROFILE --profile {shlex.quote(name)}",
        )
    return None


def _source(name: str, given: str, environment: Mapping[str, str]) -> Iterator[MachineFinding]:
    if given not in _SOURCES:
        yield MachineFinding(
            f"{name}: credential_source is {given}; allowed: {', '.join(_SOURCES)}",
            f"aws configure set credential_source {METADATA} --profile {shlex.quote(name)}",
        )
    elif _SOURCES[given] and not any(environment.get(each) for each in _SOURCES[given]):
        yield MachineFinding(
            f"{name}: credential_source is {given}, and {' or '.join(_SOURCES[given])} is not set",
            f"set {_SOURCES[given][0]}, or give {name} a source_profile",
        )


def _loop(names: list[str]) -> MachineFinding:
    return MachineFinding(
        f"the source profiles are a loop: {' > '.join(names)}",
        f"aws configure set source_profile PROFILE --profile {shlex.quote(names[-2])}"
        "   # one that has credentials",
    )


def _end(found: Chain, settings: Mapping[str, str], files: ProfileFiles) -> None:
    name, quoted = found.names[-1], shlex.quote(found.names[-1])
    if _KEY_ID in settings or _SECRET in settings:
        found.ends_with = _KEY_ID
        for setting in (_KEY_ID, _SECRET):
            if not settings.get(setting):
                found.findings.append(
                    MachineFinding(
                        f"{name}: has half an access key: {setting} is missing",
                        f"aws configure --profile {quoted}",
                    )
                )
                found.ends_with = ""
        return
    found.ends_with = next((each for each in _OTHER_CREDENTIALS if each in settings), "")
    session = settings.get("sso_session")
    if session and f"sso-session {session}" not in files.others:
        found.findings.append(
            MachineFinding(
                f"{name}: its sso_session {session} is not there: {files.config} has no "
                f"[sso-session {session}]",
                f"aws configure sso-session   # name it {session}",
            )
        )
    if not found.ends_with and len(found.names) > 1:
        found.findings.append(
            MachineFinding(
                f"{name}: is the source of {found.names[-2]}, and has no credentials",
                f"aws configure --profile {quoted}",
            )
        )
