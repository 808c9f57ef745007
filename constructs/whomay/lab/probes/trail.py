"""What the trail has of the other probes, refused calls included: these are run last.

`whomay trail` reads the files that the trail has delivered to its bucket.
"""

from functools import partial
from typing import Final

from whomay.lab.deploy import AUDIT
from whomay.lab.probe import Probe, command

probe = partial(Probe, AUDIT)

LOOKUP: Final = "aws cloudtrail lookup-events --output text --lookup-attributes"
FILES: Final = "s3://$trail_bucket/AWSLogs"

PROBES: Final = (
    probe(
        "find who was refused a role of dev",
        command("admin", f"whomay trail denied {FILES}"),
        shows=":user/people/alice sts:AssumeRole: AccessDenied",
    ),
    probe(
        "find who became project 2's role, and did what",
        command("admin", f"whomay trail who-assumed --role $user_role {FILES}"),
        shows="$user_role as $session_name",
    ),
    probe(
        "find what became of the job",
        command("admin", f"whomay trail who-assumed --role $deploy_role {FILES}"),
        shows="sts:AssumeRole",
    ),
    probe(
        "find what the instance was refused",
        command(
            "admin",
            f"{LOOKUP} AttributeKey=Username,AttributeValue=$ec2_instance"
            """ --query "Events[?EventName=='ListUsers'].CloudTrailEvent" """,
        ),
        shows="AccessDenied",
    ),
    probe(
        "find who read the secret",
        command(
            "admin",
            f"{LOOKUP} AttributeKey=EventName,AttributeValue=GetSecretValue"
            " --query Events[].CloudTrailEvent",
        ),
        shows="/$user_instance",
    ),
)
