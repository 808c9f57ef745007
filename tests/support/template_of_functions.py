"""A template with parameters, mappings and conditions of every kind."""

from typing import Any

from support.assemblies import role

BASE: dict[str, Any] = {
    "Parameters": {
        "Given": {"Type": "String", "Default": "given"},
        "Missing": {"Type": "String"},
        "Hidden": {"Type": "String", "Default": "secret", "NoEcho": True},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"},
        "Names": {"Type": "CommaDelimitedList", "Default": "one, two"},
    },
    "Mappings": {"Map": {"eu-west-1": {"Name": "mapped"}, "us-east-1": {"Name": "other"}}},
    "Conditions": {
        "Yes": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Maybe": {"Fn::Equals": [{"Ref": "Missing"}, "x"]},
        "YesOrMaybe": {"Fn::Or": [{"Condition": "Maybe"}, {"Condition": "Yes"}]},
        "NoAndMaybe": {"Fn::And": [{"Condition": "Maybe"}, {"Condition": "No"}]},
        "YesAndMaybe": {"Fn::And": [{"Condition": "Maybe"}, {"Condition": "Yes"}]},
        "Itself": {"Fn::Not": [{"Condition": "Itself"}]},
    },
    "Resources": {
        "Named": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "named"}},
        "Plain": {"Type": "AWS::S3::Bucket"},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Given"}}},
        "Function": {"Type": "AWS::Lambda::Function"},
        "Version": {
            "Type": "AWS::Lambda::Version",
            "Properties": {"FunctionName": {"Ref": "Function"}},
        },
        "Secret": {"Type": "AWS::SecretsManager::Secret"},
        "Attachment": {
            "Type": "AWS::SecretsManager::SecretTargetAttachment",
            "Properties": {"SecretId": {"Ref": "Secret"}},
        },
        "Identity": {"Type": "AWS::CloudFront::CloudFrontOriginAccessIdentity"},
        "Deep": role(Path="/deep/", RoleName="inside"),
        "Custom": {"Type": "Custom::Thing"},
        "Loop": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketName": {"Fn::Sub": "x-${Other}"}},
        },
        "Other": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Loop"}}},
        "Gateway": {"Type": "AWS::EC2::VPCEndpoint"},
        "Provider": {
            "Type": "AWS::IAM::OIDCProvider",
            "Properties": {"Url": "https://token.actions.githubusercontent.com"},
        },
        "Odd": {"Type": "AWS::Fresh::Thing"},
    },
}
