"""The table of names: as current as the schemas, and right of the types that people name."""

import importlib.util
import json
from types import ModuleType

import pytest
from support.checkout import ROOT

from whomay.iam.facts.resource_names import ResourceNames, names_of, table

SCRIPT = ROOT / "scripts" / "resource_names.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the table."""
    spec = importlib.util.spec_from_file_location("resource_names_script", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_knows_what_the_pinned_schemas_and_formats_know(script: ModuleType) -> None:
    written = script.table()["types"]

    stale = sorted(kind for kind in {*written, *table()} if written.get(kind) != table().get(kind))

    assert stale == [], "run python scripts/resource_names.py"


def test_a_new_type_and_a_new_property_make_the_table_stale(script: ModuleType) -> None:
    fresh = {
        "typeName": "AWS::Fresh::Thing",
        "handlers": {},
        "properties": {"ThingName": {}, "Arn": {}},
        "primaryIdentifier": ["/properties/ThingName"],
        "readOnlyProperties": ["/properties/Arn"],
    }
    forms = {"thing": ["arn:${Partition}:fresh:${Region}:${Account}:thing/${ThingName}"]}

    assert script.entry(fresh, {}, forms) == {
        "ref": "ThingName",
        "id": "ThingName",
        "name": "ThingName",
        "arn": "arn:${Partition}:fresh:${Region}:${Account}:thing/${ThingName}",
        "parts": {"ThingName": "Ref"},
    }
    assert names_of("AWS::Fresh::Thing") is None


@pytest.mark.parametrize(
    ("kind", "ref", "parts"),
    [
        ("CloudWatch::Alarm", "AlarmName", {"Name": "Ref"}),
        ("RDS::DBInstance", "DBInstanceIdentifier", {"Name": "Ref"}),
        ("Batch::JobQueue", None, {"Name": "JobQueueName"}),
        ("EC2::VPC", "", {"VpcId": "Ref"}),
        ("KMS::Key", "", {"Name": "Ref"}),
        ("AppSync::GraphQLApi", None, {"Name": ""}),
        ("Lambda::Version", None, {"FunctionName": "FunctionName"}),
        ("WAFRegional::RateBasedRule", "~Name", {"Id": ""}),
        ("Scheduler::Schedule", "Name", {"GroupName": "GroupName=default", "ScheduleName": "Ref"}),
    ],
)
def test_a_part_is_made_by_aws_or_named_by_the_author_or_not_known(
    kind: str, ref: str | None, parts: dict[str, str]
) -> None:
    found = names_of(f"AWS::{kind}")

    assert found is not None
    assert (found.ref, dict(found.parts)) == (ref, parts)


def test_what_is_no_type_of_aws_has_no_names() -> None:
    assert names_of("Custom::Thing") is None
    assert names_of("Vendor::S3::Bucket") is None


def test_most_types_with_an_arn_have_its_format() -> None:
    written = json.loads((ROOT / "constructs/whomay/engine/templates/arns.json").read_text())
    derived = {f"AWS::{kind}" for kind, entry in table().items() if ResourceNames(**entry).arn}

    assert len(table()) == 1896
    assert len(derived | written["formats"].keys()) > 1000
