"""The probes: who does what, the one answer that AWS gives, and a control that is allowed.

Data only, a module for each project. A command is real: `aws` is the aws CLI, `IMDSv1` and `IMDSv2`
ask the instance's metadata service. A word with a dollar is a placeholder for a value of the deployment (`placeholders.py`).
A refusal names the error code and the operation, so that a refusal elsewhere, say of the AssumeRole
before it, never counts. The control is run just before: the same call by who may, or on what is
allowed.
"""

from typing import Final

from whomay.lab.probe import Probe
from whomay.lab.probes import (
    delivery,
    ec2_role,
    hub,
    trail,
    user_assume_role,
    user_assume_role_mfa,
)

CANARY: Final = ec2_role.CANARY
LAST: Final[tuple[Probe, ...]] = trail.PROBES
PROBES: Final[tuple[Probe, ...]] = (
    *ec2_role.PROBES,
    *user_assume_role.PROBES,
    *user_assume_role_mfa.PROBES,
    *hub.PROBES,
    *delivery.PROBES,
)
