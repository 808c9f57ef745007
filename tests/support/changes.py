"""Roles and users as short as they can be written, and what a diff says of two of them."""

from dataclasses import replace
from typing import Any

from whomay.engine import diff
from whomay.engine.changes import Difference
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy, Source

A = "111122223333"
BUCKET = "arn:aws:s3:::b"


def document(*statements: dict[str, Any]) -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, Source("Stack/P"))


def may(*actions: str, on: str = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": on}


def trusts(service: str) -> Policy:
    principal = {"Service": service}
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def role(name: str, *statements: dict[str, Any], path: str | None = None, **more: Any) -> Principal:
    arn = f"arn:aws:iam::{A}:role/{name}"
    identity = (document(*statements),) if statements else ()
    trust = trusts("ec2.amazonaws.com")
    return replace(
        Principal(arn, PrincipalKind.ROLE, A, path or f"Stack/{name}", identity, None, trust),
        **more,
    )


def words(old: Snapshot, new: Snapshot) -> list[tuple[str, str]]:
    return [(d.principal, d.change.value) for d in diff(old, new)]


def one(old: Principal, new: Principal) -> Difference:
    (found,) = diff(Snapshot((old,)), Snapshot((new,)))
    return found


READ = may("s3:GetObject", on=f"{BUCKET}/*")
