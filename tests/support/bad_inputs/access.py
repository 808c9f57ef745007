"""Bad buckets, prefixes, statements and types: what a principal may do, and on what."""

from typing import Any

from aws_cdk import Aws, CfnParameter, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from support.bad_inputs.expected import (
    OTHER,
    OTHERS_ROLE,
    Expected,
    Make,
    Own,
    Refused,
    Stopped,
    Unchecked,
    bucket,
    built,
    call,
    instance_role,
    prefix,
    private_bucket,
    role,
    statement,
    their_role,
)
from whomay.cdk import (
    AssumableRole,
    AssumeRoleAccess,
    BucketAccess,
    Ec2RoleProject,
    InstanceRole,
    PrivateBucket,
    PrivateInstance,
    ProgrammaticUser,
    S3FullAccess,
    SecretAccess,
    SessionManagerAccess,
    Trust,
    UserAssumeRoleProject,
)
from whomay.cdk.access.granted import policy_document

KEY = f"arn:aws:kms:eu-west-1:{OTHER}:key/1111-2222"
BY_NAME = "allowed is actions by name, such as s3:GetObject; write the actions out, or …"
NO_BUCKET = "bucket_name: got '{}'; allowed is 3 to 63 of a-z 0-9 . - that S3 does not reserve…; {}"


def named(name: str) -> Make:
    return private_bucket(bucket_name=name)


def by_arn(arn: str) -> Make:
    return lambda stack: BucketAccess.read(
        s3.Bucket.from_bucket_attributes(stack, "B", bucket_arn=arn, bucket_name="reports")
    )


def denied_again(*actions: str, apart: bool = False) -> Make:
    of: dict[str, Any] = {"resources": ["arn:aws:s3:::reports/*"]}
    allow = iam.PolicyStatement(**of, actions=["s3:GetObject", "s3:PutObject"])
    deny = iam.PolicyStatement(**of, actions=[*actions], effect=iam.Effect.DENY)
    other = iam.PolicyStatement(**of, actions=["s3:ListMultipartUploadParts"])
    return lambda _: policy_document(
        [Own([allow]), Own([other, deny])] if apart else [Own([allow, deny])]
    )


def imported(name: str) -> Make:
    return lambda stack: BucketAccess.read(s3.Bucket.from_bucket_name(stack, "B", name))


def own(found: object) -> Make:
    return lambda _: policy_document([Own(found)])


def access(make: Any) -> Make:
    """A role with one access, which is made in the stack."""
    return lambda stack: role(access=[make(stack)])(stack)


def project(**options: Any) -> Make:
    return lambda stack: Ec2RoleProject(
        stack, "Project", **{"access": [BucketAccess.read(bucket(stack))], **options}
    )


def instance(**options: Any) -> Make:
    def make(stack: Stack) -> object:
        given = {
            "role": InstanceRole(stack, "Role", access=[SessionManagerAccess()]),
            "cli_config": "[default]\n",
            **options,
        }
        return PrivateInstance(stack, "Instance", **given)

    return make


def foreign_bucket(stack: Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_attributes(stack, "B", bucket_name="their-reports", account=OTHER)


def bucket_with_a_foreign_key(stack: Stack) -> s3.IBucket:
    key = kms.Key.from_key_arn(stack, "K", KEY)
    return s3.Bucket.from_bucket_attributes(
        stack, "B", bucket_name="our-reports", encryption_key=key
    )


def bucket_with_an_alias(stack: Stack) -> s3.IBucket:
    alias = kms.Alias.from_alias_name(stack, "K", "alias/reports")
    return s3.Bucket.from_bucket_attributes(
        stack, "B", bucket_name="our-reports", encryption_key=alias
    )


def public_network(stack: Stack) -> object:
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=1,
        nat_gateways=0,
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
        ],
    )
    return instance(vpc=vpc)(stack)


def grant_to_a_foreign_role(stack: Stack) -> None:
    PrivateBucket(stack, "Shared").grant_read(iam.Role.from_role_arn(stack, "Theirs", OTHERS_ROLE))


def grant_to_a_foreign_user(stack: Stack) -> None:
    anna = iam.User.from_user_arn(stack, "Theirs", f"arn:aws:iam::{OTHER}:user/anna")
    PrivateBucket(stack, "Shared").grant_put(anna)


def grant_to(identity: object) -> Make:
    def make(stack: Stack) -> object:
        made = AssumableRole(
            stack,
            "Role",
            access=[BucketAccess.read(bucket(stack))],
            trusted=[Trust.role(OTHERS_ROLE)],
        )
        return made.grant_assume_role(identity(stack) if callable(identity) else identity)

    return make


def allow(**options: Any) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        **{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::reports/*"], **options}
    )


# One case a line: the input, and what is said of it.
# fmt: off
LISTED: dict[str, list[Expected]] = {
    "B02": [Refused(statement(resources=[name]), f"resources: got '{name}'; allowed is one bucket by its name; b* matches other people's buckets too: write the whole name") for name in ("arn:aws:s3:::b*", "arn:aws:s3:::b*/*")],
    "B04": [Refused(prefix("../other/"), "prefix: got '../other/'; allowed is a folder of the bucket, such as incoming/; S3 has no parent folder: …")],
    "B05": [Refused(prefix("/uploads/"), "prefix: got '/uploads/'; allowed is a prefix without a slash at its start …; did you mean 'uploads/'?")],
    "B07": [Refused(prefix(name), f"prefix: got '{name}'; allowed is a folder of the bucket…; policy variables are not filled in here: name the folder") for name in ("${aws:username}/", "${foo}/")],
    "B09": [
        Refused(prefix("x" * 1024 + "/"), "prefix: got 'xxx…; allowed is less than 1024 bytes, …; shorten it: …"),
        Refused(prefix("a\n/"), r"prefix: got 'a\n/'; allowed is printable ASCII; …"),
        Refused(prefix("a\0/"), r"prefix: got 'a\x00/'; allowed is printable ASCII; …"),
        Refused(prefix("größe/"), "prefix: got 'größe/'; allowed is printable ASCII; …"),
    ],
    "B12": [Refused(make(name), NO_BUCKET.format(name, "this form is reserved, choose another name")) for name in ("xn--abc", "abc-s3alias", "sthree-x") for make in (named, imported)],
    "B14": [Stopped(access(lambda stack: BucketAccess.read(foreign_bucket(stack))), (f"Stack/Role: Annotation::whomay:foreign-resource:Stack/B: Stack/B belongs to account {OTHER}: its own policy must allow this principal too, …",))],
    "B15": [Stopped(lambda stack: PrivateBucket(stack, "Shared", log_bucket=bucket(stack)), ("Stack/Shared: Annotation::@aws-cdk/aws-s3:accessLogsPolicyNotAdded: Unable to add necessary logging permissions to imported target bucket: …",))],
    "B17": [
        Refused(statement(actions=["kms:Decrypt"], resources=["*"]), "resources: got '*'; allowed is resources by ARN; …"),
        Refused(statement(actions=["kms:Decrypt"], resources=[f"arn:aws:kms:eu-west-1:{OTHER}:key/*"]), "resources: got '…key/*'; allowed is the ARN of one key for a kms action; …"),
        Refused(statement(actions=["KMS:Decrypt"], resources=[KEY, f"arn:aws:kms:*:{OTHER}:*"]), "resources: got '…'; allowed is the ARN of one key for a kms action; …"),
    ],
    "B19": [Stopped(make, (f"app: Stack/Theirs is of account {OTHER}, and the policy would be attached to whoever has its name in the account of this stack: give the stack its env, or import with mutable=False",)) for make in (grant_to_a_foreign_role, grant_to_a_foreign_user)],
    "Q01": [
        Refused(statement(actions=["s3:*"]), f"actions: got 's3:*'; {BY_NAME}"),
        Refused(statement(actions=["*"]), f"actions: got '*'; {BY_NAME}"),
        Refused(own([iam.PolicyStatement(not_actions=["iam:*"], resources=["arn:aws:s3:::reports"])]), "access: got 'NotAction'; allowed is Action with exact values; name what is allowed instead, or …"),
        Refused(own([iam.PolicyStatement(actions=["s3:GetObject"], not_resources=["arn:aws:s3:::reports"])]), "access: got 'NotResource'; allowed is Resource with exact values; …"),
    ],
    "Q03": [Refused(role(access="s3:GetObject"), "access: got str 's3:GetObject'; allowed is a list of an access; write access=[…]"), Refused(role(access=["s3:GetObject"]), "access: got str 's3:GetObject'; allowed is objects with statements(), …; …")],
    "Q08": [
        Refused(role(access=[]), "access: got []; allowed is at least one of an access; an empty list would grant or guard nothing"),
        Refused(instance_role(access=()), "access: got []; allowed is at least one of an access; …"),
        Refused(project(access=[]), "access: got []; allowed is at least one of an access; …"),
        Refused(role(access=[Own([])]), "statements: got []; allowed is at least one of a policy statement; …"),
    ],
}

FURTHER: dict[str, Expected] = {
    # buckets
    "an imported bucket that is every bucket": Refused(by_arn("arn:aws:s3:::*"), "bucket_name: got '*'; allowed is 3 to 63 characters; this has 1, make it longer"),
    "an imported bucket that is a pattern": Refused(by_arn("arn:aws:s3:::team-*"), NO_BUCKET.format("team-*", "change or leave out…")),
    "an imported bucket that is an object": Refused(by_arn("arn:aws:s3:::reports/2026.csv"), "bucket_arn: got 'arn:aws:s3:::reports/2026.csv'; allowed is the ARN of one bucket, such as arn:aws:s3:::reports; name the bucket alone, and …"),
    "an imported bucket that is a table": Refused(by_arn("arn:aws:dynamodb:eu-west-1:111122223333:table/t"), "bucket_arn: got 'arn:aws:dynamodb:…; allowed is the ARN of one bucket, …; use s3.Bucket.from_bucket_name, which makes it"),
    "a bucket by a token that is every bucket": Refused(by_arn(Fn.join("", ["arn:aws:s3:::", "*"])), "bucket_name: got '*'; allowed is 3 to 63 characters; this has 1, make it longer"),
    "a bucket by a token that is an object": Refused(by_arn(f"arn:{Aws.PARTITION}:s3:::reports/2026.csv"), "bucket_arn: got 'arn:<AWS.Partition>:s3:::reports/2026.csv'; allowed is the ARN of one bucket, …; name the bucket alone, and …"),
    "a bucket's name in part a star": Refused(imported(Fn.join("", ["*", Aws.ACCOUNT_ID])), "bucket_arn: got '…:s3:::*<AWS.AccountId>'; allowed is …, without wildcards; write the whole name"),
    "a secret that is every secret": Refused(lambda stack: SecretAccess.read(secretsmanager.Secret.from_secret_name_v2(stack, "S", "*")), "secret_arn: got '…:secret:*'; allowed is the ARN of one secret, …; name one secret in full, …"),
    "a secret of every Region": Refused(lambda stack: SecretAccess.read(secretsmanager.Secret.from_secret_complete_arn(stack, "S", f"arn:aws:secretsmanager:*:{OTHER}:secret:key-AbCdEf")), "secret_arn: got '…'; allowed is the ARN of one secret, …; name Region and account: …"),
    "a key of every Region": Refused(statement(actions=["kms:Decrypt"], resources=[KEY.replace("eu-west-1", "*")]), "resources: got '…'; allowed is the ARN of one key for a kms action; …"),
    "a user to assume": Refused(lambda stack: AssumeRoleAccess(iam.Role.from_role_arn(stack, "R", f"arn:aws:iam::{OTHER}:user/x")), "roles: got '…:user/x'; allowed is the ARN of one role; such as …"),
    "an access that allows what it denies": Refused(denied_again("s3:GetObject"), "access: got 'Allow and Deny of s3:GetObject'; allowed is one effect for a request; a Deny always wins: take one of the two out"),
    "an access that denies more than it allows": Refused(denied_again("s3:Get*", "S3:put*"), "access: got 'Allow and Deny of s3:GetObject, s3:PutObject'; allowed is one effect for a request; …"),
    "an access that denies what another allows": Refused(denied_again("s3:GetObject", apart=True), "access: got 'Allow and Deny of s3:GetObject'; allowed is one effect for a request; …"),
    "a bucket's name in capitals": Refused(named("Reports"), "bucket_name: got 'Reports'; allowed is 3 to 63 of a-z 0-9 . -…; change or leave out …"),
    "a bucket's name of two characters": Refused(named("ab"), "bucket_name: got 'ab'; allowed is 3 to 63 characters; this has 2, make it longer"),
    "a bucket's name of 64 characters": Refused(named("a" * 64), "bucket_name: got 'aaa…; allowed is 3 to 63 characters; this has 64, make it shorter"),
    "a bucket's name with an underscore": Refused(named("my_reports"), "bucket_name: got 'my_reports'; allowed is 3 to 63 of…; …"),
    "a bucket's name with two dots": Refused(named("a..b"), NO_BUCKET.format("a..b", "this form is reserved…")),
    "a bucket's name that is an address": Refused(named("192.168.5.4"), NO_BUCKET.format("192.168.5.4", "this form is reserved…")),
    "a bucket's name with a hyphen last": Refused(named("reports-"), "bucket_name: got 'reports-'; allowed is 3 to 63 of…; …"),
    "a bucket's name of a directory bucket": Refused(imported("reports--use1-az4--x-s3"), NO_BUCKET.format("reports--use1-az4--x-s3", "this form is reserved…")),
    "a bucket's name of an object lambda": Refused(named("reports--ol-s3"), NO_BUCKET.format("reports--ol-s3", "this form is reserved…")),
    "a bucket's name of many regions": Refused(imported("reports.mrap"), NO_BUCKET.format("reports.mrap", "this form is reserved…")),
    "a bucket's name of the samples": Refused(named("amzn-s3-demo-bucket"), NO_BUCKET.format("amzn-s3-demo-bucket", "this form is reserved…")),
    "a bucket's name of an account's own": Refused(named("reports-an"), NO_BUCKET.format("reports-an", "this form is reserved…")),
    "an empty bucket's name": Refused(named(""), "bucket_name: got ''; allowed is 3 to 63 characters; …"),
    "a bucket's name as a number": Refused(private_bucket(bucket_name=2026), "bucket_name: got int 2026; allowed is a string: …; …"),
    "a bucket by its name": Refused(call(BucketAccess.read, "reports-2026"), "bucket: got str 'reports-2026'; allowed is a bucket construct; use PrivateBucket, or …"),
    "no bucket": Refused(call(BucketAccess.read, None), "bucket: got NoneType None; allowed is a bucket construct; …"),
    "a role for a bucket": Refused(call(BucketAccess.read, their_role), "bucket: got …; allowed is a bucket construct; …"),
    "a class for a bucket": Refused(call(BucketAccess.read, PrivateBucket), "bucket: got …; allowed is a bucket construct; …"),
    "a bucket whose key is of another account": Stopped(access(lambda stack: BucketAccess.read(bucket_with_a_foreign_key(stack))), (f"Stack/Role: Annotation::whomay:foreign-resource:Stack/K: Stack/K belongs to account {OTHER}: its own policy …",)),
    "a bucket whose key is an alias": Refused(access(lambda stack: BucketAccess.read(bucket_with_an_alias(stack))), "resources: got '…alias/reports'; allowed is the ARN of one key for a kms action; …an alias is not a key: name the key"),
    "a key by its ARN": Refused(private_bucket(encryption_key=KEY), "encryption_key: got str '…'; allowed is a KMS key; …"),
    "a log bucket by its name": Refused(private_bucket(log_bucket="logs"), "log_bucket: got str 'logs'; allowed is a bucket construct; use LogBucket, …"),
    "actions beside the five modes": Refused(call(BucketAccess, bucket, "", ("s3:*",)), "object_actions: got ('s3:*',); allowed is a tuple of s3:GetObject, …; use BucketAccess.read, …"),
    "actions of a mode as text": Refused(call(BucketAccess, bucket, "", "s3:GetObject"), "object_actions: got 's3:GetObject'; allowed is a tuple of …; …"),
    "a key's actions beside the modes": Refused(call(BucketAccess, bucket, "", (), ("kms:*",)), "key_actions: got ('kms:*',); allowed is a tuple of kms:GenerateDataKey, kms:Decrypt; …"),
    # prefixes
    "a prefix without its slash": Refused(prefix("incoming"), "prefix: got 'incoming'; allowed is a prefix that ends in a slash; write 'incoming/': …"),
    "a prefix with a wildcard": Refused(prefix("incoming/*"), "prefix: got 'incoming/*'; allowed is a folder of the bucket…; leave the wildcard out: …"),
    "a prefix with a question": Refused(prefix("incoming?/"), "prefix: got 'incoming?/'; allowed is a folder of the bucket…; leave the wildcard out: …"),
    "a prefix with an empty folder": Refused(prefix("a//b/"), "prefix: got 'a//b/'; allowed is a prefix without a slash at its start …; did you mean 'a/b/'?"),
    "a prefix with a dot folder": Refused(prefix("a/./b/"), "prefix: got 'a/./b/'; allowed is a folder of the bucket…; …"),
    "a prefix as None": Refused(prefix(None), "prefix: got NoneType None; allowed is a string such as incoming/; write it in quotes, or leave it out …"),
    "a prefix as a list": Refused(prefix(["incoming/"]), "prefix: got list ['incoming/']; allowed is a string such as incoming/; …"),
    "a prefix as bytes": Refused(prefix(b"incoming/"), "prefix: got bytes b'incoming/'; allowed is a string such as incoming/; …"),
    "a prefix half filled in": Refused(prefix("home/{user}/"), "prefix: got 'home/{user}/'; allowed is a folder of the bucket…; policy variables are not …"),
    "a prefix from a parameter": Unchecked(access(lambda stack: BucketAccess.write(bucket(stack), prefix=f"{CfnParameter(stack, 'P').value_as_string}*")), ("access: prefix",)),
    # statements of a team's own access
    "every action, by stars": Refused(statement(actions=["s3:**"]), f"actions: got 's3:**'; {BY_NAME}"),
    "every action in capitals": Refused(statement(actions=["S3:*"]), f"actions: got 'S3:*'; {BY_NAME}"),
    "every action beside a good one": Refused(statement(actions=["s3:GetObject", "s3:*"]), f"actions: got 's3:*'; {BY_NAME}"),
    "an action of no service": Refused(statement(actions=["ss3:GetObject"]), "actions: got 'ss3:GetObject'; allowed is actions of a service of AWS; did you mean …?"),
    "an action that is none": Refused(statement(actions=["s3:GetObjekt"]), "actions: got 's3:GetObjekt'; allowed is actions of s3; did you mean s3:GetObject?"),
    "every resource": Refused(statement(resources=["*"]), "resources: got '*'; allowed is resources by ARN; name the ARNs, or give the access a wildcard_reason"),
    "every resource beside a good one": Refused(statement(resources=["arn:aws:s3:::reports/*", "*"]), "resources: got '*'; allowed is resources by ARN; …"),
    "every bucket": Refused(statement(resources=["arn:aws:s3:::*"]), "resources: got 'arn:aws:s3:::*'; allowed is one bucket by its name; …"),
    "every bucket of one letter": Refused(statement(resources=["arn:aws:s3:::?????/*"]), "resources: got '…'; allowed is one bucket by its name; …"),
    "a bucket of the stack's partition by a pattern": Refused(statement(resources=[f"arn:{Aws.PARTITION}:s3:::app-*"]), "resources: got '…app-*'; allowed is one bucket by its name; …"),
    "a bucket of None": Refused(statement(resources=[f"arn:aws:s3:::{None}/*"]), "resources: got 'arn:aws:s3:::None/*'; allowed is a bucket's name of a-z 0-9 . -; 'None' is none"),
    "a resource without a resource": Refused(statement(resources=["arn:aws:s3:::"]), "resources: got 'arn:aws:s3:::'; allowed is an ARN; …"),
    "a resource by its name": Refused(statement(resources=["reports-2026"]), "resources: got 'reports-2026'; allowed is an ARN; write arn:PARTITION:… in full"),
    "a resource in no partition": Refused(statement(resources=["arn:amazon:s3:::reports"]), "resources: got '…'; allowed is an ARN in a partition of AWS; …"),
    "a resource in no Region": Refused(statement(actions=["sqs:SendMessage"], resources=[f"arn:aws:sqs:{None}:{OTHER}:jobs"]), "resources: got '…None…'; allowed is an ARN with a Region or none; 'None' is none"),
    "a resource of no account": Refused(statement(actions=["sqs:SendMessage"], resources=["arn:aws:sqs:eu-west-1:1111-2222:jobs"]), "resources: got '…'; allowed is an ARN with an account or none; …"),
    "a resource beyond Latin-1": Refused(statement(resources=["arn:aws:s3:::reports/団"]), "resources: got '…'; allowed is characters that a policy may hold; …"),
    "a key by its alias": Refused(statement(actions=["kms:Decrypt"], resources=[f"arn:aws:kms:eu-west-1:{OTHER}:alias/reports"]), "resources: got '…'; allowed is the ARN of one key for a kms action; …"),
    "a principal in an access": Refused(own([allow(principals=[iam.ArnPrincipal(OTHERS_ROLE)])]), "statements: got 'Principal'; allowed is statements without a principal; …"),
    "a statement without actions": Refused(own([iam.PolicyStatement(resources=["arn:aws:s3:::reports"])]), "statements: got '…'; allowed is statements with Action; name at least one"),
    "a statement without resources": Refused(own([iam.PolicyStatement(actions=["s3:GetObject"])]), "statements: got '…'; allowed is statements with Resource; name at least one"),
    "an access that only denies": Refused(own([allow(effect=iam.Effect.DENY)]), "access: got 'Deny alone'; allowed is an access that allows something; …"),
    "a condition without a value in a Deny": Refused(own([allow(), allow(effect=iam.Effect.DENY, conditions={"StringEquals": {"s3:prefix": None}})]), "conditions['StringEquals']: got {}; allowed is at least one condition key; …"),
    "an operator that is none, in an access": Refused(statement(conditions={"StringsEqual": {"s3:prefix": "a"}}), "conditions: got 'StringsEqual'; allowed is an operator of IAM…; …"),
    "a wildcard as a literal, in an access": Refused(statement(conditions={"StringEquals": {"s3:prefix": "a/*"}}), "conditions['StringEquals']['s3:prefix']: got 'a/*'; allowed is a literal: …; use StringLike"),
    "every prefix": Refused(statement(conditions={"StringLike": {"s3:prefix": ["a/*", "*"]}}), "conditions['StringLike']['s3:prefix']: got '*'; allowed is a value that not every request meets; …"),
    "a Sid of 129 characters": Refused(statement(sid="S" * 129), "sid: got 'SSS…; allowed is 1 to 128 characters; …"),
    "statements as one statement": Refused(own(allow()), "statements: got PolicyStatement…; allowed is a list of a policy statement; …"),
    "statements as None": Refused(own(None), "statements: got NoneType None; allowed is a list of a policy statement; …"),
    "a statement as a dict": Refused(own([{"Effect": "Allow", "Action": "*", "Resource": "*"}]), "statements: got dict …; allowed is policy statements; return iam.PolicyStatement(…)"),
    "a statement as text": Refused(own("s3:GetObject"), "statements: got str 's3:GetObject'; allowed is a list of …; …"),
    "a reason that is too short for a wildcard": Refused(call(S3FullAccess, reason="demo"), "reason: got 'demo'; allowed is a sentence of at least ten words…; …"),
    "no reason for a wildcard": Refused(call(S3FullAccess, reason=None), "reason: got NoneType None; allowed is a sentence that says why; …"),
    # types
    "an access as None": Refused(role(access=None), "access: got NoneType None; allowed is a list of an access; …"),
    "None among accesses": Refused(instance_role(access=[SessionManagerAccess(), None]), "access: got NoneType None; allowed is objects with statements(), …; …"),
    "a class among accesses": Refused(role(access=[SessionManagerAccess]), "access: got …; allowed is objects with statements(), …; a class or an action is not an access yet"),
    "a method among accesses": Refused(role(access=[BucketAccess.read]), "access: got method …; allowed is objects with statements(), …; …"),
    "a dict of accesses": Refused(role(access={"a": SessionManagerAccess()}), "access: got dict …; allowed is a list of an access; …"),
    "a set of accesses": Refused(role(access={SessionManagerAccess()}), "access: got set …; allowed is a list of an access; …"),
    "bytes for accesses": Refused(role(access=b"s3"), "access: got bytes b's3'; allowed is a list of an access; …"),
    "a number for accesses": Refused(project(access=7), "access: got int 7; allowed is a list of an access; …"),
    "an empty generator of accesses": Refused(project(access=iter(())), "access: got []; allowed is at least one of an access; …"),
    "accesses of a user as text": Refused(built(ProgrammaticUser, access="s3"), "access: got str 's3'; allowed is a list of an access; …"),
    "accesses of a user as None": Refused(built(ProgrammaticUser, access=None), "access: got NoneType None; allowed is a list of an access; …"),
    "no access of a project": Refused(built(UserAssumeRoleProject, access=[]), "access: got []; allowed is at least one of an access; …"),
    "no role to assume": Refused(call(AssumeRoleAccess), "roles: got []; allowed is at least one of a role; …"),
    "a role to assume by its ARN": Refused(call(AssumeRoleAccess, OTHERS_ROLE), f"roles: got str '{OTHERS_ROLE}'; allowed is roles; for a role that exists: …"),
    "a list of roles to assume": Refused(lambda stack: call(AssumeRoleAccess, [their_role(stack)])(stack), "roles: got list …; allowed is roles; …"),
    "every role of an account to assume": Refused(lambda stack: AssumeRoleAccess(iam.Role.from_role_arn(stack, "R", f"arn:aws:iam::{OTHER}:role/*")), "roles: got '…:role/*'; allowed is the ARN of one role; name each role in full: …"),
    "a secret by its name": Refused(call(SecretAccess.read, "key"), "secret: got str 'key'; allowed is a secret construct; for one that exists: …"),
    "a secret of another account": Stopped(access(lambda stack: SecretAccess.read(secretsmanager.Secret.from_secret_complete_arn(stack, "S", f"arn:aws:secretsmanager:eu-west-1:{OTHER}:secret:key-AbCdEf"))), (f"Stack/Role: Annotation::whomay:foreign-resource:Stack/S: Stack/S belongs to account {OTHER}: …",)),
    "a grant to a text": Refused(grant_to("anna"), "identity: got str 'anna'; allowed is a ProgrammaticUser or a role of this app; …"),
    "a grant to an imported role": Refused(grant_to(their_role), "identity: got …; allowed is a ProgrammaticUser or a role of this app; add it to trusted=, …"),
    # machines
    "an instance without a role": Refused(instance(role=None), "role: got NoneType None; allowed is a role of this app; use InstanceRole"),
    "an instance with an imported role": Refused(lambda stack: instance(role=their_role(stack))(stack), "role: got …; allowed is a role of this app; use InstanceRole"),
    "a configuration that is none": Refused(instance(cli_config=None), "cli_config: got NoneType None; allowed is the text of ~/.aws/config; …"),
    "a configuration that ends itself": Refused(instance(cli_config="[default]\nEND-OF-CONFIG\nreboot\n"), r"cli_config: got '…'; allowed is text without END-OF-CONFIG; …"),
    "services as text": Refused(instance(services="secretsmanager"), "services: got str 'secretsmanager'; allowed is a list of a service; …"),
    "a service twice": Refused(instance(services=["ssm"]), "services: got ['ssm', 'ssmmessages', 'sts', 'ssm']; allowed is each service once; …"),
    "a service with spaces": Refused(instance(services=["secrets manager"]), "services: got 'secrets manager'; allowed is the name of an AWS service…; …"),
    "a service that is None": Refused(instance(services=[None]), "services: got NoneType None; allowed is …; …"),
    "protection as text": Refused(instance(termination_protection="no"), "termination_protection: got str 'no'; allowed is True or False; …"),
    "protection of a project as a number": Refused(project(termination_protection=1), "termination_protection: got int 1; allowed is True or False; …"),
    "a network by its id": Refused(project(vpc="vpc-1234"), "vpc: got str 'vpc-1234'; allowed is a VPC; use ec2.Vpc, …"),
    "a network without isolated subnets": Refused(public_network, "vpc: got 'Stack/Vpc'; allowed is a VPC with isolated subnets; …"),
}
