"""What becomes of bad inputs: in plain CDK, and in this package.

    .venv/bin/python benchmarks/bad_inputs.py

The cases of construct and synth in tests/cases/bad_inputs.jsonl that an app can hold in one stack.
In plain CDK each is written with aws-cdk-lib's own classes, in an app without context. *Rejected*
is an error of a call or of the synth. *Warned* is a finding of CDK's own checks, and *silent* a
template without a word. In this package each is what the tests check, word by word: refused at the
call, or stopped at the synth.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_cdk import Annotations, App, Aws, RemovalPolicy, Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

ROOT = Path(__file__).parents[1]
OTHER = "111122223333"
OBJECTS = "arn:aws:s3:::reports-2026/*"
Make = Callable[[Stack], object]


def role(principal: Callable[[], iam.IPrincipal] | None = None, **options: Any) -> Make:
    """Make a role that trusts this principal, Lambda by default."""
    default = iam.ServicePrincipal("lambda.amazonaws.com") if principal is None else None
    return lambda stack: iam.Role(
        stack, "Role", assumed_by=principal() if principal else default, **options
    )


def policy(**options: Any) -> Make:
    """Make a role that may read one bucket, with these changes to the statement."""
    given = {"actions": ["s3:GetObject"], "resources": [OBJECTS], **options}
    return lambda stack: role()(stack).add_to_policy(iam.PolicyStatement(**given))


def prefix(value: str) -> Make:
    """Make a role that may write under this prefix of a bucket."""
    return lambda stack: role()(stack).add_to_policy(
        iam.PolicyStatement(
            actions=["s3:PutObject"],
            resources=[s3.Bucket(stack, "Bucket").arn_for_objects(f"{value}*")],
        )
    )


def condition(operator: str, key: str, value: Any) -> Make:
    """Make a role that may read under this condition."""
    return policy(conditions={operator: {key: value}})


def github(subject: Any) -> Make:
    """Make a role that trusts GitHub's jobs with this subject."""
    host = "token.actions.githubusercontent.com"
    conditions = {"StringLike": {f"{host}:sub": subject}}
    arn = f"arn:aws:iam::{OTHER}:oidc-provider/{host}"
    return role(lambda: iam.WebIdentityPrincipal(arn, conditions))


def two_roles(stack: Stack) -> None:
    """Make two roles whose names differ in their case alone."""
    for name in ("Admin", "admin"):
        service = iam.ServicePrincipal("lambda.amazonaws.com")
        iam.Role(stack, name, role_name=name, assumed_by=service)


def tags(stack: Stack) -> None:
    """Tag a role 51 times."""
    for number in range(51):
        Tags.of(stack).add(f"key{number}", "v")
    role()(stack)


def same_account(id: Any) -> Callable[[], iam.IPrincipal]:
    """Trust an account."""
    return lambda: iam.AccountPrincipal(id)


def arn(of: str) -> Callable[[], iam.IPrincipal]:
    """Trust the principal that has this ARN."""
    return lambda: iam.ArnPrincipal(of)


def service(name: str) -> Callable[[], iam.IPrincipal]:
    """Trust a service."""
    return lambda: iam.ServicePrincipal(name)


def both_with_mfa() -> iam.IPrincipal:
    """Trust a user and a service under one condition."""
    user = iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/anna")
    both = iam.CompositePrincipal(user, iam.ServicePrincipal("lambda.amazonaws.com"))
    return both.with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}})


def many_roles() -> iam.IPrincipal:
    """Trust more roles than a trust policy holds."""
    return iam.CompositePrincipal(
        *(iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:role/{n:02}-{'x' * 60}") for n in range(25))
    )


def federated() -> iam.IPrincipal:
    """Trust an identity provider by the wrong action."""
    provider = f"arn:aws:iam::{OTHER}:oidc-provider/token.actions.githubusercontent.com"
    return iam.FederatedPrincipal(provider, {}, "sts:AssumeRole")


def foreign_bucket(stack: Stack) -> None:
    """Grant access to a bucket of another account."""
    bucket = s3.Bucket.from_bucket_attributes(stack, "B", bucket_name="reports", account=OTHER)
    bucket.grant_read(role()(stack))


def imported_policy(stack: Stack) -> None:
    """Add a statement to the policy of an imported bucket."""
    role()(stack)
    statement = iam.PolicyStatement(
        actions=["s3:GetObject"],
        resources=[OBJECTS],
        principals=[iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:role/x")],
    )
    s3.Bucket.from_bucket_name(stack, "B", "reports-2026").add_to_resource_policy(statement)


def foreign_role(stack: Stack) -> None:
    """Grant access to a role of another account."""
    theirs = iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{OTHER}:role/x")
    s3.Bucket(stack, "Bucket").grant_read(theirs)


def deleted_key(stack: Stack) -> None:
    """Delete the key of a bucket that stays."""
    key = kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY)
    s3.Bucket(stack, "Bucket", encryption_key=key)


def short_reason(stack: Stack) -> None:
    """Silence a warning without a reason."""
    Annotations.of(role()(stack)).acknowledge_warning("some:warning", "TODO")


LONG = [f"arn:aws:s3:::reports-2026/{n:03}/{'x' * 90}" for n in range(90)]
# fmt: off
PLAIN: dict[str, Make] = {
    "N01": role(role_name="r" * 65), "N03": role(role_name="rôle"), "N06": two_roles, "N08": role(path="/a/../b/"),
    "N05": lambda stack: iam.User(stack, "User", user_name="u" * 65),
    "N10": role(description="d" * 1001), "N11": tags, "N13": policy(sid="List-Bucket"),
    "A02": role(same_account(12345678901)), "A03": role(same_account("1112-2223-3333")),
    "D02": role(max_session_duration=3600), "Q05": policy(resources=LONG), "Q06": role(many_roles),
    "T04": role(same_account(OTHER)),
    "S04": lambda stack: s3.Bucket(stack, "Bucket", removal_policy=RemovalPolicy.DESTROY),
    "S06": lambda stack: secretsmanager.Secret(stack, "Secret", secret_name="key"),  # noqa: S106 - its name
    "S07": deleted_key, "S11": short_reason,
    "P01": role(iam.CompositePrincipal), "P03": role(same_account(Aws.ACCOUNT_ID)),
    "P05": role(arn(f"arn:aws:iam::{OTHER}:role/*")),
    "P06": role(arn(f"arn:aws:sts::{OTHER}:assumed-role/Deploy/run-1")),
    "P08": role(service("ec22.amazonaws.com")), "P10": role(service("ec2.amazonaws.com.cn")),
    "P11": role(service("logs.us-east-1.amazonaws.com")), "P13": role(both_with_mfa),
    "X01": role(same_account(OTHER)), "X02": role(same_account(OTHER), external_ids=[]),
    "X04": role(service("lambda.amazonaws.com"), external_ids=["course-2026"]),
    "O02": github("repo:*"), "O03": github(["repo:acme/x:ref:refs/heads/main", "*"]),
    "O05": github("repo:acme/x:ref:refs/heads/main"), "O07": github("repo:Acme/X:ref:refs/heads/main"),
    "O08": role(federated),
    "X06": condition("StringEquals", "aws:SourceAccount", None),
    "X07": condition("StringEqual", "aws:PrincipalTag/team", "data"),
    "X09": condition("StringEquals", "aws:PrincipalTag/team", "data-*"),
    "X11": condition("ForAllValues:StringEquals", "aws:TagKeys", ["team"]),
    "X14": condition("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "B02": policy(resources=["arn:aws:s3:::b*"]), "B04": prefix("../other/"), "B05": prefix("/uploads/"),
    "B07": prefix("${foo}/"), "B09": prefix("größe/"),
    "B12": lambda stack: s3.Bucket(stack, "Bucket", bucket_name="xn--abc"),
    "B14": foreign_bucket, "B15": imported_policy,
    "B17": policy(actions=["kms:Decrypt"], resources=["*"]), "B19": foreign_role,
    "Q01": policy(actions=["s3:*"]), "Q03": policy(actions="s3:GetObject"), "Q08": role(inline_policies={}),
}
# fmt: on


def in_plain_cdk(make: Make) -> str:
    """Return rejected, warned or silent."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder)
        stack = Stack(app, "Stack")
        try:
            make(stack)
            app.synth()
        except (RuntimeError, TypeError, ValueError):
            return "rejected"
        report = Path(folder, "validation-report.json")
        found = json.loads(report.read_text())["pluginReports"] if report.is_file() else []
        manifest = Path(folder, "manifest.json").read_text()
        warned = any(one["violations"] for one in found) or '"aws:cdk:warning"' in manifest
        return "warned" if warned else "silent"


def in_this_package(expected: Any) -> str:
    """Check a case as the tests do, and return what became of it."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    with tempfile.TemporaryDirectory() as folder:
        expected.check(Stack(App(context=context, outdir=folder), "Stack"))
    return "stopped at the synth" if type(expected).__name__ == "Stopped" else "refused at the call"


def main() -> None:
    """Print one line a case, and the count of each outcome."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from test_bad_inputs import LISTED  # noqa: PLC0415 - found on the path of the tests

    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for case, make in sorted(PLAIN.items()):
        plain, ours = in_plain_cdk(make), in_this_package(LISTED[case][0])
        before[plain] += 1
        after[ours] += 1
        print(f"{case:5} {plain:10} {ours}")
    print(f"{len(PLAIN)} bad inputs")
    for name, counts in (("plain CDK", before), ("this package", after)):
        print(f"{name}: " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))


if __name__ == "__main__":
    main()
