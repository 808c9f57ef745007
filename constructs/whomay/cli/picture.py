"""The tables of a run as a picture, for a page that cannot run it."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from whomay.cli.inputs import BadInputError
from whomay.cli.replace_file import replace

COLUMNS: Final = 110


def write(tables: Iterable[Table], path: Path) -> None:
    """Write the tables as SVG. No request leaves it: the viewer's own font is used.

    Raises BadInputError where the file cannot be written.
    """
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for table in tables:
        console.print(table)
    picture = console.export_svg(title="make demo", unique_id="demo")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    try:
        replace(path, picture, mode=0o644)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror}") from error
