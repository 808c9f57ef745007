"""The public parameters of Amazon Linux 2023 images that CDK's MachineImage reads."""

from whomay.lab.server import internals

BASE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-"


def install() -> None:
    """Give every kernel and processor an image: MiniStack knows default-x86_64 alone."""
    known = internals.get("services.ssm", "_PUBLIC_AMI_PARAMETERS")
    for kernel in ("6.1", "6.12", "default"):
        for processor in ("x86_64", "arm64"):
            known.setdefault(f"{BASE}{kernel}-{processor}", known[f"{BASE}default-x86_64"])
