"""What `whomay snapshot` wrote of several accounts: a folder with a file for each, and what is above them.

An account that told nothing is not seen: exactly what it could change is Unknown.
The format: docs/reference/snapshot.md.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from whomay.engine.organization.told import organization_told
from whomay.engine.snapshot import Unseen
from whomay.engine.templates.template import AssemblyError, json_object
from whomay.engine.templates.template_files import TemplateFile
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.facts import limits

if TYPE_CHECKING:
    from whomay.engine.organization.organization import Organization

HEAD: Final = "organization.json"
ACCOUNTS: Final = "accounts"
VERSION: Final = 1
_KEY: Final = "organization snapshot"
_FIRST_LINE: Final = 100_000  # characters


def is_organization_folder(folder: Path) -> bool:
    """Tell whether a folder is a snapshot of several accounts, and no assembly."""
    return (folder / HEAD).is_file() and not (folder / "manifest.json").is_file()


class OrganizationFolder:
    """The folder: which accounts told, which did not, and the organization that they are in.

    Raises:
        AssemblyError: the first file cannot be read, is none, or is of another version.
        OrganizationError: what it says of the organization does not have the format.

    """

    def __init__(self, folder: Path) -> None:
        """Read the first file, and which others there are."""
        self._folder, file = folder, folder / HEAD
        if not file.is_file():
            raise AssemblyError(
                f"{folder} has no {HEAD}, so it is no snapshot of several accounts: `whomay snapshot "
                f"--role ROLE -o {folder}` writes one"
            )
        try:
            body = json_object(unique_json.loads(read_text(file)), str(file))
        except (FileError, OSError, ValueError, RecursionError) as error:
            raise AssemblyError(f"{file}: {error}") from None
        head = json_object(body.get(_KEY), f"{file}: {_KEY}")
        if head.get("version") != VERSION:
            raise AssemblyError(
                f"{file} is a snapshot of version {head.get('version')!r}: allowed is {VERSION}; "
                "take it again, or install the whomay that wrote it"
            )
        self._taken = str(head.get("taken"))
        accounts = json_object(body.get("accounts"), f"{file}: accounts")
        self._accounts = {
            account: str(json_object(each, f"{file}: {account}").get("refused") or "")
            for account, each in accounts.items()
        }
        for account in accounts:
            if not limits.ACCOUNT_ID.fullmatch(account):
                raise AssemblyError(f"{file}: account {account!r}: allowed is twelve digits")
        self.told = tuple(filter(self._is_told, self._accounts))
        told = body.get("organization")
        self.organization: Organization | None = (
            organization_told(json_object(told, f"{file}: organization"), accounts, str(file))
            if told is not None
            else None
        )

    def files(self) -> tuple[TemplateFile, ...]:
        """Return the files of the accounts that told."""
        return tuple(TemplateFile(self._file(account)) for account in self.told)

    def not_told(self) -> Iterator[Unseen]:
        """Yield each account that told nothing: its principals and its resources may be any."""
        for account, refused in self._accounts.items():
            if account not in self.told:
                missing = f"the run of {self._taken} did not get to it: take the snapshot again"
                why = f"the whole account, which told nothing: {refused or missing}"
                yield Unseen(account, why, account, ("*",), may_deny=True)

    def _is_told(self, account: str) -> bool:
        """Tell whether the file of an account is of this run: an older one is of another."""
        if self._accounts[account] or not self._file(account).is_file():
            return False
        return str(self._head(account).get("taken")) >= self._taken

    def _head(self, account: str) -> Mapping[str, Any]:
        """Return the head of an account's file, which is its first line."""
        file = self._file(account)
        try:
            with file.open(encoding="utf-8") as stream:
                line = stream.readline(_FIRST_LINE).rstrip().removesuffix(",")
            head = json_object(unique_json.loads(line + "}").get("snapshot"), str(file))
        except (OSError, ValueError, RecursionError) as error:
            raise AssemblyError(f"{file} is no snapshot of an account: {error}") from None
        if head.get("account") != account:
            raise AssemblyError(f"{file} is of account {head.get('account')}: it was renamed")
        return head

    def _file(self, account: str) -> Path:
        return self._folder / ACCOUNTS / f"{account}.json"
