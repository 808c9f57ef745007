"""Draw docs/diff.svg: a diff of access.lock as a terminal shows it, in colour.

.venv/bin/python -m scripts.diff_picture
"""

import io
import re
import tempfile
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console
from rich.text import Text

from whomay.cli import main as whomay

ROOT = Path(__file__).parents[1]
COLUMNS = 110


def main() -> None:
    """Compare access.lock with one in which a role lost its prefix, and another one an action."""
    lock = ROOT / "access.lock"
    text = lock.read_text().replace("/incoming/*", "/*", 1)
    with tempfile.TemporaryDirectory() as name:
        proposed = Path(name) / "proposed.lock"
        proposed.write_text(text.replace("          - s3:GetObject\n", "", 1))
        done = CliRunner().invoke(whomay, ["diff", str(lock), str(proposed)], color=True)
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ whomay diff access.lock proposed.lock\n{done.output}"))
    picture = console.export_svg(title="whomay diff", unique_id="diff")
    # No request leaves the picture: the viewer's own font is used.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    (ROOT / "docs" / "diff.svg").write_text(picture)


if __name__ == "__main__":
    main()
