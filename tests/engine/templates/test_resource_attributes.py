"""What Ref and Fn::GetAtt give: a name that the author writes, one that AWS makes, or nobody knows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import allowed, document, principal, role, write_assembly

from whomay.engine import Request, Verdict, decide, read
from whomay.iam.patterns.symbols import display

HERE = "eu-west-1:111122223333"

NAMED: list[tuple[str, str, Mapping[str, str], str]] = [
    ("CloudWatch::Alarm", "Arn", {"AlarmName": "n"}, f"cloudwatch:{HERE}:alarm:n"),
    ("RDS::DBInstance", "DBInstanceArn", {"DBInstanceIdentifier": "n"}, f"rds:{HERE}:db:n"),
    ("Batch::JobQueue", "JobQueueArn", {"JobQueueName": "n"}, f"batch:{HERE}:job-queue/n"),
    ("IoT::TopicRule", "Arn", {"RuleName": "n"}, f"iot:{HERE}:rule/n"),
    ("OpenSearchService::Domain", "Arn", {"DomainName": "n"}, f"es:{HERE}:domain/n"),
    ("Events::Rule", "Arn", {"Name": "n"}, f"events:{HERE}:rule/n"),
    ("Events::Rule", "Arn", {"Name": "n", "EventBusName": "b"}, f"events:{HERE}:rule/b/n"),
    ("Scheduler::Schedule", "Arn", {"Name": "n"}, f"scheduler:{HERE}:schedule/default/n"),
    (
        "Scheduler::Schedule",
        "Arn",
        {"Name": "n", "GroupName": "g"},
        f"scheduler:{HERE}:schedule/g/n",
    ),
    (
        "Backup::BackupVault",
        "BackupVaultArn",
        {"BackupVaultName": "n"},
        f"backup:{HERE}:backup-vault:n",
    ),
    (
        "SageMaker::NotebookInstance",
        "NotebookInstanceArn",
        {"NotebookInstanceName": "n"},
        f"sagemaker:{HERE}:notebook-instance/n",
    ),
    ("IAM::SAMLProvider", "Arn", {"Name": "n"}, "iam::111122223333:saml-provider/n"),
    (
        "AccessAnalyzer::Analyzer",
        "Arn",
        {"AnalyzerName": "n"},
        f"access-analyzer:{HERE}:analyzer/n",
    ),
    (
        "Lambda::Alias",
        "AliasArn",
        {"FunctionName": "f", "Name": "n"},
        f"lambda:{HERE}:function:f:n",
    ),
    ("SSM::Parameter", "Arn", {"Name": "/app/n"}, f"ssm:{HERE}:parameter/app/n"),
    ("SSM::Parameter", "Arn", {"Name": "n"}, f"ssm:{HERE}:parameter/n"),
    ("ECS::Service", "Ref", {"ServiceName": "n", "Cluster": "c"}, f"ecs:{HERE}:service/c/n"),
]


def resolved(folder: Path, reference: Any, kind: str, properties: Mapping[str, Any]) -> str:
    """Return what a policy says that names a resource X of a type, and of nothing else."""
    policies = [{"PolicyName": "P", "PolicyDocument": document("*", resource=reference)}]
    resources = {
        "Role": role(RoleName="r", Policies=policies),
        "X": {"Type": f"AWS::{kind}", "Properties": properties},
    }
    snapshot = read(write_assembly(folder, {"S": {"Resources": resources}})).snapshot
    [(_, said)] = allowed(principal(snapshot, "S/Role"))
    return display((said or ("",))[0])


@pytest.mark.parametrize(("kind", "attribute", "properties", "arn"), NAMED)
def test_the_arn_of_a_named_resource_is_the_one_that_people_write(
    tmp_path: Path, kind: str, attribute: str, properties: Mapping[str, str], arn: str
) -> None:
    reference = {"Fn::GetAtt": ["X", attribute]}

    assert resolved(tmp_path, reference, kind, properties) == f"arn:aws:{arn}"


@pytest.mark.parametrize(("kind", "attribute", "properties", "arn"), NAMED)
def test_without_a_name_the_arn_has_a_part_that_aws_makes_or_nobody_knows(
    tmp_path: Path, kind: str, attribute: str, properties: Mapping[str, str], arn: str
) -> None:
    named = next(key for key, value in properties.items() if value in ("n", "/app/n"))
    others = {key: value for key, value in properties.items() if key != named}

    found = resolved(tmp_path, {"Fn::GetAtt": ["X", attribute]}, kind, others)

    assert "S.X" in found
    assert found != f"arn:aws:{arn}"


@pytest.mark.parametrize(
    ("reference", "kind", "properties", "text"),
    [
        ({"Ref": "X"}, "RDS::DBInstance", {"DBInstanceIdentifier": "n"}, "n"),
        ({"Ref": "X"}, "Logs::LogStream", {"LogGroupName": "g", "LogStreamName": "n"}, "n"),
        (
            {"Fn::GetAtt": ["X", "InferenceProfileArn"]},
            "Bedrock::ApplicationInferenceProfile",
            {"InferenceProfileName": "n"},
            f"arn:aws:bedrock:{HERE}:application-inference-profile/<S.X>",
        ),
        ({"Ref": "X"}, "EC2::VPC", {}, "<S.X>"),
        ({"Fn::GetAtt": ["X", "VpcId"]}, "EC2::VPC", {}, "<S.X>"),
        ({"Ref": "X"}, "ApiGateway::Stage", {"StageName": "prod"}, "prod"),
        ({"Ref": "X"}, "Glue::Database", {"DatabaseInput": {"Name": "books"}}, "books"),
        (
            {"Ref": "X"},
            "ApiGateway::BasePathMapping",
            {},
            "<?the id of AWS ApiGateway BasePathMapping S.X>",
        ),
        (
            {"Ref": "X"},
            "WAFRegional::RateBasedRule",
            {"Name": "n"},
            "<?Ref of AWS WAFRegional RateBasedRule S.X>",
        ),
        (
            {"Fn::GetAtt": ["X", "LoadBalancerFullName"]},
            "ElasticLoadBalancingV2::LoadBalancer",
            {"Name": "n"},
            "<?LoadBalancerFullName of AWS ElasticLoadBalancingV2 LoadBalancer S.X>",
        ),
        (
            {"Ref": "X"},
            "ElasticLoadBalancingV2::Listener",
            {},
            f"arn:aws:elasticloadbalancing:{HERE}:listener/<?Id of AWS ElasticLoadBalancingV2 Listener S.X>",
        ),
        (
            {"Ref": "X"},
            "DMS::ReplicationInstance",
            {},
            f"arn:aws:dms:{HERE}:rep:<S.X.ResourceIdentifier>",
        ),
        (
            {"Ref": "X"},
            "SecretsManager::Secret",
            {"Name": "n"},
            f"arn:aws:secretsmanager:{HERE}:secret:n-<S.X.SecretId>",
        ),
        (
            {"Fn::GetAtt": ["X", "Arn"]},
            "WAFv2::WebACL",
            {"Name": "n", "Scope": "REGIONAL"},
            f"arn:aws:wafv2:{HERE}:<?Scope of AWS WAFv2 WebACL S.X>/webacl/n/<S.X.Id>",
        ),
        (
            {"Fn::GetAtt": ["X", "WorkgroupArn"]},
            "RedshiftServerless::Workgroup",
            {"WorkgroupName": "n"},
            (
                f"arn:aws:redshift-serverless:{HERE}"
                ":workgroup/<?WorkgroupId of AWS RedshiftServerless Workgroup S.X>"
            ),
        ),
        ({"Ref": "X"}, "Fresh::Thing", {}, "<?the id of AWS Fresh Thing S.X>"),
    ],
)
def test_only_what_aws_surely_makes_is_generated(
    tmp_path: Path, reference: Any, kind: str, properties: Mapping[str, str], text: str
) -> None:
    assert resolved(tmp_path, reference, kind, properties) == text


def test_an_arn_that_is_not_known_matches_perhaps(tmp_path: Path) -> None:
    allowing = document("elasticloadbalancing:DeleteLoadBalancer", resource={"Ref": "X"})
    resources = {
        "Role": role(RoleName="r", Policies=[{"PolicyName": "P", "PolicyDocument": allowing}]),
        "X": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Name": "n"}},
    }
    snapshot = read(write_assembly(tmp_path, {"S": {"Resources": resources}})).snapshot
    balancer = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/n/50dc6c495c0c9188"

    decision = decide(
        Request("S/Role", "elasticloadbalancing:DeleteLoadBalancer", balancer), snapshot
    )

    assert decision.verdict is Verdict.UNKNOWN
    assert "Id of AWS ElasticLoadBalancingV2 LoadBalancer S.X" in decision.reason


@pytest.mark.parametrize(
    ("kind", "properties", "arn"),
    [
        ("KMS::Alias", {"AliasName": "alias/n"}, f"arn:aws:kms:{HERE}:alias/n"),
        (
            "RDS::DBCluster",
            {"DBClusterIdentifier": {"Fn::Sub": "MyDB-${AWS::AccountId}"}},
            f"arn:aws:rds:{HERE}:cluster:mydb-111122223333",
        ),
        (
            "Wisdom::AssistantAssociation",
            {"AssistantId": f"arn:aws:wisdom:{HERE}:assistant/a"},
            f"arn:aws:wisdom:{HERE}:association/a/<S.X.AssistantAssociationId>",
        ),
    ],
)
def test_an_arn_holds_a_name_as_aws_keeps_it(
    tmp_path: Path, kind: str, properties: Mapping[str, Any], arn: str
) -> None:
    resources = {"X": {"Type": f"AWS::{kind}", "Properties": properties}}
    snapshot = read(write_assembly(tmp_path, {"S": {"Resources": resources}})).snapshot

    assert display(snapshot.arns["S/X"]) == arn
