"""Tokens in text: what CDK writes in place of a value that is known at deployment only."""

import re
from typing import Final

TOKEN: Final = re.compile(r"\$\{Token\[[A-Za-z0-9:._-]+\]\}")  # as CDK writes one into a text


def unresolved(value: object) -> bool:
    """Tell whether the text holds a token, so that nothing can be said of it now."""
    return isinstance(value, str) and bool(TOKEN.search(value))
