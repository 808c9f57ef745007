"""Places of templates that show a secret."""

from pathlib import Path
from typing import Any

from whomay.engine.templates.shown_secrets import shown_secrets
from whomay.engine.templates.template import Template

KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"


def places(body: dict[str, Any]) -> list[str]:
    template = Template("S", "S", Path("S.json"), "", "", body)
    return [one.place for one in shown_secrets(template)]


def test_of_many_resources_only_those_with_a_secret_are_named() -> None:
    many = {f"Bucket{n}": {"Type": "AWS::S3::Bucket"} for n in range(9)}
    shown = {"Type": "AWS::SSM::Parameter", "Properties": {"Value": KEY_ID}}
    body = {"Resources": {**many, "Shown": shown}, "Outputs": {"Id": {"Value": KEY_ID}}}
    assert places(body) == ["Outputs.Id.Value", "Resources.Shown.Properties.Value"]


def test_a_secret_is_found_however_deep_lists_are_nested() -> None:
    nested: Any = KEY_ID
    for _ in range(5_000):
        nested = [nested]
    assert places({"Resources": {"A": {"Type": "X", "Properties": {"P": nested}}}}) == [
        "Resources.A.Properties.P"
    ]
