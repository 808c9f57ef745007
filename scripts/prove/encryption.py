"""The keys that S3 asks KMS for, in the name of who reads or writes an object.

An object that is read may have been written without the key of its bucket. Who writes one names a
key, or none, and else that of the bucket counts. What is uploaded in parts is read again when they
are joined.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
https://docs.aws.amazon.com/kms/latest/developerguide/services-s3.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
"""

from collections.abc import Iterator

from scripts.prove.conditions import Key
from scripts.prove.keys import ENCRYPTION, KEY_ID, OWN_KEY, Keys
from scripts.prove.logic import Formula, all_of, any_of, both, either, flag, no
from scripts.prove.systems import KEY_OF_S3, Data

UNDER_KEY = flag("the object is under the key of its bucket")
IN_PARTS = flag("the object is uploaded in parts")
_READING = ("s3:getobject", "s3:getobjectversion")
WRITING = "s3:putobject"


class Upload:
    """What the headers of an upload say of its encryption; `spoken_of` is when a policy reads them.

    Where none does, an upload names no key here: it has that of the bucket, or none.
    """

    def __init__(self, keys: Keys, spoken_of: Formula) -> None:
        """Read the headers' condition keys."""
        encryption, self._named, own = keys(ENCRYPTION), keys(KEY_ID), keys(OWN_KEY)
        any_key = _is(encryption, "aws:kms")
        by_kms = both(spoken_of, any_key)
        self.possible = all_of(
            (
                either(no(self._named.exists), by_kms),
                either(no(own.exists), no(encryption.exists)),
                either(no(any_key), spoken_of),
            )
        )
        self._by_named_key = both(by_kms, self._named.has)
        self._by_aws_key = both(by_kms, no(self._named.exists))
        self._by_default = both(no(encryption.exists), no(own.exists))

    def keys_of(self, bucket: Data) -> Iterator[tuple[Formula, str]]:
        """Yield the ARNs of the keys that an upload to a bucket may need, each with when it does."""
        place = f"arn:aws:kms:{bucket['region']}:{bucket['account']}:key/"
        yield self._by_aws_key, f"{place}{KEY_OF_S3}"
        if bucket["key"] is not None:
            yield self._by_default, bucket["key"]
        for present, text in self._named.values:
            for name, guard in text.alternatives:
                arn = name if name.startswith("arn:") else f"{place}{name}"
                yield all_of((self._by_named_key, present, guard)), arn


def _is(key: Key, start: str) -> Formula:
    found = (both(present, t.where(lambda x: x.startswith(start))) for present, t in key.values)
    return both(key.has, any_of(found))


def asked_of_kms(bucket: Data, upload: Upload) -> Iterator[tuple[Formula, str, str, str]]:
    """Yield when S3 asks KMS for an object of a bucket: the action of S3, that of KMS, the key."""
    if bucket["key"] is not None:
        yield from ((UNDER_KEY, action, "kms:decrypt", bucket["key"]) for action in _READING)
    for where, arn in upload.keys_of(bucket):
        yield where, WRITING, "kms:generatedatakey", arn
        yield both(where, IN_PARTS), WRITING, "kms:decrypt", arn


def policy_of_key_of_s3(account: str, region: str) -> Data:
    """Return the policy of AWS's own key for S3: everybody of the account uses it through S3.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "effect": "Allow",
                "actions": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
                "not_actions": None,
                "resources": ["*"],
                "not_resources": None,
                "principals": [["AWS", ["*"]]],
                "not_principals": None,
                "conditions": [
                    ["StringEquals", "kms:CallerAccount", [account]],
                    ["StringEquals", "kms:ViaService", [f"s3.{region}.amazonaws.com"]],
                ],
            }
        ],
    }
