"""A service that a principal may call, and to which the network of its machines has no way."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.snapshot import Principal
from whomay.engine.templates.closed_subnets import ClosedSubnets
from whomay.engine.templates.networks import Networks
from whomay.engine.templates.resources import Item
from whomay.iam.facts.actions import services
from whomay.iam.facts.endpoint_services import SENT_BY_A_SERVICE
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Statement

_FUNCTION: Final = "AWS::Lambda::Function"

# Permissions that no call of the machine's own needs. S3 and others ask KMS on the caller's behalf.
# A service that is passed a role takes it. The others lead to an address inside of a network.
_NO_CALLS: Final = (
    "elasticache:connect",
    "elasticfilesystem:client",
    "execute-api:",
    "iam:createservicelinkedrole",
    "iam:passrole",
    "kms:",
    "memorydb:connect",
    "rds-db:",
    "kafka-cluster:",
    "neptune-db:",
    "es:eshttp",
    "aoss:",
    "dax:",
    "vpc-lattice-svcs:",
)
# What Lambda itself does as the function's role: it logs, traces, makes network interfaces, and
# reads queues and streams.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
_BY_LAMBDA: Final = (
    "dynamodb:describestream",
    "dynamodb:getrecords",
    "dynamodb:getsharditerator",
    "dynamodb:liststreams",
    "ec2:",
    "kafka:",
    "kinesis:describestream",
    "kinesis:get",
    "kinesis:list",
    "kinesis:subscribetoshard",
    "logs:",
    "mq:",
    "sqs:changemessagevisibility",
    "sqs:deletemessage",
    "sqs:get",
    "sqs:receivemessage",
    "xray:",
)
# And it delivers results and failures, where it was told where to.
_DELIVERING: Final = ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping")
_DELIVERED: Final = ("events:putevents", "lambda:invokefunction", "s3:", "sns:publish", "sqs:send")


# Services that read, write or notify as the caller who asks them for a piece of work.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
_FOR_THE_CALLER: Final = frozenset(
    (
        "athena",
        "batch",
        "bedrock",
        "cloudformation",
        "comprehend",
        "comprehendmedical",
        "databrew",
        "forecast",
        "glue",
        "kendra",
        "lex",
        "personalize",
        "polly",
        "redshift-data",
        "rekognition",
        "sagemaker",
        "states",
        "textract",
        "transcribe",
        "translate",
    )
)


def unreachable(app: App) -> Iterator[Finding]:
    """Yield each service that a role may call and that none of its machines can reach."""
    networks = Networks(app.items, app.snapshot)
    subnets = ClosedSubnets(app.items, app.snapshot)
    for who in app.snapshot.principals:
        machines = networks.machines_of(who) if _services_alone(who) else None
        if not machines or not all(machine.subnets for machine in machines):
            continue
        functions = [app.by_path[machine.path] for machine in machines]
        for service, (action, statement) in _called(who, _not_called(app, functions)).items():
            if all(
                subnets.cut_off(subnet, service, public_address=item.kind != _FUNCTION)
                for machine, item in zip(machines, functions, strict=True)
                for subnet in machine.subnets
            ):
                message = (
                    f"{who.path} may do {action}, and {machines[0].path}, which acts as it, cannot reach "
                    f"{service}: its subnets have no route out, and no endpoint leads there"
                )
                yield Finding(
                    RULE, app.by_path[who.path], service, display(message), statement.source
                )


def _not_called(app: App, items: Sequence[Item]) -> tuple[str, ...]:
    """Return beginnings of actions that no call of the machines' own code needs."""
    if not any(item.kind == _FUNCTION for item in items):
        return _NO_CALLS
    delivers = any(item.plain("DeadLetterConfig") for item in items)
    delivers = delivers or any(
        each.plain("DestinationConfig") for each in app.items.of(*_DELIVERING)
    )
    return _NO_CALLS + _BY_LAMBDA + _DELIVERED * delivers


def _services_alone(who: Principal) -> bool:
    """Tell whether services alone may assume the role: others use it from their own networks."""
    statements = who.trust.statements if who.trust is not None else ()
    allows = [each for each in statements if each.effect == "Allow"]
    return bool(allows) and all(
        each.principals is not None and all(kind == "Service" for kind, _ in each.principals)
        for each in allows
    )


def _called(who: Principal, left_out: tuple[str, ...]) -> Mapping[str, tuple[str, Statement]]:
    """Map each service that the role's policies name to the first action that calls it.

    AWS managed policies are left out: they allow more than any one machine needs. Beside a service
    that works as its caller, no other one counts, since that service may be the one that calls it.
    """
    found: dict[str, tuple[str, Statement]] = {}
    for policy in who.identity:
        for statement in policy.statements if policy.published is None else ():
            keys = {condition.key.lower() for condition in statement.conditions}
            if statement.effect != "Allow" or keys & SENT_BY_A_SERVICE:
                continue
            for action in statement.actions or ():
                service = action.lower().partition(":")[0]
                if service in services() and not action.lower().startswith(left_out):
                    found.setdefault(service, (action, statement))
    own = found.keys() & _FOR_THE_CALLER
    return {service: found[service] for service in own or found}


_APP: Final = """\
        Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
        Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: {Ref: Vpc}, CidrBlock: 10.0.0.0/24}}
        Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: {Ref: Vpc}}}
        Routes:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: {SubnetId: {Ref: Subnet}, RouteTableId: {Ref: Table}}
        Endpoint:
          Type: AWS::EC2::VPCEndpoint
          Properties:
            VpcId: {Ref: Vpc}
            VpcEndpointType: Interface
            PrivateDnsEnabled: true
            ServiceName: com.amazonaws.eu-west-1.SERVICE
            SubnetIds: [{Ref: Subnet}]
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Role: {"Fn::GetAtt": [Role, Arn]}
            VpcConfig: {SubnetIds: [{Ref: Subnet}], SecurityGroupIds: [sg-1a2b3c4d]}
            Code: {ZipFile: x}
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
                - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
            Policies:
              - PolicyName: Read
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                    - Effect: Allow
                      Action: secretsmanager:GetSecretValue
                      Resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf
"""

RULE = Rule(
    id="unreachable",
    severity=Severity.WARNING,
    title="a service that a principal may call, and to which the network of its machines has no way",
    why=(
        "The permission is there and every call times out: the subnets of the function, the instance "
        "or the task have no route to the internet, and their VPC no endpoint of that service. A proxy "
        "inside of the network is not seen."
    ),
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
    fix="Add a VPC endpoint of the service, or a route through a NAT gateway, or take the permission away.",
    bad=resources(_APP.replace("SERVICE", "sts")),
    good=resources(_APP.replace("SERVICE", "secretsmanager")),
    find=unreachable,
)
