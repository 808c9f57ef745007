"""The folder of a snapshot of several accounts: what was asked, and a file for each that answered.

The format is in docs/reference/snapshot.md. The first file says which run it is: files of accounts
that are older belong to another run, and count as missing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from whomay.live.errors import LiveError

VERSION: Final = 1
HEAD: Final = "organization.json"
ACCOUNTS: Final = "accounts"
_KEY: Final = "organization snapshot"


@dataclass(frozen=True, slots=True)
class Run:
    """A run: when it began, who asked, in which Regions, and which accounts.

    `refused` says of accounts why they told nothing. `organization` is what it says of itself, None
    where there is none.
    """

    taken: str
    caller: str
    regions: Sequence[str]
    accounts: Sequence[str]
    organization: Mapping[str, Any] | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    finished: bool = False

    def text(self) -> str:
        """Return the first file of the folder."""
        head = {
            "version": VERSION,
            "taken": self.taken,
            "caller": self.caller,
            "regions": [*self.regions],
            "finished": self.finished,
        }
        accounts = {
            account: {"refused": self.refused[account]} if account in self.refused else {}
            for account in sorted(self.accounts)
        }
        body = {_KEY: head, "accounts": accounts, "organization": self.organization}
        return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def account_file(folder: Path, id: str) -> Path:
    """Return the file of an account."""
    return folder / ACCOUNTS / f"{id}.json"


def unfinished(folder: Path, regions: Sequence[str], accounts: Iterable[str]) -> str:
    """Return when the run began that a second one goes on with; empty where there is none.

    It is one that asked in the same Regions, and for no other accounts.
    """
    head = folder / HEAD
    if not head.is_file():
        return ""
    try:
        body = json.loads(head.read_text(encoding="utf-8"))
        told, asked = dict(body[_KEY]), set(body["accounts"])
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise LiveError(
            f"{head} is no snapshot of an organization: remove it, or name another folder"
        ) from error
    same = told.get("regions") == [*regions] and asked == set(accounts)
    same = same and told.get("version") == VERSION
    return str(told.get("taken")) if same and told.get("finished") is False else ""


def is_there(folder: Path, id: str, since: str) -> bool:
    """Tell whether the file of an account is of the run that began then."""
    try:
        with account_file(folder, id).open(encoding="utf-8") as file:
            head = json.loads(file.readline().rstrip().removesuffix(",") + "}")["snapshot"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(str(head.get("taken")) >= since and head.get("account") == id)


def refused_something(folder: Path, id: str) -> bool:
    """Tell whether an account that told refused a call.

    Raises LiveError for a file that cannot be read.
    """
    file = account_file(folder, id)
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        return bool(body["refused"]) or any(each.get("refused") for each in body["resources"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise LiveError(f"{file} cannot be read: remove it, and take it again") from error


def remove_parts(folder: Path) -> None:
    """Remove what a run that was killed has left beside the files."""
    for part in (*folder.glob(f"{HEAD}.*"), *(folder / ACCOUNTS).glob("*.json.*")):
        part.unlink(missing_ok=True)
