"""Profiles for the AWS CLI: one for each role that a person may become, by what its trust asks for.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from whomay.engine import Assembly
from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.iam.arn import name_in, parse_arn
from whomay.iam.facts.limits import CHAINED_SESSION_SECONDS
from whomay.iam.patterns.symbols import is_symbolic
from whomay.live.assuming import Assumable, assumable
from whomay.live.errors import LiveError
from whomay.live.outputs import Deployed
from whomay.live.person import find, with_person
from whomay.live.rolled_out import with_rolled_out
from whomay.live.trusting import EXTERNAL_ID

# One line of printable ASCII: what a template or an outputs file says can add no setting.
_VALUE: Final = re.compile(r"[\x21-\x7e]+")
_NOT_IN_NAMES: Final = re.compile(r"[^\w.@+-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of the profiles.

    `source_profile` has the person's credentials; `source_is_role` when these are a role's already.
    `seconds` is how long each session lasts: by default as long as the role allows, an hour where
    one role follows on another. `region` is for roles whose stack names none.
    """

    source_profile: str
    source_is_role: bool = False
    seconds: int | None = None
    region: str | None = None


@dataclass(slots=True)
class Profiles:
    """Settings by the profile's name, and by construct path why a role has no profile yet.

    `sessions` names by construct path the profile that must hold a session with MFA first.
    """

    person: str
    written: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


def profiles(
    assembly: Assembly, user: str | None, wish: Wish, outputs: Iterable[Path] = ()
) -> Profiles:
    """Return a profile for each role that the user may become.

    `user` is a name, a construct path or an ARN; None is the assembly's only user. It may be the
    role of an instance, for who works there. `outputs` are
    files that `cdk deploy --outputs-file` wrote: they tell names that AWS generated.

    Raises:
        LiveError: the user is not known, a file cannot be read, or two roles would have one
            profile. Or a session is to last longer than AWS allows.

    """
    snapshot = assembly.snapshot
    deployed = Deployed(assembly, outputs)
    regions = {template.path: template.region for template in assembly.templates}
    person = find(snapshot, user, deployed.text)
    arn = deployed.text(person.arn)
    found = Profiles(name_in(arn))
    names: dict[str, str] = {}  # of profiles, by the role's ARN
    known = with_rolled_out(with_person(snapshot, person), person)
    for each in assumable(known, person, found.person):
        role = each.role
        session = f"{found.person}-mfa"
        source_profile = session if each.from_session else wish.source_profile
        settings = {
            "role_arn": deployed.text(role.arn),
            **_source(person, names.get(each.source.arn), source_profile),
            "role_session_name": found.person,
            "external_id": deployed.text(each.given.get(EXTERNAL_ID, "")),
            "mfa_serial": _device(arn) if each.sends_code else "",
            "duration_seconds": str(_seconds(each, wish)),
            "region": _region(regions, role.path) or wish.region or "",
        }
        settings = {key: value for key, value in settings.items() if value}
        if reason := each.unknown or _not_known(settings):
            found.unknown[role.path] = reason
        elif each.source is not person and each.source.arn not in names:
            found.unknown[role.path] = f"it is reached through {each.source.path}"
        else:
            name = name_of(role.path)
            _check(role, name, settings, found)
            if each.from_session:
                device = {"mfa_serial": _device(arn), "region": settings.get("region", "")}
                found.written.setdefault(session, {k: v for k, v in device.items() if v})
                found.sessions[role.path] = session
            names[role.arn] = name
            found.written[name] = settings
    return found


def _source(person: Principal, before: str | None, own: str) -> dict[str, str]:
    """Return where a profile's credentials come from: the profile before it, or the person's own.

    On an instance, the person is its role, whose credentials are in the instance's metadata.
    """
    if before is None and person.kind is PrincipalKind.ROLE:
        return {"credential_source": "Ec2InstanceMetadata"}
    return {"source_profile": before or own}


def name_of(path: str) -> str:
    """Return the name of the profile of the role at a construct path."""
    return _NOT_IN_NAMES.sub("-", path)


def _region(regions: Mapping[str, str], path: str) -> str:
    """Return the Region of the stack that holds a construct path; empty when it names none."""
    while path and path not in regions:
        path = path.rpartition("/")[0]
    return regions.get(path, "")


def _seconds(each: Assumable, wish: Wish) -> int:
    """Return how long a session lasts, or raise where it cannot last as long as it is to."""
    chained = wish.source_is_role or each.source.kind is PrincipalKind.ROLE
    most = min(each.role.max_session, CHAINED_SESSION_SECONDS) if chained else each.role.max_session
    if wish.seconds is None:
        return most
    if wish.seconds > most:
        why = (
            "its source is a role itself, and AWS then allows an hour"
            if chained and wish.seconds > CHAINED_SESSION_SECONDS
            else "the role's maximum session duration"
        )
        raise LiveError(
            f"{each.role.path}: a session of {wish.seconds} s; allowed is up to {most} s ({why}): "
            "give a shorter --duration, or none"
        )
    return wish.seconds


def _device(arn: str) -> str:
    """Return the ARN of a user's virtual MFA device, which bears the user's name."""
    user = parse_arn(arn)
    return str(user._replace(resource=f"mfa/{name_in(arn)}")) if user else ""


def _not_known(settings: dict[str, str]) -> str:
    for key, value in settings.items():
        if is_symbolic(value):
            return f"its {key} is {value}, known only after deployment"
    return ""


def _check(role: Principal, name: str, settings: dict[str, str], found: Profiles) -> None:
    if name in found.written:
        raise LiveError(f"{role.path}: another role has the profile {name} already: rename one")
    for key, value in settings.items():
        if key != "source_profile" and not _VALUE.fullmatch(value):
            raise LiveError(
                f"{role.path}: {key} is {value!r}; allowed is printable ASCII, no spaces"
            )
