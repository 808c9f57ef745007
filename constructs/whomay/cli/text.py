"""Arguments that are words of a question, not the names of files."""

import sys
from typing import Any

import click
from click.types import StringParamType


class Text(StringParamType):
    """Text. Bytes that are none in this locale would be compared with what no template can hold."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        text = str(super().convert(value, param, ctx))
        try:
            text.encode()
        except UnicodeEncodeError:  # Python puts half of a character where it cannot read a byte
            encoding = sys.getfilesystemencoding()
            self.fail(
                f"{text!a} is not {encoding.upper()} text, which this locale takes it for; "
                "set LC_ALL to a locale with the encoding of your terminal, such as C.UTF-8",
                param,
                ctx,
            )
        return text
