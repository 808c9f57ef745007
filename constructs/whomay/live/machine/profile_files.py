"""The profiles of a machine as the AWS CLI sees them: two files, of which the credentials file wins.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from whomay.live import config_file
from whomay.live.machine.finding import MachineFinding

CONFIG: Final = "AWS_CONFIG_FILE"
CREDENTIALS: Final = "AWS_SHARED_CREDENTIALS_FILE"
_DEFAULTS: Final = {CONFIG: "~/.aws/config", CREDENTIALS: "~/.aws/credentials"}


@dataclass(frozen=True, slots=True)
class ProfileFiles:
    """Settings by the profile's name.

    `others` are sections that the AWS CLI takes for no profile: file and header, by the name that
    a profile of that header would have.
    """

    config: Path
    credentials: Path
    profiles: Mapping[str, Mapping[str, str]]
    others: Mapping[str, tuple[Path, str]]

    def missing(self, name: str, wanted_by: str = "") -> MachineFinding:
        """Return the finding that a profile is not there; `wanted_by` is the profile that names it."""
        what = f"{wanted_by}: its source_profile {name}" if wanted_by else f"the profile {name}"
        if name in self.others:
            path, header = self.others[name]
            wanted = f"[{name}]" if path == self.credentials else f"[profile {name}]"
            return MachineFinding(
                f"{what} is not there: {path} has [{header}], which the AWS CLI does not read",
                f"write {wanted} in place of [{header}] in {path}",
            )
        near = get_close_matches(name, self.profiles, n=1) or sorted(self.profiles)[:3]
        known = f"near are: {', '.join(near)}" if near else "there is no profile at all"
        command = f"aws configure --profile {shlex.quote(name)}"
        if near and wanted_by:
            command = (
                f"aws configure set source_profile {near[0]} --profile {shlex.quote(wanted_by)}"
            )
        elif near:
            command = f"whomay doctor --profile {shlex.quote(near[0])}"
        return MachineFinding(
            f"{what} is neither in {self.config} nor in {self.credentials}; {known}", command
        )


def profile_files(environment: Mapping[str, str]) -> ProfileFiles:
    """Read the config and the credentials file that these variables choose.

    Raises LiveError, with the line, for a file that the AWS CLI could not read either.
    """
    config, credentials = (
        Path(environment.get(name) or default).expanduser() for name, default in _DEFAULTS.items()
    )
    profiles: dict[str, dict[str, str]] = {}
    others: dict[str, tuple[Path, str]] = {}
    for header, settings in config_file.sections(config).items():
        name = config_file.profile_of(header)
        if name == header and header != "default":
            others[header] = config, header
        else:
            profiles.setdefault(name, {}).update(settings)
    for header, settings in config_file.sections(credentials).items():
        profiles.setdefault(header, {}).update(settings)
        if (name := config_file.profile_of(header)) != header:
            others[name] = credentials, header
    return ProfileFiles(config, credentials, profiles, others)


def missing_files(environment: Mapping[str, str]) -> list[MachineFinding]:
    """Return a finding for each variable that names a file which is not there."""
    return [
        MachineFinding(
            f"{name}={named}: there is no such file, and {default} is not read", f"unset {name}"
        )
        for name, default in _DEFAULTS.items()
        if (named := environment.get(name)) and not Path(named).expanduser().exists()
    ]
