"""Questions to a trail in Athena: packaged SQL, its values passed as execution parameters.

The table `cloudtrail_logs` is in the database of the workgroup's name, as `TrailQueries` makes both.
https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements-querying-using-execution-parameters.html
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from whomay.iam.facts.error_codes import DENIED
from whomay.live.errors import LiveError, as_live_error, in_short

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Row = Mapping[str, str]
LONGEST_WAIT: Final = 5.0  # seconds between two looks at a query that runs
# https://docs.aws.amazon.com/athena/latest/APIReference/API_GetWorkGroup.html
_WORKGROUP: Final = re.compile(r"[a-zA-Z0-9._-]{1,128}")
_INVALID: Final = "InvalidRequestException"  # what AWS says of a workgroup that is not there
_RUNNING: Final = ("QUEUED", "RUNNING")


def sql(name: str) -> str:
    """Return the text of a question, such as `denied`."""
    return resources.files("whomay.live").joinpath("trail_sql", f"{name}.sql").read_text("utf-8")


def first_day(days: int) -> str:
    """Return the first of the last days, today included, as the table has days: 2026/11/24."""
    today = datetime.now(UTC).date()
    return (today - timedelta(days=days - 1)).strftime("%Y/%m/%d")


class Athena:
    """A workgroup that questions are asked in. `scanned` counts the bytes that AWS charges for.

    Credentials and Region are those of the environment.

    Raises LiveError when boto3 is missing or has no Region, and for what is no name of a workgroup.
    """

    def __init__(self, workgroup: str) -> None:
        try:
            import boto3  # noqa: PLC0415 - only for Athena: files on disk need no AWS

            from whomay.live.whole_answers import only_whole  # noqa: PLC0415 - the same
        except ImportError as error:
            reason = "boto3 is missing: pip install 'whomay[live]'"
            raise LiveError(f"Athena: {reason}") from error
        if not _WORKGROUP.fullmatch(workgroup):
            raise LiveError(
                f"--athena {workgroup!r}: allowed is the name of a workgroup: letters, digits, "
                "'.', '_' and '-', 128 at most"
            )
        self.workgroup = workgroup
        self.scanned = 0
        with self._explained():
            # as the AWS CLI has it, and boto3 does not: AWS_REGION before the profile's own
            region = os.environ.get("AWS_REGION") or None
            self._client = boto3.Session().client("athena", region_name=region)
            only_whole(self._client.meta.events)

    def rows(self, name: str, *values: str) -> Iterator[Row]:
        """Ask one question, and yield its rows, every value as text; empty for none.

        Raises:
            LiveError: AWS refuses, or the query fails or is stopped, such as at the workgroup's
                limit of scanned bytes. No row has been yielded then.

        """
        with self._explained():
            started = self._client.start_query_execution(
                QueryString=sql(name),
                ExecutionParameters=[_literal(value) for value in values],
                QueryExecutionContext={"Database": self.workgroup},
                WorkGroup=self.workgroup,
            )
            execution = started["QueryExecutionId"]
            try:
                self._wait(execution)
            except KeyboardInterrupt:  # what nobody waits for would go on scanning
                self._client.stop_query_execution(QueryExecutionId=execution)
                raise
            pages = self._client.get_paginator("get_query_results").paginate(
                QueryExecutionId=execution
            )
            names: list[str] = []
            for page in pages:
                for row in page["ResultSet"]["Rows"]:
                    texts = [each.get("VarCharValue", "") for each in row["Data"]]
                    if names:
                        yield dict(zip(names, texts, strict=True))
                    names = names or texts

    def _wait(self, execution: str) -> None:
        pause = 0.1
        while True:
            found = self._client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            state = found["Status"]["State"]
            if state not in _RUNNING:
                break
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_WAIT)
        self.scanned += found.get("Statistics", {}).get("DataScannedInBytes", 0)
        if state != "SUCCEEDED":
            why = found["Status"].get("StateChangeReason", "no reason given")
            raise LiveError(
                f"Athena in {self.workgroup}: the query {state.lower()}: {why}", exit_code=3
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - comes with boto3
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            if isinstance(error, ClientError) and (said := self._said_of_workgroup(error)):
                raise LiveError(said) from error
            raise as_live_error(f"Athena in {self.workgroup}", error) from error
        except ValueError as error:  # botocore's, for an endpoint or a Region that can be none
            raise LiveError(f"Athena in {self.workgroup}: {in_short(error)}") from error

    def _said_of_workgroup(self, error: "ClientError") -> str:
        """Return what is wrong with the workgroup, and what to do; empty where it is something else.

        https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html
        """
        told: Any = error.response["Error"]
        code, message = str(told.get("Code", "")), str(told.get("Message", ""))
        region = self._client.meta.region_name
        listed = f"`aws athena list-work-groups --region {region}` lists those of the account"
        if code == _INVALID and re.search(r"workgroup.*not found", message, re.IGNORECASE):
            return (
                f"--athena {self.workgroup!r}: Athena has no workgroup of this name in {region}: "
                f"allowed is the one that `TrailQueries` made, {listed}"
            )
        if code in DENIED:
            return (
                f"--athena {self.workgroup!r}: {code}: these credentials lack "
                f"athena:{error.operation_name} on this workgroup in {region}: use those of who may "
                f"query it, or name another one; {listed}; AWS says: {in_short(message)}"
            )
        return ""


def _literal(value: str) -> str:
    """Return a text as the SQL literal that an execution parameter is."""
    return "'" + value.replace("'", "''") + "'"
