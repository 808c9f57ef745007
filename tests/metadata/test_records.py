"""The records that an app leaves in its assembly: written and read by the same functions."""

from datetime import date
from typing import Any

import pytest

from whomay.metadata.records import (
    AcknowledgementRecord,
    BoundaryRecord,
    FormatError,
    StatementKind,
    StatementRecord,
    UncheckedRecord,
    read,
    write,
)
from whomay.metadata.references import Reference, read_text, write_text


def same(data: Any) -> Any:
    return data


RECORDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "requests": (
        StatementRecord(
            StatementKind.MUST_ALLOW,
            "app.py:7",
            "S/Role",
            actions=["s3:GetObject"],
            resources=["*"],
            given={"aws:SourceVpce": ["a"], "aws:SourceIp": []},
        ),
        {
            "Version": 2,
            "Statement": "must_allow",
            "At": "app.py:7",
            "Principal": "S/Role",
            "Actions": ["s3:GetObject"],
            "Resources": ["*"],
            "Given": {"aws:SourceVpce": ["a"], "aws:SourceIp": []},
        },
    ),
    "a closed world": (
        StatementRecord(StatementKind.MAY_ONLY, "app.py:8", "S/Role", statements=[{"Sid": "A"}]),
        {
            "Version": 2,
            "Statement": "may_only",
            "At": "app.py:8",
            "Principal": "S/Role",
            "Statements": [{"Sid": "A"}],
        },
    ),
    "a trust": (
        StatementRecord(
            StatementKind.ASSUMABLE_ONLY_BY, "app.py:9", "S/Role", trusted=[{"Principal": "*"}]
        ),
        {
            "Version": 2,
            "Statement": "assumable_only_by",
            "At": "app.py:9",
            "Principal": "S/Role",
            "Trusted": [{"Principal": "*"}],
        },
    ),
    "an acknowledgement": (
        AcknowledgementRecord("Pack::Rule", "because", "team", date(2027, 3, 31)),
        {
            "Version": 2,
            "id": "Pack::Rule",
            "reason": "because",
            "owner": "team",
            "expires": "2027-03-31",
        },
    ),
    "a boundary": (
        BoundaryRecord("arn:aws:iam::111122223333:policy/Cap"),
        {"Version": 2, "Arn": "arn:aws:iam::111122223333:policy/Cap"},
    ),
    "an unchecked argument": (UncheckedRecord("path"), {"Version": 2, "Parameter": "path"}),
}


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_is_read_as_it_was_written(case: str) -> None:
    record, data = RECORDS[case]

    assert write(record) == data
    assert read(type(record), data, same) == record


@pytest.mark.parametrize(
    ("data", "record"),
    [
        ("arn:aws:iam::111122223333:policy/Cap", RECORDS["a boundary"][0]),
        ("path", RECORDS["an unchecked argument"][0]),
        ({"id": "Pack::Rule", "reason": "because"}, AcknowledgementRecord("Pack::Rule", "because")),
        ({**RECORDS["requests"][1], "Version": 1, "Scope": "S"}, RECORDS["requests"][0]),
    ],
)
def test_a_record_without_a_version_is_of_the_first(data: Any, record: Any) -> None:
    if isinstance(data, dict):
        data.pop("Version", None)
    assert read(type(record), data, same) == record


@pytest.mark.parametrize("version", [0, 3, "2", None])
def test_a_newer_version_is_refused_in_one_line(version: Any) -> None:
    with pytest.raises(FormatError) as error:
        read(BoundaryRecord, {"Version": version, "Arn": {"New": "form"}}, same)
    assert str(error.value) == (
        f"of format version {version!r}, 1 to 2 are known: install a newer whomay, or synthesize "
        "with this version of whomay"
    )


def test_a_record_of_another_shape_is_refused() -> None:
    with pytest.raises(FormatError) as error:
        read(StatementRecord, {"Version": 2, "Statement": "must_alow", "At": "app.py:1"}, same)
    assert str(error.value) == (
        "that cannot be read (ValueError: 'must_alow' is not a valid StatementKind): synthesize "
        "with this version of whomay"
    )


def test_text_keeps_the_stack_of_each_reference() -> None:
    parts: list[str | Reference] = [Reference("Prod/App", {"Ref": "Bucket"}), "/in/*"]
    data = {"Text": [{"Stack": "Prod/App", "Value": {"Ref": "Bucket"}}, "/in/*"]}

    assert write_text(parts) == data
    assert read_text(data) == parts
    assert read_text("plain") is None
    assert read_text({"Text": "plain"}) is None
