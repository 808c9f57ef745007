"""An organization made up from a seed: the folder that `whomay snapshot` would write of it.

The policies of roles are AWS's managed policies, or statements of them, drawn from the table of all. The
statements are narrowed to resources of the account. Every account has roles that a stack
set put there, and roles of its teams. Some roles trust another account, some buckets let one in.
"""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

from whomay.iam.facts.managed_policies import names, published

TAKEN = "2026-11-27T09:00:00+00:00"
REGION = "eu-west-1"
BUCKETS = 5  # of each account
SHAPES = 400  # of policies that teams use
UNITS = 20
FULL = "p-FullAWSAccess"
DENIED = {
    "Root": ["organizations:LeaveOrganization", "account:CloseAccount"],
    "Trail": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"],
}
Json = dict[str, Any]


def write(folder: Path, accounts: int, roles: int, seed: int = 19) -> None:
    """Write an organization of that many accounts, with that many roles in each."""
    (folder / "accounts").mkdir(parents=True)
    numbers = [account(number) for number in range(accounts)]
    (folder / "organization.json").write_text(json.dumps(_head(numbers)))
    for number in range(accounts):
        write_account(folder, number, accounts, roles, seed)


def account(number: int) -> str:
    """Return the id of an account by its number."""
    return f"{100_000_000_000 + number}"


def write_account(folder: Path, number: int, accounts: int, roles: int, seed: int) -> None:
    """Write the file of one account; the same numbers give the same file."""
    own = account(number)
    drawn = random.Random(f"{seed}/{number}")  # noqa: S311 - no secret
    other = account(drawn.randrange(accounts))
    head = {"version": 1, "account": own, "taken": TAKEN, "regions": [REGION]}
    made = [_role(own, other, each, drawn) for each in range(roles)]
    details = {"RoleDetailList": made, "Policies": [_policy(own)]}
    body = {
        "details": [details],
        "sessions": {each["Arn"]: 3600 for each in made},
        "resources": [_bucket(own, other, each) for each in range(BUCKETS)],
        "providers": [],
        "stacks": [],
        "refused": [],
    }
    text = f'{{"snapshot": {json.dumps(head)},\n{json.dumps(body)[1:]}\n'
    (folder / "accounts" / f"{own}.json").write_text(text)


@cache
def shapes(seed: int = 19) -> tuple[tuple[str, tuple[Json, ...]], ...]:
    """Return policies of AWS that fit into an inline policy, with their statements."""
    found = []
    for name in names():
        _, document = published(name) or ("", "{}")
        statements = json.loads(document).get("Statement", [])
        listed = statements if isinstance(statements, list) else [statements]
        if len(document) < 4000 and all(each["Effect"] == "Allow" for each in listed):  # noqa: PLR2004 - characters
            found.append((name, tuple(listed)))
    return tuple(random.Random(seed).sample(found, SHAPES))  # noqa: S311 - no secret


def _role(own: str, other: str, number: int, drawn: random.Random) -> Json:
    name, statements = shapes()[drawn.randrange(SHAPES)]
    some = drawn.sample(statements, min(len(statements), drawn.randint(1, 3)))
    inline = [_narrowed(each, own, drawn) for each in some]
    if number % 10 == 0:
        inline.append(_allow("sts:AssumeRole", f"arn:aws:iam::{other}:role/team/role-1"))
    attached = [f"arn:aws:iam::aws:policy/{name}"] if number % 5 == 0 else []
    attached += [f"arn:aws:iam::{own}:policy/Baseline"] if number % 2 else []
    if number == 0:
        attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    return {
        "Arn": f"arn:aws:iam::{own}:role/team/role-{number}",
        "AssumeRolePolicyDocument": _document(_trust(own, other, number)),
        "RolePolicyList": [{"PolicyName": "Access", "PolicyDocument": _document(*inline)}],
        "AttachedManagedPolicies": [{"PolicyName": "", "PolicyArn": each} for each in attached],
    }


def _narrowed(statement: Json, own: str, drawn: random.Random) -> Json:
    """Return a statement on fewer resources: where it names all, a bucket or a path of the account."""
    kept = {key: value for key, value in statement.items() if key != "Sid"}
    actions = statement.get("Action", "")
    listed = actions if isinstance(actions, list) else [actions]
    if any(each.startswith("s3:") for each in listed) and statement.get("Resource") == "*":
        bucket = f"arn:aws:s3:::{own}-data-{drawn.randrange(BUCKETS)}"
        kept["Resource"] = [bucket, f"{bucket}/team-{drawn.randrange(20)}/*"]
    return kept


def _trust(own: str, other: str, number: int) -> Json:
    if number % 10 == 1:
        whom: Json = {"AWS": f"arn:aws:iam::{other}:root"}
    elif number % 10 == 2:  # noqa: PLR2004 - one in ten
        whom = {"AWS": f"arn:aws:iam::{own}:role/team/role-0"}
    else:
        whom = {"Service": ("lambda", "ec2", "ecs-tasks")[number % 3] + ".amazonaws.com"}
    return {"Effect": "Allow", "Principal": whom, "Action": "sts:AssumeRole"}


def _bucket(own: str, other: str, number: int) -> Json:
    arn = f"arn:aws:s3:::{own}-data-{number}"
    made: Json = {
        "type": "AWS::S3::Bucket",
        "name": f"{own}-data-{number}",
        "arn": arn,
        "region": REGION,
    }
    if number == 0:
        reader = {"AWS": f"arn:aws:iam::{other}:role/team/role-3"}
        made["policy"] = _document({**_allow("s3:GetObject", f"{arn}/*"), "Principal": reader})
    return made


def _policy(own: str) -> Json:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "cloudwatch:PutMetricData"]
    versions = [{"IsDefaultVersion": True, "Document": _document(_allow(actions, "*"))}]
    return {"Arn": f"arn:aws:iam::{own}:policy/Baseline", "PolicyVersionList": versions}


def _head(accounts: list[str]) -> Json:
    units = [f"ou-a1b2-{number:08}" for number in range(UNITS)]
    parents = {each: units[n % UNITS] for n, each in enumerate(accounts)}
    root = "r-a1b2"
    everywhere = [root, *units, *accounts]
    service = {"type": "SERVICE_CONTROL_POLICY"}
    policies = [
        {"id": FULL, "name": "FullAWSAccess", "targets": everywhere, "document": {}, **service},
        *(
            {
                "id": f"p-{name}",
                "name": name,
                "targets": [root] if name == "Root" else units[: UNITS // 2],
                "document": _document({"Effect": "Deny", "Action": actions, "Resource": "*"}),
                **service,
            }
            for name, actions in DENIED.items()
        ),
    ]
    return {
        "organization snapshot": {"version": 1, "taken": TAKEN, "regions": [REGION]},
        "accounts": {each: {} for each in accounts},
        "organization": {
            "id": "o-a1b2c3d4e5",
            "management": account(999_999_999),
            "types": ["SERVICE_CONTROL_POLICY"],
            "refused": [],
            "root": root,
            "parents": parents | dict.fromkeys(units, root),
            "policies": policies,
        },
    }


def _allow(action: Any, resource: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": [*statements]}
