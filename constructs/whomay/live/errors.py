"""What can go wrong with an account or its files, each with the command's exit code."""

from typing import TYPE_CHECKING

from whomay.iam.facts.error_codes import NO_DECISION

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


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


def as_live_error(doing: str, error: "BotoCoreError | ClientError") -> LiveError:
    """Return the error of an AWS call as one line.

    Its exit code is 3 where the answer says nothing of the question: expired credentials,
    throttling, a fault of the service. All else is 2.
    """
    response = getattr(error, "response", None)
    if response is None:  # no answer came: no credentials, no region, no connection
        return LiveError(f"{doing}: {error}")
    code, message = response["Error"].get("Code", ""), response["Error"].get("Message", "")
    unknown = code in NO_DECISION or response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500  # noqa: PLR2004 - HTTP's first code for a fault of the server
    return LiveError(f"{doing}: {code}: {message}", exit_code=3 if unknown else 2)
