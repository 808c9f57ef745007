"""The stacks that CloudFormation has in the lab, those deployed by hand too."""

import json
from dataclasses import dataclass
from typing import Final

from whomay.lab import loopback
from whomay.lab.state import Lab

TIMEOUT: Final = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack, with CloudFormation's word for its state, and the ids of its instances."""

    account: str
    region: str
    name: str
    status: str
    instances: tuple[str, ...]


def stacks(lab: Lab) -> list[DeployedStack]:
    """Return all of them, by account, Region and name.

    Raises:
        LabError: the lab does not answer.

    """
    found = json.loads(loopback.told(lab, "/lab/stacks", timeout=TIMEOUT))
    return [DeployedStack(**{**one, "instances": tuple(one["instances"])}) for one in found]
