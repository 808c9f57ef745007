"""SARIF: every finding with its rule, its place and what was accepted."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from support.assemblies import write_assembly
from support.checkout import ROOT
from support.rule_examples import role_trusting

from whomay.cli import main
from whomay.engine import findings, read
from whomay.engine.contract import StatementKind
from whomay.engine.rules import RULES, Acknowledgement
from whomay.report.annotations import command
from whomay.report.sarif import sarif
from whomay.report.source_lines import Place, SourceLines

EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


@pytest.fixture
def log(tmp_path: Path) -> Any:
    template = {"Resources": {"Open": role_trusting(EVERYONE), "Kept": role_trusting(EVERYONE)}}
    folder = write_assembly(tmp_path, {"S": template})
    file = folder / "S.template.json"
    file.write_text(json.dumps(template, indent=1))
    kept = Acknowledgement("S/Kept", "AccessRules::trust-everyone[*]", "It is a public data set")
    assembly = read(folder)
    lines = SourceLines(assembly, tmp_path)
    written = sarif(findings(assembly), lines, version="1.0", acknowledged=[kept])
    return json.loads(json.dumps(written))


# The schema of the standard. Microsoft, who edits it at OASIS, ships it with its own test helpers.
STANDARD = (
    ROOT / "node_modules" / "@microsoft" / "jest-sarif" / "lib/schemas/sarif-2.1.0-rtm.5.json"
)


@pytest.fixture(scope="module")
def standard() -> Any:
    schema = json.loads(STANDARD.read_text())
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def test_a_log_is_as_the_standard_has_it(log: Any, standard: Any) -> None:
    standard.validate(log)
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not standard.is_valid(log)


def test_a_result_names_rule_file_line_and_construct(log: Any) -> None:
    [first, second] = log["runs"][0]["results"]
    assert first["ruleId"] == "trust-everyone"
    assert first["level"] == "error"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "S.template.json", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3},
            },
            "logicalLocations": [{"fullyQualifiedName": "S/Open", "kind": "resource"}],
        }
    ]
    assert first["partialFingerprints"] != second["partialFingerprints"]
    assert first["message"]["text"].startswith("S/Open: every principal of every account")


def test_an_accepted_finding_is_suppressed_with_its_reason(log: Any) -> None:
    [first, second] = log["runs"][0]["results"]
    assert first["suppressions"] == []
    assert second["suppressions"] == [
        {"kind": "external", "justification": "It is a public data set"}
    ]


def test_all_rules_are_described(log: Any) -> None:
    described = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == [
        *(rule.id for rule in RULES),
        *(kind.value for kind in StatementKind),
    ]
    assert {rule["defaultConfiguration"]["level"] for rule in described} <= {"error", "warning"}


def closed(required: str, **properties: Any) -> dict[str, Any]:
    """A JSON schema of an object that has nothing but these properties."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def several(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string"}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = closed("text", text=TEXT, markdown=TEXT)
# What the standard says of the objects that are written, and what code scanning wants besides.
LOG = closed(
    "$schema version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=several(
        closed(
            "tool results",
            tool=closed(
                "driver",
                driver=closed(
                    "name version rules",
                    name=TEXT,
                    version=TEXT,
                    rules=several(
                        closed(
                            "id shortDescription fullDescription help defaultConfiguration",
                            id=TEXT,
                            name=TEXT,
                            shortDescription=MESSAGE,
                            fullDescription=MESSAGE,
                            help=MESSAGE,
                            helpUri={"type": "string", "pattern": "^https://"},
                            defaultConfiguration=closed("level", level=LEVEL),
                            properties={"type": "object"},
                        ),
                        uniqueItems=True,
                    ),
                ),
            ),
            originalUriBaseIds={"additionalProperties": closed("description", description=MESSAGE)},
            results=several(
                closed(
                    "ruleId message locations partialFingerprints",
                    ruleId=TEXT,
                    level=LEVEL,
                    message=MESSAGE,
                    locations=several(
                        closed(
                            "physicalLocation",
                            physicalLocation=closed(
                                "artifactLocation region",
                                artifactLocation=closed(
                                    "uri uriBaseId",
                                    uri={"type": "string", "pattern": r"^[\w./%~-]+$"},
                                    uriBaseId={"const": "%SRCROOT%"},
                                ),
                                region=closed(
                                    "startLine", startLine={"type": "integer", "minimum": 1}
                                ),
                            ),
                            logicalLocations=several(
                                closed(
                                    "fullyQualifiedName kind", fullyQualifiedName=TEXT, kind=TEXT
                                )
                            ),
                        ),
                        minItems=1,
                    ),
                    partialFingerprints={"type": "object", "additionalProperties": TEXT},
                    suppressions=several(
                        closed(
                            "kind",
                            kind={"enum": ["inSource", "external"]},
                            justification=TEXT,
                        )
                    ),
                )
            ),
        ),
        minItems=1,
    ),
)


def app_of(folder: Path, trace: list[str]) -> Path:
    """Write an app with an open role, made by a construct with that trace, and a broken contract."""
    resources = {"Open": role_trusting(EVERYONE)}
    resources["Open"]["Properties"]["Policies"] = [
        {"PolicyName": "P", "PolicyDocument": {"Version": "2012-10-17", "Statement": [MAY]}}
    ]
    write_assembly(folder / "cdk.out", {"S": {"Resources": resources}})
    manifest = json.loads((folder / "cdk.out" / "manifest.json").read_text())
    manifest["artifacts"]["S"]["metadata"] = {
        "/S": [{"type": "whomay:statement", "data": STATED}],
        "/S/Open": [{"type": "aws:cdk:creationStack", "data": trace}],
    }
    (folder / "cdk.out" / "manifest.json").write_text(json.dumps(manifest))
    return folder


MAY = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
STATED = {
    "Statement": "must_not_allow",
    "At": "lib/a shop.py:4",
    "Scope": "S",
    "Principal": "S/Open",
    "Actions": ["s3:*"],
    "Resources": ["*"],
    "Given": {},
}


@pytest.mark.parametrize("made", ["in this folder", "on another machine", "in a library"])
def test_a_result_is_at_the_line_of_the_app_s_own_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str, standard: Any
) -> None:
    app = tmp_path / "app"
    own = {
        "in this folder": f"new Role ({app}/lib/shop.ts:31:5)",
        "on another machine": "new Role (/home/runner/work/app/lib/shop.ts:31:5)",
        "in a library": f"new Role ({app}/node_modules/lib/shop.ts:31:5)",
    }
    app_of(app, ["...aws-cdk-lib...", own[made]])
    (app / "lib").mkdir()
    (app / "lib" / "shop.ts").touch()
    monkeypatch.chdir(app)
    log = json.loads(CliRunner().invoke(main, ["check", "--format", "sarif"]).stdout)
    jsonschema.validate(log, LOG)
    standard.validate(log)
    places = {
        one["ruleId"]: one["locations"][0]["physicalLocation"] for one in log["runs"][0]["results"]
    }
    assert places["must_not_allow"]["artifactLocation"]["uri"] == "lib/a%20shop.py"
    assert places["must_not_allow"]["region"] == {"startLine": 4}
    at = places["trust-everyone"]
    expected = ("lib/shop.ts", 31) if made != "in a library" else ("cdk.out/S.template.json", 1)
    assert (at["artifactLocation"]["uri"], at["region"]["startLine"]) == expected


def test_annotations_are_commands_that_no_name_can_end_or_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evil = "a%0Ab\n::error::x ##[error]y,file=/etc/passwd"
    folder = app_of(tmp_path, [])
    template = folder / "cdk.out" / "S.template.json"
    text = template.read_text().replace('"Open"', json.dumps(evil))
    template.write_text(text)
    done = CliRunner().invoke(main, ["check", "--format", "github"])
    assert done.exit_code in (1, 2)
    lines = done.stdout.splitlines()
    assert lines
    for line in lines:
        assert re.match(r"::(error|warning) (file=[^:,]+,line=\d+,)?title=[^:,]+::", line), line
        assert "##[" not in line
        assert "%0A" not in line.replace("%250A", "")


def test_a_command_escapes_what_it_is_given() -> None:
    place = Place("lib/a,b:c%.py", 3)
    assert command("error", "50%\n##[error]x", place, "Rules::one") == (
        "::error file=lib/a%2Cb%3Ac%25.py,line=3,title=Rules%3A%3Aone::50%25\\n## [error]x"
    )
