"""What each of CloudFormation's functions gives, seen at the resource of a policy."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import ENVIRONMENT, allowed, document, principal, role, write_assembly
from support.template_of_functions import BASE

from whomay.engine.templates.assembly import read
from whomay.iam.patterns.symbols import display

CASES: dict[str, tuple[Any, str]] = {
    "text": ("arn:aws:s3:::x", "arn:aws:s3:::x"),
    "a name that is given": ({"Ref": "Named"}, "named"),
    "a name that AWS makes": ({"Ref": "Plain"}, "<S.Plain>"),
    "an ARN": ({"Fn::GetAtt": ["Plain", "Arn"]}, "arn:aws:s3:::<S.Plain>"),
    "an ARN, short form": ({"Fn::GetAtt": "Named.Arn"}, "arn:aws:s3:::named"),
    "an ARN of a named role": (
        {"Fn::GetAtt": ["Deep", "Arn"]},
        "arn:aws:iam::111122223333:role/deep/inside",
    ),
    "an ARN by Ref": ({"Ref": "Topic"}, "arn:aws:sns:eu-west-1:111122223333:given"),
    "a queue": ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:aws:sqs:eu-west-1:111122223333:jobs"),
    "a queue's URL": (
        {"Ref": "Queue"},
        "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
    ),
    "a name by attribute": ({"Fn::GetAtt": ["Queue", "QueueName"]}, "jobs"),
    "a function's version": (
        {"Ref": "Version"},
        "arn:aws:lambda:eu-west-1:111122223333:function:<S.Function>:<?Version of AWS Lambda Version S.Version>",
    ),
    "a secret": (
        {"Ref": "Secret"},
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:<S.Secret.SecretId>",
    ),
    "an identity provider": (
        {"Ref": "Provider"},
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    ),
    "an id": ({"Ref": "Gateway"}, "<S.Gateway>"),
    "another attribute": ({"Fn::GetAtt": ["Plain", "DomainName"]}, "<S.Plain.DomainName>"),
    "an ARN of a type that is not known": (
        {"Fn::GetAtt": ["Odd", "Arn"]},
        "<?Arn of AWS Fresh Thing S.Odd>",
    ),
    "a custom resource": ({"Ref": "Custom"}, "<?the id of Custom Thing S.Custom>"),
    "a custom attribute": ({"Fn::GetAtt": ["Custom", "A"]}, "<?A of Custom Thing S.Custom>"),
    "nothing of that name": ({"Ref": "Nobody"}, "<?Nobody, which S does not define>"),
    "names that refer to each other": (
        {"Ref": "Loop"},
        "x-<?Ref of S/Loop, which refers to itself>",
    ),
    "the account": ({"Ref": "AWS::AccountId"}, "111122223333"),
    "the region": ({"Ref": "AWS::Region"}, "eu-west-1"),
    "the partition": ({"Ref": "AWS::Partition"}, "aws"),
    "the suffix": ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    "the stack's name": ({"Ref": "AWS::StackName"}, "S"),
    "the stack's id": (
        {"Ref": "AWS::StackId"},
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/S/<S>",
    ),
    "notification ARNs": ({"Ref": "AWS::NotificationARNs"}, "<?NotificationARNs of S>"),
    "a parameter's default": ({"Ref": "Given"}, "given"),
    "a parameter without value": (
        {"Ref": "Missing"},
        "<?parameter Missing of S, which has no value>",
    ),
    "a hidden parameter": ({"Ref": "Hidden"}, "<?parameter Hidden of S, which has no value>"),
    "a stored parameter": ({"Ref": "Stored"}, "<?parameter Stored of S, which is kept in /a/b>"),
    "a list of which nobody knows the pieces": (
        {"Fn::Split": [",", {"Ref": "Missing"}]},
        "<?a piece of (?parameter Missing of S, which has no value) split by ,>",
    ),
    "Join": ({"Fn::Join": [":", ["a", {"Ref": "Plain"}, "b"]]}, "a:<S.Plain>:b"),
    "Join of a list": ({"Fn::Join": ["-", {"Ref": "Names"}]}, "one-two"),
    "Join of no list": (
        {"Fn::Join": ["-", {"Ref": "Missing"}]},
        "<?Join [-, {Ref=Missing}] of S, of no known list>",
    ),
    "Sub": (
        {"Fn::Sub": "${Named}/${Plain.Arn}/${AWS::Region}/${!aws:username}"},
        "named/arn:aws:s3:::<S.Plain>/eu-west-1/${aws:username}",
    ),
    "Sub with variables": (
        {"Fn::Sub": ["${A}-${Given}", {"A": {"Ref": "Named"}}]},
        "named-given",
    ),
    "Select": ({"Fn::Select": ["1", {"Ref": "Names"}]}, "two"),
    "Select beyond the end": (
        {"Fn::Select": [7, ["a"]]},
        "<?Select [7, [a]] of S, with arguments of a wrong shape>",
    ),
    "Split of an ARN": (
        {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["Plain", "Arn"]}]}]},
        "<S.Plain>",
    ),
    "Split of a name that AWS makes": (
        {"Fn::Select": [0, {"Fn::Split": ["-", {"Ref": "Plain"}]}]},
        "<piece 0 of (S.Plain) split by ->",
    ),
    "Split of the stack's id": (
        {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]},
        "<S>",
    ),
    "Split of a piece of the stack's id": (
        {
            "Fn::Join": [
                "-",
                [
                    "domain",
                    {
                        "Fn::Select": [
                            0,
                            {
                                "Fn::Split": [
                                    "-",
                                    {
                                        "Fn::Select": [
                                            2,
                                            {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]},
                                        ]
                                    },
                                ]
                            },
                        ]
                    },
                ],
            ]
        },
        "domain-<piece 0 of (S) split by ->",
    ),
    "Split before a name that AWS makes": (
        {"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": "jobs-${Plain}"}]}]},
        "jobs",
    ),
    "Split of a parameter without value": (
        {"Fn::Select": [1, {"Fn::Split": ["-", {"Ref": "Missing"}]}]},
        "<?piece 1 of (?parameter Missing of S, which has no value) split by ->",
    ),
    "Select from a list that is not known": (
        {"Fn::Select": [1, {"Ref": "Missing"}]},
        "<?Select [1, {Ref=Missing}] of S, of no known list>",
    ),
    "a dynamic reference": (
        "arn:aws:s3:::{{resolve:ssm:/shared/bucket}}/*",
        "arn:aws:s3:::<?dynamic reference ssm./shared/bucket>/*",
    ),
    "a dynamic reference that is put together": (
        {"Fn::Sub": "{{resolve:secretsmanager:${Named}:SecretString:arn}}"},
        "<?dynamic reference secretsmanager.named.SecretString.arn>",
    ),
    "the attachment of a secret": (
        {"Ref": "Attachment"},
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:<S.Secret.SecretId>",
    ),
    "the canonical user of an identity of CloudFront": (
        {"Fn::GetAtt": ["Identity", "S3CanonicalUserId"]},
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity <S.Identity>",
    ),
    "FindInMap": ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "Name"]}, "mapped"),
    "FindInMap without entry": (
        {"Fn::FindInMap": ["Map", "nowhere", "Name"]},
        "<?what mapping Map of S holds for nowhere and Name>",
    ),
    "If that holds": ({"Fn::If": ["Yes", "a", "b"]}, "a"),
    "If that does not hold": ({"Fn::If": ["No", "a", "b"]}, "b"),
    "If that is not known": ({"Fn::If": ["Maybe", "a", "b"]}, "<?a or b, by condition Maybe of S>"),
    "If with equal branches": ({"Fn::If": ["Maybe", "a", {"Fn::Sub": "a"}]}, "a"),
    "If by Or": ({"Fn::If": ["YesOrMaybe", "a", "b"]}, "a"),
    "If by And": ({"Fn::If": ["NoAndMaybe", "a", "b"]}, "b"),
    "If by And that is not known": (
        {"Fn::If": ["YesAndMaybe", "a", "b"]},
        "<?a or b, by condition YesAndMaybe of S>",
    ),
    "If on itself": ({"Fn::If": ["Itself", "a", "b"]}, "<?a or b, by condition Itself of S>"),
    "an export": ({"Fn::ImportValue": "shared-arn"}, "arn:aws:s3:::<Shared.Bucket>"),
    "an export by its stack's name": (
        {"Fn::ImportValue": {"Fn::Sub": "${Given}-x"}},
        "from Shared",
    ),
    "no such export": (
        {"Fn::ImportValue": "nobody"},
        "<?export nobody, which no stack of the assembly makes>",
    ),
    "a stack's output": (
        {"Fn::GetStackOutput": {"StackName": "Shared", "OutputName": "Arn"}},
        "arn:aws:s3:::<Shared.Bucket>",
    ),
    "another function": (
        {"Fn::Cidr": ["10.0.0.0/8", 1]},
        "<?Cidr [10.0.0.0/8, 1] of S, a function that is not evaluated>",
    ),
    "a function of a wrong shape": (
        {"Fn::Sub": [1, 2, 3]},
        "<?Sub [1, 2, 3] of S, with arguments of a wrong shape>",
    ),
    "text that pretends to be a symbol": ("\ue000S.Plain\ue002", "\ufffdS.Plain\ufffd"),
}
SHARED: dict[str, Any] = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
    "Outputs": {
        "Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}, "Export": {"Name": "shared-arn"}},
        "Sub": {
            "Value": {"Fn::Sub": "from ${AWS::StackName}"},
            "Export": {"Name": {"Fn::Join": ["-", ["given", "x"]]}},
        },
    },
}


def resource_of(folder: Path, value: Any, environment: str = ENVIRONMENT) -> str:
    """Return what a value is when it stands as the resource of a policy."""
    inline = [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject", resource=value)}]
    template = {**BASE, "Resources": {**BASE["Resources"], "Role": role(Policies=inline)}}
    write_assembly(folder, {"S": template, "Shared": SHARED}, environment)
    [(_, resources)] = allowed(principal(read(folder).snapshot, "S/Role"))
    assert resources
    [resource] = resources
    return display(resource)


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_evaluated(tmp_path: Path, case: str) -> None:
    value, expected = CASES[case]

    assert resource_of(tmp_path, value) == expected


def test_stacks_without_environment_share_one_account_and_region(tmp_path: Path) -> None:
    value = {"Fn::Sub": "${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${Queue.Arn}"}

    assert resource_of(tmp_path, value, "aws://unknown-account/unknown-region") == (
        "aws <region> <account> arn:aws:sqs:<region>:<account>:jobs"
    )


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-east-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "<?URL suffix of aws-eusc>"),
    ],
)
def test_the_partition_follows_the_region(
    tmp_path: Path, region: str, partition: str, suffix: str
) -> None:
    value = {"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}

    assert resource_of(tmp_path, value, f"aws://111122223333/{region}") == f"{partition} {suffix}"


def test_an_export_of_another_region_is_not_found(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    resource_of(folder, {"Fn::ImportValue": "shared-arn"})
    manifest = (folder / "manifest.json").read_text()
    other = manifest.replace("eu-west-1", "us-east-1", 1)
    (folder / "manifest.json").write_text(other)

    [(_, resources)] = allowed(principal(read(folder).snapshot, "S/Role"))
    assert [display(each) for each in resources or ()] == [
        "<?export shared-arn, which no stack of the assembly makes>"
    ]


def test_no_value_leaves_a_property_out(tmp_path: Path) -> None:
    nothing = {"Ref": "AWS::NoValue"}
    inline = [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}, nothing]
    properties = {"Policies": inline, "PermissionsBoundary": nothing, "ManagedPolicyArns": nothing}
    write_assembly(tmp_path, {"S": {"Resources": {"Role": role(**properties)}}})

    found = principal(read(tmp_path).snapshot, "S/Role")
    assert allowed(found) == [(("s3:GetObject",), ("*",))]
    assert found.boundary is None


def test_deep_nesting_is_unknown(tmp_path: Path) -> None:
    value: Any = "x"
    for _ in range(200):
        value = {"Fn::Join": ["", [value]]}

    assert resource_of(tmp_path, value).startswith("<?nested more than 60 levels deep, {Fn..Join=")


@pytest.mark.timeout(60)
def test_doubling_values_take_bounded_time(tmp_path: Path) -> None:
    """Sixty names that each hold the one before twice would be 2^60 characters."""
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    resources: dict[str, Any] = {
        "B0": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}
    }
    for n in range(1, 61):
        conditions[f"C{n}"] = {"Fn::Or": [{"Condition": f"C{n - 1}"}] * 2}
        name = {"Fn::Join": ["", [{"Ref": f"B{n - 1}"}] * 2]}
        resources[f"B{n}"] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}
    value = {"Fn::If": ["C60", {"Ref": "B60"}, {"Ref": "B59"}]}
    inline = [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject", resource=value)}]
    template = {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": conditions,
        "Resources": {**resources, "Role": role(Policies=inline)},
    }
    write_assembly(tmp_path, {"S": template})

    [(_, found)] = allowed(principal(read(tmp_path).snapshot, "S/Role"))
    assert [display(each) for each in found or ()] == [
        "<?{Ref=B60} or {Ref=B59}, by condition C60 of S>"
    ]
