"""Permissions that AWS asks for besides the one of the call, and MiniStack does not."""

import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from whomay.lab.server import internals
from whomay.lab.server.calls import ERROR_STATUS, Answer, drive, parse
from whomay.lab.server.request import Request

PROFILE_ACTIONS = frozenset(
    {"RunInstances", "AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"}
)
# the query parameters of a plain read or write of an object's bytes
OBJECT_PARAMETERS = frozenset({"partNumber", "uploadId", "uploads", "versionId", "x-id"})
HEADERS = {"x-amz-acl": "s3:PutObjectAcl", "x-amz-tagging": "s3:PutObjectTagging"}
ENCRYPTION, KEY_ID = "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"


def _here() -> tuple[str, str]:
    """Return account and Region of the present request."""
    account = internals.get("core.responses", "get_account_id")()
    return account, internals.get("core.responses", "get_region")()


def refuse(
    request: Request, service: str, action: str, resource: str, context: dict[str, str]
) -> Answer | None:
    """Return `service`'s refusal when the caller may not do `action` as well, or None."""
    _, region = _here()
    denied = internals.get("core.iam_evaluator", "enforce")(
        request.access_key,
        action,
        action.split(":", maxsplit=1)[0],
        region,
        resource_arn=resource,
        service_context=context,
    )
    if not isinstance(denied, internals.get("core.iam_evaluator", "EvalResult")):
        return None  # allowed; a bad signature is the call's own error
    answer: Answer = internals.get("core.iam_actions", "access_denied_response")(
        service,
        action,
        denied.principal_arn,
        str(uuid.uuid4()),
        headers=request.headers,
        resource_arn=resource,
        explicit_deny=denied.decision == "Deny",
        resource_policy_arn=denied.resource_policy_arn,
    )
    return answer


def roles_passed(request: Request) -> list[str]:
    """Return the ARNs of the roles that a request hands to EC2."""
    if request.parameter("Action") not in PROFILE_ACTIONS:
        return []
    profile = request.parameter("IamInstanceProfile.Name") or request.parameter(
        "IamInstanceProfile.Arn"
    )
    profiles = internals.get("services.iam", "_instance_profiles")
    roles = internals.get("services.iam", "_roles")
    names = (profiles.get(profile.rsplit("/", 1)[-1]) or {}).get("Roles", [])
    return [roles[name]["Arn"] for name in names if name in roles]


def _asking_pass_role(inner: Any) -> Any:
    """Ask iam:PassRole of who gives an instance a role."""

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
    ) -> Answer:
        request = Request(method, path, headers, body, query_params)
        context = {"iam:passedtoservice": "ec2.amazonaws.com"}
        for role in roles_passed(request) if request.access_key else []:
            refused = refuse(request, "ec2", "iam:PassRole", role, context)
            if refused:
                return refused
        answer: Answer = await inner(method, path, headers, body, query_params)
        return answer

    return handle_request


def key_of(inner: Callable[..., Any], request: Request) -> str | None:
    """Return the ARN of the customer key that S3 uses for an object's bytes, or None."""
    bucket, _, name = request.path.lstrip("/").partition("/")
    if not name or request.method not in ("GET", "PUT", "POST"):
        return None
    if not set(request.query) <= OBJECT_PARAMETERS:
        return None
    written = request.headers if request.method != "GET" else {}
    algorithm, key = written.get(ENCRYPTION, ""), written.get(KEY_ID, "")
    if not key:
        question = inner("GET", f"/{bucket}", {}, b"", {"encryption": [""]}, internal=True)
        status, _, body = drive(question)
        default = parse(body) if status < ERROR_STATUS and body else ET.Element("None")
        algorithm = algorithm or default.findtext(".//SSEAlgorithm") or ""
        key = default.findtext(".//KMSMasterKeyID") or ""
    if not key or not algorithm.startswith("aws:kms"):
        return None
    account, region = _here()
    return key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"


def refuse_key_use(request: Request, key: str) -> Answer | None:
    """Return S3's refusal when the caller may not use the key, or None."""
    account, region = _here()
    action = "kms:Decrypt" if request.method == "GET" else "kms:GenerateDataKey"
    context = {
        "kms:viaservice": f"s3.{region}.amazonaws.com",
        "kms:calleraccount": account,
    }
    return refuse(request, "s3", action, key, context)


def _asking_key_use(inner: Any) -> Any:
    """Ask kms:GenerateDataKey of who writes under a customer key, kms:Decrypt of who reads.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """

    async def handle_request(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        *rest: Any,
        **keywords: Any,
    ) -> Answer:
        if headers.get(ENCRYPTION, "").startswith("aws:kms") and KEY_ID not in headers:
            # the bucket's key, or the account's aws/s3 key; MiniStack refuses to choose
            headers = {name: value for name, value in headers.items() if name != ENCRYPTION}
        request = Request(method, path, headers, body, query_params)
        if request.access_key and not keywords.get("internal"):
            key = key_of(inner, request)
            refused = refuse_key_use(request, key) if key else None
            if refused:
                return refused
        answer: Answer = await inner(method, path, headers, body, query_params, *rest, **keywords)
        return answer

    return handle_request


def _asking_for_headers(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Ask the action of each header that makes an upload do more than upload.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """

    def s3_additional_checks(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Any:
        checks = inner(method, path, headers, body, query)
        bucket, _, name = path.lstrip("/").partition("/")
        if method in ("PUT", "POST") and name and set(query) <= OBJECT_PARAMETERS:
            arn = f"arn:aws:s3:::{bucket}/{name}"
            checks = checks + [(HEADERS[header], arn) for header in HEADERS if headers.get(header)]
        return checks

    return s3_additional_checks


def install() -> None:
    """Put the questions in place."""
    internals.replace("services.ec2", "handle_request", _asking_pass_role)
    internals.replace("services.s3", "handle_request", _asking_key_use)
    internals.replace("core.iam_actions", "s3_additional_checks", _asking_for_headers)
