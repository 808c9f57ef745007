"""Jobs of GitHub Actions: each has a token that says which repository and which environment it is of.

https://docs.github.com/en/actions/reference/security/oidc
The tokens are unsigned, since the lab does not verify a signature; STS judges all the rest of them.
"""

import base64
import json
import time
from typing import Any, Final

from whomay.lab import environment
from whomay.lab.context import GITHUB
from whomay.lab.deploy import DELIVERY
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession
from whomay.lab.workspace import write_private

ISSUER: Final = "https://token.actions.githubusercontent.com"
SECONDS: Final = 3600
JOB: Final = "job"
_NAME: Final = f"{GITHUB['repository']}@{GITHUB['repository_id']}"
_REPOSITORY: Final = f"{GITHUB['owner']}@{GITHUB['owner_id']}/{_NAME}"
_ENVIRONMENT: Final = GITHUB["environment"]
SUBJECTS: Final = {
    JOB: f"repo:{_REPOSITORY}:environment:{_ENVIRONMENT}",
    "branch's job": f"repo:{_REPOSITORY}:ref:refs/heads/main",
    "fork's job": f"repo:mallory@654321/{_NAME}:environment:{_ENVIRONMENT}",
}


def as_job(session: LabSession, who: str = JOB) -> dict[str, str]:
    """Return the environment of a job that acts as the deploy role, as `aws` and `cdk` read it.

    Raises:
        LabError: the stack Delivery is not deployed.

    """
    deployed = session.workspace.read(f"outputs/{DELIVERY}.json")
    if deployed is None:
        raise LabError(f"not deployed in this lab: {DELIVERY}. Deploy first: whomay lab deploy")
    token = session.workspace.work / f"{who.replace(' ', '-')}.jwt"
    write_private(token, _token(SUBJECTS[who]))
    role = deployed[DELIVERY]["DeployRoleArn"]
    return environment.with_web_identity(session.lab, session.workspace, role, token, JOB)


def _token(subject: str) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "sts.amazonaws.com",
        "sub": subject,
        "iat": now,
        "exp": now + SECONDS,
    }
    return ".".join((_part({"alg": "none", "typ": "JWT"}), _part(claims), ""))


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
