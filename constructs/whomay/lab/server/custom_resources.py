"""Custom resources whose Lambda never answers: bounded, so that no deployment waits for ever.

CloudFormation itself waits up to an hour for an answer.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
"""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

from whomay.lab.server import internals


def _bounded(inner: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def invoke_custom_resource(request_type: str, logical_id: str, *rest: Any, **more: Any) -> Any:
        outcome: list[tuple[Any, Exception | None]] = []
        context = contextvars.copy_context()

        def invoke() -> None:
            try:
                result = context.run(inner, request_type, logical_id, *rest, **more)
            except Exception as error:  # noqa: BLE001 - raised again, where it is waited for
                outcome.append((None, error))
            else:
                outcome.append((result, None))

        thread = threading.Thread(target=invoke, daemon=True)
        thread.start()
        thread.join(seconds)
        if not outcome:
            raise TimeoutError(
                f"Custom resource {logical_id} gave no answer to {request_type} within "
                f"{seconds:g} s, the longest that the lab waits"
            )
        result, error = outcome[0]
        if error:
            raise error
        return result

    return invoke_custom_resource


def install(seconds: float) -> None:
    """Give every custom resource `seconds` to answer; then its resource, and the stack, fails."""
    internals.replace(
        "services.cloudformation.custom_resource",
        "invoke_custom_resource",
        lambda inner: _bounded(inner, seconds),
    )
