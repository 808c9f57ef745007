"""Verdicts a second on parsed policies, beside MiniStack's evaluator in the same run.

    python benchmarks/decisions.py

Identity policy, permissions boundary and bucket policy, 15 statements in all, 32 requests in turn.
The time is this process's own, so that a busy machine does not matter much. Both sides get their policies parsed and their requests built before the clock starts. MiniStack's
`evaluate` takes no principals, so it is handed the bucket policy's statements without them: less
work than it has on a real request. The best of five rounds counts for each side.
"""

import time
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, Final

from ministack.core import iam_evaluator

from whomay.engine import Request, Verdict
from whomay.engine.decisions import Layer, Layers, decide_by
from whomay.iam.parse import parse_policy

ACCOUNT: Final = "111122223333"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/Writer"
SESSION: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/Writer/session"
BUCKET: Final = "arn:aws:s3:::app-bucket"
ROUNDS: Final = 5
SECONDS: Final = 1.0


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str | list[str], resources: str | list[str], **more: Any) -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: str | list[str], resources: str | list[str], **more: Any) -> dict[str, Any]:
    """Return a Deny statement."""
    return {**allow(actions, resources, **more), "Effect": "Deny"}


IDENTITY: Final = document(
    allow(["s3:GetObject", "s3:PutObject"], f"{BUCKET}/reports/*"),
    allow("s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": "reports/*"}}),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], "*"),
    allow(
        "iam:PassRole",
        ROLE,
        Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    ),
    deny("s3:GetObject", f"{BUCKET}/reports/locked/*"),
)
BOUNDARY: Final = document(
    allow(["s3:*", "kms:*", "iam:PassRole"], "*"),
    allow("logs:*", "*"),
    deny("s3:DeleteBucket", "*"),
    deny("iam:*", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    deny("s3:*", "*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
)
RESOURCE: Final = document(
    deny("s3:*", [BUCKET, f"{BUCKET}/*"], Condition={"Bool": {"aws:SecureTransport": "false"}}),
    deny(
        "s3:*",
        [BUCKET, f"{BUCKET}/*"],
        Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-a"}},
    ),
    deny("s3:PutBucketPolicy", BUCKET),
    allow("s3:GetObject", f"{BUCKET}/shared/*"),
    allow("s3:GetBucketLocation", BUCKET),
)
CONTEXT: Final = {
    "aws:PrincipalArn": ROLE,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalOrgID": "o-a",
    "aws:SecureTransport": "true",
    "s3:prefix": "reports/2026",
}
ACTIONS: Final = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject")
RESOURCES: Final = (
    BUCKET,
    f"{BUCKET}/reports/a.csv",
    f"{BUCKET}/reports/locked/a.csv",
    f"{BUCKET}/shared/a.csv",
    f"{BUCKET}/other/a.csv",
    "arn:aws:s3:::another/reports/a.csv",
    "arn:aws:s3:::another",
    "*",
)


def ours() -> tuple[Callable[[Request], Any], list[Request]]:
    """Return whomay's decision on parsed policies, and its requests."""
    statements = [{**s, "Principal": {"AWS": ROLE}} for s in RESOURCE["Statement"]]
    by = Layers(
        Layer((parse_policy(IDENTITY),)),
        boundary=Layer((parse_policy(BOUNDARY),)),
        resource=Layer((parse_policy({**RESOURCE, "Statement": statements}),)),
    )
    requests = [
        Request(SESSION, action, resource, CONTEXT, resource_account=ACCOUNT)
        for action, resource in product(ACTIONS, RESOURCES)
    ]
    return lambda request: decide_by(request, by).verdict, requests


def ministack() -> tuple[Callable[[Any], Any], list[Any]]:
    """Return MiniStack's evaluation on parsed policies, and its requests."""
    parse = iam_evaluator.parse_policy_document
    grants, limits = [parse(IDENTITY), parse(RESOURCE)], [parse(BOUNDARY)]
    keys = {key.lower(): value for key, value in CONTEXT.items()}
    requests = [
        iam_evaluator.EvalContext(
            principal_arn=SESSION,
            principal_type="AssumedRole",
            principal_account=ACCOUNT,
            action=action,
            resource_arn=resource,
            region="eu-west-1",
            source_ip="203.0.113.7",
            secure_transport=True,
            service_context=keys,
            principal_keys=keys,
        )
        for action, resource in product(ACTIONS, RESOURCES)
    ]
    return lambda request: iam_evaluator.evaluate(request, grants, limits).decision, requests


def rate(decide: Callable[[Any], Any], requests: Sequence[Any]) -> float:
    """Return decisions a second: the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        count, begun = 0, time.process_time()
        while (passed := time.process_time() - begun) < SECONDS:
            for request in requests:
                decide(request)
            count += len(requests)
        best = max(best, count / passed)
    return best


def main() -> None:
    """Measure both sides, and say on how many requests they agree."""
    decide, requests = ours()
    evaluate, contexts = ministack()
    pairs = [
        (decide(request) is Verdict.ALLOWED, evaluate(context) == "Allow")
        for request, context in zip(requests, contexts, strict=True)
    ]
    same = sum(a == b for a, b in pairs)
    allowed = sum(a for a, _ in pairs)
    print(f"{len(pairs)} requests, {allowed} allowed, both sides agree on {same}")
    mine, theirs = rate(decide, requests), rate(evaluate, contexts)
    print(f"{'whomay':12}{mine:12,.0f} verdicts/s")
    print(f"{'MiniStack':12}{theirs:12,.0f} verdicts/s")
    print(f"{'ratio':12}{mine / theirs:12.1f}")


if __name__ == "__main__":
    main()
