"""A snapshot: all that a set of templates says about who may do what, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from whomay.iam.policy import Policy

NOT_SEEN: Final = "not seen"


class PrincipalKind(StrEnum):
    """What a principal is in IAM."""

    USER = "user"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Principal:
    """A role or a user of the assembly.

    `path` is its construct path (or stack and logical id). `identity` holds its own policies and
    those of its groups. `trust` is None for a user. `max_session` is in seconds. `instances` names
    the instances that act as this role through an instance profile. `credentials` are what somebody
    can sign in with as this user, as long as it is there: `access key S/Key`, `password`.
    """

    arn: str
    kind: PrincipalKind
    account: str
    path: str
    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    trust: Policy | None = None
    max_session: int = 3600
    instances: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    credentials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the assembly that can carry a policy: a bucket, a key, a secret, a queue.

    `policy` is None when it has none. `type` is CloudFormation's, `AWS::S3::Bucket`. `key` is the
    ARN of the customer key that encrypts it, when that is known.
    """

    arn: str
    type: str
    account: str
    region: str
    path: str
    policy: Policy | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A service's resource that is handed roles: a function, a task, a project, an identity pool.

    `path` is its construct path with the property, `S/Function (Role)`. `roles` are the ARNs as the
    templates tell them. `opens` tells that callers who are no principals of the account act through
    it: users of an identity pool, holders of a certificate.
    """

    path: str
    roles: tuple[str, ...]
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """What an organization attaches on the way from its root down to one account.

    `scps` holds the service control policies of each level, the root first; all levels must allow
    what principals of the account ask. A level that holds nothing back is left out. `rcps` holds
    the resource control policies of all levels, which deny alone. `path` is what
    aws:PrincipalOrgPaths holds for the account, empty where it is not known.
    """

    account: str
    scps: tuple[tuple[Policy, ...], ...] = ()
    rcps: tuple[Policy, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint. Its policy holds back what passes it; without one everything passes.

    `path` is its construct path, `id` what aws:SourceVpce holds in requests through it. `service` is
    the prefix of the actions that it carries, such as `s3`, or empty where it is not known.
    """

    path: str
    id: str
    account: str
    service: str
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """A resource with tags that some policy reads, and only those."""

    path: str
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Latent:
    """Policies that give nobody anything yet: of a group without members, or attached to nobody."""

    path: str
    what: str
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A finding that somebody accepts: its id, the construct, why, who answers for it, its last day."""

    path: str
    id: str
    reason: str
    owner: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class LogicalId:
    """The logical id of the resource at a construct path, where the path does not tell it."""

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret that a template shows to everyone who may read the stack: where, and what it is."""

    path: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something in the templates that may grant or deny, and that is not read.

    `path` is where it is, `why` says what of it is not seen. It could change requests for `actions`
    on `resources`, both patterns. Those are requests by `principals`, ARNs and accounts (by anybody
    when it is empty), in `account` (in any when that is empty). `attaches` are patterns of the
    principals whose own policies it could change. `may_deny` tells that it could take away as well
    as grant. Where it could change any action, all principals of the account may have policies from
    it. `content` tells one version of it from another.
    """

    path: str
    why: str
    account: str = ""
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ("*",)
    principals: tuple[str, ...] = ()
    attaches: tuple[str, ...] = ()
    may_deny: bool = False
    content: str = ""

    @property
    def text(self) -> str:
        """Return what is not seen, for people."""
        return f"{self.path}: {self.why}"

    @property
    def told(self) -> str:
        """Return the same with the words that every command says before it."""
        return f"{NOT_SEEN}: {self.text}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Principals, resources, and the service control policies that were given.

    `scps` holds one tuple of policies a level (root, organizational unit, account); all levels
    must allow. Empty means that none was given. They bind the principals of `scp_accounts`, or of
    every account when that is empty, but never those of `management_account`. `levels` holds what
    is attached above single accounts, by an organization file or by the templates. `organization` is
    the id of the organization that these accounts belong to, when it is known. Where there are no
    levels, all accounts of the snapshot do. All requests come through one of the `endpoints` where
    `through` names it.
    `unseen` holds what the templates do not show and might change an answer, such as a nested
    stack whose template is elsewhere. `attached` holds principals that are made elsewhere, with the
    policies alone that these templates attach to them: a comparison reads them, no proof does.
    `machines` are handed roles: a comparison tells what a swapped role means. `arns` are those of all
    resources of the templates by construct path, for people who name one; a lock has none. `tagged`
    are resources with a tag that some policy reads: a comparison alone reads them. So it does with
    `latent`, policies that nobody has yet. `shown`
    are secrets that a template shows, `acknowledged` the accepted findings,
    `logical_ids` those that an app overrides. `defaults`
    are parameters that are taken to keep their default; a lock has none.

    >>> from whomay.engine import read
    >>> snapshot = read("cdk.out").snapshot
    >>> [(one.path, one.type) for one in snapshot.resources], snapshot.unseen
    ([('Reports/Bucket', 'AWS::S3::Bucket')], ())
    """

    principals: tuple[Principal, ...] = ()
    resources: tuple[Resource, ...] = ()
    scps: tuple[tuple[Policy, ...], ...] = ()
    scp_accounts: tuple[str, ...] = ()
    management_account: str | None = None
    organization: str | None = None
    levels: tuple[Levels, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    through: Endpoint | None = None
    unseen: tuple[Unseen, ...] = ()
    attached: tuple[Principal, ...] = ()
    machines: tuple[Machine, ...] = ()
    tagged: tuple[Tagged, ...] = ()
    latent: tuple[Latent, ...] = ()
    shown: tuple[Shown, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()
    logical_ids: tuple[LogicalId, ...] = ()
    defaults: tuple[str, ...] = field(default=(), compare=False)
    arns: Mapping[str, str] = field(default_factory=dict, compare=False)
