"""What a probe run has made and takes away at the end, written down so that the next run can."""

import json
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import Final, Self

from whomay.lab.accounts import as_admin
from whomay.lab.answers import NO_ANSWER, of_aws_cli
from whomay.lab.children import Children
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession

FILE: Final = "undo.json"
OBJECTS: Final = "objects"  # the first word of an entry that is no command
# every version and delete marker whose key holds the text
VERSIONS: Final = (
    "{{Objects: [Versions, DeleteMarkers][] | [?contains(Key, '{text}')]"
    ".{{Key: Key, VersionId: VersionId}}, Quiet: `true`}}"
)


class _NobodyAnswersError(Exception):
    """The server is gone, and with it everything that was to be taken away."""


class Undo:
    """Commands that take something away, last made first; safe to add to from any thread.

    As a context manager it takes everything away at the end, unless the run is interrupted: then
    the next run does.
    """

    def __init__(self, session: LabSession) -> None:
        # children of its own: those of the run are ended when a part of it fails
        self._session = replace(session, children=Children())
        self._entries: list[list[str]] = session.workspace.read(FILE) or []
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Take away what an earlier run has left."""
        self.run()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Take everything away, unless the run is interrupted."""
        if kind is None or issubclass(kind, LabError):
            self.run()

    def add(self, *command: str) -> None:
        """Remember a command of the administrator."""
        with self._lock:
            self._entries.append(list(command))
            self._session.workspace.write(FILE, self._entries)

    def add_objects(self, bucket: str, text: str) -> None:
        """Remember to remove the objects whose key holds `text`, with all their versions."""
        self.add(OBJECTS, bucket, text)

    def run(self) -> None:
        """Take everything away; what is gone already does not matter. Stops when nobody answers."""
        with self._session.children, suppress(_NobodyAnswersError):
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
        done = self._session.run("admin", argv, as_admin(self._session))
        if of_aws_cli(done).answer == NO_ANSWER:
            raise _NobodyAnswersError
        return done.out.strip()
