"""Every name of MiniStack that this package reads or replaces, of one version, in one table."""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

VERSION: Final = "1.5.33"

# module -> names. `get` and `replace` take nothing that is not listed, so the table is complete.
TOUCHED: Final[dict[str, tuple[str, ...]]] = {
    "ministack.app": ("SERVICE_HANDLERS", "_credential_failure", "app"),
    "ministack.core.iam_actions": (
        "SERVICE_TO_IAM_NAMESPACE",
        "_BOTOCORE_SERVICE_MAP",
        "access_denied_response",
        "extract_iam_action",
        "extract_resource_arn",
        "s3_additional_checks",
    ),
    "ministack.core.iam_evaluator": (
        "AuthError",
        "EvalContext",
        "EvalResult",
        "_conditions_met",
        "_first_match",
        "_gather_role_policies",
        "_gather_user_policies",
        "_permissions_boundary",
        "_principal_keys",
        "_resolve_condition_key",
        "_resolve_managed_policy_document",
        "combine_resource_policy",
        "enforce",
        "evaluate",
        "evaluate_resource_policy",
        "evaluate_trust_policy",
        "is_root_access_key",
        "parse_policy_document",
        "resolve_caller_identity",
        "resolve_principal",
    ),
    "ministack.core.responses": (
        "error_response_json",
        "get_account_id",
        "get_region",
        "set_request_account_id",
        "set_request_region",
    ),
    "ministack.core.router": (
        "SERVICE_PATTERNS",
        "detect_service",
        "extract_access_key_id",
        "extract_region",
    ),
    "ministack.core.sigv4": (
        "header_signature_failure",
        "parse_header_signature",
        "request_time_failure",
    ),
    "ministack.services.cloudformation.custom_resource": ("invoke_custom_resource",),
    "ministack.services.cloudformation.provisioners": (
        "_REPLACING_PROPERTIES",
        "_RESOURCE_HANDLERS",
        "_physical_name",
    ),
    "ministack.services.cloudformation": ("_stacks", "handle_request"),
    "ministack.services.cloudformation.changesets": ("_evaluate_conditions",),
    "ministack.services.cloudformation.engine": ("_evaluate_conditions",),
    "ministack.services.cloudformation.handlers": (
        "_ACTION_HANDLERS",
        "_create_stack_task_in_region",
        "_evaluate_conditions",
    ),
    "ministack.services.cloudformation.stacks": (
        "_delete_resource",
        "_evaluate_conditions",
        "_provision_resource",
        "_runs_on_worker_thread",
        "_update_resource",
    ),
    "ministack.services.cloudtrail": (
        "_event_selectors",
        "_get_event_queue",
        "_trails",
        "handle_request",
    ),
    "ministack.services.ec2": ("_instances", "_launch_templates", "handle_request"),
    "ministack.services.iam": (
        "_IAM_HANDLERS",
        "_access_keys",
        "_add_user_to_group",
        "_attach_group_policy",
        "_attach_role_policy",
        "_attach_user_policy",
        "_create_user",
        "_delete_user",
        "_gen_access_key_id",
        "_group_inline_policies",
        "_groups",
        "_instance_profiles",
        "_login_profiles",
        "_lookup_policy",
        "_make_aws_managed_record",
        "_mfa_devices",
        "_oidc_providers",
        "_policies",
        "_put_group_policy",
        "_put_role_policy",
        "_put_user_policy",
        "_roles",
        "_user_inline_policies",
        "_users",
        "handle_request",
    ),
    "ministack.services.ecr": ("_repo_policies", "handle_request"),
    "ministack.services.kms": ("_keys", "handle_request", "key_policy_for_arn"),
    "ministack.services.lambda_svc": ("handle_request",),
    "ministack.services.organizations": (
        "FULL_ACCESS_POLICY_ID",
        "_DISPATCH",
        "_accounts",
        "_attachments",
        "_ensure_org",
        "_orgs",
        "_roots",
        "handle_request",
    ),
    "ministack.services.secretsmanager": (
        "_resource_policies",
        "handle_request",
        "secret_policy_for_arn",
    ),
    "ministack.services.sns": ("_topics", "handle_request"),
    "ministack.services.sqs": ("_queues", "handle_request"),
    "ministack.services.s3": ("_bucket_policies", "_multipart_uploads", "handle_request"),
    "ministack.services.ssm": ("_PUBLIC_AMI_PARAMETERS", "handle_request"),
    "ministack.services.sts": (
        "_gen_session_access_key",
        "_principal_keys",
        "_sessions",
        "handle_request",
        "register_session",
    ),
}


class WrongMiniStackError(Exception):
    """The installed MiniStack is not the one that this package is written for."""


def check_version() -> None:
    """Refuse any MiniStack but `VERSION`, before it is imported.

    Raises:
        WrongMiniStackError: another version, or none, is installed.

    """
    try:
        installed = version("ministack")
    except PackageNotFoundError:
        installed = "none"
    if installed != VERSION:
        raise WrongMiniStackError(
            f"the lab is written for ministack {VERSION} exactly, found {installed}: "
            f"pip install 'whomay[lab]'"
        )


def check_names() -> None:
    """Refuse a MiniStack that lacks a name of `TOUCHED`: an edited or repackaged 1.5.33.

    Raises:
        WrongMiniStackError: names a module and what it lacks.

    """
    missing = [
        f"{module}.{name}"
        for module, names in TOUCHED.items()
        for name in names
        if not hasattr(import_module(module), name)
    ]
    if missing:
        raise WrongMiniStackError(f"ministack {VERSION} lacks {', '.join(missing)}: reinstall it")


def get(module: str, name: str) -> Any:
    """Return `name` of `ministack.MODULE`, which `TOUCHED` must list."""
    full = f"ministack.{module}"
    if name not in TOUCHED[full]:
        raise KeyError(f"{full}.{name} is not in the table of names")
    return getattr(import_module(full), name)


def replace(module: str, name: str, make: Callable[[Any], Any]) -> None:
    """Put `make(the present value)` in the place of `name` of `ministack.MODULE`."""
    setattr(import_module(f"ministack.{module}"), name, make(get(module, name)))
