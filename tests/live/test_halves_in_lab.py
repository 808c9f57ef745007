"""Each half of a call is broken once in the lab, and `whomay doctor` names it from what AWS says.

The lab has no organization and no endpoints: for SCP, RCP and endpoint the messages are AWS's own.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.aws import Caller, make_role, make_user, policy, refusal, root, statement, trust
from support.lab_user import on_lab
from support.running_lab import lab_of_its_own

from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]
ACCOUNT = "111111111111"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@dataclass(frozen=True)
class Broken:
    """Callers and resources of which each half is broken once, and the account's own answer."""

    lab: Lab
    user: Caller
    bounded: Caller
    limited: Caller
    admin: Caller
    key: str
    account: Path
    name: str

    def role(self, kind: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name}-{kind}"


@pytest.fixture(scope="module")
def broken(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    name = f"half-{uuid.uuid4().hex[:6]}"
    iam = root(lab).client("iam")
    me = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    reads = [statement("iam:GetRequestAuthorization*", "*"), statement("iam:ListUsers", "*")]
    mfa = statement("s3:ListAllMyBuckets", "*", Condition=MFA)
    calls = statement(["sts:AssumeRole", "kms:*", "s3:PutObject"], "*")
    user = make_user(lab, name, calls, mfa)
    boundary = iam.create_policy(
        PolicyName=name, PolicyDocument=policy(statement("s3:*", "*"), reads[0])
    )["Policy"]["Arn"]
    make_role(lab, f"{name}-bounded", trust({"AWS": me}), *reads, PermissionsBoundary=boundary)
    make_role(lab, f"{name}-limited", trust({"AWS": me}), *reads)
    make_role(
        lab,
        f"{name}-closed",
        trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Null={"aws:SourceIdentity": "false"}),
    )
    make_role(
        lab, f"{name}-external", trust({"AWS": me}, StringEquals={"sts:ExternalId": "course"})
    )
    make_role(lab, f"{name}-mfa", trust({"AWS": me}, **MFA))
    admin = make_user(lab, f"{name}-admin", statement("*", "*"))
    only_admin = statement("kms:*", "*", Principal={"AWS": f"{me}-admin"})
    key = root(lab).client("kms").create_key(Policy=policy(only_admin))["KeyMetadata"]["Arn"]
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket=name)
    never = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Sid": "NeverWritten"}
    s3.put_bucket_policy(Bucket=name, Policy=policy(never | {"Resource": f"arn:aws:s3:::{name}/*"}))
    account = tmp_path_factory.mktemp("account") / "account.json"
    taken = on_lab(admin, "snapshot", "-o", str(account))
    assert taken.returncode == 0, taken.stderr
    session = policy(statement("s3:*", "*"), reads[0])
    yield Broken(
        lab,
        user,
        user.assume(f"arn:aws:iam::{ACCOUNT}:role/{name}-bounded"),
        user.assume(f"arn:aws:iam::{ACCOUNT}:role/{name}-limited", Policy=session),
        admin,
        key,
        account,
        name,
    )
    # Else the account could tell no other test what this key grants.
    everybody = statement("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    kms = admin.client("kms")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(everybody))


def test_by_an_id_aws_s_own_word_names_the_half_and_the_least_change(broken: Broken) -> None:
    for caller, half, change in (
        (broken.user, "an identity policy of the caller", ""),
        (
            broken.bounded,
            "the caller's permissions boundary",
            " in the caller's permissions boundary",
        ),
        (
            broken.limited,
            "the policy that the session was made with",
            " in the policy that the session was made with",
        ),
    ):
        message = refusal(caller.client("iam").list_users)[1]
        found = on_lab(broken.admin, "doctor", message.rpartition(" ")[2])
        assert found.returncode == 1, found.stderr
        lines = found.stdout.splitlines()
        assert lines[0].startswith("refused: arn:aws:")
        assert lines[0].endswith(" iam:ListUsers *")
        assert lines[1] == "AWS evaluated iam:ListUsers on *: ImplicitDeny"
        assert lines[2] == f"  failed: {half}"
        assert "whomay decides the same on this context and these policies" in lines
        assert any(line.startswith("  aws:PrincipalArn: arn:aws:iam::") for line in lines)
        [least] = [line for line in lines if line.startswith("least change: ")]
        assert least.endswith(change)


def test_an_encoded_message_of_ec2_is_decoded_for_who_may(broken: Broken) -> None:
    _, message = refusal(broken.user.client("ec2").delete_vpc, VpcId="vpc-00000000000000001")
    assert "Encoded authorization failure message: " in message
    found = on_lab(broken.admin, "doctor", message, "-a", str(broken.account))
    me = f"arn:aws:iam::{ACCOUNT}:user/{broken.name}"
    assert found.stdout.startswith(f"refused: {me} ec2:DeleteVpc "), found
    assert "  failed: an identity policy of the caller\n" in found.stdout
    assert found.returncode == 1
    blind = on_lab(broken.user, "doctor", message)
    assert blind.returncode == 3
    assert "sts:DecodeAuthorizationMessage: AccessDenied: " in blind.stderr
    wrong = "Encoded authorization failure message: AAAA"
    assert "InvalidAuthorizationMessage" in on_lab(broken.admin, "doctor", wrong).stderr


Call = Callable[[Broken], tuple[str, str]]


def assume(kind: str, **more: Any) -> Call:
    return lambda b: refusal(
        b.user.client("sts").assume_role, RoleArn=b.role(kind), RoleSessionName="session", **more
    )


BY_MESSAGE: dict[str, tuple[Call, str, str]] = {
    "identity": (
        lambda b: refusal(b.user.client("s3").get_object, Bucket=b.name, Key="a"),
        "an identity policy of the caller",
        "Allow s3:GetObject on arn:aws:s3:::{name}/a to arn:aws:iam::111111111111:user/{name}",
    ),
    "boundary": (
        lambda b: refusal(b.bounded.client("iam").list_users),
        "the caller's permissions boundary",
        (
            "Allow iam:ListUsers on * to arn:aws:sts::111111111111:assumed-role/{name}-bounded/session "
            "in the caller's permissions boundary"
        ),
    ),
    "trust": (
        assume("closed"),
        "the trust policy of the role",
        (
            "call so that Null aws:SourceIdentity false holds, as the trust policy of the role asks; "
            "no policy changes"
        ),
    ),
    "external id": (
        assume("external"),
        "the external id that the role's trust asks for",
        (
            "call so that StringEquals sts:ExternalId course holds, as the trust policy of the role asks; "
            "no policy changes"
        ),
    ),
    "MFA of the trust": (
        assume("mfa"),
        "the MFA code that a policy asks for",
        (
            "call so that Bool aws:MultiFactorAuthPresent true holds, as the trust policy of the role asks; "
            "no policy changes"
        ),
    ),
    "MFA": (
        lambda b: refusal(b.user.client("s3").list_buckets),
        "the MFA code that a policy asks for",
        (
            "call so that Bool aws:MultiFactorAuthPresent true holds, as an identity policy of the caller "
            "asks; no policy changes"
        ),
    ),
    "resource": (
        lambda b: refusal(b.user.client("s3").put_object, Bucket=b.name, Key="a", Body=b""),
        "the policy of the resource",
        "except this request from statement NeverWritten of 111111111111/us-east-1/s3/{name}/Policy; no Allow outweighs a Deny",
    ),
    "key": (
        lambda b: refusal(b.user.client("kms").describe_key, KeyId=b.key),
        "the policy of the KMS key",
        (
            "Allow kms:DescribeKey on {key} to arn:aws:iam::111111111111:user/{name} in the policy of the "
            "KMS key"
        ),
    ),
}


@pytest.mark.parametrize("half", BY_MESSAGE)
def test_by_its_message_and_the_account_the_half_that_was_broken_is_named(
    broken: Broken, half: str
) -> None:
    call, named, change = BY_MESSAGE[half]
    _, message = call(broken)
    found = on_lab(broken.admin, "doctor", message, "-a", str(broken.account))
    assert f"  failed: {named}\n" in found.stdout, found
    assert f"least change: {change.format(name=broken.name, key=broken.key)}" in found.stdout
    assert "differs" not in found.stdout
    assert found.returncode == 1
