"""iam:PassRole: who gives an instance a role must be allowed to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.handlers import Inner, correct
from whomay.lab.server.refusals import refuse
from whomay.lab.server.request import ApiRequest

PROFILE_ACTIONS = frozenset(
    {"RunInstances", "AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"}
)


def roles_passed(request: ApiRequest) -> list[str]:
    """Return the ARNs of the roles that a request hands to EC2."""
    if request.parameter("Action") not in PROFILE_ACTIONS:
        return []
    profile = request.parameter("IamInstanceProfile.Name") or request.parameter(
        "IamInstanceProfile.Arn"
    )
    profiles = internals.get("services.iam", "_instance_profiles")
    roles = internals.get("services.iam", "_roles")
    names = (profiles.get(profile.rsplit("/", 1)[-1]) or {}).get("Roles", [])
    return [roles[name]["Arn"] for name in names if name in roles]


async def _handle(request: ApiRequest, inner: Inner) -> Response:
    """Ask iam:PassRole of who gives an instance a role."""
    context = {"iam:passedtoservice": "ec2.amazonaws.com"}
    for role in roles_passed(request) if request.access_key else []:
        refused = refuse(request, "ec2", "iam:PassRole", role, context)
        if refused:
            return refused
    return await inner(request)


def install() -> None:
    """Ask wherever EC2 takes an instance profile."""
    correct("ec2", _handle)
