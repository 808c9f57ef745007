"""OpenAPI documents in a template: who may call which method, and what is not read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine import Request, Snapshot, Verdict, decide, who_may
from whomay.iam.patterns.symbols import generated

HERE = f"arn:aws:execute-api:eu-west-1:111122223333:{generated('S.Api')}"
ANYBODY = "anybody, without credentials"
SIGNED = {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}
SCHEMES = {
    "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
    "pool": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}},
    "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
}


def snapshot(folder: Path, body: Any, kind: str = "ApiGateway::RestApi") -> Snapshot:
    api = {"Type": f"AWS::{kind}", "Properties": {"Name": "a", "Body": body}}
    resources = {"Api": api, "Role": role(RoleName="r")}
    parameters = {"Kind": {"Type": "String"}}
    return snapshot_of_template(folder, {"Resources": resources, "Parameters": parameters})


def document(method: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "paths": {"/books/{id}": {"get": method}}, **parts}


def is_open(found: Snapshot, what: str = "/prod/GET/books/1") -> bool:
    api = next((each.arn for each in found.resources if ":execute-api:" in each.arn), HERE)
    holders = who_may("execute-api:Invoke", api + what, found)
    return ANYBODY in {each.name for each in holders if each.sure}


def verdict(found: Snapshot, who: str, what: str = "/prod/GET/books/1") -> Verdict:
    return decide(Request(who, "execute-api:Invoke", HERE + what), found).verdict


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        ({}, {}),
        ({"x-amazon-apigateway-auth": {"type": "NONE"}}, {}),
        ({"security": [{"key": []}]}, {"components": {"securitySchemes": SCHEMES}}),
        (
            {"security": []},
            {"components": {"securitySchemes": SCHEMES}, "security": [{"sigv4": []}]},
        ),
    ],
)
@pytest.mark.parametrize("kind", ["ApiGateway::RestApi", "ApiGatewayV2::Api"])
def test_a_method_that_asks_for_nothing_is_open_to_everybody(
    tmp_path: Path, kind: str, method: dict[str, Any], parts: dict[str, Any]
) -> None:
    found = snapshot(tmp_path, document(method, **parts), kind)

    assert found.unseen == ()
    assert is_open(found)
    assert not is_open(found, "/prod/POST/books/1")
    assert not is_open(found, "/prod/GET/prices")


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        (SIGNED, {}),
        ({"security": [{"sigv4": []}]}, {"components": {"securitySchemes": SCHEMES}}),
        ({"security": [{"pool": []}]}, {"securityDefinitions": SCHEMES}),
        ({}, {"components": {"securitySchemes": SCHEMES}, "security": [{"sigv4": []}]}),
    ],
)
def test_a_method_that_asks_for_a_signature_or_a_token_is_not(
    tmp_path: Path, method: dict[str, Any], parts: dict[str, Any]
) -> None:
    found = snapshot(tmp_path, document(method, **parts))

    assert found.unseen == ()
    assert not is_open(found)
    assert verdict(found, "S/Role") is Verdict.IMPLICIT_DENY


def test_the_policy_in_a_document_is_that_of_the_api(tmp_path: Path) -> None:
    to_role = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/r"},
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/prod/GET/*",
    }
    body = document(SIGNED, **{"x-amazon-apigateway-policy": {"Statement": [to_role]}})
    found = snapshot(tmp_path, body)

    assert verdict(found, "S/Role") is Verdict.ALLOWED
    assert verdict(found, "S/Role", "/prod/POST/books/1") is Verdict.IMPLICIT_DENY
    assert [each.arn for each in found.resources] == [HERE]


@pytest.mark.parametrize(
    "body",
    [
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}},
        {"paths": {"Fn::Transform": {"Name": "AWS::Include"}}},
        {"paths": {"/books": {"$ref": "https://example.com/books.json"}}},
        {"paths": {"/books": {"get": {"Ref": "Kind"}}}},
        document({"x-amazon-apigateway-auth": {"type": {"Ref": "Kind"}}}),
    ],
)
def test_a_document_of_which_a_part_is_elsewhere_is_not_seen(tmp_path: Path, body: Any) -> None:
    found = snapshot(tmp_path, body)

    assert [each.text for each in found.unseen] == [
        "S/Api: the methods and the policy in its OpenAPI document"
    ]
    assert verdict(found, "S/Role") is Verdict.UNKNOWN
    assert decide(Request("S/Role", "s3:GetObject", "arn:aws:s3:::b/k"), found).verdict is (
        Verdict.IMPLICIT_DENY
    )


def test_an_http_api_with_a_target_is_open_to_everybody(tmp_path: Path) -> None:
    target = "arn:aws:lambda:eu-west-1:111122223333:function:f"
    quick = {"Name": "a", "ProtocolType": "HTTP", "Target": target}
    api = {"Type": "AWS::ApiGatewayV2::Api", "Properties": quick}
    assert is_open(snapshot_of_template(tmp_path, {"Resources": {"Api": api}}), "/$default/GET/x")


HASH = "0" * 64
WRITER = {
    "Type": "Custom::TemplateWriter",
    "Properties": {
        "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
        "TemplateInputKey": f"{HASH}.yaml",
        "TemplateValues": '{"templateValues": [{"id": "Handler", "value": "arn:aws:lambda:::f"}]}',
    },
}
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
}
SIGNED_DOCUMENT = """\
openapi: 3.0.1
paths:
  /books:
    get:
      x-amazon-apigateway-auth: {type: {type}}
      x-amazon-apigateway-integration: {uri: Handler}
"""


def published(folder: Path, key: Any, document: str | None) -> Snapshot:
    """An API whose document is in a bucket, and perhaps among the files that go there."""
    if document is not None:
        (folder / f"asset.{HASH}.yaml").write_text(document)
    place = {"Bucket": "assets", "Key": key}
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": place}}
    role_of = role(RoleName="r")
    resources = {"Api": api, "Writer": WRITER, "Function": FUNCTION, "Role": role_of}
    return snapshot_of_template(folder, {"Resources": resources})


OWN = f"{HASH}.yaml"
WRITTEN = {"Fn::GetAtt": ["Writer", "TemplateOutputKey"]}


@pytest.mark.parametrize("key", [OWN, WRITTEN])
@pytest.mark.parametrize(("kind", "opens"), [("NONE", True), ("AWS_IAM", False)])
def test_a_document_that_the_assembly_publishes_is_read(
    tmp_path: Path, key: Any, kind: str, opens: bool
) -> None:
    found = published(tmp_path, key, SIGNED_DOCUMENT.replace("{type: {type}}", f"{{type: {kind}}}"))
    assert not found.unseen
    assert is_open(found, "/prod/GET/books") is opens


@pytest.mark.parametrize(
    ("key", "document"),
    [
        (OWN, None),
        (OWN, "paths: [not a document]"),
        ("elsewhere.yaml", SIGNED_DOCUMENT),
        ({"Fn::GetAtt": ["Writer", "AnotherKey"]}, SIGNED_DOCUMENT),
        ({"Fn::ImportValue": "key"}, SIGNED_DOCUMENT),
    ],
)
def test_a_document_in_a_bucket_that_cannot_be_read_is_not_seen(
    tmp_path: Path, key: Any, document: str | None
) -> None:
    found = published(tmp_path, key, document)
    assert [each.why for each in found.unseen] == [
        "the methods and the policy in its OpenAPI document"
    ]
    assert verdict(found, "arn:aws:iam::111122223333:role/r") is Verdict.UNKNOWN
