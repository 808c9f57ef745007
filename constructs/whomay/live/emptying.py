"""A bucket, emptied of all its versions, markers and unfinished uploads, however many there are.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from whomay.iam.facts.error_codes import DENIED
from whomay.live.bucket_uses import LOGICAL_TAG, STACK_TAG, Uses, uses
from whomay.live.caller import PATIENT, AwsCaller, explained
from whomay.live.errors import LiveError

if TYPE_CHECKING:
    from datetime import datetime

MOST: Final = 1_000  # DeleteObjects takes no more keys
_PERMISSIONS: Final = {
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObjects": "s3:DeleteObjectVersion",
    "GetBucketTagging": "s3:GetBucketTagging",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a bucket: versions of objects with their bytes, markers, unfinished uploads."""

    versions: int
    size: int
    markers: int
    uploads: int

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.versions or self.markers or self.uploads)

    def __str__(self) -> str:
        """Return the numbers, as a person is shown them before anything is deleted."""
        return (
            f"{self.versions:,} versions of {self.size:,} bytes, {self.markers:,} delete markers, "
            f"{self.uploads:,} unfinished uploads"
        )


class BucketEmptier:
    """A bucket of the caller's account.

    Every method raises LiveError: exit code 2 when AWS refuses, with the missing permission. It is 3
    when AWS's answer says nothing of the question.
    """

    def __init__(self, caller: AwsCaller, bucket: str) -> None:
        self._caller = caller
        # Nobody's bucket but the caller's is touched, whatever its policy lets the caller do.
        self._bucket = {"Bucket": bucket, "ExpectedBucketOwner": caller.account}
        self._begun: datetime | None = None  # by S3's clock
        with self._explained():
            self._s3: Any = caller.session.client("s3", config=PATIENT)

    def contents(self) -> Contents:
        """Count what is in the bucket. It reads the whole list, 1,000 entries a call."""
        versions = size = markers = 0
        with self._explained():
            for page in self._pages():
                told = page["ResponseMetadata"]["HTTPHeaders"].get("date", "")
                self._begun = self._begun or (parsedate_to_datetime(told) if told else None)
                versions += len(page.get("Versions", []))
                size += sum(one["Size"] for one in page.get("Versions", []))
                markers += len(page.get("DeleteMarkers", []))
            uploads = sum(1 for _ in self._uploads())
        return Contents(versions, size, markers, uploads)

    def made_by(self) -> tuple[str, str]:
        """Return stack and logical id that CloudFormation has tagged the bucket with; "" for none."""
        with self._explained():
            try:
                tags = self._s3.get_bucket_tagging(**self._bucket)["TagSet"]
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchTagSet":
                    raise
                tags = []
        found = {tag["Key"]: tag["Value"] for tag in tags}
        return found.get(STACK_TAG, ""), found.get(LOGICAL_TAG, "")

    def uses(self) -> Uses:
        """Return who still writes into the bucket, or owns it."""
        with self._explained():
            return uses(self._caller, self._bucket["Bucket"])

    def empty(self, advance: Callable[[int], None]) -> None:
        """Delete all that was there when it was counted; call `advance` with each number deleted.

        Nothing is remembered: a run that ends half-way is finished by the next. Raises LiveError
        also for versions that S3 keeps (a lock, a denial), and where somebody still writes.
        """
        with self._explained():
            while found := _entries(self._s3.list_object_versions(**self._bucket)):
                # from the start each time: a list cannot go on after an entry that is gone
                newer = [one for one in found if self._arrived_since(one["LastModified"])]
                advance(self._delete([one for one in found if one not in newer]))
                if newer:
                    raise self._error(
                        f"{newer[0]['Key']} arrived meanwhile: find out who writes here, then run again"
                    )
            for upload in self._uploads():
                self._s3.abort_multipart_upload(**self._bucket, **upload)
                advance(1)

    def _arrived_since(self, modified: "datetime") -> bool:
        """Tell whether it came after the count, by S3's clock, which tells whole seconds."""
        return self._begun is not None and modified.replace(microsecond=0) > self._begun

    def _pages(self) -> Iterator[dict[str, Any]]:
        yield from self._s3.get_paginator("list_object_versions").paginate(**self._bucket)

    def _uploads(self) -> Iterator[dict[str, str]]:
        for page in self._s3.get_paginator("list_multipart_uploads").paginate(**self._bucket):
            for one in page.get("Uploads", []):
                yield {"Key": one["Key"], "UploadId": one["UploadId"]}

    def _delete(self, found: list[dict[str, Any]]) -> int:
        """Delete the entries, in as many calls as S3 needs; return their number."""
        names = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        for start in range(0, len(names), MOST):
            batch = {"Objects": names[start : start + MOST], "Quiet": True}
            kept = self._s3.delete_objects(**self._bucket, Delete=batch).get("Errors", [])
            if kept:
                reasons = Counter(one["Code"] for one in kept)
                counted = ", ".join(f"{number} {code}" for code, number in reasons.most_common())
                example = f"{kept[0]['Key']}: {kept[0].get('Message', '')}"
                lacks = (
                    "; these credentials lack s3:DeleteObjectVersion"
                    if reasons.keys() & DENIED
                    else ""
                )
                raise self._error(f"S3 keeps {len(kept)} versions ({counted}), {example}{lacks}")
        return len(names)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(f"empty {self._bucket['Bucket']}"):
            try:
                yield
            except ClientError as error:
                if error.response["Error"]["Code"] not in DENIED:
                    raise
                operation = str(error.operation_name)
                lacks = _PERMISSIONS.get(operation, operation)
                raise self._error(
                    f"these credentials lack {lacks}, a policy denies it, or account "
                    f"{self._caller.account} does not own the bucket; "
                    f"AWS says: {error.response['Error'].get('Message', '')}"
                ) from error

    def _error(self, message: str) -> LiveError:
        return LiveError(f"empty {self._bucket['Bucket']}: {message}")


def _entries(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
