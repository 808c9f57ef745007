"""When the reason of an acknowledgement says why."""

import re
from typing import Final

LEAST_WORDS: Final = 10
_PLACEHOLDER: Final = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b", re.IGNORECASE)


def says_why(reason: str) -> bool:
    """Tell whether a reason has ten words or more, and no placeholder among them."""
    return len(re.findall(r"[^\W\d_]+", reason)) >= LEAST_WORDS and not _PLACEHOLDER.search(reason)
