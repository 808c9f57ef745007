"""What the trail has of the other probes, refused calls included: these are run last."""

from functools import partial
from typing import Final

from whomay.lab.probe import Probe, call

AUDIT: Final = "Audit"
probe = partial(Probe, AUDIT)

LOOKUP: Final = "aws cloudtrail lookup-events --output text --lookup-attributes"

PROBES: Final = (
    probe(
        "find what the user was refused",
        call(
            "admin",
            f"{LOOKUP} AttributeKey=Username,AttributeValue=$user_name"
            """ --query "Events[?EventName=='AssumeRole'].CloudTrailEvent" """,
        ),
        shows="AccessDenied",
    ),
    probe(
        "find who used the role, by session name",
        call(
            "admin",
            f"{LOOKUP} AttributeKey=Username,AttributeValue=$session_name"
            """ --query "Events[?EventName=='GetCallerIdentity'].CloudTrailEvent" """,
        ),
        shows=":assumed-role/$user_role_name/$session_name",
    ),
    probe(
        "find what the instance was refused",
        call(
            "admin",
            f"{LOOKUP} AttributeKey=Username,AttributeValue=$ec2_instance"
            """ --query "Events[?EventName=='ListUsers'].CloudTrailEvent" """,
        ),
        shows="AccessDenied",
    ),
    probe(
        "find who read the secret",
        call(
            "admin",
            f"{LOOKUP} AttributeKey=EventName,AttributeValue=GetSecretValue"
            " --query Events[].CloudTrailEvent",
        ),
        shows="/$user_instance",
    ),
)
