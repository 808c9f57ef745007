"""A dozen patterns that CDK apps are made of, as CDK's own guides write them."""

from collections.abc import Callable
from typing import Final

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as ecs_patterns
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from aws_cdk import aws_s3_notifications as s3_notifications
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk import custom_resources as cr


def function(stack: Stack, id: str = "Function") -> lambda_.Function:
    return lambda_.Function(
        stack,
        id,
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def lambda_with_dynamodb(stack: Stack) -> None:
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(stack, "Table", partition_key=key)
    table.add_global_secondary_index(index_name="by-id", partition_key=key)
    table.grant_read_write_data(function(stack))


def fargate_service(stack: Stack) -> None:
    table = dynamodb.TableV2(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    service = ecs_patterns.ApplicationLoadBalancedFargateService(
        stack,
        "Service",
        task_image_options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable")
        ),
    )
    table.grant_read_data(service.task_definition.task_role)


def static_site(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Site")
    site = cloudfront.Distribution(
        stack,
        "Distribution",
        default_behavior=cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket)
        ),
    )
    s3_deployment.BucketDeployment(
        stack,
        "Deployment",
        sources=[s3_deployment.Source.data("index.html", "<h1>Hello</h1>")],
        destination_bucket=bucket,
        distribution=site,
    )


def custom_resources(stack: Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    call = cr.AwsSdkCall(
        service="SNS",
        action="getTopicAttributes",
        parameters={"TopicArn": topic.topic_arn},
        physical_resource_id=cr.PhysicalResourceId.of("attributes"),
    )
    policy = cr.AwsCustomResourcePolicy.from_sdk_calls(resources=[topic.topic_arn])
    cr.AwsCustomResource(stack, "Attributes", on_update=call, policy=policy)
    provider = cr.Provider(
        stack,
        "Provider",
        on_event_handler=function(stack, "OnEvent"),
        is_complete_handler=function(stack, "IsComplete"),
    )
    CustomResource(stack, "Custom", service_token=provider.service_token)


def events_to_queue(stack: Stack) -> None:
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["aws.ec2"]))
    rule.add_target(targets.SqsQueue(sqs.Queue(stack, "Queue")))


def bucket_notifications(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    worker = function(stack)
    bucket.add_event_notification(
        s3.EventType.OBJECT_CREATED, s3_notifications.LambdaDestination(worker)
    )
    bucket.grant_read_write(worker)


def state_machine(stack: Stack) -> None:
    cluster = ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", max_azs=2))
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("App", image=ecs.ContainerImage.from_registry("public.ecr.aws/x/app:1"))
    chain = tasks.LambdaInvoke(stack, "Invoke", lambda_function=function(stack)).next(
        tasks.EcsRunTask(
            stack,
            "Run",
            cluster=cluster,
            task_definition=task,
            integration_pattern=stepfunctions.IntegrationPattern.RUN_JOB,
            launch_target=tasks.EcsFargateLaunchTarget(
                platform_version=ecs.FargatePlatformVersion.LATEST
            ),
        )
    )
    body = stepfunctions.DefinitionBody.from_chainable(chain)
    stepfunctions.StateMachine(stack, "Machine", definition_body=body, tracing_enabled=True)


def pipeline(stack: Stack) -> None:
    source, built = codepipeline.Artifact(), codepipeline.Artifact()
    project = codebuild.PipelineProject(stack, "Build")
    codepipeline.Pipeline(
        stack,
        "Pipeline",
        pipeline_type=codepipeline.PipelineType.V2,
        stages=[
            codepipeline.StageProps(
                stage_name="Source",
                actions=[
                    actions.S3SourceAction(
                        action_name="Source",
                        bucket=s3.Bucket(stack, "Source", versioned=True),
                        bucket_key="source.zip",
                        output=source,
                    )
                ],
            ),
            codepipeline.StageProps(
                stage_name="Build",
                actions=[
                    actions.CodeBuildAction(
                        action_name="Build", project=project, input=source, outputs=[built]
                    )
                ],
            ),
            codepipeline.StageProps(
                stage_name="Deploy",
                actions=[
                    actions.CloudFormationCreateUpdateStackAction(
                        action_name="Deploy",
                        stack_name="app",
                        template_path=built.at_path("template.json"),
                        admin_permissions=False,
                    )
                ],
            ),
        ],
    )


def rest_api(stack: Stack) -> None:
    apigateway.LambdaRestApi(stack, "Api", handler=function(stack), cloud_watch_role=True)


def firehose_to_bucket(stack: Stack) -> None:
    destination = firehose.S3Bucket(s3.Bucket(stack, "Bucket"))
    stream = firehose.DeliveryStream(stack, "Stream", destination=destination)
    stream.grant_put_records(function(stack))


def scheduled_task(stack: Stack) -> None:
    ecs_patterns.ScheduledFargateTask(
        stack,
        "Nightly",
        schedule=autoscaling.Schedule.rate(Duration.days(1)),
        scheduled_fargate_task_image_options=ecs_patterns.ScheduledFargateTaskImageOptions(
            image=ecs.ContainerImage.from_registry("public.ecr.aws/x/app:1"), memory_limit_mib=512
        ),
    )


def fan_out(stack: Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    for name in ("Orders", "Invoices"):
        topic.add_subscription(subscriptions.SqsSubscription(sqs.Queue(stack, name)))
    topic.add_subscription(subscriptions.LambdaSubscription(function(stack)))


PATTERNS: Final[dict[str, Callable[[Stack], None]]] = {
    each.__name__: each
    for each in (
        lambda_with_dynamodb,
        fargate_service,
        static_site,
        custom_resources,
        events_to_queue,
        bucket_notifications,
        state_machine,
        pipeline,
        rest_api,
        firehose_to_bucket,
        scheduled_task,
        fan_out,
    )
}
