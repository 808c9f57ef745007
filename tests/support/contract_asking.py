"""Asks one statement of a contract of a template of one stack."""

from pathlib import Path
from typing import Any

from support.assemblies import role, snapshot_of_template
from whomay.engine import check
from whomay.engine.contract import Result, Stated, StatementKind
from whomay.iam.parse import parse_policy

AT = "app.py:7"
BUCKET = {"Type": "AWS::S3::Bucket"}
OBJECTS = {"Fn::Sub": "${Bucket.Arn}/*"}
BUCKET_ARN = "arn:aws:s3:::\ue000S.Bucket\ue002"
REPORT = f"{BUCKET_ARN}/report.csv"


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def inline(*statements: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return role(Policies=[{"PolicyName": "P", "PolicyDocument": document}])


def trust(*statements: Any) -> dict[str, Any]:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", **each} for each in statements
        ],
    }
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


def requests(kind: StatementKind, actions: Any, resources: Any = REPORT, **given: str) -> Stated:
    return Stated(
        kind,
        AT,
        "S",
        "S/Role",
        (actions,) if isinstance(actions, str) else tuple(actions),
        (resources,) if isinstance(resources, str) else tuple(resources),
        tuple((key, (value,)) for key, value in given.items()),
    )


def listing(kind: StatementKind, *statements: Any) -> Stated:
    return Stated(kind, AT, "S", "S/Role", policy=parse_policy({"Statement": list(statements)}))


def ask(folder: Path, stated: Stated, **resources: Any) -> Result:
    template = {"Resources": {"Bucket": BUCKET, **resources}}
    [result] = check([stated], snapshot_of_template(folder, template)).results
    return result
