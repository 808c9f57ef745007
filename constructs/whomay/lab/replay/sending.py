"""A request as the one call that makes it, and what AWS answers."""

import json
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from whomay.engine import Request, Verdict
from whomay.iam.arn_forms import parts_of
from whomay.iam.facts.condition_keys import DERIVED_KEYS, ORDINARY_KEYS, is_of_principal
from whomay.iam.policy_variables import Value
from whomay.lab.answers import ALLOWED, Answer
from whomay.lab.replay.clients import Clients, Keys
from whomay.lab.replay.credentials import MFA, Credentials
from whomay.lab.replay.deployed_stacks import DeployedStacks
from whomay.lab.replay.errors import CannotBeSent
from whomay.lab.replay.objects import Objects
from whomay.lab.replay.operations import OPERATION_FOR, Operation
from whomay.lab.replay.requests import ProofRequest

_SECURE: Final = "aws:securetransport"
_TLS: Final = "s3:tlsversion"


@dataclass(frozen=True, slots=True)
class Sendable:
    """A call that can be sent. `request` is what it asks, in the engine's words."""

    proof: ProofRequest
    request: Request
    operation: Operation
    parameters: dict[str, Any]
    keys: Keys
    secure: bool

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells the call apart from others."""
        return (
            self.operation.action,
            self.keys,
            self.secure,
            json.dumps(self.parameters, sort_keys=True),
        )

    def verdict(self) -> Verdict:
        """Return the engine's verdict on what is sent."""
        view = self.proof.view
        return view.verdict(view.index.complete(self.request))

    def send(self, clients: Clients) -> Answer:
        """Make the call, and return whether it is allowed or with which error it is answered.

        Raises:
            CannotBeSent: boto3 makes no such call

        """
        client = clients.client(self.operation.service, self.keys, secure=self.secure)
        try:
            answer = getattr(client, self.operation.method)(**self.parameters)
        except ClientError as error:
            return Answer(error.response["Error"]["Code"], error.operation_name)
        except BotoCoreError as error:
            raise CannotBeSent(f"boto3 does not send it: {type(error).__name__}") from error
        if "Body" in answer:
            answer["Body"].close()
        return ALLOWED


class Sender:
    """Turns requests into calls on the deployed stacks."""

    def __init__(
        self, deployment: DeployedStacks, objects: Objects, credentials: Credentials
    ) -> None:
        """Take what the calls are about, and who makes them."""
        self._deployment = deployment
        self._objects = objects
        self._credentials = credentials

    def sendable(self, proof: ProofRequest) -> Sendable:
        """Return the call that makes a request, with everything made that it needs.

        Raises:
            CannotBeSent: no call here makes such a request

        """
        request = proof.request
        operation = OPERATION_FOR.get(request.action_key)
        if operation is None:
            raise CannotBeSent("no call of the table is for its action")
        parameters, context = _chosen(request, operation)
        keys = self._credentials.of(request)
        resource = self._objects.place(request, operation)
        parts = parts_of(operation.kind, self._deployment.text(resource)) or {}
        sent = Request(
            self._credentials.principal(request),
            request.action,
            resource,
            context,
        )
        secure = context[_SECURE] == "true"
        return Sendable(
            proof, sent, operation, {**operation.filled(parts), **parameters}, keys, secure
        )


def _chosen(request: Request, operation: Operation) -> tuple[dict[str, Any], dict[str, Value]]:
    """Return the parameters that set a request's condition keys, and all keys that are then sent."""
    parameters: dict[str, Any] = {}
    context: dict[str, Value] = dict(ORDINARY_KEYS)
    for key, value in request.context.items():
        if key in DERIVED_KEYS or is_of_principal(key) or key == "aws:requestedregion":
            continue
        if key in operation.keys and isinstance(value, str):
            parameters[operation.keys[key]] = value
        elif not (
            key == MFA or ORDINARY_KEYS.get(key) == value or (key == _SECURE and value == "false")
        ):
            raise CannotBeSent(f"no call here sends {key} so")
        context[key] = value
    if context[_SECURE] == "false":
        del context[_TLS]  # there is none
    return parameters, context
