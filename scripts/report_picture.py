"""Draw docs/report.png: the report of cdk.out, as a browser shows its beginning.

.venv/bin/python -m scripts.report_picture
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from scripts.browser import browser

ROOT = Path(__file__).parents[1]
SIZE = {"width": 1120, "height": 860}  # pixels


def main() -> None:
    """Write the report of a copy whose folder has the project's name, and take its picture."""
    with tempfile.TemporaryDirectory() as name, browser() as started:
        folder = Path(name) / "whomay"
        shutil.copytree(ROOT / "cdk.out", folder / "cdk.out")
        whomay = ROOT / ".venv" / "bin" / "whomay"
        subprocess.run([whomay, "report"], cwd=folder, check=True, capture_output=True)
        page = started.new_page(viewport=SIZE)
        page.goto((folder / "report.html").as_uri())
        page.locator(".row", has_text="s3:GetObject").click()
        page.mouse.move(0, 0)
        page.screenshot(path=ROOT / "docs" / "report.png")


if __name__ == "__main__":
    main()
