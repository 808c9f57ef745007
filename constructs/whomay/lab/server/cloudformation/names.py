"""Names that CloudFormation makes up: they differ from lab to lab, and from account to account.

MiniStack makes them of the stack and the logical id alone. The AWS CLI keeps the credentials of an
assumed role for an hour, under the role's ARN. With the same ARN in a second lab it would send
those of the first.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, Final

from whomay.lab.server import internals

_SUFFIX: Final = 13  # hexadecimal digits at the end of a name
_LAB: Final = secrets.token_hex(16)


def _of_this_lab(inner: Callable[..., str]) -> Callable[..., str]:
    def physical_name(stack: str, logical_id: str, **options: Any) -> str:
        name = inner(stack, logical_id, **options)
        account = internals.get("core.responses", "get_account_id")()
        made = f"{_LAB}:{account}:{name[-_SUFFIX:].upper()}"
        suffix = hashlib.sha256(made.encode()).hexdigest()[:_SUFFIX]
        return name[:-_SUFFIX] + (suffix if name == name.lower() else suffix.upper())

    return physical_name


def register() -> None:
    """Put it in the place of MiniStack's."""
    internals.replace("services.cloudformation.provisioners", "_physical_name", _of_this_lab)
