"""The environment of every child: nothing of the caller's AWS settings gets through.

Measured reasons: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or AWS_ENDPOINT_URL_STS send a call to the
real AWS in spite of AWS_ENDPOINT_URL. AWS_PROFILE fails where keys are set, and a proxy without
NO_PROXY takes loopback calls. So an environment is built up from what is allowed.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from whomay.lab.errors import LabError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

KEPT: Final = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")


def search_path() -> str:
    """Where programs are looked for: beside this Python first, so the pinned ones win."""
    own = str(Path(sys.executable).parent)
    return os.pathsep.join([own, os.environ.get("PATH", os.defpath)])


def program(name: str, remedy: str, path: str | None = None) -> str:
    """Return the path of a program, looked for in `path`, by default in `search_path`.

    Raises:
        LabError: it is not there; the message ends with the remedy

    """
    found = shutil.which(name, path=path or search_path())
    if found is None:
        raise LabError(f"the program `{name}` is not on the path: {remedy}")
    return found


def scrubbed(lab: Lab, workspace: Workspace) -> dict[str, str]:
    """Return an environment without credentials, whose every AWS call goes to the lab."""
    work = workspace.work
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "PATH": os.pathsep.join([str(workspace.programs), search_path()]),
        "HOME": str(work / "home"),
        "TMPDIR": str(work / "tmp"),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": lab.endpoint,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # a host of another name is none of the lab's
        "AWS_CA_BUNDLE": str(lab.ca),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "AWS_RETRY_MODE": "standard",
        "AWS_MAX_ATTEMPTS": "3",
    }


def with_keys(lab: Lab, workspace: Workspace, key: str, secret: str) -> dict[str, str]:
    """Return the environment of who holds this access key."""
    return scrubbed(lab, workspace) | {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": lab.region,
        "AWS_DEFAULT_REGION": lab.region,
    }


def with_profile(lab: Lab, workspace: Workspace, profile: str) -> dict[str, str]:
    """Return the environment of an administrator, whose key lies in the state folder."""
    return scrubbed(lab, workspace) | {
        "AWS_SHARED_CREDENTIALS_FILE": str(workspace.work / "credentials"),
        "AWS_CONFIG_FILE": str(workspace.work / "config"),
        "AWS_PROFILE": profile,
        "AWS_REGION": lab.region,
        "AWS_DEFAULT_REGION": lab.region,
    }


def with_web_identity(
    lab: Lab, workspace: Workspace, role: str, token: Path, session_name: str
) -> dict[str, str]:
    """Return the environment of who has a token that `aws` and `cdk` assume a role with."""
    return scrubbed(lab, workspace) | {
        "AWS_ROLE_ARN": role,
        "AWS_ROLE_SESSION_NAME": session_name,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
        "AWS_REGION": lab.region,
        "AWS_DEFAULT_REGION": lab.region,
    }


def at_home(lab: Lab, workspace: Workspace, home: Path) -> dict[str, str]:
    """Return the environment of a person with a home of their own, and `.aws` in it."""
    return scrubbed(lab, workspace) | {"HOME": str(home)}


def on_instance(lab: Lab, workspace: Workspace, instance: str) -> dict[str, str]:
    """Return the environment of ssm-user on an instance: its metadata service and its home."""
    return scrubbed(lab, workspace) | {
        "HOME": str(workspace.home_on(instance)),
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{lab.imds}{instance}",
    }


def with_cdk(environment: Mapping[str, str], lab: Lab, workspace: Workspace) -> dict[str, str]:
    """Add what the CDK CLI needs: the lab's certificate, a home of its own, no call elsewhere."""
    return {
        **environment,
        "NODE_EXTRA_CA_CERTS": str(lab.ca),
        "NODE_NO_WARNINGS": "1",
        "CDK_HOME": str(workspace.work / "cdk"),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_NOTICES": "false",  # they are fetched from a page of AWS's
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_jsii_cache()),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }


def _jsii_cache() -> Path:
    """Return jsii's own cache, by its own rule, though HOME is another one for children."""
    set_by_caller = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    if set_by_caller:
        return Path(set_by_caller)
    inside = "Library/Caches/com.amazonaws.jsii" if sys.platform == "darwin" else ".cache/aws/jsii"
    return Path.home() / inside / "package-cache"
