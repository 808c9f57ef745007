"""Bad names, sizes, counts, durations and tokens; and what stops a synth."""

from typing import Any

from aws_cdk import CfnParameter, Duration, Fn, RemovalPolicy, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from support.bad_inputs.expected import (
    OTHER,
    Expected,
    Make,
    NoParameter,
    Own,
    Refused,
    Stopped,
    Unchecked,
    another,
    bucket,
    call,
    instance_role,
    private_bucket,
    role,
    statement,
    their_role,
)
from whomay.cdk import BucketAccess, PrivateBucket, ProgrammaticUser, Trust, acknowledge
from whomay.cdk.access.granted import policy_document

NAME = "allowed is A-Z a-z 0-9 and _+=,.@-; change or leave out the other characters"


def user(**options: Any) -> Make:
    return lambda stack: ProgrammaticUser(stack, "User", **options)


def account(id: Any) -> Make:
    return lambda _: Trust.account(id, external_id="course-2026")


def two_roles(one: str, other: str) -> Make:
    def make(stack: Stack) -> None:
        for where, name in (("One", one), ("Two", other)):
            trusted = Trust.service("lambda.amazonaws.com")
            iam.Role(stack, where, role_name=name, assumed_by=trusted)

    return make


def tagged(**tags: str) -> Make:
    def make(stack: Stack) -> None:
        made = PrivateBucket(stack, "Shared")
        for key, value in tags.items():
            Tags.of(made).add(key.replace("__", ":"), value)

    return make


def _stack(stack: Stack) -> Stack:
    return stack


def same_sids(_: Stack) -> None:
    statements = [
        iam.PolicyStatement(sid="Read", actions=[action], resources=["arn:aws:s3:::reports/*"])
        for action in ("s3:GetObject", "s3:PutObject")
    ]
    policy_document([Own([one]) for one in statements])


def long_policy(stack: Stack) -> None:
    one = iam.PolicyStatement(
        actions=["s3:GetObject"],
        resources=[f"arn:aws:s3:::reports-2026/{n:03}/{'x' * 90}" for n in range(90)],
    )
    role(access=[Own([one])])(stack)


def long_group_policies(stack: Stack) -> None:
    person = ProgrammaticUser(stack, "User")
    for part in range(2):
        names = [f"arn:aws:s3:::reports-2026/{part}{n:02}/{'x' * 90}" for n in range(24)]
        one = iam.PolicyStatement(actions=["s3:GetObject"], resources=names)
        person.add_access(Own([one]))


def long_trust(stack: Stack) -> None:
    role(*(Trust.role(f"arn:aws:iam::{OTHER}:role/{n:02}-{'x' * 60}") for n in range(25)))(stack)


def deleted_key(stack: Stack) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True, removal_policy=RemovalPolicy.DESTROY)
    PrivateBucket(stack, "Shared", encryption_key=key)


def names_from_parameters(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    role(role_name=f"{'r' * 70}-{name}", description=Fn.import_value("Description"))(stack)
    ProgrammaticUser(stack, "User", user_name=name, path=f"/{name}/")


def trust_from_parameters(stack: Stack) -> None:
    account = CfnParameter(stack, "Id").value_as_string
    trusted = [
        Trust.account(account, external_id="course-2026"),
        Trust.account(OTHER, external_id=Fn.import_value("ExternalId")),
    ]
    access = BucketAccess.write(bucket(stack), prefix=f"{Fn.import_value('Folder')}/")
    role(trusted=trusted, access=[access])(stack)


# One case a line: the input, and what is said of it.
# fmt: off
LISTED: dict[str, list[Expected]] = {
    "N01": [Refused(role(role_name="r" * 65), "role_name: got 'rrr…; allowed is 1 to 64 characters; this has 65, make it shorter")],
    "N03": [Refused(role(role_name="rôle"), f"role_name: got 'rôle'; {NAME}"), Refused(instance_role(role_name="role\uff11"), f"role_name: got 'role\uff11'; {NAME}")],
    "N05": [Refused(user(user_name="u" * 65), "user_name: got 'uuu…; allowed is 1 to 64 characters; this has 65, make it shorter")],
    "N06": [Stopped(two_roles("Admin", "admin"), ("Stack/Two/Resource: AwsLimits::UniqueName: the name admin is taken by One… in Stack, …",))],
    "N08": [Refused(role(path="/a/../b/"), "path: got '/a/../b/'; allowed is parts other than . and ..; …")],
    "N10": [Refused(role(description="d" * 1001), "description: got 'ddd…; allowed is 0 to 1000 characters; this has 1001, make it shorter"), Refused(role(description="a rocket 🚀"), "description: got 'a rocket 🚀'; allowed is printable Latin-1 text…; change or leave out the other characters")],
    "N11": [
        Stopped(tagged(aws__owner="me"), ("Stack/Shared/Resource: AwsLimits::Tag: the key 'aws:owner' of a tag; allowed is 1 to 128 …, not aws:",)),
        Stopped(tagged(**{"k" * 129: "v"}), ("Stack/Shared/Resource: AwsLimits::Tag: the key 'kkk…", "…CloudFormation Validate::F3033: Tags.0.Key: length 129 exceeds maximum 128")),
        Stopped(tagged(**{f"key{n}": "v" for n in range(51)}), ("Stack/Shared/Resource: AwsLimits::Tag: 51 tags; AWS allows 50: leave some out",)),
    ],
    "N13": [Refused(statement(sid="List-Bucket"), "sid: got 'List-Bucket'; allowed is A-Z a-z 0-9 alone in an identity policy; …"), Refused(same_sids, "sid: got 'Read'; allowed is each Sid once in a policy; name the statements apart")],
    "A02": [Refused(account(12345678901), "id: got int 12345678901; allowed is an account id as a string of twelve digits; a number loses leading zeros: …")],
    "A03": [Refused(account(given), f"id: got '{given}'; allowed is twelve digits, without dashes or spaces; copy it …") for given in ("1112-2223-3333", "11112222333")],
    "D02": [Refused(role(max_session=3600), "max_session: got int 3600; allowed is a Duration of 3600 to 43200 seconds; use Duration: …")],
    "Q05": [Stopped(long_policy, ("Stack/Role/Resource: AwsLimits::PolicySize: inline policies of the role …: 11… characters; AWS allows 10240: …",)), Stopped(long_group_policies, ("Stack/User/Group/Resource: AwsLimits::PolicySize: inline policies of the group …: … characters; AWS allows 5120: …",))],
    "Q06": [Stopped(long_trust, ("Stack/Role/Resource: AwsLimits::PolicySize: AssumeRolePolicyDocument of …: … characters; AWS allows 2048: …",))],
    "T01": [Unchecked(names_from_parameters, ("description", "path", "role_name", "user_name"))],
    "T02": [Unchecked(trust_from_parameters, ("access: prefix", "trusted: AWS", "trusted: conditions: sts:ExternalId"))],
    "T04": [Refused(role(Trust.account(OTHER, delegate=True)), "delegate: got 'account 111122223333'; allowed is the role's own account alone; …; this stack has no account: give it env=Environment(account=…, region=…)")],
    "S04": [Stopped(private_bucket(removal_policy=RemovalPolicy.DESTROY), ("Stack/Shared…: AccessRules::data-deleted: the bucket is deleted when its stack is, or this resource leaves it…",))],
    "S06": [NoParameter(user(access_key_serial=1, secret_name="key"), "secret_name")],
    "S07": [Stopped(deleted_key, ("Stack/Shared: the key Stack/Key is deleted with its stack, and this bucket stays: retain the key",))],
    "S11": [Refused(call(acknowledge, _stack, "AwsSolutions::AwsSolutions-S1", reason=given), f"reason: got '{given}'; allowed is a sentence of at least ten words, and no placeholder; say why …") for given in ("It is fine", "TODO say why this is right here and for whom it is", "- " * 12)],
}

FURTHER: dict[str, Expected] = {
    "an empty role name": Refused(role(role_name=""), "role_name: got ''; allowed is 1 to 64 characters; this has 0, make it longer"),
    "a role name with a slash": Refused(role(role_name="team/role"), f"role_name: got 'team/role'; {NAME}"),
    "a role name with a space": Refused(role(role_name="my role"), f"role_name: got 'my role'; {NAME}"),
    "a role name with a line's end": Refused(role(role_name="role\n"), rf"role_name: got 'role\n'; {NAME}"),
    "a role name as a number": Refused(role(role_name=7), "role_name: got int 7; allowed is a string: A-Z a-z…; write it in quotes"),
    "a role name as bytes": Refused(role(role_name=b"role"), "role_name: got bytes b'role'; allowed is a string: …; write it in quotes"),
    "a role name as a list": Refused(instance_role(role_name=["role"]), "role_name: got list ['role']; allowed is a string: …; write it in quotes"),
    "an empty user name": Refused(user(user_name=""), "user_name: got ''; allowed is 1 to 64 characters; …"),
    "a user name with a colon": Refused(user(user_name="a:b"), f"user_name: got 'a:b'; {NAME}"),
    "an empty path": Refused(role(path=""), "path: got ''; allowed is 1 to 512 characters; …"),
    "a path without slashes": Refused(role(path="team"), "path: got 'team'; allowed is / or /parts/between/slashes/…; …"),
    "a path without its last slash": Refused(user(path="/team"), "path: got '/team'; allowed is / or /parts/…; …"),
    "a path with an empty part": Refused(role(path="/a//b/"), "path: got '/a//b/'; allowed is / or /parts/…; …"),
    "a path with a space": Refused(role(path="/a b/"), "path: got '/a b/'; allowed is / or /parts/…; …"),
    "a path of 513 characters": Refused(role(path=f"/{'a' * 511}/"), "path: got '/aaa…; allowed is 1 to 512 characters; this has 513, make it shorter"),
    "a path beyond ASCII": Refused(role(path="/größe/"), "path: got '/größe/'; allowed is / or /parts/…; …"),
    "a path as a number": Refused(role(path=5), "path: got int 5; allowed is a string: …; write it in quotes"),
    "a description with NUL": Refused(role(description="a\0b"), r"description: got 'a\x00b'; allowed is printable Latin-1 text…; …"),
    "a description as a list": Refused(role(description=["a"]), "description: got list ['a']; allowed is a string: …; …"),
    "a boundary by its name": Refused(role(permissions_boundary="Limit"), "permissions_boundary: got str 'Limit'; allowed is a managed policy; use iam.ManagedPolicy…"),
    "a boundary that is a role": Refused(lambda stack: user(permissions_boundary=their_role(stack))(stack), "permissions_boundary: got …; allowed is a managed policy; use …"),
    "an account id as None": Refused(account(None), "id: got NoneType None; allowed is an account id as a string of twelve digits; …"),
    "an account id as a list": Refused(account([OTHER]), f"id: got list ['{OTHER}']; allowed is an account id as a string…; …"),
    "an account id in wide digits": Refused(account("\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11"), "id: got '\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11'; allowed is twelve digits…; …"),
    "an account id with a space": Refused(account(f"{OTHER} "), f"id: got '{OTHER} '; allowed is twelve digits, without dashes or spaces; …"),
    "an account id with a line's end": Refused(account(f"{OTHER}\n"), rf"id: got '{OTHER}\n'; allowed is twelve digits…; …"),
    "an account's ARN as its id": Refused(account(f"arn:aws:iam::{OTHER}:root"), "id: got 'arn:aws:iam::…; allowed is twelve digits…; …"),
    "a star as an account id": Refused(account("*"), "id: got '*'; allowed is twelve digits…; …"),
    "an account id as a float": Refused(account(1.11e11), "id: got float 111000000000.0; allowed is an account id as a string…; a number loses leading zeros: …"),
    "an organization id in capitals": Refused(call(Trust.account, OTHER, organization_id="O-A1B2C3D4E5"), "organization_id: got 'O-A1B2C3D4E5'; allowed is o- and 10 to 32 of a-z 0-9; …"),
    "an organization id that is too short": Refused(call(Trust.account, OTHER, organization_id="o-a1b2"), "organization_id: got 'o-a1b2'; allowed is o- and 10 to 32 of a-z 0-9; …"),
    "a unit in place of an organization": Refused(call(Trust.account, OTHER, organization_id="ou-ab12-a1b2c3d4"), "organization_id: got 'ou-ab12-a1b2c3d4'; allowed is o- and 10 to 32…; …"),
    "an external id of one character": Refused(call(Trust.account, OTHER, external_id="a"), "external_id: got 'a'; allowed is 2 to 1224 characters; this has 1, make it longer"),
    "an account's id as an external id": Refused(call(Trust.account, OTHER, external_id=OTHER), f"external_id: got '{OTHER}'; allowed is an id that others do not know, …; let the third party give each customer one of its own, …"),
    "an external id of 1225 characters": Refused(call(Trust.account, OTHER, external_id="a" * 1225), "external_id: got 'aaa…; allowed is 2 to 1224 characters; this has 1225, make it shorter"),
    "an external id with a star": Refused(call(Trust.account, OTHER, external_id="course-*"), "external_id: got 'course-*'; allowed is A-Z a-z 0-9 and _+=,.@:/-; …"),
    "an external id as a number": Refused(call(Trust.account, OTHER, external_id=2026), "external_id: got int 2026; allowed is a string: …; write it in quotes"),
    "a session of a second less than an hour": Refused(role(max_session=Duration.seconds(3599)), "max_session: got '3599 s'; allowed is a Duration of 3600 to 43200 seconds; …"),
    "a session of more than twelve hours": Refused(role(max_session=Duration.hours(13)), "max_session: got '46800 s'; allowed is a Duration of 3600 to 43200 seconds; …"),
    "a session of half a second more": Refused(role(max_session=Duration.millis(3600500)), "max_session: got '3600.5 s'; allowed is a Duration of …; whole seconds …"),
    "a session as text": Refused(role(max_session="PT1H"), "max_session: got str 'PT1H'; allowed is a Duration of …; use Duration: …"),
    "a serial below zero": Refused(user(access_key_serial=-1), "access_key_serial: got -1; allowed is a whole number of 0 to 2147483647; …"),
    "a serial as True": Refused(user(access_key_serial=True), "access_key_serial: got bool True; allowed is a whole number; …"),
    "a serial as a float": Refused(user(access_key_serial=1.0), "access_key_serial: got float 1.0; allowed is a whole number; …"),
    "a serial as text": Refused(user(access_key_serial="1"), "access_key_serial: got str '1'; allowed is a whole number; …"),
    "a serial that no template holds": Refused(user(access_key_serial=2**31), "access_key_serial: got 2147483648; allowed is a whole number of 0 to 2147483647; …"),
    "a removal policy as text": Refused(private_bucket(removal_policy="destroy"), "removal_policy: got str 'destroy'; allowed is RemovalPolicy.RETAIN or DESTROY; …"),
    "a removal policy that needs snapshots": Refused(private_bucket(removal_policy=RemovalPolicy.SNAPSHOT), "removal_policy: got RemovalPolicy…; allowed is RemovalPolicy.RETAIN or DESTROY; …"),
    "an acknowledgement of no pack": Refused(call(acknowledge, _stack, "AwsSolutions-S1", reason="x"), "id: got 'AwsSolutions-S1'; allowed is the id with its pack's name…; …"),
    "an acknowledgement of nothing": Refused(call(acknowledge, _stack, None, reason="x"), "id: got NoneType None; allowed is the id with its pack's name…; …"),
    "a reason that is not text": Refused(call(acknowledge, _stack, "A::B", reason=7), "reason: got int 7; allowed is a sentence that says why; …"),
    "two roles of one name in two stacks": Stopped(lambda stack: [two_roles("Reader", "Writer")(stack), two_roles("reader", "Other")(another(stack, "Second"))], ("…/One/Resource: AwsLimits::UniqueName: the name …eader is taken by One… in …",)),
    "two users of one name": Stopped(lambda stack: [iam.User(stack, "One", user_name="anna"), iam.User(stack, "Two", user_name="ANNA")], ("Stack/Two/Resource: AwsLimits::UniqueName: the name ANNA is taken by One… in Stack, …",)),
    "two buckets of one name in two accounts": Stopped(
        lambda stack: [PrivateBucket(stack, "One", bucket_name="reports-2026"), PrivateBucket(another(stack, "Second", "999988887777"), "One", bucket_name="reports-2026")], ("…/One/Resource: AwsLimits::UniqueName: the name reports-2026 is taken by One… in …",)
    ),
    "a third key of one user": Stopped(lambda stack: [iam.AccessKey(stack, f"Key{n}", user=iam.User.from_user_name(stack, f"User{n}", "anna")) for n in range(3)], ("Stack/Key2/Resource: AwsLimits::Count: 3 access keys; AWS allows 2: attach fewer",)),
    "a queue's policy of 21 statements": Stopped(
        lambda stack: sqs.CfnQueuePolicy(stack, "Policy", queues=["q"], policy_document={"Version": "2012-10-17", "Statement": [{"Sid": f"S{n}", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": OTHER}}} for n in range(21)]}),
        ("Stack/Policy: AwsLimits::Count: 21 statements; AWS allows 20: write fewer",),
    ),
    "eleven managed policies": Stopped(
        lambda stack: [iam.Role(stack, "Role", assumed_by=Trust.service("lambda.amazonaws.com"), managed_policies=[iam.ManagedPolicy.from_managed_policy_arn(stack, f"P{n}", f"arn:aws:iam::{OTHER}:policy/P{n}") for n in range(11)])],
        ("Stack/Role/Resource: AwsLimits::Count: 11 managed policies; AWS allows 10: attach fewer",),
    ),
    "a tag value of 257 characters": Stopped(tagged(owner="v" * 257), ("Stack/Shared/Resource: AwsLimits::Tag: the value 'vvv…", "…CloudFormation Validate::F3033: Tags.0.Value: length 257 exceeds maximum 256")),
}
