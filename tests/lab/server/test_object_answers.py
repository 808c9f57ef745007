"""Calls of S3 that fail on AWS: a list of deletions, a missing key, copied tags, parts under a key."""

from typing import Any

import pytest
from support.aws import make_user, refusal, root, statement

from whomay.lab.state import Lab

MALFORMED = (
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)


@pytest.mark.parametrize("keys", [0, 1001])
def test_a_list_of_deletions_holds_one_to_a_thousand_keys(lab: Lab, keys: int) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket=f"deletes-{keys}")
    listed = [{"Key": str(number)} for number in range(keys)]
    assert refusal(s3.delete_objects, Bucket=f"deletes-{keys}", Delete={"Objects": listed}) == (
        MALFORMED
    )
    most = [{"Key": str(number)} for number in range(1000)]
    answer = s3.delete_objects(Bucket=f"deletes-{keys}", Delete={"Objects": most})
    assert len(answer["Deleted"]) == 1000


def test_only_who_may_list_a_bucket_is_told_that_a_key_is_missing(lab: Lab) -> None:
    root(lab).client("s3").create_bucket(Bucket="missing-keys")
    get = statement("s3:GetObject", "arn:aws:s3:::missing-keys/*")
    listing = statement("s3:ListBucket", "arn:aws:s3:::missing-keys")
    gets = make_user(lab, "gets", get).client("s3")
    lists = make_user(lab, "gets-and-lists", get, listing).client("s3")
    call = {"Bucket": "missing-keys", "Key": "none"}

    code, message = refusal(gets.get_object, **call)
    assert code == "AccessDenied"
    assert "s3:ListBucket" in message
    assert refusal(gets.head_object, **call)[0] == "403"
    assert refusal(lists.get_object, **call)[0] == "NoSuchKey"
    assert refusal(lists.head_object, **call)[0] == "404"


def test_a_copy_takes_the_tags_along_and_needs_their_permissions(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="copied-tags")
    s3.put_object(Bucket="copied-tags", Key="plain", Body=b"")
    s3.put_object(Bucket="copied-tags", Key="tagged", Body=b"", Tagging="team=a")
    arn = "arn:aws:s3:::copied-tags/*"
    plain = statement(["s3:GetObject", "s3:PutObject"], arn)
    reads = statement("s3:GetObjectTagging", arn)
    writes = statement("s3:PutObjectTagging", arn)
    copies = make_user(lab, "copies", plain).client("s3")
    half = make_user(lab, "reads-tags", plain, reads).client("s3")
    full = make_user(lab, "copies-tags", plain, reads, writes).client("s3")

    def copy(client: Any, key: str, **more: Any) -> Any:
        source = {"Bucket": "copied-tags", "Key": key}
        return client.copy_object(Bucket="copied-tags", Key="copy", CopySource=source, **more)

    assert copy(copies, "plain")
    assert copy(copies, "tagged", TaggingDirective="REPLACE")
    assert "s3:GetObjectTagging" in refusal(copy, client=copies, key="tagged")[1]
    assert "s3:PutObjectTagging" in refusal(copy, client=half, key="tagged")[1]
    assert copy(full, "tagged")


def test_an_upload_in_parts_under_a_key_reads_what_it_wrote(lab: Lab) -> None:
    kms, s3 = root(lab).client("kms"), root(lab).client("s3")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="in-parts")
    put = statement("s3:PutObject", "arn:aws:s3:::in-parts/*")
    writes = make_user(lab, "generates", put, statement("kms:GenerateDataKey", key)).client("s3")
    both = ["kms:GenerateDataKey", "kms:Decrypt"]
    full = make_user(lab, "generates-and-decrypts", put, statement(both, key)).client("s3")
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    place: dict[str, Any] = {"Bucket": "in-parts", "Key": "a"}

    assert writes.put_object(**place, Body=b"whole", **under)
    upload = writes.create_multipart_upload(**place, **under)["UploadId"]
    part = {**place, "UploadId": upload, "PartNumber": 1, "Body": b"part"}
    code, message = refusal(writes.upload_part, **part)
    assert (code, "kms:Decrypt" in message) == ("AccessDenied", True)
    tag = full.upload_part(**part)["ETag"]
    whole = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    joined = {**place, "UploadId": upload, "MultipartUpload": whole}
    assert refusal(writes.complete_multipart_upload, **joined)[0] == "AccessDenied"
    assert full.complete_multipart_upload(**joined)
