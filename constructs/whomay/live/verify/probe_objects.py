"""Objects that probes need: made by the caller under a name of the run's own, and deleted at the end."""

from typing import Any, Final

from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

_NEVER_OVER: Final = "*"  # If-None-Match: an object that is there stays as it is


class ProbeObjects:
    """Makes objects, and deletes all versions of them. `left` are those that could not be deleted."""

    def __init__(self, caller: Account) -> None:
        """Make nothing yet."""
        self._caller = caller
        self._made: dict[tuple[str, str], None] = {}
        self.left: list[str] = []

    def make(self, bucket: str, key: str) -> None:
        """Make an empty object, where none is.

        Raises as `Account.ask` does.
        """
        self._made[bucket, key] = None  # before the call: it may be made although no answer comes
        where = {**self._in(bucket), "Key": key}
        self._caller.ask("s3", "put_object", **where, Body=b"-", IfNoneMatch=_NEVER_OVER)

    def close(self) -> None:
        """Delete all versions and markers under the keys."""
        while self._made:
            (bucket, key), _ = self._made.popitem()
            try:
                self._delete(bucket, key)
            except (LiveError, RefusedError) as error:
                self.left.append(f"s3://{bucket}/{key} ({error})")

    def _in(self, bucket: str) -> dict[str, Any]:
        """Name a bucket of the account: one of that name that is somebody else's by now is refused."""
        return {"Bucket": bucket, "ExpectedBucketOwner": self._caller.id}

    def _delete(self, bucket: str, key: str) -> None:
        where = self._in(bucket)
        listed = self._caller.ask("s3", "list_object_versions", **where, Prefix=key)
        for each in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            version = {"Key": each["Key"], "VersionId": each["VersionId"]}
            self._caller.ask("s3", "delete_object", **where, **version)
