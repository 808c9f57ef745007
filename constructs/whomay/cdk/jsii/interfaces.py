"""The types that parameters of constructs take: each class of CDK, and its interface.

Pyright does not see that a role is an IRole (aws/aws-cdk#21099), so each type names the class too.
"""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

Bucket = s3.Bucket | s3.IBucket
Key = kms.Key | kms.IKey
MachineImage = ec2.IMachineImage | ec2.LookupMachineImage | ec2.AmazonLinuxImage
ManagedPolicy = iam.ManagedPolicy | iam.IManagedPolicy
Role = iam.Role | iam.IRole
Secret = secretsmanager.Secret | secretsmanager.ISecret
User = iam.User | iam.IUser
Vpc = ec2.Vpc | ec2.IVpc
