"""Templates of SAM are read as what CloudFormation makes of them; else they are named as not seen."""

import sys
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import allowed, document, principal, write_assembly

from whomay.engine import Deployment, Request, Snapshot, Verdict, decide, read
from whomay.engine.templates.sam import SAM
from whomay.iam.patterns.symbols import display

FUNCTION: dict[str, Any] = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "CodeUri": "src/",
        "Policies": [
            {"DynamoDBReadPolicy": {"TableName": {"Ref": "Table"}}},
            "AWSXrayWriteOnlyAccess",
            document("s3:GetObject", resource={"Fn::Sub": "arn:aws:s3:::${Stage}-books/*"}),
        ],
    },
    "Metadata": {"aws:cdk:path": "S/Reader/Resource"},
}
TABLE = {"Type": "AWS::Serverless::SimpleTable", "Properties": {"TableName": "books"}}
STAGE = {"Stage": {"Type": "String"}}


def template(**resources: Any) -> dict[str, Any]:
    return {"Transform": SAM, "Parameters": STAGE, "Resources": resources}


def snapshot(folder: Path, body: dict[str, Any], environment: str = "") -> Snapshot:
    where = environment or "aws://111122223333/eu-west-1"
    return read(write_assembly(folder, {"S": body}, where)).snapshot


def verdict(found: Snapshot, action: str, resource: str) -> Verdict:
    return decide(Request("S/ReaderRole", action, resource), found).verdict


def test_a_function_has_the_role_and_the_policies_that_sam_makes(tmp_path: Path) -> None:
    found = snapshot(tmp_path, template(Reader=FUNCTION, Table=TABLE))

    table = "arn:aws:dynamodb:eu-west-1:111122223333:table"
    assert found.unseen == ()
    assert verdict(found, "dynamodb:GetItem", f"{table}/books") is Verdict.ALLOWED
    assert verdict(found, "dynamodb:GetItem", f"{table}/other") is Verdict.IMPLICIT_DENY
    assert verdict(found, "dynamodb:PutItem", f"{table}/books") is Verdict.IMPLICIT_DENY
    assert verdict(found, "xray:PutTraceSegments", "*") is Verdict.ALLOWED
    assert verdict(found, "logs:CreateLogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:x")
    assert [each.path for each in found.resources] == ["S/Reader"]


def test_who_may_invoke_a_function_is_what_its_events_say(tmp_path: Path) -> None:
    events = {"New": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}}}}
    listening = {**FUNCTION, "Properties": {**FUNCTION["Properties"], "Events": events}}
    found = snapshot(
        tmp_path, template(Reader=listening, Table=TABLE, Topic={"Type": "AWS::SNS::Topic"})
    )

    function = next(each for each in found.resources if each.path == "S/Reader")
    assert function.policy is not None
    [statement] = function.policy.statements
    assert statement.principals == (("Service", ("sns.amazonaws.com",)),)


def test_what_only_the_deployment_knows_stays_open(tmp_path: Path) -> None:
    found = snapshot(
        tmp_path, template(Reader=FUNCTION, Table=TABLE), "aws://unknown-account/unknown-region"
    )

    said = [
        display(resource)
        for _, resources in allowed(principal(found, "S/ReaderRole"))
        for resource in resources or ()
    ]
    assert "arn:aws:dynamodb:<region>:<account>:table/books" in said
    assert "arn:aws:s3:::<?parameter Stage of S, which has no value>-books/*" in said


def test_a_parameter_that_a_person_tells_is_the_translators_too(tmp_path: Path) -> None:
    body = template(Reader=FUNCTION, Table=TABLE)
    deployment = Deployment(parameters={("S", "Stage"): "prod"})
    found = read(write_assembly(tmp_path, {"S": body}), deployment).snapshot

    assert verdict(found, "s3:GetObject", "arn:aws:s3:::prod-books/a") is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            template(Reader={"Type": "AWS::Serverless::Function", "Properties": {}}),
            "the translator refuses it: ",
        ),
        ({"Transform": SAM, "Resources": {}}, "the translator refuses it: "),
    ],
)
def test_a_template_that_the_translator_refuses_is_named(
    tmp_path: Path, body: dict[str, Any], said: str
) -> None:
    found = snapshot(tmp_path, body)

    assert f"S: what {SAM} adds to the stack; {said}" in found.unseen[0].text


def test_an_application_of_the_repository_is_a_nested_stack_that_is_not_seen(
    tmp_path: Path,
) -> None:
    application = "arn:aws:serverlessrepo:us-east-1:444455556666:applications/charge"
    where = {"ApplicationId": application, "SemanticVersion": "4.4.1"}
    nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": where}}

    found = snapshot(tmp_path, template(Reader=FUNCTION, Table=TABLE, Charge=nested))

    assert [each.path for each in found.unseen] == ["S/Charge"]
    assert application in found.unseen[0].text
    assert [each.path for each in found.principals] == ["S/ReaderRole"]


def test_without_the_extra_the_line_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "samtranslator"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "samtranslator", None)

    found = snapshot(tmp_path, template(Reader=FUNCTION, Table=TABLE))

    assert found.unseen[0].text == (
        f"S: what {SAM} adds to the stack; pip install 'whomay[sam]' reads it"
    )
    asked = Request("arn:aws:iam::111122223333:user/u", "s3:GetObject", "arn:aws:s3:::b/k")
    assert decide(asked, found).verdict is Verdict.UNKNOWN


def test_another_macro_beside_it_is_still_not_seen(tmp_path: Path) -> None:
    body = {**template(Reader=FUNCTION, Table=TABLE), "Transform": [SAM, "TeamMacro"]}

    assert [each.text for each in snapshot(tmp_path, body).unseen] == [
        "S: what TeamMacro adds to the stack"
    ]


def test_the_translator_says_nothing_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    snapshot(tmp_path, template(Reader=FUNCTION, Table=TABLE))

    assert capfd.readouterr() == ("", "")
