"""CloudTrail's log files as a stream of records, in memory that does not grow with the file.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, Protocol, cast

CloudTrailRecord = dict[str, Any]

_READ_BYTES: Final = 1 << 20
# AWS cuts events at 256 KB and Lake events at 1 MB, so text that is no record by then never will be.
_LONGEST_RECORD: Final = 8 << 20
_GZIP: Final = b"\x1f\x8b"

_HEAD: Final = re.compile(r'\s*\{\s*"Records"\s*:\s*\[\s*(\])?')
_HEAD_LENGTH: Final = 200
_BETWEEN: Final = re.compile(r"\s*(?:,\s*(?=\{)|(\]))")


class Readable(Protocol):
    """What a log file is read from; it need not be seekable, as what comes from S3 is not."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class RecordsError(Exception):
    """The file is no log file of CloudTrail, or is damaged; what came before was read."""


def read_records(stream: Readable) -> Iterator[CloudTrailRecord]:
    """Yield the records of one log file, plain JSON or gzip, in the order of the file.

    Raises:
        RecordsError: the file is truncated, damaged, or of another kind. It is raised at that
            place: the records before it have been yielded.

    """
    try:
        yield from _records(_text(_unpacked(stream)))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordsError(f"the compressed data is damaged or ends too early ({error})") from error
    except UnicodeDecodeError as error:
        raise RecordsError(f"the text is not UTF-8 ({error.reason})") from error
    except RecursionError as error:
        raise RecordsError("a record is nested too deeply") from error


def part(record: CloudTrailRecord, name: str) -> CloudTrailRecord:
    """Return an object inside a record; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def text(record: CloudTrailRecord, name: str) -> str:
    """Return a text inside a record; empty where there is none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _unpacked(stream: Readable) -> Iterator[bytes]:
    """Yield the bytes of the file, unpacked if it is gzip, in pieces of bounded size."""
    start = stream.read(_READ_BYTES)
    while len(start) < len(_GZIP) and (more := stream.read(_READ_BYTES)):
        start += more
    if not start.startswith(_GZIP):
        while start:
            yield start
            start = stream.read(_READ_BYTES)
        return
    with gzip.GzipFile(fileobj=cast("IO[bytes]", _Rejoined(start, stream))) as unpacked:
        while piece := unpacked.read(_READ_BYTES):
            yield piece


class _Rejoined:
    """A stream whose first bytes have been read already; it cannot be sought, as S3's cannot."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self._start = memoryview(start)
        self._rest = rest

    def read(self, size: int) -> bytes:
        if self._start:
            piece, self._start = bytes(self._start[:size]), self._start[size:]
            return piece
        return self._rest.read(size)


def _text(pieces: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _records(pieces: Iterator[str]) -> Iterator[CloudTrailRecord]:
    """Decode one record after the other from a buffer of one piece and one unfinished record."""
    buffer = ""
    while len(buffer) < _HEAD_LENGTH and (piece := next(pieces, None)) is not None:
        buffer += piece
    head = _HEAD.match(buffer)
    if head is None:
        raise RecordsError('it does not begin with {"Records": [, as log files of CloudTrail do')
    decode = json.JSONDecoder().raw_decode
    at, number, ended = head.end(), 0, head[1]
    while not ended:
        try:
            record, end = decode(buffer, at)
            between = _BETWEEN.match(buffer, end)
        except ValueError as error:
            between, reason = None, str(error)
        else:
            reason = "neither another record nor ] follows"
        if between is None:
            piece = next(pieces, None)
            if piece is None or len(buffer) - at > _LONGEST_RECORD:
                raise RecordsError(f"after {number} records the JSON breaks off ({reason})")
            buffer, at = buffer[at:] + piece, 0
            continue
        if not isinstance(record, dict):
            raise RecordsError(f"record {number + 1} is not a JSON object")
        number += 1
        yield record
        at, ended = between.end(), between[1]
    _check_end(buffer[at:], pieces, number)


def _check_end(rest: str, pieces: Iterator[str], number: int) -> None:
    """Read to the end, where gzip's checksum is, and see that nothing but `}` follows."""
    for piece in pieces:
        rest = (rest + piece).strip()
        if len(rest) > 1:
            break
    if rest.strip() != "}":
        raise RecordsError(f"after {number} records the JSON does not end with ]}}")
