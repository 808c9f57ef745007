"""Ask a trail: read all its files, report those that cannot be read, and go on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from whomay.live.errors import LiveError
from whomay.live.records import Readable, RecordsError, read_records
from whomay.live.trail import Question
from whomay.live.trail_files import TrailFile


@dataclass(slots=True)
class Reading:
    """What was read: files, records, and each file that could not be read to its end, with why."""

    files: int = 0
    records: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def ask(question: Question, files: Iterator[TrailFile], advance: Callable[[int], None]) -> Reading:
    """Show the question every record of the files; call `advance` with each number of bytes read.

    A file that is damaged, truncated or no trail file is listed in the answer, and the others are
    read. Its records before the damage count.

    Raises:
        LiveError: the place that lists the files cannot be read.

    """
    reading = Reading()
    for file in files:
        reading.files += 1
        try:
            with file.open() as stream:
                for record in read_records(_Counted(stream, advance)):
                    question.see(record)
                    reading.records += 1
        except (RecordsError, LiveError, OSError) as error:
            reading.unreadable.append((file.name, str(error)))
    return reading


class _Counted:
    """A stream that tells how many bytes were read from it."""

    def __init__(self, stream: Readable, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._advance(len(piece))
        return piece
