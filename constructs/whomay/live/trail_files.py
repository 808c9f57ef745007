"""Where trail files lie: a file, a folder, or a prefix of a bucket."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from whomay.live.errors import LiveError, as_live_error, in_short
from whomay.live.records import Readable

_ENDINGS: Final = (".json.gz", ".json")
# Folders beside the log files, with files of other kinds.
_OTHERS: Final = ("CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated")


@dataclass(frozen=True, slots=True)
class TrailFile:
    """One log file: its name, and how to open it."""

    name: str
    open: Callable[[], AbstractContextManager[Readable]]


def find(place: str) -> Iterator[TrailFile]:
    """Yield the log files of a place, in the order of their names.

    A place is a file, a folder with all that is below it, or `s3://bucket/prefix`. The latter is
    read with the credentials and the region that the environment gives.

    Raises:
        LiveError: there is no such place, it holds no log files, or S3 refuses.

    """
    if not place.removeprefix("s3://").partition("/")[0] and not place.startswith("/"):
        raise LiveError(
            f"{place!r} names no place: allowed is a file, a folder or s3://BUCKET/PREFIX"
        )
    files = _in_bucket(place) if place.startswith("s3://") else _on_disk(Path(place))
    first = next(files, None)
    if first is None:
        raise LiveError(f"{place}: no log files of CloudTrail here ({' or '.join(_ENDINGS)})")
    yield first
    yield from files


def _on_disk(place: Path) -> Iterator[TrailFile]:
    if not place.exists():
        raise LiveError(f"{place}: no such file or folder")
    if not place.is_dir():
        yield _local(place)
        return
    for folder, below, names in os.walk(place):
        below[:] = sorted(set(below) - set(_OTHERS))
        yield from (_local(Path(folder, name)) for name in sorted(names) if name.endswith(_ENDINGS))


def _local(path: Path) -> TrailFile:
    return TrailFile(str(path), lambda: path.open("rb"))


def _in_bucket(place: str) -> Iterator[TrailFile]:
    try:
        import boto3  # noqa: PLC0415 - only for S3: files on disk need no AWS
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        from whomay.live.whole_answers import only_whole  # noqa: PLC0415 - the same
    except ImportError as error:
        raise LiveError(f"{place}: boto3 is missing: pip install 'whomay[live]'") from error

    @contextmanager
    def explained(name: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise as_live_error(name, error) from error
        except ValueError as error:  # botocore's, for an endpoint that is no URL
            raise LiveError(f"{name}: {in_short(error)}") from error

    @contextmanager
    def opened(key: str) -> Iterator[Readable]:
        with explained(key), closing(s3.get_object(Bucket=bucket, Key=key)["Body"]) as body:
            yield body

    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    with explained(place):
        # as the AWS CLI has it, and boto3 does not: AWS_REGION before the profile's own
        s3 = boto3.Session().client("s3", region_name=os.environ.get("AWS_REGION") or None)
        only_whole(s3.meta.events)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                key = found["Key"]
                if key.endswith(_ENDINGS) and not set(_OTHERS) & set(key.split("/")):
                    yield TrailFile(f"s3://{bucket}/{key}", partial(opened, key))
