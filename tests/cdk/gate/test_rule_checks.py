"""The rules as a validation plugin: what they find stops the synth."""

import pytest
from aws_cdk import App, CfnOutput, CfnResource, Stack
from aws_cdk import aws_iam as iam

from whomay.cdk import GateError, synth


def test_an_administrator_made_of_raw_resources_and_overrides_is_seen(
    app: App, stack: Stack
) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    inline = [
        {
            "PolicyName": "All",
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [everything]},
        }
    ]
    CfnResource(
        stack,
        "Raw",
        type="AWS::IAM::Role",
        properties={
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
                ],
            },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
            "Policies": inline,
        },
    )
    role = iam.Role(stack, "Overridden", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    resource = role.node.default_child
    assert isinstance(resource, iam.CfnRole)
    resource.add_property_override("Policies", inline)
    with pytest.raises(GateError) as caught:
        synth(app)
    lines = [tuple(line.split(": ", 2)[:2]) for line in caught.value.args]
    rules = [line for line in lines if line[1].startswith("AccessRules::")]
    assert sorted(rules) == [
        ("Stack/Overridden/Resource", "AccessRules::administrator[*]"),
        ("Stack/Raw", "AccessRules::administrator[*]"),
        ("Stack/Raw", "AccessRules::administrator[AdministratorAccess]"),
        ("Stack/Raw", "AccessRules::trust-everyone[AWS:*]"),
    ]


def test_a_secret_in_an_output_stops_the_synth_with_its_stack(app: App, stack: Stack) -> None:
    key = iam.AccessKey(stack, "Key", user=iam.User(stack, "User"))
    CfnOutput(stack, "Secret", value=key.secret_access_key.unsafe_unwrap())
    with pytest.raises(GateError) as caught:
        synth(app)
    assert any(
        "AccessRules::secret-exposed[Outputs.Secret.Value]" in each for each in caught.value.args
    )
