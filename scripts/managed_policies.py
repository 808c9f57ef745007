"""Write the table of AWS managed policies anew, from the data that moto publishes.

    python scripts/managed_policies.py [VERSION]

It downloads moto's wheel (Apache-2.0) with pip, the newest unless a version is named. It reads the
wheel's copy of AWS's policies without importing it, and replaces
`constructs/whomay/iam/facts/managed.gz`. Then it names the policies that are new, gone and changed.
Exit codes: 0 written or current, 2 the wheel cannot be had or has another shape.
"""

import ast
import gzip
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "constructs/whomay/iam/facts/managed.gz"
INSIDE = "moto/iam/aws_managed_policies.py"
FEWEST = 1000  # fewer policies than this are not all of AWS's


def main(version: str) -> int:
    """Write the table, say what is different, and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"moto=={version}" if version else "moto"
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "-d",
            folder,
            wanted,
        ]
        if subprocess.run(pip, check=False).returncode:
            return 2
        (wheel,) = Path(folder).glob("moto-*.whl")
        policies = published(wheel)
    if len(policies) < FEWEST:
        sys.stderr.write(f"managed policies: {INSIDE} of {wheel.name} holds {len(policies)}\n")
        return 2
    lines = dict(sorted(map(line_of, policies.items())))
    source = f"moto {wheel.name.split('-')[1]} (Apache-2.0)"
    newest = max(line.partition("\t")[0] for line in lines.values())
    head = f"AWS managed policies as published by AWS, from {source}\t{newest}"
    text = "\n".join([head, *(f"{name}\t{line}" for name, line in lines.items()), ""])
    before = dict(read()) if TABLE.exists() else {}
    written = TABLE.with_suffix(".new")
    written.write_bytes(gzip.compress(text.encode(), mtime=0))
    os.replace(written, TABLE)  # noqa: PTH105 - Path.replace says the same, and hides that it is one step
    print(f"{len(lines)} policies as of {newest}, from {source}")
    for word, names in (
        ("new", lines.keys() - before.keys()),
        ("gone", before.keys() - lines.keys()),
        ("changed", {n for n in lines.keys() & before.keys() if lines[n] != before[n]}),
    ):
        print(f"{word}: {', '.join(sorted(names)) or 'none'}")
    return 0


def published(wheel: Path) -> dict[str, Any]:
    """Return AWS's policies as moto has them: the one long text in its module is JSON."""
    tree = ast.parse(zipfile.ZipFile(wheel).read(INSIDE))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found: dict[str, Any] = json.loads(max((t for t in texts if isinstance(t, str)), key=len))
    return found


def line_of(entry: tuple[str, Any]) -> tuple[str, str]:
    """Return the name with its path, and the day and document of its default version."""
    name, policy = entry
    day = (policy.get("UpdateDate") or policy["CreateDate"])[:10]
    document = json.dumps(policy["Document"], separators=(",", ":"), sort_keys=True)
    return f"{policy['Path'].lstrip('/')}{name}", f"{day}\t{document}"


def read() -> Iterator[tuple[str, str]]:
    """Yield the lines of today's table, the first left out."""
    for line in gzip.decompress(TABLE.read_bytes()).decode().splitlines()[1:]:
        name, _, rest = line.partition("\t")
        yield name, rest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else ""))
