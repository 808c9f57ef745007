"""Everything about a profile and its machine that a call would end with, found before it."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from whomay.live.errors import LiveError
from whomay.live.machine.asked import answers, ask
from whomay.live.machine.chain import Chain, chain
from whomay.live.machine.finding import MachineFinding
from whomay.live.machine.profile_files import ProfileFiles, missing_files, profile_files
from whomay.live.machine.program import Program, program, versions
from whomay.live.machine.variables import (
    KEY_ID,
    SECRET,
    profile_in_use,
    region,
    variables,
    without_secrets,
)


@dataclass(slots=True)
class Examined:
    """What was looked at, one line each, and what was found."""

    looked_at: list[str] = field(default_factory=list)
    findings: list[MachineFinding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _InUse:
    """The profile of a call; `asked` is its name where it was asked for by name."""

    name: str
    asked: str | None
    region: str
    chain: Chain
    files: ProfileFiles
    environment: Mapping[str, str]

    @property
    def signed_by_variables(self) -> bool:
        """Whether the key of the variables signs; a profile that is named counts before them."""
        both = self.environment.get(KEY_ID) and self.environment.get(SECRET)
        return bool(both) and (not self.asked or self.chain.ends_with == "Environment")

    @property
    def device(self) -> str:
        """The MFA device of the first role that the key assumes, or of the key's own profile."""
        if self.signed_by_variables and self.chain.ends_with != "Environment":
            return ""
        last = (self.files.profiles[each] for each in reversed(self.chain.names[-2:]))
        return next(filter(None, (each.get("mfa_serial") for each in last)), "")


def examine(asked: str | None, environment: Mapping[str, str]) -> Examined:
    """Look at a profile, by default the one in use, and at the machine. It changes nothing.

    Raises LiveError, with the line, for a config file that the AWS CLI could not read either.
    """
    files = profile_files(environment)
    name = profile_in_use(asked, environment)
    settings = files.profiles.get(name, {})
    # Where nobody names a profile, variables or an instance may have the credentials.
    is_none = name == "default" and not asked and not settings
    found = Chain() if is_none else chain(name, files, environment)
    used = _InUse(name, asked, region(settings, environment), found, files, environment)
    made = Examined()
    made.looked_at.append(
        f"profile {' > '.join(found.names) or 'none'}, Region {used.region or 'none'}"
    )
    made.looked_at.append(f"files {files.config}, {files.credentials}")
    if proxy := environment.get("HTTPS_PROXY") or environment.get("https_proxy"):
        made.looked_at.append(f"calls go through the proxy {without_secrets(proxy)}")
    made.findings += missing_files(environment)
    made.findings += found.findings
    made.findings += variables(asked, found, settings, environment)
    _look_at_program(made, used)
    _ask(made, used)
    return made


def _look_at_program(made: Examined, used: _InUse) -> None:
    cli = program(used.environment)
    if isinstance(cli, Program):
        made.looked_at.append(str(cli))
        settings = (each for name in used.chain.names for each in used.files.profiles[name])
        made.findings += versions(cli, settings, used.environment)
    else:
        made.findings.append(cli)


def _ask(made: Examined, used: _InUse) -> None:
    """Ask AWS once, where there is a key and a Region."""
    by_variables = used.signed_by_variables
    if not used.region or not (by_variables or used.chain.has_keys):
        source = used.chain.ends_with
        why = f"its credentials come from {source}" if source else "there is no access key"
        made.findings.append(_not_asked(used, why if used.region else "no Region is known"))
        return
    keys = None if by_variables else used.files.profiles[used.chain.names[-1]]
    try:
        answer = ask(None if by_variables and not used.asked else used.name, keys, used.region)
    except LiveError as error:
        made.findings.append(_not_asked(used, str(error)))
        return
    if answer.caller:
        made.looked_at.append(f"account {answer.account}, Region {used.region}, as {answer.caller}")
    signer = KEY_ID if by_variables else used.chain.names[-1]
    made.findings += answers(answer, signer, used.device)


def _not_asked(used: _InUse, why: str) -> MachineFinding:
    by_hand = "aws sts get-caller-identity" + (
        f" --profile {shlex.quote(used.asked)}" if used.asked else ""
    )
    return MachineFinding(
        f"what AWS says, and the clock: no answer, since {why}", by_hand, unknown=True
    )
