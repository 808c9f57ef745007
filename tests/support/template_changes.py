"""Changes of a template's resources, to be put together."""

from collections.abc import Callable
from typing import Any

Change = Callable[[dict[str, Any]], None]


def of(name: str, **properties: Any) -> Change:
    """Return a change of the properties of one resource; None takes one away."""

    def change(template: dict[str, Any]) -> None:
        own = template["Resources"][name]["Properties"]
        own.update(properties)
        for key in [key for key, value in properties.items() if value is None]:
            del own[key]

    return change


def adding(name: str, kind: str, **properties: Any) -> Change:
    """Return a change that adds a resource."""

    def change(template: dict[str, Any]) -> None:
        template["Resources"][name] = {"Type": kind, "Properties": properties}

    return change


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(template: dict[str, Any]) -> None:
        for each in changes:
            each(template)

    return change
