"""The contract's requests, asked on the deployed lab: the table of calls, and what is compared."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from support.running_lab import Record

from whomay.cli.screen import worst
from whomay.engine import Contract, read
from whomay.engine.contract import Questions
from whomay.iam.arn_forms import EVERYTHING, parts_of
from whomay.iam.facts.actions import is_action, resource_formats
from whomay.iam.patterns.matching import unliteral
from whomay.lab.answers import ALLOWED, Answer
from whomay.lab.replay.clients import Keys
from whomay.lab.replay.comparing import compare
from whomay.lab.replay.errors import CannotBeSent
from whomay.lab.replay.operations import OPERATION_FOR, OPERATIONS, REFUSAL, Operation
from whomay.lab.replay.replayed import Replayed
from whomay.lab.replay.requests import ProofRequest, of_projects, requests_of
from whomay.lab.replay.run import replay
from whomay.lab.replay.sending import Sendable
from whomay.lab.session import LabSession

# Every reason for which a request of the two stacks is not sent: a new one must be looked at.
REASONS = {
    "no bucket can have its name",
    "no call of the action is about such a resource",
    "no call here sends s3:tlsversion so",
    # The table has one way to upload: in one piece, encrypted as the bucket's default has it.
    "no call here sends s3:x-amz-server-side-encryption so",
    "no call here sends s3:x-amz-server-side-encryption-customer-algorithm so",
    "no call here sends the object's encryption so",
    "no call here sends the upload so",
    "its resource is in another account",
    "no call of the table is for its action",
    "a service of AWS asks",
    "nobody here is such a federated identity",
    "an unsigned call is refused before any policy is asked",
}
# Where other tests have deployed the accounts as well: what the administrator may not write to, names
# that are taken, and statements about stacks that are not there.
IN_A_FULL_LAB = {
    "it names what is not deployed here",
    "what it is about cannot be made: AccessDenied",
    "what it is about cannot be made: EntityAlreadyExists",
    "what it is about cannot be made: NoSuchBucket",
}


@pytest.fixture(scope="module")
def requests(deployed_lab: LabSession) -> list[ProofRequest]:
    loaded = read(deployed_lab.workspace.assembly)
    return list(requests_of(Questions(loaded.snapshot), of_projects(Contract.of(loaded))))


def test_the_lab_answers_as_the_contract_was_proved(deployed_lab: LabSession) -> None:
    found = replay(deployed_lab, deployed_lab.workspace.assembly)

    assert found.disagreements == []
    assert found.agree > 800
    assert found.allowed > 20
    assert REASONS <= set(found.not_sent) <= REASONS | IN_A_FULL_LAB
    assert found.asked == found.agree + sum(found.not_sent.values())
    journal = deployed_lab.journal
    assert isinstance(journal, Record)
    assert "whomay.lab.replay" in journal.commands[-1][1]


@cache
def client_of(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload] # its stubs want literals


@pytest.mark.parametrize("call", OPERATIONS, ids=lambda call: call.action)
def test_a_call_is_one_that_boto3_makes_about_what_the_action_is_about(call: Operation) -> None:
    client = client_of(call.service)
    operation = client.meta.method_to_api_mapping[call.method]
    known = client.meta.service_model.operation_model(operation).input_shape
    formats = resource_formats(call.action)

    assert is_action(call.action)
    parameters = {*call.parameters, *call.keys.values()}
    assert parameters <= (set(known.members) if known else set())
    if call.kind == EVERYTHING:
        assert {unliteral(each) for each in formats} <= {"arn:${Partition}:s3:::*"}
    else:
        resources = [re.sub(r"\$\{(\w+)\}", _part, each) for each in formats]
        assert any(parts_of(call.kind, each) for each in resources)


def _part(variable: re.Match[str]) -> str:
    return "aws" if variable[1] == "Partition" else variable[1]


def test_every_action_that_the_contracts_name_in_the_five_services_has_a_call(
    requests: list[ProofRequest],
) -> None:
    policies = [each.stated.policy for each in requests if each.stated.policy]
    listed = [
        action for policy in policies for s in policy.statements for action in s.actions or ()
    ]
    stated = [action for each in requests for action in each.stated.actions]
    named = {
        action.lower()
        for action in (*listed, *stated)
        if "*" not in action and action.partition(":")[0] in REFUSAL
    }

    assert {"s3:getobject", "s3:putobject", "sts:assumerole"} <= named
    assert named - OPERATION_FOR.keys() == set()


def test_every_statement_has_a_request_that_a_call_can_ask(requests: list[ProofRequest]) -> None:
    asked = {each.stated.at for each in requests if each.request.action_key in OPERATION_FOR}

    assert asked == {each.stated.at for each in requests}


class OneAnswer:
    """In place of sender and clients: a lab that answers every call in the same way."""

    def __init__(self, answer: Answer | CannotBeSent) -> None:
        self.answer = answer

    def sendable(self, asked: ProofRequest) -> Sendable:
        call = replace(OPERATION_FOR[asked.request.action_key], method="call", parameters={})
        return Sendable(asked, asked.request, call, {}, Keys(), secure=True)

    def client(self, service: str, keys: Keys, *, secure: bool) -> "OneAnswer":
        assert (service, keys, secure) == (service, Keys(), True)
        return self

    def call(self) -> dict[str, str]:
        if isinstance(self.answer, CannotBeSent):
            raise self.answer
        if self.answer != ALLOWED:
            error = {"Error": {"Code": self.answer.code, "Message": ""}}
            raise ClientError(error, self.answer.operation)  # type: ignore[arg-type] # no metadata
        return {}


def compared(asked: ProofRequest, answer: Answer | CannotBeSent) -> Replayed:
    lab: Any = OneAnswer(answer)
    return compare([asked], lab, lab)


@pytest.mark.parametrize(
    ("action", "answer", "said"),
    [
        ("s3:GetObject", ALLOWED, "allowed"),
        ("s3:GetObject", Answer("AccessDenied", "GetObject"), "refused"),
        ("s3:GetObject", Answer("AccessDeniedException", "GetObject"), "no answer"),
        ("s3:GetObject", Answer("NoSuchKey", "GetObject"), "no answer"),
        ("s3:GetObject", Answer("403", "GetObject"), "no answer"),
        ("s3:GetObject", CannotBeSent("boto3 does not send it"), "no answer"),
        ("s3:DeleteBucket", Answer("BucketNotEmpty", "DeleteBucket"), "allowed"),
        ("secretsmanager:GetSecretValue", Answer("AccessDenied", ""), "no answer"),
        ("secretsmanager:GetSecretValue", Answer("AccessDeniedException", ""), "refused"),
    ],
)
def test_only_an_answer_and_the_exact_refusal_count(
    requests: list[ProofRequest], action: str, answer: Answer | CannotBeSent, said: str
) -> None:
    asked = next(each for each in requests if each.request.action == action)
    found = compared(asked, answer)
    verdict = asked.view.verdict(asked.view.index.complete(asked.request))

    agrees = said == ("allowed" if verdict == "Allowed" else "refused")
    assert (found.agree, len(found.disagreements), sum(found.not_sent.values())) == (
        (0, 0, 1) if said == "no answer" else (1, 0, 0) if agrees else (0, 1, 0)
    )
    assert found.exit_code == (3 if said == "no answer" else 0 if agrees else 1)


def test_a_disagreement_names_statement_request_verdict_and_answer(
    requests: list[ProofRequest],
) -> None:
    asked = next(each for each in requests if each.request.action == "s3:DeleteBucket")
    found = compared(asked, ALLOWED)

    (line,) = map(str, found.disagreements)
    assert line.startswith(f"{asked.stated.at} {asked.stated.kind}: arn:aws:iam::<account>:role/")
    assert "s3:DeleteBucket on arn:aws:s3:::" in line
    assert line.endswith("Deny, the lab answers allowed")
    assert Replayed.from_data(found.as_data()) == found


def test_a_wrong_answer_outweighs_an_unknown_one() -> None:
    assert (worst(0, 0), worst(0, 3), worst(1, 3), worst(3, 1)) == (0, 3, 1, 1)
