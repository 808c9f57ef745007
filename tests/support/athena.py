"""Athena's API on loopback: it runs the packaged SQL by DuckDB over log files, as the table has them.

sqlglot writes Athena's SQL in DuckDB's words. The table of `TrailQueries` is made by hand: partitions
are a column here, so partition projection is not covered.
"""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import sqlglot

from whomay.live.records import read_records
from whomay.live.trail_files import TrailFile, find

_TEXT = "VARCHAR"
_ISSUER = dict.fromkeys(("principalid", "arn", "username"), _TEXT)
_CONTEXT = {"attributes": {"mfaauthenticated": _TEXT}, "sessionissuer": _ISSUER}
_OWN = ("type", "principalid", "arn", "accountid", "invokedby", "username", "identityprovider")
TEXTS = (
    *("eventTime", "eventSource", "eventName", "awsRegion", "errorCode", "errorMessage"),
    *("readOnly", "recipientAccountId", "eventCategory", "managementEvent"),
)
# Objects of a record that the table has as text: the JSON itself.
OBJECTS = ("requestParameters", "responseElements", "additionalEventData")
COLUMNS = {
    "useridentity": {**dict.fromkeys(_OWN, _TEXT), "sessioncontext": _CONTEXT},
    **{name.lower(): _TEXT for name in (*TEXTS, *OBJECTS, "day")},
}


def lower(value: Any) -> Any:
    """Return the value with the names of its objects in lower case, as the SerDe matches them."""
    if isinstance(value, dict):
        return {name.lower(): lower(each) for name, each in value.items()}
    return value


def as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


class Trail:
    """The table `cloudtrail_logs` over the log files of a place."""

    def __init__(self, place: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self._database = duckdb.connect(":memory:", config={"threads": 1})
        rows = [_row(record) for file in find(str(place)) for record in _records(file)]
        table = "SELECT each.* FROM (SELECT unnest(json_transform(?::JSON, ?)) AS each)"
        shape = json.dumps([COLUMNS])
        self._database.execute(
            f"CREATE TABLE cloudtrail_logs AS {table}", [json.dumps(rows), shape]
        )

    def run(self, query: str, values: Sequence[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run a query of Athena with its execution parameters, which are SQL literals."""
        written = sqlglot.transpile(query, read="athena", write="duckdb")[0]
        literals = [sqlglot.parse_one(value).this for value in values]
        found = self._database.cursor().execute(written, literals)
        return [each[0] for each in found.description or ()], found.fetchall()


def _records(file: TrailFile) -> Iterator[Mapping[str, Any]]:
    with file.open() as stream:
        yield from read_records(stream)


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "useridentity": lower(record.get("userIdentity")),
        **{name.lower(): as_text(record.get(name)) for name in TEXTS},
        **{name.lower(): json.dumps(record[name]) for name in OBJECTS if record.get(name)},
        "day": str(record.get("eventTime", ""))[:10].replace("-", "/"),
    }


@contextmanager
def athena(place: Path, *, fails: str = "", page: int = 50) -> Iterator[tuple[str, Trail]]:
    """Serve Athena's API over the log files; yield its address, and the table with what was asked.

    With `fails` every query ends so. A page of results has `page` rows, to be asked for one by one.
    """
    trail = Trail(place)
    results: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}

    def answer(call: str, asked: dict[str, Any]) -> dict[str, Any]:
        if call == "StartQueryExecution":
            trail.asked.append(asked)
            key = f"00000000-0000-0000-0000-{len(results):012}"
            results[key] = ([], [])
            if not fails:
                results[key] = trail.run(asked["QueryString"], asked.get("ExecutionParameters", []))
            return {"QueryExecutionId": key}
        if call == "GetQueryExecution":
            status = {"State": "FAILED" if fails else "SUCCEEDED", "StateChangeReason": fails}
            scanned = {"DataScannedInBytes": 1_500_000}
            return {"QueryExecution": {"Status": status, "Statistics": scanned}}
        names, rows = results[asked["QueryExecutionId"]]
        lines = [tuple(names), *rows]
        start = int(asked.get("NextToken", 0))
        shown = [
            {"Data": [{} if each is None else {"VarCharValue": str(each)} for each in line]}
            for line in lines[start : start + page]
        ]
        more = {"NextToken": str(start + page)} if start + page < len(lines) else {}
        return {"ResultSet": {"Rows": shown}, **more}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            call = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = json.dumps(answer(call, asked)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", trail
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
