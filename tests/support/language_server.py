"""An editor as `cdk lsp` sees it: one that opens a folder and is told what to show where.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

import json
import subprocess
from pathlib import Path
from typing import IO, Any

from support.checkout import ROOT

CDK = ROOT / "node_modules" / ".bin" / "cdk"
Shown = tuple[str, int, str, str]


def shown_in_the_editor(folder: Path) -> set[Shown]:
    """Return what the CDK CLI's language server shows for an app: file, line, pack and finding.

    The app must have findings: the server says nothing of one that has none.
    """
    with subprocess.Popen(
        [CDK, "lsp"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise ValueError("the server has no standard input or output")
        try:
            about: dict[str, Any] = {
                "processId": None,
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                "initializationOptions": {"applicationDir": str(folder)},
                "capabilities": {"textDocument": {"publishDiagnostics": {}}},
            }
            _send(server.stdin, id=1, method="initialize", params=about)
            _send(server.stdin, method="initialized", params={})
            return _told(server.stdin, server.stdout, folder)
        finally:
            server.terminate()


def _told(to: IO[bytes], source: IO[bytes], folder: Path) -> set[Shown]:
    """Read on until the server has said what it shows: it tells all files at once, one by one."""
    found: set[Shown] = set()
    asked = False
    while True:
        message = _received(source)
        if message.get("method") == "textDocument/publishDiagnostics":
            name = message["params"]["uri"].removeprefix(f"{folder.as_uri()}/")
            for one in message["params"]["diagnostics"]:
                found.add((name, one["range"]["start"]["line"] + 1, one["source"], one["code"]))
            if found and not asked:
                asked = True
                place = {"textDocument": {"uri": folder.as_uri()}}
                _send(to, id=2, method="textDocument/codeLens", params=place)
        elif message.get("id") == 2 and asked:
            return found
        elif "method" in message and "id" in message:
            _send(to, id=message["id"], result=None)


def _send(to: IO[bytes], **message: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    to.flush()


def _received(source: IO[bytes]) -> dict[str, Any]:
    length = 0
    while (line := source.readline()) != b"\r\n":
        if not line:
            raise EOFError("the language server has ended")
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    found: dict[str, Any] = json.loads(source.read(length))
    return found
