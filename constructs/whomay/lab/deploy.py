"""The real CDK CLI: one synth, the bootstrap, and a deploy of each stack from that assembly."""

import json
from pathlib import Path
from typing import Final, TypeAlias

from whomay.lab.accounts import as_admin
from whomay.lab.environment import with_cdk
from whomay.lab.errors import CommandFailedError, LabError
from whomay.lab.session import Session, last_lines

EC2_ROLE: Final = "Ec2Role"
USER_ASSUME_ROLE: Final = "UserAssumeRole"
USER_ASSUME_ROLE_MFA: Final = "UserAssumeRoleMfa"  # app.py adds it when the context says so
STACKS: Final = (EC2_ROLE, USER_ASSUME_ROLE, USER_ASSUME_ROLE_MFA)
CONTEXT: Final = ("--context", "mfa=true")
DEPLOY_TIMEOUT: Final = 300.0

Outputs: TypeAlias = dict[str, dict[str, str]]


def find_app(start: Path) -> Path:
    """Return the nearest folder with a cdk.json, from `start` upwards.

    Raises:
        LabError: there is none

    """
    for folder in (start, *start.parents):
        if (folder / "cdk.json").is_file():
            return folder
    raise LabError(f"no cdk.json in {start} or above it: go to the checkout, or name it with --app")


def synth(session: Session, app: Path) -> None:
    """Synthesize the app once, into the workspace.

    Raises:
        CommandFailedError: the app or one of its checks fails; the message ends with why

    """
    output = ("--output", str(session.workspace.assembly))
    _cdk(session, ("cdk", "synth", "--quiet", *output, *CONTEXT), cwd=app)


def bootstrap(session: Session) -> None:
    """Make what `cdk deploy` needs in the account: the CDKToolkit stack.

    Raises:
        CommandFailedError: it failed

    """
    target = f"aws://{session.lab.accounts[0]}/{session.lab.region}"
    _cdk(session, ("cdk", "bootstrap", target), cwd=session.workspace.work)


def deploy(session: Session, stack: str) -> None:
    """Deploy one stack; CloudFormation takes back what it has made when that fails.

    Raises:
        CommandFailedError: it failed; the message says why and how to go on

    """
    outputs = session.workspace.work / "outputs" / f"{stack}.json"
    approve = ("--require-approval", "never")
    app = ("--app", str(session.workspace.assembly))
    argv = ("cdk", "deploy", *app, *approve, "--outputs-file", str(outputs), stack)
    env = with_cdk(as_admin(session), session.lab, session.workspace)
    done = session.run("admin", argv, env, timeout=DEPLOY_TIMEOUT)
    if done.code != 0:
        raise CommandFailedError(
            f"the stack {stack} could not be deployed; other stacks are as they were:\n"
            f"{last_lines(done)}\n{_validation(session, stack, done.said)}"
            "Mend the cause and run the command again."
        )


def _validation(session: Session, stack: str, said: str) -> str:
    """Return what CloudFormation's validation has found: the CDK CLI only says where to ask.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
    """
    if "DescribeEvents" not in said:
        return ""
    found = "OperationEvents[?EventType=='VALIDATION_ERROR'].[LogicalResourceId, ValidationStatusReason]"
    named = ("--stack-name", stack, "--query", found, "--output", "json")
    out = session.must(
        "admin", ("aws", "cloudformation", "describe-events", *named), as_admin(session)
    )
    reasons = {f"  {resource}: {reason}\n" for resource, reason in json.loads(out)}
    return "".join(sorted(reasons))


def outputs(session: Session) -> Outputs:
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


def _cdk(session: Session, argv: tuple[str, ...], cwd: Path | None = None) -> None:
    env = with_cdk(as_admin(session), session.lab, session.workspace)
    session.must("admin", argv, env, cwd=cwd, timeout=DEPLOY_TIMEOUT)
