"""What the symbols of an assembly have become in the lab: names that AWS has made."""

import re
from collections.abc import Mapping
from typing import Final

from botocore.exceptions import ClientError

from whomay.engine import Assembly
from whomay.engine.templates import Template
from whomay.iam.patterns.symbols import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_REGION,
    REGION,
    SYMBOL,
    display,
)
from whomay.lab.replay.clients import Clients
from whomay.lab.replay.errors import CannotBeSent
from whomay.lab.state import Lab

# What the lab has in place of an account and a Region that no stack has.
_NOBODYS: Final = "999999999999"
_ELSEWHERE: Final = "eu-west-1"

_WITHIN_A_SEGMENT: Final = "([^:]+)"


class DeployedStacks:
    """The stacks of an assembly as they are deployed, read by the administrators.

    `secrets` holds the ARNs of the deployed secrets, each with its account.
    """

    def __init__(self, assembly: Assembly, lab: Lab, clients: Clients) -> None:
        """Ask for the resources of every stack; one that is not deployed has none."""
        self.lab = lab
        self.secrets: list[tuple[str, str]] = []
        self._values: dict[str, str] = {
            ACCOUNT: lab.accounts[0],
            OTHER_ACCOUNT: _NOBODYS,
            REGION: lab.region,
            OTHER_REGION: _ELSEWHERE,
        }
        resolver = assembly.resolver
        for template in assembly.templates:
            account = template.account or lab.accounts[0]
            if account not in lab.accounts:
                continue
            for logical_id, (kind, physical) in _resources(template, account, clients).items():
                name = resolver.attribute(template, logical_id, "Ref", 0)
                if isinstance(name, str):
                    self._learn(name, physical)
                if kind == "AWS::SecretsManager::Secret":
                    self.secrets.append((account, physical))

    def text(self, symbolic: str) -> str:
        """Return a text with the deployed names put in.

        Raises:
            CannotBeSent: something in it is not deployed

        """
        return SYMBOL.sub(self._value, symbolic)

    def is_deployed(self, symbol: str) -> bool:
        """Tell whether a text is all of known names."""
        return all(match[0] in self._values for match in SYMBOL.finditer(symbol))

    def _value(self, symbol: re.Match[str]) -> str:
        found = self._values.get(symbol[0])
        if found is None:
            raise CannotBeSent("it names what is not deployed here", display(symbol[0]))
        return found

    def _learn(self, symbolic: str, physical: str) -> None:
        """Line up a symbolic name with the deployed one, which tells each symbol's value."""
        between = SYMBOL.sub("\0", symbolic).split("\0")
        match = re.fullmatch(_WITHIN_A_SEGMENT.join(map(re.escape, between)), physical)
        if match is not None:
            symbols = (found[0] for found in SYMBOL.finditer(symbolic))
            for symbol, value in zip(symbols, match.groups(), strict=True):
                self._values.setdefault(symbol, value)


def _resources(template: Template, account: str, clients: Clients) -> Mapping[str, tuple[str, str]]:
    """Return type and physical id of a deployed stack's resources, by logical id."""
    client = clients.administrator("cloudformation", account)
    try:
        answer = client.describe_stack_resources(StackName=template.stack_name)
    except ClientError:
        return {}  # not deployed
    return {
        each["LogicalResourceId"]: (each["ResourceType"], each.get("PhysicalResourceId", ""))
        for each in answer["StackResources"]
    }
