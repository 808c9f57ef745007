"""The real CDK CLI: one synth, the bootstrap of each account, deployments from that assembly."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from whomay.lab.accounts import ADMIN, ADMINISTRATORS, as_administrator
from whomay.lab.context import CONTEXT, FORWARDED, HUB
from whomay.lab.environment import with_cdk
from whomay.lab.errors import CommandFailedError, LabError
from whomay.lab.session import LabSession, last_lines

EC2_ROLE: Final = "Ec2Role"
USER_ASSUME_ROLE: Final = "UserAssumeRole"
USER_ASSUME_ROLE_MFA: Final = "UserAssumeRoleMfa"  # app.py adds it when the context says so
HUB_STACK: Final = "Hub"
SPOKE_DEV: Final = "Spoke-dev"
SPOKE_PROD: Final = "Spoke-prod"
DELIVERY: Final = "Delivery"
AUDIT: Final = "Audit"
ALERTS: Final = ("AuditAlerts", *(f"AuditForward-{region}" for region in FORWARDED))
PROJECTS: Final = (EC2_ROLE, USER_ASSUME_ROLE, USER_ASSUME_ROLE_MFA)
BY_ADMIN: Final = (*PROJECTS, HUB_STACK, DELIVERY, AUDIT)
BY_JOB: Final = (SPOKE_DEV, SPOKE_PROD)  # through the role of the stack Delivery
STACKS: Final = (*BY_ADMIN, *BY_JOB)
DEPLOY_TIMEOUT: Final = 300.0
FAILED: Final = re.compile(r"❌ +(\S+) failed")

Outputs: TypeAlias = dict[str, dict[str, str]]


def find_app(start: Path) -> Path:
    """Return the nearest folder with a cdk.json, from `start` upwards.

    Raises:
        LabError: there is none

    """
    for folder in (start, *start.parents):
        if (folder / "cdk.json").is_file():
            return folder
    raise LabError(
        f"no cdk.json in {start} or above it: go to the app's folder, or name it with --app"
    )


def is_course(app: Path) -> bool:
    """Tell whether it is this repository's app, which the lab gives accounts and people."""
    return (app / "stacks" / "ec2_role.py").is_file()


def synth(session: LabSession, app: Path, context: Mapping[str, str] = CONTEXT) -> None:
    """Synthesize the app once, into the workspace.

    Raises:
        CommandFailedError: the app or one of its checks fails; the message ends with why

    """
    output = ("--output", str(session.workspace.assembly))
    given = [word for item in context.items() for word in ("--context", "=".join(item))]
    _cdk(session, ADMIN, ("cdk", "synth", "--quiet", *output, *given), cwd=app)


def bootstrap(session: LabSession, who: str, account: str, region: str = "") -> None:
    """Make what `cdk deploy` needs in an account: the CDKToolkit stack, which trusts the hub.

    It is made in `region`, by default the lab's own.

    Raises:
        CommandFailedError: it failed

    """
    target = f"aws://{account}/{region or session.lab.region}"
    policy = ("--cloudformation-execution-policies", "arn:aws:iam::aws:policy/AdministratorAccess")
    trust = ("--trust", HUB, *policy) if account != HUB else ()
    _cdk(session, who, ("cdk", "bootstrap", *trust, target), cwd=session.workspace.work)


def deploy(
    session: LabSession,
    *stacks: str,
    who: str = ADMIN,
    environment: Mapping[str, str] | None = None,
    assembly: Path | None = None,
) -> None:
    """Deploy stacks side by side; CloudFormation takes back what it has made of one that fails.

    Those that a stack depends on come before it. The name `--all` means all of the app.

    `environment` is that of `who`, by default the administrator's, and `assembly` what `synth` made.

    Raises:
        CommandFailedError: one failed; the message says which, why, and how to go on

    """
    file = session.workspace.work / "outputs" / "cdk.json"
    file.unlink(missing_ok=True)
    side_by_side = ("--concurrency", str(len(stacks)), "--asset-parallelism")
    options = ("--require-approval", "never", *side_by_side, "--outputs-file", str(file))
    app = ("--app", str(assembly or session.workspace.assembly))
    own = environment or as_administrator(session, who)
    env = with_cdk(own, session.lab, session.workspace)
    argv = ("cdk", "deploy", *app, *options, *stacks)
    done = session.run(who, argv, env, timeout=DEPLOY_TIMEOUT)
    for stack, values in (session.workspace.read("outputs/cdk.json") or {}).items():
        session.workspace.write(f"outputs/{stack}.json", {stack: values})
    if done.code != 0:
        failed = sorted(set(FAILED.findall(done.said))) or list(stacks)
        which = f"the stack {failed[0]}" if len(failed) == 1 else f"the stacks {', '.join(failed)}"
        raise CommandFailedError(
            f"{which} could not be deployed; other stacks are as they were:\n"
            f"{last_lines(done)}\n{_validation(session, failed, done.said)}"
            "Fix the cause, and run the command again."
        )


def _validation(session: LabSession, stacks: list[str], said: str) -> str:
    """Return what CloudFormation's validation has found: the CDK CLI only says where to ask.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
    """
    if "DescribeEvents" not in said:
        return ""
    found = "OperationEvents[?EventType=='VALIDATION_ERROR'].[LogicalResourceId, ValidationStatusReason]"
    query = ("--query", found, "--output", "json")
    reasons = set()
    for stack in stacks:
        argv = ("aws", "cloudformation", "describe-events", "--stack-name", stack, *query)
        for who in ADMINISTRATORS:  # a stack is in the account of one of them
            done = session.run(who, argv, as_administrator(session, who))
            listed = json.loads(done.out) if done.code == 0 else []
            reasons |= {f"  {resource}: {reason}\n" for resource, reason in listed}
    return "".join(sorted(reasons))


def outputs(session: LabSession) -> Outputs:
    """Return the outputs of the stacks that are deployed, by stack.

    Raises:
        LabError: one of them is not

    """
    read = {stack: session.workspace.read(f"outputs/{stack}.json") for stack in STACKS}
    missing = [stack for stack, found in read.items() if found is None]
    if missing:
        raise LabError(
            f"not deployed in this lab: {', '.join(missing)}. Deploy first: whomay lab deploy"
        )
    return {stack: found[stack] for stack, found in read.items()}


def _cdk(session: LabSession, who: str, argv: tuple[str, ...], cwd: Path | None = None) -> None:
    env = with_cdk(as_administrator(session, who), session.lab, session.workspace)
    session.must(who, argv, env, cwd=cwd, timeout=DEPLOY_TIMEOUT)
