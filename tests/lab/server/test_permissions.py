"""Permissions that a call needs besides its own: roles passed, keys used, tags and ACLs set."""

from typing import Any

import pytest
from support.aws import (
    make_role,
    make_user,
    policy,
    refusal,
    root,
    statement,
    trust,
)

from whomay.lab.state import Lab

ACCOUNT = "111111111111"


def test_who_gives_an_instance_a_role_must_be_allowed_to_pass_it(lab: Lab) -> None:
    iam = root(lab).client("iam")
    role = make_role(lab, "passed", trust({"Service": "ec2.amazonaws.com"}))
    iam.create_instance_profile(InstanceProfileName="passed")
    iam.add_role_to_instance_profile(InstanceProfileName="passed", RoleName="passed")
    run = statement(["ec2:RunInstances", "ec2:AssociateIamInstanceProfile"], "*")
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    passing = make_user(lab, "passes", run, statement("iam:PassRole", role, Condition=to_ec2))
    elsewhere = make_user(lab, "lambda", run, statement("iam:PassRole", role, Condition=to_lambda))
    without = make_user(lab, "passes-nothing", run)
    plain = {"ImageId": "ami-00000000000000001", "MinCount": 1, "MaxCount": 1}
    given: dict[str, Any] = {"IamInstanceProfile": {"Name": "passed"}}

    assert passing.client("ec2").run_instances(**plain, **given)
    instance = without.client("ec2").run_instances(**plain)["Instances"][0]["InstanceId"]
    for user in (elsewhere, without):
        ec2 = user.client("ec2")
        for call, arguments in (
            (ec2.run_instances, plain),
            (ec2.associate_iam_instance_profile, {"InstanceId": instance}),
        ):
            code, message = refusal(call, **arguments, **given)
            assert code == "UnauthorizedOperation"
            assert "iam:PassRole" in message
    associated = passing.client("ec2").associate_iam_instance_profile
    assert associated(InstanceId=instance, **given)


@pytest.mark.parametrize("named_by", ["bucket", "request"])
def test_objects_under_a_customer_key_need_the_key_too(lab: Lab, named_by: str) -> None:
    kms, s3 = root(lab).client("kms"), root(lab).client("s3")
    bucket = f"encrypted-by-{named_by}"
    key = kms.create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=bucket)
    more: dict[str, str] = {}
    if named_by == "bucket":
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = [{"ApplyServerSideEncryptionByDefault": default}]
        configuration = {"Rules": rules}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)
    else:
        more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    objects = statement(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*")
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}

    def user(*actions: str) -> Any:
        name = f"{bucket}-{len(actions)}-{actions[0].split(':')[1] if actions else ''}"
        keys = [statement(list(actions), key, Condition=through_s3)] if actions else []
        return make_user(lab, name, objects, *keys).client("s3")

    call = {"Bucket": bucket, "Key": "a"}
    without, writer = user(), user("kms:GenerateDataKey")
    code, message = refusal(without.put_object, **call, Body=b"", **more)
    assert code == "AccessDenied"
    assert "kms:GenerateDataKey" in message
    assert writer.put_object(**call, Body=b"", **more)
    if named_by == "bucket":
        code, message = refusal(writer.get_object, **call)
        assert code == "AccessDenied"
        assert "kms:Decrypt" in message
        assert user("kms:Decrypt").get_object(**call)


def test_the_key_s_own_policy_must_allow_as_well(lab: Lab) -> None:
    kms, s3 = root(lab).client("kms"), root(lab).client("s3")
    only_root = {
        **statement("kms:*", "*"),
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Condition": {"StringEquals": {"aws:PrincipalType": "Account"}},
    }
    key = kms.create_key(Policy=policy(only_root))["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="closed-key")
    user = make_user(lab, "meets-a-key-policy", statement(["s3:PutObject", "kms:*"], "*"))
    more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    call = {"Bucket": "closed-key", "Key": "a", "Body": b"", **more}
    assert refusal(user.client("s3").put_object, **call)[0] == "AccessDenied"


def test_the_default_key_can_be_asked_for_without_naming_one(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="default-key")
    assert s3.put_object(Bucket="default-key", Key="a", Body=b"", ServerSideEncryption="aws:kms")


def test_an_upload_with_tags_or_an_acl_needs_their_permission_too(lab: Lab) -> None:
    root(lab).client("s3").create_bucket(Bucket="tagged-uploads")
    arn = "arn:aws:s3:::tagged-uploads/*"
    put = statement("s3:PutObject", arn)
    more = statement(["s3:PutObjectAcl", "s3:PutObjectTagging"], arn)
    plain = make_user(lab, "uploads", put).client("s3")
    full = make_user(lab, "uploads-with-more", put, more).client("s3")
    call: dict[str, Any] = {"Bucket": "tagged-uploads", "Key": "a", "Body": b""}
    assert plain.put_object(**call)
    for given in ({"Tagging": "team=a"}, {"ACL": "bucket-owner-full-control"}):
        assert refusal(plain.put_object, **call, **given)[0] == "AccessDenied"
        assert full.put_object(**call, **given)


def test_a_secret_of_another_account_is_refused_whoever_asks(lab: Lab) -> None:
    secret = root(lab).client("secretsmanager").create_secret(Name="near", SecretString="-")["ARN"]
    far = make_user(lab, "reads-far", statement("secretsmanager:*", "*"), account=1)
    call = far.client("secretsmanager").get_secret_value
    assert refusal(call, SecretId=secret)[0] == "AccessDeniedException"


def test_a_key_of_another_account_is_used_if_its_policy_says_so(lab: Lab) -> None:
    kms, s3 = root(lab).client("kms"), root(lab, 1).client("s3")
    s3.create_bucket(Bucket="far-bucket")
    far = make_user(lab, "uses-far-key", statement(["s3:*", "kms:*"], "*"), account=1)
    owner = {**statement("kms:*", "*"), "Principal": {"AWS": ACCOUNT}}
    closed = kms.create_key(Policy=policy(owner))["KeyMetadata"]["Arn"]
    guest = {**statement("kms:GenerateDataKey", "*"), "Principal": {"AWS": "222222222222"}}
    opened = kms.create_key(Policy=policy(owner, guest))["KeyMetadata"]["Arn"]

    def call(key: str) -> Any:
        more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        return far.client("s3").put_object(Bucket="far-bucket", Key="a", Body=b"", **more)

    assert refusal(call, key=closed)[0] == "AccessDenied"
    assert call(opened)
