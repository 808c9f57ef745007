"""Alerts on what should be rare: changes of IAM, use of the root user, sign-in without MFA.

EventBridge has these events where CloudTrail records them. Those of IAM are in us-east-1, and
sign-ins in the Region of the sign-in endpoint. Calls of the root user are in the Region of the call
(CloudTrail User Guide, "AWS Management Console sign-in events"; EventBridge User Guide, "Receiving
read-only management events from AWS services"). So the alerts are in us-east-1, and an
`AlertForwarder` in each other Region sends its events there.
"""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from whomay.cdk.arguments import checks
from whomay.cdk.principals.trust import Trust
from whomay.metadata.refusals import refuse
from whomay.metadata.tokens import unresolved

HOME: Final = "us-east-1"
SIGN_IN_REGIONS: Final = ("us-east-2", "eu-north-1", "ap-southeast-2")
"""Where the global sign-in endpoint sends users whose browser knows the account's alias."""

_CALL: Final = "AWS API Call via CloudTrail"
_SIGN_IN: Final = "AWS Console Sign In via CloudTrail"
_WITH_READS: Final = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"

_IAM_CHANGE: Final = events.EventPattern(
    source=["aws.iam"],
    detail_type=[_CALL],
    detail={"eventSource": ["iam.amazonaws.com"], "readOnly": [False]},
)
# As in CIS AWS Foundations: not what a service does in the root user's name.
_ROOT_USE: Final = events.EventPattern(
    detail_type=[_CALL, _SIGN_IN],
    detail={"userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]}},
)
_NO_MFA: Final = events.EventPattern(
    detail_type=[_SIGN_IN],
    detail={
        "eventName": ["ConsoleLogin"],
        "userIdentity": {"type": ["IAMUser", "Root"]},
        "responseElements": {"ConsoleLogin": ["Success"]},
        "additionalEventData": {"MFAUsed": ["No"]},
    },
)
# Placeholders of EventBridge: their values are put in when the event arrives.
_WHAT: Final = events.EventField.from_path("$.detail.eventName")
_WHO: Final = events.EventField.from_path("$.detail.userIdentity.arn")
_WHERE: Final = events.EventField.from_path("$.region")
_ACCOUNT: Final = events.EventField.from_path("$.account")
_WHEN: Final = events.EventField.from_path("$.time")
_ID: Final = events.EventField.from_path("$.detail.eventID")

_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class SecurityAlerts(Construct):
    """Mail about every change of IAM, every use of the root user, every sign-in without MFA.

    It belongs in a stack in us-east-1. Each address of `notify` gets a mail that asks it to confirm;
    `topic` takes other subscriptions too. Events of other Regions come through an `AlertForwarder`
    there. The account needs a trail that logs management events, such as `AuditTrail`. Alerts take
    some minutes, and EventBridge delivers CloudTrail's events on a best-effort basis.

    Raises ValueError for a stack in another Region, and for what is no mail address.
    """

    def __init__(self, scope: Construct, id: str, *, notify: Sequence[str] = ()) -> None:
        _check_region(scope, home=True)
        notify = checks.texts("notify", notify, "a mail address")
        for address in notify:
            allowed = "a mail address, as in security@example.com"
            checks.text("notify", address, _MAIL, allowed, length=320)
        super().__init__(scope, id)
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts alerts on their way",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # nothing is kept under it
        )
        # EventBridge sends no condition keys to SNS, so the topic's policy can hold none for it
        # (EventBridge User Guide, "Using resource-based policies for Amazon EventBridge").
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True, master_key=self.key)
        for address in notify:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))
        for name, pattern, text in (
            ("IamChange", _IAM_CHANGE, "IAM was changed"),
            ("RootUse", _ROOT_USE, "The root user was used"),
            ("SignInWithoutMfa", _NO_MFA, "Somebody signed in without MFA"),
        ):
            message = f"{text}: {_WHAT} by {_WHO} in {_ACCOUNT}, {_WHERE}, at {_WHEN} (event {_ID})"
            target = targets.SnsTopic(self.topic, message=events.RuleTargetInput.from_text(message))
            _rule(self, name, pattern, target)


class AlertForwarder(Construct):
    """Sends root use and sign-ins without MFA in one Region to the alerts in us-east-1.

    Put one in every Region in which people sign in. Those are `SIGN_IN_REGIONS`, where the global
    sign-in endpoint may send them, and the Regions whose own endpoint they use. Without one, the
    root user's calls in a Region raise no alert.

    Raises ValueError for a stack in us-east-1, whose events arrive there anyway.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        _check_region(scope, home=False)
        super().__init__(scope, id)
        arn = Stack.of(self).format_arn(
            service="events", region=HOME, resource="event-bus", resource_name="default"
        )
        role = iam.Role(self, "Role", assumed_by=Trust.service("events.amazonaws.com"))
        bus = targets.EventBus(events.EventBus.from_event_bus_arn(self, "Bus", arn), role=role)
        _rule(self, "RootUse", _ROOT_USE, bus)
        _rule(self, "SignInWithoutMfa", _NO_MFA, bus)


def _rule(
    scope: Construct, name: str, pattern: events.EventPattern, target: events.IRuleTarget
) -> None:
    """Make a rule that sees read-only calls too: looking around as root is a use of it."""
    rule = events.Rule(scope, name, event_pattern=pattern, targets=[target])
    resource = rule.node.default_child
    if isinstance(resource, events.CfnRule):
        resource.state = _WITH_READS


def _check_region(scope: Construct, *, home: bool) -> None:
    region = Stack.of(scope).region
    if unresolved(region) or (region == HOME) is not home:
        allowed = f"a stack in {HOME}" if home else f"a stack in a Region other than {HOME}"
        shown = "no Region" if unresolved(region) else region
        refuse("env", shown, allowed, "give the stack env=Environment(region=…)")
