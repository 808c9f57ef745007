"""The delivery by GitHub Actions: which jobs assume the deploy role, and what it may do."""

from functools import partial
from typing import Final

from whomay.lab.deploy import DELIVERY, SPOKE_DEV
from whomay.lab.probe import IDENTITY, Probe, command, denied

probe = partial(Probe, DELIVERY)

JOB: Final = command("job", f"aws {IDENTITY}")
ASSUME: Final = "sts assume-role --role-session-name probe --role-arn"
BOOTSTRAP: Final = command("job", f"aws {ASSUME} $dev_deploy_role")

PROBES: Final = (
    probe(
        "assume the deploy role with its token",
        JOB,
        shows=":assumed-role/$deploy_role_name/job",
    ),
    probe(
        "assume it with the token of a branch",
        command("branch's job", f"aws {IDENTITY}"),
        denied("AssumeRoleWithWebIdentity"),
        control=JOB,
    ),
    probe(
        "assume it from another owner's repository",
        command("fork's job", f"aws {IDENTITY}"),
        denied("AssumeRoleWithWebIdentity"),
        control=JOB,
    ),
    probe("assume the bootstrap's deploy role in dev", BOOTSTRAP),
    probe(
        "assume CloudFormation's own role there",
        command("job", f"aws {ASSUME} $dev_exec_role"),
        denied("AssumeRole"),
        control=BOOTSTRAP,
    ),
    probe(
        "assume Writer there",
        command("job", f"aws {ASSUME} $dev_writer"),
        denied("AssumeRole"),
        control=BOOTSTRAP,
    ),
    probe(
        "list all buckets",
        command("job", "aws s3 ls"),
        denied("ListBuckets"),
        control=JOB,
    ),
    probe(
        "deploy the stack of dev",
        command("job", f"cdk deploy --app $assembly --require-approval never {SPOKE_DEV}"),
        control=JOB,
        shows=f"✅  {SPOKE_DEV}",
    ),
)
