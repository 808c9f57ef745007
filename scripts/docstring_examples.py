"""Shows the examples of a docstring as code: without a fence Markdown takes `>>>` for a quotation."""

import re
from typing import Any, Final

import griffe

_EXAMPLE: Final = re.compile(r"^>>> (?:.|\n)*?(?=\n\n|\Z)", re.MULTILINE)


class FencedExamples(griffe.Extension):
    """Puts a fence around each example."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change the docstring of an object that was just read."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
