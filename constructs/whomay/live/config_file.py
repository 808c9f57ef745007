"""The AWS CLI's config file: one marked block in it is ours, and nothing else is ever changed.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

import configparser
import io
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from whomay.files import FileError, read_text
from whomay.live.errors import LiveError

_BEGIN: Final = "# whomay profiles begin: `whomay profiles` writes all lines up to the end"
_END: Final = "# whomay profiles end"
_BEGINS: Final = re.compile(r"# whomay profiles begin\b")
_ENDS: Final = re.compile(r"# whomay profiles end\b")
_NO_SETTING: Final = re.compile(r"\s*(?:[#;].*)?$|\[")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config file as it was read: what is before the block, in it, and after it.

    `written` are the profiles in the block, `others` those outside it, with their settings.
    """

    path: Path
    before: str
    block: str
    after: str
    written: Mapping[str, Mapping[str, str]]
    others: Mapping[str, Mapping[str, str]]

    @property
    def text(self) -> str:
        """Return the whole text."""
        return self.before + self.block + self.after

    def with_profiles(self, profiles: Mapping[str, Mapping[str, str]]) -> str:
        """Return the text with these profiles in the block; without any there is no block.

        Raises LiveError for a profile that is outside the block already.
        """
        for name in profiles:
            if name in self.others:
                raise _error(
                    self.path, None, f"has a profile {name} of its own: remove or rename it"
                )
        newline = "\r\n" if "\r\n" in self.text else "\n"
        joint = newline if profiles and self.before[-1:] not in ("", "\n") else ""
        return self.before + joint + block(profiles).replace("\n", newline) + self.after


def block(profiles: Mapping[str, Mapping[str, str]]) -> str:
    """Return the block with these profiles; empty text where there are none."""
    if not profiles:
        return ""
    lines = [_BEGIN]
    for name, settings in profiles.items():
        lines += [f"[profile {name}]", *(f"{key} = {value}" for key, value in settings.items())]
    return "".join(f"{line}\n" for line in [*lines, _END])


def is_role(settings: Mapping[str, str]) -> bool:
    """Tell whether a profile's credentials are those of a role already.

    So they are with IAM Identity Center, whose permission sets are roles.
    """
    return bool({"role_arn", "sso_session", "sso_role_name", "sso_start_url"} & settings.keys())


def read(path: Path) -> ConfigFile:
    """Read a config file; one that does not exist is empty.

    Raises LiveError, with the line, for a file that the AWS CLI could not read either. So it does
    for a block that does not begin or end where it should.
    """
    text = _text(path)
    lines = list(io.StringIO(text, newline="\n"))
    start, stop = _block(path, lines)
    _parse(path, lines)
    before, block, after = lines[:start], lines[start:stop], lines[stop:]
    for number, line in enumerate(after, stop + 1):
        if not _NO_SETTING.match(line):
            raise _error(
                path, number, "a setting behind the block would belong to its last profile"
            )
        if line.startswith("["):
            break
    others = _parse(path, [*before, *("\n" for _ in block), *after])
    written = _parse(path, [*("\n" for _ in before), *block])
    return ConfigFile(path, "".join(before), "".join(block), "".join(after), written, others)


def profile_of(section: str) -> str:
    """Return the name of the profile that a section's header bears; another header as it is."""
    try:
        words = shlex.split(section)
    except ValueError:  # the AWS CLI takes no profile from such a section either
        return section
    return words[-1] if words[:1] == ["profile"] else section


def sections(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the settings of each section by its header as it is written; none without a file.

    Raises LiveError, with the line, for a file that the AWS CLI could not read either.
    """
    return _parse(path, list(io.StringIO(_text(path), newline="\n")), str)


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except FileNotFoundError:
        return ""
    except FileError as error:
        raise LiveError(f"{error}: the file is left as it is") from None


def _block(path: Path, lines: Sequence[str]) -> tuple[int, int]:
    """Return the first line of the block and the one behind it; the end of the file if none is."""
    marks = [
        (number, bool(_BEGINS.match(line)))
        for number, line in enumerate(lines)
        if _BEGINS.match(line) or _ENDS.match(line)
    ]
    if not marks:
        return len(lines), len(lines)
    if [begins for _, begins in marks] != [True, False]:
        why = "the block of whomay must have one begin, then one end: fix it by hand"
        raise _error(path, marks[-1][0] + 1, why)
    return marks[0][0], marks[1][0] + 1


def _parse(
    path: Path, lines: Sequence[str], name: Callable[[str], str] = profile_of
) -> Mapping[str, Mapping[str, str]]:
    """Parse as the AWS CLI does, and return the profiles by name."""
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string("".join(lines))
        return {name(each): dict(parser[each]) for each in parser.sections()}
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        option = f" {error.option}" if isinstance(error, configparser.DuplicateOptionError) else ""
        raise _error(path, error.lineno, f"[{error.section}]{option} is there twice") from error
    except configparser.MissingSectionHeaderError as error:
        raise _error(path, error.lineno, "a setting stands before the first [section]") from error
    except configparser.ParsingError as error:
        raise _error(path, error.errors[0][0], "neither a [section] nor a setting") from error


def _error(path: Path, line: int | None, why: str) -> LiveError:
    at = f":{line}" if line else ""
    return LiveError(f"{path}{at}: {why}; the file is left as it is")
