"""A door: the names that a package offers, each imported when somebody first asks for it.

https://peps.python.org/pep-0562/
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False  # type checkers take it as true; to import `typing` costs more than all else
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def door(
    package: str, offered: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package.

    `offered` holds the names that the package offers, by the module that defines them. An unknown
    name raises AttributeError, as with any module.
    """
    module_of = {name: module for module, names in offered.items() for name in names}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[package], name, found)  # the next look finds it at once
        return found

    return get, lambda: sorted(module_of)
