"""Who calls AWS, where: account, Region and identity of the credentials of the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from whomay.iam.arn import name_in, parse_arn
from whomay.live.errors import LiveError, as_live_error
from whomay.live.whole_answers import only_whole

# IAM throttles an account as a whole: a command waits and asks again before it gives up.
PATIENT: Final = Config(retries={"mode": "standard", "total_max_attempts": 5})


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn what boto3 raises into a `LiveError` that begins with what was being done."""
    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise as_live_error(doing, error) from error
    except ValueError as error:  # botocore's, for an endpoint that is no URL
        raise LiveError(f"{doing}: {error}") from error


def session_of_caller(doing: str) -> boto3.Session:
    """Return a session with the credentials and the Region of the environment.

    AWS_REGION counts before AWS_DEFAULT_REGION and the profile's, as in the AWS CLI of version 2:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html

    Raises LiveError for a profile that is not there, and a config file that cannot be read.
    """
    with explained(doing):
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        only_whole(session.events)
        return session


@dataclass(frozen=True, slots=True)
class AwsCaller:
    """Whose credentials these are. `region` is empty where the environment names none."""

    session: boto3.Session
    arn: str
    account: str
    partition: str
    region: str

    @classmethod
    def of_environment(cls, doing: str) -> "AwsCaller":
        """Ask AWS who calls. Raises LiveError, with exit code 3 for expired credentials."""
        session = session_of_caller(doing)
        with explained(doing):
            answer = session.client("sts", config=PATIENT).get_caller_identity()
        arn = parse_arn(answer["Arn"])
        partition = arn.partition if arn else "aws"
        return cls(session, answer["Arn"], answer["Account"], partition, session.region_name or "")

    @property
    def is_root(self) -> bool:
        """Whether it is the root user, whom no policy of the account holds back."""
        return self.arn.endswith(":root")

    @property
    def user(self) -> str:
        """The user's name; empty for a role, a federated user and the root user."""
        return name_in(self.arn) if ":user/" in self.arn else ""

    def __str__(self) -> str:
        """Return account, Region and identity, as a person is shown them before anything changes."""
        return f"account {self.account}, Region {self.region or 'none'}, as {self.arn}"
