"""The CDK CLI's web explorer, as a browser sees it."""

import json
import re
import subprocess
from pathlib import Path
from urllib.request import urlopen

from support.checkout import ROOT
from support.language_server import Shown

CDK = ROOT / "node_modules" / ".bin" / "cdk"
ANY_FREE_PORT = "0"


def shown_in_the_explorer(folder: Path) -> set[Shown]:
    """Return what `cdk explore` shows for an app: file, line, pack and finding."""
    with subprocess.Popen(
        [CDK, "explore", "--port", ANY_FREE_PORT],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            page, token = _address(server)
            with urlopen(f"{page}api/policy-validation{token}") as answer:  # noqa: S310 - its own http
                found = json.load(answer)["violations"]
        finally:
            server.terminate()
    return {
        (place["file"], place["line"], one["source"], one["ruleName"])
        for one in found
        for where in one["occurrences"]
        for place in where["sourceLocations"]
    }


def _address(server: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the page's address and the token behind it, once the server has said both."""
    said = []
    for line in server.stdout or ():
        said.append(line)
        if address := re.search(r"(http://\S+/)(\?token=\S+)", line):
            return address[1], address[2]
    raise ValueError(f"the explorer did not start: {''.join(said)}")
