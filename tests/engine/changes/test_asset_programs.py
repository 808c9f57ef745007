"""A program that makes an asset runs with the rights of who deploys: another one is a change."""

import json
from pathlib import Path

from support.small_templates import assembly, may, role

from whomay.engine import Snapshot, diff, from_lock, read, to_lock


def app(folder: Path, *program: str) -> Snapshot:
    written = assembly(folder, {"R": role(may("s3:GetObject"))})
    manifest = json.loads((written / "manifest.json").read_text())
    properties = {"file": "S.assets.json"}
    manifest["artifacts"]["S.assets"] = {"type": "cdk:asset-manifest", "properties": properties}
    (written / "manifest.json").write_text(json.dumps(manifest))
    source = {"executable": list(program)} if program else {"path": "S.template.json"}
    assets = {"version": "36.0.0", "files": {"f": {"source": source, "destinations": {}}}}
    (written / "S.assets.json").write_text(json.dumps(assets))
    return read(written).snapshot


def test_a_program_that_the_deployment_runs_is_told(tmp_path: Path) -> None:
    none, build, steal = (
        app(tmp_path / name, *words)
        for name, words in (("none", ()), ("build", ("make",)), ("steal", ("sh", "-c", "env")))
    )
    why = "what the program does that makes asset f, with the rights of who deploys"
    for old, new, what in ((none, build, "it is new"), (build, steal, "it is another than before")):
        told = [(one.change.value, one.principal, one.text) for one in diff(old, new)]
        assert told == [("Unknown", "S.assets", f"not seen: {why}; {what}")]
        assert diff(from_lock(to_lock(new)), new) == []
    assert none.unseen == ()
