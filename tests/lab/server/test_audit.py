"""The trail: who did what, refused calls included, where CloudTrail would show it."""

import gzip
import json
from typing import Any
from urllib.request import Request, urlopen

from support.aws import Caller, make_role, make_user, policy, refusal, root, statement, trust

from whomay.lab.state import OWNER, Lab


def events(lab: Lab, name: str, account: int = 0) -> list[Any]:
    """Return the records of a user's or session's management calls, oldest first."""
    trail = root(lab, account).client("cloudtrail")
    attribute = [{"AttributeKey": "Username", "AttributeValue": name}]
    found = trail.lookup_events(LookupAttributes=attribute)["Events"]
    return [json.loads(one["CloudTrailEvent"]) for one in reversed(found)]


def test_a_refused_call_is_recorded_with_its_caller_and_error(lab: Lab) -> None:
    user = make_user(lab, "refused-once")
    message = refusal(user.client("iam").get_user, UserName="someone")[1]
    (record,) = events(lab, "refused-once")
    assert record["eventSource"] == "iam.amazonaws.com"
    assert record["eventName"] == "GetUser"
    assert record["errorCode"] == "AccessDenied"
    assert record["errorMessage"] == message
    assert record["requestParameters"] == {"userName": "someone"}
    assert record["userIdentity"]["type"] == "IAMUser"
    assert record["userIdentity"]["arn"] == "arn:aws:iam::111111111111:user/refused-once"
    assert record["userIdentity"]["accessKeyId"] == user.access_key
    assert (record["readOnly"], record["eventCategory"]) == (True, "Management")


def test_a_role_session_is_recorded_with_its_role(lab: Lab) -> None:
    user = make_user(lab, "becomes-recorded")
    document = trust({"AWS": "arn:aws:iam::111111111111:user/becomes-recorded"})
    role = make_role(lab, "recorded", document, statement("iam:ListUsers", "*"))
    answer = user.client("sts").assume_role(RoleArn=role, RoleSessionName="recorded-session")
    given = answer["Credentials"]
    session = Caller(lab, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    session.client("iam").list_users()

    (assumed,) = events(lab, "becomes-recorded")
    assert (assumed["eventName"], assumed["requestParameters"]["roleArn"]) == ("AssumeRole", role)
    (listed,) = events(lab, "recorded-session")
    identity = listed["userIdentity"]
    assert "errorCode" not in listed
    assert identity["type"] == "AssumedRole"
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_a_call_across_accounts_is_recorded_in_both(lab: Lab) -> None:
    user = make_user(lab, "crosses", statement("sts:AssumeRole", "*"), account=1)
    role = make_role(lab, "crossed-into", trust({"AWS": "222222222222"}))
    user.assume(role)
    assert [one["eventName"] for one in events(lab, "crosses", account=1)] == ["AssumeRole"]


def test_no_secret_reaches_the_trail(lab: Lab) -> None:
    iam, secrets = root(lab).client("iam"), root(lab).client("secretsmanager")
    iam.create_user(UserName="with-password")
    iam.create_login_profile(UserName="with-password", Password="Tr0ub4dor-in-iam")
    arn = secrets.create_secret(Name="in-the-trail", SecretString="Tr0ub4dor-in-secret")["ARN"]
    secrets.get_secret_value(SecretId=arn)
    parameter = {"Name": "in-the-trail", "Value": "Tr0ub4dor-in-ssm", "Type": "SecureString"}
    root(lab).client("ssm").put_parameter(**parameter)

    found = root(lab).client("cloudtrail").lookup_events(MaxResults=50)["Events"]
    records = [json.loads(one["CloudTrailEvent"]) for one in found]
    asked = {one["eventName"]: one["requestParameters"] for one in reversed(records)}
    hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert "Tr0ub4dor" not in json.dumps(records)
    assert asked["CreateLoginProfile"] == {"userName": "with-password", "password": hidden}
    assert asked["CreateSecret"]["secretString"] == hidden
    assert asked["GetSecretValue"] == {"secretId": arn}
    assert asked["PutParameter"]["value"] == hidden


def read_trail(lab: Lab, bucket: str) -> list[Any]:
    """Deliver now, and return all records in the trail's bucket."""
    deliver = Request(f"{lab.plain}/lab/deliver", headers={OWNER: lab.root_secret})  # noqa: S310 - the lab's own address
    with urlopen(deliver) as answer:  # noqa: S310 - the lab's own address
        assert answer.status == 204
    s3 = root(lab).client("s3")
    records = []
    for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        assert one["Key"].startswith("AWSLogs/111111111111/CloudTrail/us-east-1/")
        body = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        records += json.loads(gzip.decompress(body))["Records"]
    return records


def test_files_are_delivered_once_the_bucket_lets_cloudtrail_write(lab: Lab) -> None:
    s3, trail = root(lab).client("s3"), root(lab).client("cloudtrail")
    s3.create_bucket(Bucket="delivered")
    trail.create_trail(Name="delivered", S3BucketName="delivered")
    trail.start_logging(Name="delivered")
    user = make_user(lab, "delivered-calls", statement("s3:PutObject", "*"))
    call = {"Bucket": "delivered", "Key": "of-the-user", "Body": b""}

    refusal(user.client("iam").list_users)
    assert read_trail(lab, "delivered") == []  # no policy lets CloudTrail in
    write = {
        **statement("s3:PutObject", "arn:aws:s3:::delivered/AWSLogs/111111111111/*"),
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    }
    s3.put_bucket_policy(Bucket="delivered", Policy=policy(write))

    def own() -> list[tuple[str, str, str]]:
        return [
            (one["eventName"], one["eventCategory"], one.get("errorCode", ""))
            for one in read_trail(lab, "delivered")
            if one["userIdentity"].get("userName") == "delivered-calls"
        ]

    refusal(user.client("iam").list_users)
    user.client("s3").put_object(**call)
    s3.delete_object(Bucket="delivered", Key="of-the-user")
    assert own() == [("ListUsers", "Management", "AccessDenied")]

    data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::delivered/"]}]
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": data}
    trail.put_event_selectors(TrailName="delivered", EventSelectors=[selector])
    user.client("s3").put_object(**call)
    s3.delete_object(Bucket="delivered", Key="of-the-user")
    assert ("PutObject", "Data", "") in own()
    trail.delete_trail(Name="delivered")


def test_calls_of_s3_are_recorded_under_the_names_of_its_api(lab: Lab) -> None:
    """The comments say what IAM asks for, where that has another name."""
    s3, trail = root(lab).client("s3"), root(lab).client("cloudtrail")
    for name in ("named", "called"):
        s3.create_bucket(Bucket=name)
    write = statement("s3:PutObject", "arn:aws:s3:::named/*")
    service = {"Principal": {"Service": "cloudtrail.amazonaws.com"}}
    s3.put_bucket_policy(Bucket="named", Policy=policy({**write, **service}))
    trail.create_trail(Name="named", S3BucketName="named")
    data = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::called/"]}]
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": data}
    trail.put_event_selectors(TrailName="named", EventSelectors=[selector])
    trail.start_logging(Name="named")
    caller = make_user(lab, "names-calls", statement("s3:*", "*")).client("s3")
    key = {"Bucket": "called", "Key": "a"}

    caller.list_buckets()  # s3:ListAllMyBuckets
    caller.list_objects_v2(Bucket="called")  # s3:ListBucket
    caller.get_bucket_encryption(Bucket="called")  # s3:GetEncryptionConfiguration
    caller.put_object(**key, Body=b"a")
    caller.head_object(**key)  # s3:GetObject
    caller.copy_object(**key | {"Key": "b"}, CopySource="called/a")  # s3:PutObject
    caller.put_object_tagging(**key, Tagging={"TagSet": []})
    upload = caller.create_multipart_upload(**key)["UploadId"]  # s3:PutObject
    caller.list_parts(**key, UploadId=upload)  # s3:ListMultipartUploadParts
    caller.abort_multipart_upload(**key, UploadId=upload)

    found = [
        (one["eventName"], one["eventCategory"])
        for one in read_trail(lab, "named")
        if one["userIdentity"].get("userName") == "names-calls"
    ]
    trail.delete_trail(Name="named")
    assert found == [
        ("ListBuckets", "Management"),
        ("ListObjects", "Data"),
        ("GetBucketEncryption", "Management"),
        ("PutObject", "Data"),
        ("HeadObject", "Data"),
        ("CopyObject", "Data"),
        ("PutObjectTagging", "Data"),
        ("CreateMultipartUpload", "Data"),
        ("ListParts", "Data"),
        ("AbortMultipartUpload", "Data"),
    ]
