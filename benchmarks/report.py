"""How long a report of many principals takes, how large it is, and how soon Chromium paints it.

    .venv/bin/python -m benchmarks.report [ROLES …]

The app is that of `benchmarks/rules.py`. Writing is in seconds of a core, by the real command.
Painting is what the browser itself measures from opening the file, the best of three. The search is
from the last key to the rows that are left.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rules import write
from scripts.browser import browser

WHOMAY = Path(sys.executable).with_name("whomay")
PAINTED = "performance.getEntriesByName('first-contentful-paint')"
SEARCHED = """() => {
    const search = document.getElementById("search");
    const start = performance.now();
    search.value = "role-33";
    search.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    return performance.now() - start;
}"""


def main() -> None:
    """Print one line a size."""
    print(f"{'roles':>6} {'write CPU s':>12} {'MB':>5} {'first paint ms':>15} {'search ms':>10}")
    for roles in [int(text) for text in sys.argv[1:]] or [10, 100, 500, 1000]:
        with tempfile.TemporaryDirectory() as name:
            page = Path(name) / "report.html"
            seconds = written(Path(name), roles, page)
            paint, search = opened(page)
            size = page.stat().st_size / 1e6
        print(f"{roles:>6} {seconds:>12.2f} {size:>5.1f} {paint:>15.0f} {search:>10.0f}")


def written(folder: Path, roles: int, page: Path) -> float:
    """Return the processor seconds of the command, its start included."""
    write(folder, roles)
    command = [WHOMAY, "report", "--assembly", folder, "--output", page]
    before = os.times()
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    used = after.children_user - before.children_user
    return used + after.children_system - before.children_system


def opened(page: Path) -> tuple[float, float]:
    """Return milliseconds until the first paint, and of a search."""
    paints = []
    with browser() as started:
        for _ in range(3):
            opened = started.new_page(viewport={"width": 1280, "height": 900})
            opened.goto(page.as_uri())
            opened.wait_for_function(f"{PAINTED}.length > 0")
            paints.append(float(opened.evaluate(f"{PAINTED}[0].startTime")))
        search = float(opened.evaluate(SEARCHED))
    return min(paints), search


if __name__ == "__main__":
    main()
