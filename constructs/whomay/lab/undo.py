"""What a probe run has made and takes away at the end, written down so that the next run can."""

import json
from threading import Lock
from typing import Final

from whomay.lab.accounts import as_admin
from whomay.lab.session import Session

FILE: Final = "undo.json"
OBJECTS: Final = "objects"  # the first word of an entry that is no command
# every version and delete marker whose key holds the text
VERSIONS: Final = (
    "{{Objects: [Versions, DeleteMarkers][] | [?contains(Key, '{text}')]"
    ".{{Key: Key, VersionId: VersionId}}, Quiet: `true`}}"
)


class Undo:
    """Commands that take something away, last made first; safe to add to from any thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._entries: list[list[str]] = session.workspace.read(FILE) or []
        self._lock = Lock()

    def add(self, *command: str) -> None:
        """Remember a command of the administrator."""
        with self._lock:
            self._entries.append(list(command))
            self._session.workspace.write(FILE, self._entries)

    def add_objects(self, bucket: str, text: str) -> None:
        """Remember to remove the objects whose key holds `text`, with all their versions."""
        self.add(OBJECTS, bucket, text)

    def run(self) -> None:
        """Take everything away; what is gone already does not matter."""
        while self._entries:
            first, *rest = self._entries[-1]
            if first == OBJECTS:
                self._remove_objects(*rest)
            else:
                self._admin(first, *rest)
            self._entries.pop()
            self._session.workspace.write(FILE, self._entries)

    def _remove_objects(self, bucket: str, text: str) -> None:
        query = ("--query", VERSIONS.format(text=text), "--output", "json")
        listed = self._admin("aws", "s3api", "list-object-versions", "--bucket", bucket, *query)
        if json.loads(listed or "{}").get("Objects"):
            self._admin("aws", "s3api", "delete-objects", "--bucket", bucket, "--delete", listed)

    def _admin(self, *argv: str) -> str:
        return self._session.run("admin", argv, as_admin(self._session)).out.strip()
