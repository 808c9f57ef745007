"""An ARN and its six segments; no other module takes one apart.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
A pattern of ARNs has the same segments, with wildcards in them. A text from a template may hold
symbols (`whomay.iam.patterns.symbols`), and no symbol holds a colon.
"""

from functools import lru_cache
from typing import Final, NamedTuple

SEGMENTS: Final = 6


class Arn(NamedTuple):
    """The segments of an ARN, or of a pattern of ARNs, in their order.

    `prefix` is `arn` but in a pattern such as `*:*:s3:::reports`. `region` and `account` are empty
    where the resource has none. `resource` holds all further colons.
    """

    prefix: str
    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """Return the text again."""
        return ":".join(self)

    @property
    def kind(self) -> str:
        """What kind of resource it is: `role` of `role/people/Reader`; a bucket's whole name."""
        return self.resource.partition("/")[0]

    @property
    def path_and_name(self) -> str:
        """What follows the kind: `people/Reader` of `role/people/Reader`; empty for a bucket."""
        return self.resource.partition("/")[2]


@lru_cache(maxsize=16384)
def parse_arn(text: str) -> Arn | None:
    """Return the segments of an ARN; None when the text has fewer than six.

    >>> parse_arn("arn:aws:sns:eu-west-1:111122223333:alerts")
    Arn(prefix='arn', partition='aws', service='sns', region='eu-west-1', account='111122223333', resource='alerts')
    >>> parse_arn("*") is None
    True
    """
    segments = split_arn(text)
    return Arn(*segments) if len(segments) == SEGMENTS else None


@lru_cache(maxsize=16384)
def parse_arn_pattern(text: str) -> Arn | None:
    """Return the segments of a pattern of ARNs; None when the text is none.

    A short pattern that ends in `*` is filled up: `arn:aws:sqs:*` covers every queue.

    >>> parse_arn_pattern("arn:aws:sqs:*").resource
    '*'
    """
    segments = split_arn(text)
    if len(segments) < SEGMENTS and segments[-1].endswith("*") and segments[0] == "arn":
        segments += ["*"] * (SEGMENTS - len(segments))
    return Arn(*segments) if len(segments) == SEGMENTS else None


def split_arn(text: str) -> list[str]:
    """Return up to six segments, for texts that may be only the beginning of an ARN.

    >>> split_arn("arn:aws:s3")
    ['arn', 'aws', 's3']
    """
    return text.split(":", SEGMENTS - 1)


def service_in(text: str) -> str:
    """Return the service of an ARN or of its beginning; empty when the text is none.

    >>> service_in("arn:aws:s3:::reports/2026.csv")
    's3'
    """
    return text.split(":", 3)[2] if text.count(":") > 1 else ""


def holds_others(arn: str) -> bool:
    """Tell whether other resources can lie in one: objects in a bucket, but nothing in a queue.

    A slash in the name of a repository or a secret is part of that name:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-create.html

    All repositories lie in the registry, whose policy the table of carriers has at `repository`.

    >>> holds_others("arn:aws:s3:::books"), holds_others("arn:aws:ecr:eu-west-1:1:repository/books")
    (True, False)
    """
    return service_in(arn) not in _UNDIVIDED or arn.endswith(":repository")


_UNDIVIDED: Final = ("ecr", "iam", "kms", "secretsmanager", "sns", "sqs")


def account_in(text: str) -> str | None:
    """Return the account of an ARN; None when it is empty, a pattern, or the text is not an ARN.

    >>> account_in("arn:aws:sns:eu-west-1:111122223333:alerts")
    '111122223333'
    """
    arn = parse_arn(text)
    return arn.account if arn and arn.account and "*" not in arn.account else None


def issuer_in(text: str) -> str:
    """Return the issuer of the ARN of an OpenID Connect provider; empty when the text is another.

    >>> issuer_in("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com")
    'token.actions.githubusercontent.com'
    """
    return text.partition(":oidc-provider/")[2]


def name_in(text: str) -> str:
    """Return the name at the end of the ARN of a user, a role, a session or a policy.

    >>> name_in("arn:aws:iam::111122223333:role/people/Reader")
    'Reader'
    """
    return text.rpartition("/")[2]


def session_in(text: str) -> str:
    """Return the session's name in the ARN of a role's session; empty when the text is another.

    >>> session_in("arn:aws:sts::111122223333:assumed-role/Writer/night")
    'night'
    """
    return text.partition(":assumed-role/")[2].partition("/")[2]


def session_arn(role: str, session: str) -> str:
    """Return the ARN of a role's session of that name, which leaves out the role's path.

    >>> session_arn("arn:aws:iam::111122223333:role/people/Reader", "night")
    'arn:aws:sts::111122223333:assumed-role/Reader/night'
    """
    arn = Arn(*split_arn(role))
    place = f"arn:{arn.partition}:sts::{arn.account}"
    return f"{place}:assumed-role/{name_in(arn.resource)}/{session}"


def last_word_in(text: str) -> str:
    """Return the name at the end of the ARN of a queue, a function or a secret; a name as it is.

    >>> last_word_in("arn:aws:lambda:eu-west-1:111122223333:function:nightly")
    'nightly'
    """
    return text.rpartition(":")[2]
