"""What can go wrong with an account or its files, each with the command's exit code."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from whomay.iam.facts.error_codes import NO_DECISION, SKEWED

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError


class LiveError(Exception):
    """The command cannot go on; the message is one line that says why and what to do."""

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    @property
    def code(self) -> str:
        """AWS's error code behind it; empty where no answer came."""
        response = getattr(self.__cause__, "response", None) or {}
        return str(response.get("Error", {}).get("Code", ""))


_LONG: Final = 300  # characters
_CLOCK_OFF: Final = 300  # seconds; AWS takes a signature that is no older


def as_live_error(
    doing: str, error: "BotoCoreError | ClientError | ResponseParserError"
) -> LiveError:
    """Return the error of an AWS call as one line.

    Its exit code is 3 where the answer says nothing of the question: expired credentials,
    throttling, a wrong clock, a fault of the service. So it is for an answer that was cut. All else
    is 2.
    """
    response = getattr(error, "response", None)
    if response is None:  # no answer came: no credentials, no region, no connection
        cut = type(error).__name__ == "ResponseParserError"  # without an import of botocore
        return LiveError(f"{doing}: {in_short(error)}", exit_code=3 if cut else 2)
    code, message = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    if minutes := minutes_off(response):
        return LiveError(
            f"{doing}: {code}: the clock of this machine is {abs(minutes)} minutes "
            f"{'behind' if minutes > 0 else 'ahead'}: set it, and try again",
            exit_code=3,
        )
    unknown = code in NO_DECISION or response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500  # noqa: PLR2004 - HTTP's first code for a fault of the server
    return LiveError(f"{doing}: {code}: {message}", exit_code=3 if unknown else 2)


def in_short(error: Exception | str) -> str:
    """Return what an error says, in one line of bearable length."""
    return " ".join(str(error).split())[:_LONG]


def minutes_off(response: Mapping[str, Any]) -> int:
    """Return by how many minutes this machine's clock is behind AWS's, where that is why it refuses.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
    """
    code, message = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    about_time = "Signature expired" in message or "Signature not yet current" in message
    if code not in SKEWED and not about_time:
        return 0
    said = response["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    try:
        seconds = (parsedate_to_datetime(str(said)) - datetime.now(tz=UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0
    return round(seconds / 60) if abs(seconds) >= _CLOCK_OFF else 0
