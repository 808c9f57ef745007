"""The resource policies of every type in the table are read, and found at the resource they protect."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, snapshot_of_template

from whomay.engine.decisions.decide import decide
from whomay.engine.decisions.request import Request
from whomay.engine.proof.who_may import who_may
from whomay.engine.snapshot import Resource, Snapshot
from whomay.engine.templates.property_statements import STATEMENTS
from whomay.iam.facts.policy_carriers import Carrier, carriers
from whomay.iam.patterns.symbols import display

HERE = "eu-west-1:111122223333"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "x:y", "Resource": "*"}],
}
ROLE = "arn:aws:iam::111122223333:role/r"
TO_ROLE: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}],
}
ALL = [one for some in carriers().values() for one in some if one.kind not in STATEMENTS]


def kind(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{name}", "Properties": properties}


def snapshot(folder: Path, **resources: Any) -> Snapshot:
    return snapshot_of_template(folder, {"Resources": {"Role": role(RoleName="r"), **resources}})


def carried(snapshot: Snapshot) -> dict[str, Resource]:
    return {display(each.arn): each for each in snapshot.resources if each.policy}


def verdict(snapshot: Snapshot, action: str, resource: str) -> str:
    return str(decide(Request(ROLE, action, resource), snapshot).verdict)


def nested(path: tuple[str, ...], value: Any) -> Any:
    for step in reversed(path):
        value = {step: [value] if step == "Replicas" else value}
    return value


def with_policy(carrier: Carrier) -> dict[str, Any]:
    properties = nested(carrier.path, DOCUMENT)
    for name in carrier.names[:1]:
        properties[name] = "arn:aws:some:eu-west-1:111122223333:thing/x"
    return {"Type": carrier.kind, "Properties": properties}


@pytest.mark.parametrize("carrier", ALL, ids=lambda c: f"{c.kind}.{'.'.join(c.path)}")
def test_every_resource_policy_of_the_table_is_read(tmp_path: Path, carrier: Carrier) -> None:
    found = snapshot(tmp_path, X=with_policy(carrier))
    [resource] = carried(found).values()
    assert resource.policy
    own = resource.policy.statements[:1]  # what is behind an access point adds to it
    assert [(s.principals, s.actions) for s in own] == [((("*", ("*",)),), ("x:y",))]
    assert found.unseen == ()


ARNS: dict[str, tuple[dict[str, Any], str]] = {
    "a table's stream": (
        kind(
            "DynamoDB::Table",
            TableName="t",
            StreamSpecification={"ResourcePolicy": {"PolicyDocument": DOCUMENT}},
        ),
        f"arn:aws:dynamodb:{HERE}:table/t/stream/<S.X.StreamLabel>",
    ),
    "a replica": (
        kind(
            "DynamoDB::GlobalTable",
            TableName="t",
            Replicas=[{"Region": "us-east-1", "ResourcePolicy": {"PolicyDocument": DOCUMENT}}],
        ),
        "arn:aws:dynamodb:us-east-1:111122223333:table/t",
    ),
    "an api": (
        kind("ApiGateway::RestApi", Name="a", Policy=DOCUMENT),
        f"arn:aws:execute-api:{HERE}:<S.X>",
    ),
    "a domain": (
        kind("OpenSearchService::Domain", DomainName="d", AccessPolicies=DOCUMENT),
        f"arn:aws:es:{HERE}:domain/d",
    ),
    "a queue of another account by its URL": (
        kind(
            "SQS::QueuePolicy",
            Queues=["https://sqs.us-west-2.amazonaws.com/444455556666/q"],
            PolicyDocument=DOCUMENT,
        ),
        "arn:aws:sqs:us-west-2:444455556666:q",
    ),
    "a queue by the older form of its URL": (
        kind(
            "SQS::QueuePolicy",
            Queues=["https://us-west-2.queue.amazonaws.com/111122223333/q"],
            PolicyDocument=DOCUMENT,
        ),
        "arn:aws:sqs:us-west-2:111122223333:q",
    ),
    "a queue by the oldest form of its URL": (
        kind(
            "SQS::QueueInlinePolicy",
            Queue="https://queue.amazonaws.com/111122223333/q",
            PolicyDocument=DOCUMENT,
        ),
        "arn:aws:sqs:us-east-1:111122223333:q",
    ),
    "a function by name": (
        kind("Lambda::Permission", FunctionName="f", Action="lambda:*", Principal="*"),
        f"arn:aws:lambda:{HERE}:function:f",
    ),
    "a function by a part of its ARN": (
        kind(
            "Lambda::Permission",
            FunctionName="444455556666:function:f",
            Action="lambda:*",
            Principal="*",
        ),
        "arn:aws:lambda:eu-west-1:444455556666:function:f",
    ),
    "an alias": (
        kind("Lambda::Permission", FunctionName="f:live", Action="lambda:*", Principal="*"),
        f"arn:aws:lambda:{HERE}:function:f",
    ),
    "a bus by default": (
        kind("Events::EventBusPolicy", StatementId="s", Statement=DOCUMENT["Statement"][0]),
        f"arn:aws:events:{HERE}:event-bus/default",
    ),
    "a bus by the older properties": (
        kind(
            "Events::EventBusPolicy",
            EventBusName="b",
            StatementId="s",
            Action="events:PutEvents",
            Principal="444455556666",
        ),
        f"arn:aws:events:{HERE}:event-bus/b",
    ),
    "a layer": (
        kind(
            "Lambda::LayerVersionPermission",
            LayerVersionArn=f"arn:aws:lambda:{HERE}:layer:l:1",
            Action="lambda:GetLayerVersion",
            Principal="*",
        ),
        f"arn:aws:lambda:{HERE}:layer:l:1",
    ),
    "a signing profile": (
        kind(
            "Signer::ProfilePermission",
            ProfileName="p",
            StatementId="s",
            Action="signer:StartSigningJob",
            Principal="444455556666",
        ),
        f"arn:aws:signer:{HERE}:/signing-profiles/p",
    ),
}


@pytest.mark.parametrize("name", ARNS)
def test_a_policy_is_filed_under_the_arn_of_what_it_protects(tmp_path: Path, name: str) -> None:
    resource, arn = ARNS[name]
    assert list(carried(snapshot(tmp_path, X=resource))) == [arn]


FUNCTION = {"F": kind("Lambda::Function", FunctionName="f")}
PERMISSION = {"Action": "lambda:InvokeFunction", "Principal": ROLE}


@pytest.mark.parametrize(
    ("called", "asked"),
    [
        ("f", "f"),
        ({"Ref": "F"}, "f"),
        ({"Fn::GetAtt": ["F", "Arn"]}, "f"),
        (f"arn:aws:lambda:{HERE}:function:f", "f"),
        ("111122223333:function:f", "f"),
        ("function:f", "f"),
        ("f:live", "f:live"),
        (f"arn:aws:lambda:{HERE}:function:f:live", "f:live"),
    ],
)
def test_a_permission_names_its_function_in_any_form(
    tmp_path: Path, called: Any, asked: str
) -> None:
    permission = kind("Lambda::Permission", FunctionName=called, **PERMISSION)
    found = snapshot(tmp_path, **FUNCTION, X=permission)
    arn = f"arn:aws:lambda:{HERE}:function:{asked}"
    assert verdict(found, "lambda:InvokeFunction", arn) == "Allowed"
    assert verdict(found, "lambda:InvokeFunction", f"{arn}x") == "ImplicitDeny"


@pytest.mark.parametrize(
    "called", [{"Ref": "It"}, "mine", f"arn:aws:secretsmanager:{HERE}:secret:mine"]
)
def test_a_secret_of_the_app_is_found_by_its_name(tmp_path: Path, called: Any) -> None:
    secret = kind("SecretsManager::Secret", Name="mine")
    policy = kind("SecretsManager::ResourcePolicy", SecretId=called, ResourcePolicy=TO_ROLE)
    found = snapshot(tmp_path, It=secret, X=policy)
    [resource] = carried(found).values()
    assert resource.type == "AWS::SecretsManager::Secret"
    assert verdict(found, "secretsmanager:GetSecretValue", resource.arn) == "Allowed"


@pytest.mark.parametrize("called", ["theirs", f"arn:aws:secretsmanager:{HERE}:secret:theirs"])
def test_a_secret_elsewhere_by_name_is_known_but_for_the_letters_that_aws_adds(
    tmp_path: Path, called: str
) -> None:
    policy = kind("SecretsManager::ResourcePolicy", SecretId=called, ResourcePolicy=TO_ROLE)
    found = snapshot(tmp_path, X=policy)
    secret = f"arn:aws:secretsmanager:{HERE}:secret"
    asked = "secretsmanager:GetSecretValue"
    assert verdict(found, asked, f"{secret}:theirs-AbCdEf") == "Unknown"
    assert verdict(found, asked, f"{secret}:other-AbCdEf") == "ImplicitDeny"


def test_a_permission_on_a_layer_is_one_on_any_version_that_may_be_meant(tmp_path: Path) -> None:
    content = {"S3Bucket": "b", "S3Key": "k"}
    layer = kind("Lambda::LayerVersion", LayerName="l", Content=content)
    permission = kind(
        "Lambda::LayerVersionPermission",
        LayerVersionArn={"Ref": "L"},
        Action="lambda:GetLayerVersion",
        Principal="*",
    )
    found = snapshot(tmp_path, L=layer, X=permission)
    asked, layers = "lambda:GetLayerVersion", f"arn:aws:lambda:{HERE}:layer"
    assert verdict(found, asked, f"{layers}:l:7") == "Unknown"
    assert verdict(found, asked, f"{layers}:other:7") == "ImplicitDeny"


def test_the_actions_of_a_certificate_authority_are_written_without_their_service(
    tmp_path: Path,
) -> None:
    authority = f"arn:aws:acm-pca:{HERE}:certificate-authority/a"
    permission = kind(
        "ACMPCA::Permission",
        CertificateAuthorityArn=authority,
        Actions=["IssueCertificate", "GetCertificate"],
        Principal="acm.amazonaws.com",
    )
    found = snapshot(tmp_path, X=permission)
    holders = who_may("acm-pca:IssueCertificate", authority, found)
    assert [holder.name for holder in holders] == ["acm.amazonaws.com"]


def test_a_resource_that_a_parameter_names_leaves_its_service_unknown(tmp_path: Path) -> None:
    template = {
        "Parameters": {"Stream": {"Type": "String"}},
        "Resources": {
            "Role": role(RoleName="r"),
            "X": kind(
                "Kinesis::ResourcePolicy", ResourceArn={"Ref": "Stream"}, ResourcePolicy=TO_ROLE
            ),
        },
    }
    found = snapshot_of_template(tmp_path, template)
    assert verdict(found, "kinesis:GetRecords", f"arn:aws:kinesis:{HERE}:stream/s") == "Unknown"
    assert verdict(found, "s3:GetObject", "arn:aws:s3:::b/k") == "ImplicitDeny"


def test_a_policy_of_the_whole_region_is_that_of_every_log_group(tmp_path: Path) -> None:
    group = kind("Logs::LogGroup", LogGroupName="own", ResourcePolicyDocument=DOCUMENT)
    policy = kind("Logs::ResourcePolicy", PolicyName="p", PolicyDocument=json.dumps(TO_ROLE))
    found = snapshot(tmp_path, G=group, X=policy)
    for name in ("own", "other"):
        stream = f"arn:aws:logs:{HERE}:log-group:{name}:log-stream:s"
        assert verdict(found, "logs:PutLogEvents", stream) == "Allowed"
    elsewhere = "arn:aws:logs:us-east-1:111122223333:log-group:own:log-stream:s"
    assert verdict(found, "logs:PutLogEvents", elsewhere) == "ImplicitDeny"


def test_a_registrys_policy_is_that_of_every_repository(tmp_path: Path) -> None:
    repository = kind("ECR::Repository", RepositoryName="mine")
    found = snapshot(tmp_path, R=repository, X=kind("ECR::RegistryPolicy", PolicyText=TO_ROLE))
    for name in ("mine", "other/deep"):
        arn = f"arn:aws:ecr:{HERE}:repository/{name}"
        assert verdict(found, "ecr:ReplicateImage", arn) == "Allowed"


def test_an_apis_short_resources_are_of_that_api(tmp_path: Path) -> None:
    allowing = document("execute-api:Invoke", resource="execute-api:/prod/GET/*")
    allowing["Statement"][0]["Principal"] = "*"
    found = snapshot(tmp_path, Api=kind("ApiGateway::RestApi", Name="a", Policy=allowing))
    [arn] = [each.arn for each in found.resources]
    assert verdict(found, "execute-api:Invoke", f"{arn}/prod/GET/pets") == "Allowed"
    assert verdict(found, "execute-api:Invoke", f"{arn}/prod/POST/pets") == "ImplicitDeny"


def test_one_item_with_two_policies_has_two_paths(tmp_path: Path) -> None:
    policy = {"PolicyDocument": DOCUMENT}
    table = kind(
        "DynamoDB::Table",
        TableName="t",
        ResourcePolicy=policy,
        StreamSpecification={"ResourcePolicy": policy},
    )
    assert [each.path for each in snapshot(tmp_path, T=table).resources] == [
        "S/T",
        "S/T table/t/stream/<S.T.StreamLabel>",
    ]


def test_a_file_system_without_a_policy_lets_in_every_client_of_the_network(
    tmp_path: Path,
) -> None:
    found = snapshot(tmp_path, Files=kind("EFS::FileSystem"))
    [system] = found.resources
    holders = who_may("elasticfilesystem:ClientWrite", system.arn, found)
    assert "anybody, without credentials" in {each.name for each in holders}


def test_a_file_system_with_a_policy_lets_in_whom_that_names(tmp_path: Path) -> None:
    found = snapshot(tmp_path, Files=kind("EFS::FileSystem", FileSystemPolicy=TO_ROLE))
    [system] = found.resources
    holders = who_may("elasticfilesystem:ClientWrite", system.arn, found)
    assert {each.name for each in holders} == {"S/Role"}


def test_any_resource_at_all_is_unknown_where_some_policy_may_allow_it(tmp_path: Path) -> None:
    found = snapshot(tmp_path, X=kind("ApiGateway::RestApi", Name="a", Policy=TO_ROLE))
    decision = decide(Request(ROLE, "execute-api:Invoke", "*"), found)
    assert (str(decision.verdict), decision.reason) == (
        "Unknown",
        "not known: * names no resource, and the policy of S/X may allow it: name one",
    )
    assert verdict(found, "sqs:SendMessage", "*") == "ImplicitDeny"


def test_a_domain_lets_in_who_makes_repositories_in_it(tmp_path: Path) -> None:
    [may] = TO_ROLE["Statement"]
    policy = {**TO_ROLE, "Statement": [{**may, "Action": "codeartifact:CreateRepository"}]}
    domain = kind("CodeArtifact::Domain", DomainName="d", PermissionsPolicyDocument=policy)
    found = snapshot(tmp_path, X=domain)
    assert verdict(found, "codeartifact:CreateRepository", "S/X") == "Allowed"
    assert verdict(found, "codeartifact:CreateRepository", "*") == "Unknown"
    holders = who_may("codeartifact:CreateRepository", "*", found)
    assert [each.name for each in holders] == ["S/Role"]


def test_actions_with_a_prefix_of_their_own_meet_the_policies_of_their_resources(
    tmp_path: Path,
) -> None:
    cluster = f"arn:aws:kafka:{HERE}:cluster/c/1"
    found = snapshot(tmp_path, X=kind("MSK::ClusterPolicy", ClusterArn=cluster, Policy=TO_ROLE))
    assert verdict(found, "kafka-cluster:Connect", cluster) == "Allowed"
    assert [each.name for each in who_may("kafka-cluster:Connect", cluster, found)] == ["S/Role"]


def open_api(**method: Any) -> dict[str, Any]:
    properties = {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET", "AuthorizationType": "NONE"}
    return {
        "Api": kind("ApiGateway::RestApi", Name="a"),
        "Get": kind("ApiGateway::Method", **{**properties, **method}),
    }


def callers(found: Snapshot, resource: str = "/prod/GET/pets") -> set[str]:
    [api] = [each.arn for each in found.resources]
    return {each.name for each in who_may("execute-api:Invoke", f"{api}{resource}", found)}


def test_a_method_without_authorization_may_be_called_by_anybody(tmp_path: Path) -> None:
    found = snapshot(tmp_path, **open_api())
    assert "anybody, without credentials" in callers(found)
    assert callers(found, "/prod/POST/pets") == set()


def test_a_method_with_authorization_may_not(tmp_path: Path) -> None:
    found = snapshot(tmp_path, **open_api(AuthorizationType="AWS_IAM"))
    assert found.resources == ()


@pytest.mark.parametrize("kind_of", ["CUSTOM", "COGNITO_USER_POOLS"])
def test_whom_an_authorizer_lets_in_is_unknown(tmp_path: Path, kind_of: str) -> None:
    found = snapshot(tmp_path, **open_api(AuthorizationType=kind_of))
    [api] = [each.arn for each in found.resources]

    holders = who_may("execute-api:Invoke", f"{api}/prod/GET/pets", found)

    assert not any(each.sure for each in holders)
    assert "anybody, without credentials" in {each.name for each in holders}
    assert callers(found, "/prod/POST/pets") == set()


def test_a_policy_of_the_api_decides_where_no_signature_is_asked(tmp_path: Path) -> None:
    parts = open_api()
    parts["Api"] = kind("ApiGateway::RestApi", Name="a", Policy=TO_ROLE)
    assert callers(snapshot(tmp_path, **parts)) == {"S/Role"}


def test_a_route_without_authorization_may_be_called_by_anybody(tmp_path: Path) -> None:
    parts = {
        "Api": kind("ApiGatewayV2::Api", Name="a", ProtocolType="HTTP"),
        "Get": kind("ApiGatewayV2::Route", ApiId={"Ref": "Api"}, RouteKey="GET /pets"),
    }
    assert "anybody, without credentials" in callers(snapshot(tmp_path, **parts))


def test_the_url_of_a_function_is_open_when_both_say_so(tmp_path: Path) -> None:
    permission = kind(
        "Lambda::Permission",
        FunctionName={"Ref": "F"},
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )

    def url(auth: str) -> set[str]:
        resource = kind(
            "Lambda::Url", TargetFunctionArn={"Fn::GetAtt": ["F", "Arn"]}, AuthType=auth
        )
        found = snapshot(tmp_path / auth, **FUNCTION, X=permission, Url=resource)
        function = f"arn:aws:lambda:{HERE}:function:f"
        return {each.name for each in who_may("lambda:InvokeFunctionUrl", function, found)}

    assert "anybody, without credentials" in url("NONE")
    assert url("AWS_IAM") == set()


def test_a_permission_set_lets_in_somebody_who_is_nobody_here(tmp_path: Path) -> None:
    permission_set = kind("SSO::PermissionSet", Name="admin", InstanceArn="arn:x")
    found = snapshot(tmp_path, P=permission_set)
    holders = {each.name: each.sure for each in who_may("s3:GetObject", "arn:aws:s3:::b/k", found)}
    assert holders == {"somebody who signs in through IAM Identity Center": False}
    assert verdict(found, "s3:GetObject", "arn:aws:s3:::b/k") == "ImplicitDeny"
