"""Random systems of two accounts, changes of them, and requests that could be sent to them.

Every element of a policy speaks of something that the system holds, so that what one policy says
meets another more often than not.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from whomay.engine import Request
from whomay.engine.snapshot import Principal, PrincipalKind, Resource, Snapshot
from whomay.iam.facts.s3_keys import key_named
from whomay.iam.parse import parse_policy
from whomay.iam.patterns.symbols import generated
from whomay.iam.policy import Policy, Source

A, B = "111122223333", "444455556666"
NAMED, STRANGER = (
    "777788889999",
    "999988887777",
)  # an account that policies name, and one they do not
REGION = "eu-west-1"
ALICE = f"arn:aws:iam::{A}:user/team/alice"
WRITER = f"arn:aws:iam::{A}:role/app/Writer"
MADE = f"arn:aws:iam::{A}:role/{generated('Made')}"
HUB = f"arn:aws:iam::{B}:role/Hub"
SESSION = f"arn:aws:sts::{A}:assumed-role/Writer/one"
BUCKET, PILE = "arn:aws:s3:::data", f"arn:aws:s3:::{generated('Pile')}"
SHARED = "arn:aws:s3:::data-shared"
KEY, OTHER_KEY = (f"arn:aws:kms:{REGION}:{A}:key/{name}" for name in ("k", "other"))
QUEUE = f"arn:aws:sqs:{REGION}:{A}:jobs"
SECRET = f"arn:aws:secretsmanager:{REGION}:{A}:secret:token-AbCdEf"
BOOKS = f"arn:aws:ecr:{REGION}:{A}:repository/books"

AWS_KEY = key_named("alias/aws/s3", BUCKET, REGION, A)
_ENCRYPTION = "s3:x-amz-server-side-encryption"
NAMED_KEY = f"{_ENCRYPTION}-aws-kms-key-id"

_OBJECTS = ("/x", "/in/", "/in/x", "/salary1", "/alice/x", "/blue/", "/in:x")
# What each action acts on: every request that is asked could be sent.
TARGETS: dict[str, tuple[str, ...]] = {
    "s3:GetObject": tuple(
        b + o for b in (BUCKET, PILE, SHARED, "arn:aws:s3:::far") for o in _OBJECTS
    ),
    "s3:PutObject": tuple(b + o for b in (BUCKET, PILE, SHARED) for o in _OBJECTS),
    "s3:ListBucket": (BUCKET, PILE, SHARED),
    "kms:Decrypt": (KEY, OTHER_KEY),
    "kms:Sign": (KEY, OTHER_KEY),
    "sqs:SendMessage": (QUEUE,),
    "secretsmanager:GetSecretValue": (SECRET,),
    "ecr:BatchGetImage": (BOOKS, BOOKS.replace("books", "films")),
    "sts:AssumeRole": (WRITER, MADE, HUB, f"arn:aws:iam::{NAMED}:role/Away"),
    "iam:CreateUser": (f"arn:aws:iam::{A}:user/new",),
}
_OF_SERVICE = {
    "s3": (
        *(BUCKET, f"{BUCKET}/*", f"{BUCKET}/in/", f"{BUCKET}/in/*", f"{BUCKET}/salary?", f"{BUCKET}*/in/*"),
        *(f"{PILE}/*", f"{PILE}/?*", f"{SHARED}/*", "arn:aws:s3:::data*", "arn:aws:s3:::*/in/*"),
        *(f"{BUCKET}/${{aws:username}}/*", f"{BUCKET}/${{aws:PrincipalTag/team}}/*", "arn:aws:s3:::*"),
    ),
    "kms": (KEY, f"arn:aws:kms:{REGION}:{A}:key/*", "arn:aws:kms:*:*:key/k*"),
    "sqs": (QUEUE, f"arn:aws:sqs:{REGION}:{A}:*", f"arn:aws:sqs:{REGION}:{A}:j?bs"),
    "secretsmanager": (SECRET, f"arn:aws:secretsmanager:{REGION}:{A}:secret:*", f"{SECRET[:-6]}??????"),
    "ecr": (BOOKS, f"arn:aws:ecr:{REGION}:{A}:repository/*", "arn:aws:ecr:*:*:*"),
    "sts": (WRITER, MADE, HUB, f"arn:aws:iam::{A}:role/*", "arn:aws:iam::*:role/app/*"),
    "iam": (f"arn:aws:iam::{A}:user/*",),
}  # fmt: skip
_PRINCIPALS: tuple[Any, ...] = (
    *("*", "*", {"AWS": "*"}, {"AWS": ALICE}, {"AWS": WRITER}, {"AWS": MADE}, {"AWS": HUB}, {"AWS": SESSION}),
    *({"AWS": A}, {"AWS": B}, {"AWS": f"arn:aws:iam::{NAMED}:root"}),
    *({"AWS": [SESSION, WRITER, A]}, {"AWS": [WRITER, A]}, {"AWS": [ALICE, A]}),
    *({"AWS": f"arn:aws:iam::{NAMED}:role/ci"}, {"AWS": f"arn:aws:sts::{NAMED}:federated-user/fred"}),
    *({"Service": "lambda.amazonaws.com"}, {"Federated": "accounts.google.com"}),
)  # fmt: skip
_CONDITIONS: tuple[dict[str, dict[str, Any]], ...] = (
    *({"StringEquals": {"aws:PrincipalType": t}} for t in ("AssumedRole", "User", "Account")),
    {"StringNotEquals": {"aws:PrincipalType": "User"}},
    {"StringEquals": {"aws:PrincipalType": "FederatedUser"}},
    {"Null": {"aws:username": "true"}},
    {"StringLike": {"aws:username": "al*"}},
    {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
    {"StringNotLike": {"aws:userid": ["*:night", NAMED]}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": ["blue", "red"]}},
    {"StringNotEqualsIfExists": {"aws:PrincipalTag/team": "red"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app/*"}},
    {"ArnNotLike": {"aws:PrincipalArn": WRITER}},
    {"StringEquals": {"aws:PrincipalAccount": [A, NAMED]}},
    {"StringNotEquals": {"aws:PrincipalAccount": A}},
    {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringEquals": {"aws:RequestedRegion": REGION}},
    {"StringNotEquals": {"aws:RequestedRegion": REGION}},
    {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
    {"StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
    {"Null": {"s3:x-amz-server-side-encryption": "true"}},
    {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": KEY}},
    {"StringEquals": {"sts:ExternalId": "7"}},
    {"StringEquals": {"aws:PrincipalTag/team": "${aws:Referer}"}},
)
_CONTEXT: dict[str, tuple[Any, ...]] = {
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:Referer": ("blue", "red"),
}
_ALWAYS: dict[str, tuple[str, ...]] = {
    "aws:SecureTransport": ("true", "true", "false"),
    "aws:CurrentTime": ("2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
}
# An upload names its encryption, and S3 goes by what no request tells (`object_keys`).
_OF_UPLOADS: dict[str, tuple[str, ...]] = {
    "s3:x-amz-server-side-encryption": ("AES256", "aws:kms"),
    "the upload": ("in parts",),
}
_TAGS: tuple[tuple[tuple[str, str], ...], ...] = ((), (("team", "blue"),), (("team", "red"),))


class RandomSystem:
    """One system in the making: most of it is about two services, so that policies meet."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.services = random.sample(sorted(_OF_SERVICE), 2)
        self.actions = [a for a in TARGETS if a.partition(":")[0] in self.services]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def snapshot(self) -> Snapshot:
        return Snapshot(
            (
                self.principal(ALICE, PrincipalKind.USER, A, "S/Alice"),
                self.principal(WRITER, PrincipalKind.ROLE, A, "S/Writer"),
                self.principal(MADE, PrincipalKind.ROLE, A, "S/Made"),
                self.principal(HUB, PrincipalKind.ROLE, B, "T/Hub"),
            ),
            (
                self.resource(BUCKET, "S3::Bucket", A, "S/Data"),
                self.resource(PILE, "S3::Bucket", A, "S/Pile"),
                self.resource(SHARED, "S3::Bucket", B, "T/Shared"),
                self.resource(KEY, "KMS::Key", A, "S/Key"),
                self.resource(QUEUE, "SQS::Queue", A, "S/Jobs"),
                self.resource(SECRET, "SecretsManager::Secret", A, "S/Token"),
                self.resource(BOOKS, "ECR::Repository", A, "S/Books"),
            ),
        )

    def principal(self, arn: str, kind: PrincipalKind, account: str, path: str) -> Principal:
        identity = tuple(self.policy(path) for _ in range(self.random.choice((0, 1, 1, 2))))
        boundary = self.policy(path) if self.chance(0.2) else None
        trust = self.policy(path, "sts") if kind is PrincipalKind.ROLE else None
        tags = self.random.choice(_TAGS)
        return Principal(arn, kind, account, path, identity, boundary, trust, tags=tags)

    def resource(self, arn: str, kind: str, account: str, path: str) -> Resource:
        service = arn.split(":")[2]
        theirs = service in self.services and self.chance(0.8)
        policy = self.policy(path, service) if theirs or service == "kms" else None
        key = self.random.choice((None, None, KEY, OTHER_KEY, AWS_KEY)) if service == "s3" else None
        return Resource(arn, f"AWS::{kind}", account, REGION, path, policy, key)

    def policy(self, path: str, of: str = "") -> Policy:
        """Return a policy of a principal, or of a resource of the service `of`."""
        found = [self.statement(of) for _ in range(self.random.choice((1, 1, 2)))]
        return parse_policy({"Version": "2012-10-17", "Statement": found}, Source(path))

    def statement(self, of: str) -> dict[str, Any]:
        found: dict[str, Any] = {"Effect": "Deny" if self.chance(0.25) else "Allow"}
        actions = [a for a in TARGETS if a.partition(":")[0] == of] if of else self.actions
        action = self.random.choice(actions)
        service = action.partition(":")[0]
        wide = self.random.choice((action, action, f"{service}:*", "*"))
        found["NotAction" if self.chance(0.1) else "Action"] = wide
        if of != "sts":
            resource = self.random.choice(("*", *_OF_SERVICE[service]))
            found["NotResource" if self.chance(0.1) else "Resource"] = resource
        if of:
            negated = found["Effect"] == "Deny" and self.chance(0.2)
            found["NotPrincipal" if negated else "Principal"] = self.random.choice(_PRINCIPALS)
        if self.chance(0.4):
            found["Condition"] = self.random.choice(_CONDITIONS)
        return found

    def changed(self, snapshot: Snapshot) -> Snapshot:
        """Return the system with one principal or one resource changed."""
        if self.chance(0.5):
            index = self.random.randrange(len(snapshot.principals))
            principals = list(snapshot.principals)
            principals[index] = self._changed_principal(principals[index])
            return replace(snapshot, principals=tuple(principals))
        theirs = [r for r in snapshot.resources if r.arn.split(":")[2] in self.services]
        if not theirs:
            return self.changed(snapshot)
        old = self.random.choice(theirs)
        new = replace(old, policy=self._changed_policy(old.policy, old.path, old.arn.split(":")[2]))
        return replace(
            snapshot, resources=tuple(new if r is old else r for r in snapshot.resources)
        )

    def _changed_principal(self, old: Principal) -> Principal:
        what = self.random.choice(("tags", "identity", "identity", "boundary", "trust"))
        match what:
            case "tags":
                return replace(old, tags=self.random.choice(_TAGS))
            case "boundary":
                return replace(old, boundary=None if old.boundary else self.policy(old.path))
            case "trust" if old.trust:
                return replace(old, trust=self._changed_policy(old.trust, old.path, "sts"))
        kept = old.identity[1:]
        return replace(old, identity=(*kept, self.policy(old.path)) if self.chance(0.7) else kept)

    def _changed_policy(self, old: Policy | None, path: str, of: str) -> Policy | None:
        if old is None or self.chance(0.3):
            return self.policy(path, of)
        more = self.policy(path, of).statements if self.chance(0.6) else ()
        statements = (*old.statements[0 if more else 1 :], *more)
        return replace(old, statements=statements) if statements or of in ("sts", "kms") else None

    def request(self, callers: Sequence[str]) -> Request:
        """Return a request of one of the callers; those of no account may say who they are."""
        who = self.random.choice(callers)
        action = self.random.choice(self.actions)
        context = {k: self.random.choice(v) for k, v in _CONTEXT.items() if self.chance(0.6)}
        context |= {k: self.random.choice(v) for k, v in _ALWAYS.items()}
        if action.partition(":")[0] in ("s3", "sts", "iam"):  # no ARN tells the Region
            context["aws:RequestedRegion"] = self.random.choice((REGION, "us-east-1"))
        if action == "s3:PutObject":
            context |= {
                k: self.random.choice(v) for k, v in _OF_UPLOADS.items() if self.chance(0.4)
            }
        if action == "s3:PutObject" and context.get(_ENCRYPTION) == "aws:kms" and self.chance(0.5):
            context[NAMED_KEY] = self.random.choice((KEY, OTHER_KEY))
        if action == "s3:GetObject" and self.chance(0.3):
            context["the object's encryption"] = "AES256"
        if ":user/" not in who:  # no session of a role carries it
            context.pop("aws:MultiFactorAuthPresent", None)
        if action == "sts:AssumeRole" and self.chance(0.5):
            context["sts:ExternalId"] = self.random.choice(("7", "8"))
        if who in UNIQUE_IDS:
            context["aws:userid"] = self.random.choice(UNIQUE_IDS[who])
        return Request(who, action, self.random.choice(TARGETS[action]), context)


INSIDERS = (ALICE, WRITER, SESSION, f"arn:aws:sts::{A}:assumed-role/Writer/two", MADE, HUB)
OUTSIDERS = (
    *(f"arn:aws:iam::{a}:user/bob" for a in (A, B, NAMED, STRANGER)),
    *(f"arn:aws:iam::{a}:role/ci" for a in (A, NAMED, STRANGER)),
    *(f"arn:aws:sts::{a}:assumed-role/ci/night" for a in (NAMED, STRANGER)),
    *(f"arn:aws:iam::{a}:root" for a in (A, NAMED, STRANGER)),
    *(f"arn:aws:sts::{a}:federated-user/fred" for a in (A, NAMED, STRANGER)),
    *("lambda.amazonaws.com", "sqs.amazonaws.com", "accounts.google.com", "anonymous"),
)
UNIQUE_IDS: dict[str, tuple[str, ...]] = {
    who: ("AIDAEXAMPLE", "AIDAOTHER") for who in OUTSIDERS if ":user/" in who
}
UNIQUE_IDS |= {
    who: ("AROAEXAMPLE:night", "AROAOTHER:night", "AROAOTHER:day")
    for who in OUTSIDERS
    if "role/" in who
}
