"""The reader of log files: any cut of the stream gives the same records, any damage is noticed."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whomay.live.records import RecordsError, read_records

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=5)


class Pieces:
    """A stream that gives no more than so many bytes at once, as a network does."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data = io.BytesIO(data)
        self._most = most

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, self._most))


@given(RECORDS, st.integers(1, 50), st.sampled_from([None, 1]), st.booleans(), st.booleans())
def test_records_come_out_as_they_went_in_however_the_stream_is_cut(
    records: list[Any], most: int, indent: int | None, ascii_only: bool, packed: bool
) -> None:
    data = json.dumps({"Records": records}, indent=indent, ensure_ascii=ascii_only)
    raw = data.encode()
    stream = Pieces(gzip.compress(raw) if packed else raw, most)
    assert list(read_records(stream)) == records


@given(RECORDS, st.data(), st.booleans())
def test_a_truncated_file_gives_its_first_records_and_an_error(
    records: list[Any], data: st.DataObject, packed: bool
) -> None:
    raw = json.dumps({"Records": records}).encode()
    whole = gzip.compress(raw) if packed else raw
    cut = data.draw(st.integers(0, len(whole) - 1))
    read: list[Any] = []
    with pytest.raises(RecordsError):
        read.extend(read_records(io.BytesIO(whole[:cut])))
    assert read == records[: len(read)]


@pytest.mark.parametrize(
    "text",
    [
        '{"Records": [{}, {}]}]',
        '{"Records": [{}, {}]',
        '{"Records": [{} {}]}',
        '{"Records": [{},, {}]}',
        '{"Records": [{}, 1]}',
        '{"Records": [1]}',
        '{"Records": {}}',
        '[{"Records": []}]',
        '{"Records": [{"n": ' + "1" * 5000 + "}]}",
    ],
)
def test_what_is_no_log_file_is_an_error(text: str) -> None:
    with pytest.raises(RecordsError):
        list(read_records(io.BytesIO(text.encode())))


def test_memory_does_not_grow_with_the_file() -> None:
    one = json.dumps({"eventName": "GetObject", "requestParameters": {"key": "x" * 1000}}).encode()

    class Generated:
        """40 MB that are nowhere as a whole."""

        def __init__(self) -> None:
            self._pieces = self._generate()

        def _generate(self) -> Iterator[bytes]:
            yield b'{"Records": [' + one
            for _ in range(400):
                yield (b"," + one) * 100
            yield b"]}"

        def read(self, _: int, /) -> bytes:
            return next(self._pieces, b"")

    tracemalloc.start()
    number = sum(1 for _ in read_records(Generated()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number == 40_001
    assert peak < 8_000_000
