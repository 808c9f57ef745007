"""AWS's own word on a refused call: read whole, from the lab's AWS and from answers of all shapes."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from support.aws import Caller, make_role, make_user, policy, refusal, root, statement, trust

from whomay.lab.state import Lab
from whomay.live.authorization import (
    Authorization,
    Check,
    EvaluatedPolicy,
    MatchedStatement,
    authorization,
    is_authorization_id,
)
from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account

ACCOUNT = "111111111111"
IDENTITY = "0123456789abcdef0123"


def asked_by(caller: Caller) -> Account:
    class Session:
        def client(self, service: str, **_: object) -> Any:
            return caller.client(service)

    return Account(Session(), ("us-east-1",), ACCOUNT, "arn:aws:iam::111111111111:user/asks")


def test_the_lab_tells_context_checks_and_each_policy_as_it_was(lab: Lab) -> None:
    iam = root(lab).client("iam")
    boundary = iam.create_policy(
        PolicyName="never-lists", PolicyDocument=policy(statement("s3:*", "*", Sid="OnlyS3"))
    )["Policy"]["Arn"]
    own = statement("iam:ListUsers", "*", Sid="Lists")
    role = make_role(lab, "told", trust({"AWS": ACCOUNT}), own, PermissionsBoundary=boundary)
    user = make_user(lab, "tells", statement("sts:AssumeRole", "*"))
    said = refusal(user.assume(role).client("iam").list_users)[1]
    [identity] = re.findall(r"authorization id: (\w+)", said)
    iam.put_role_policy(
        RoleName="told", PolicyName="own", PolicyDocument=policy(own, own | {"Sid": "B"})
    )

    told = authorization(asked_by(root(lab)), identity)

    [evaluation] = told.denied
    assert (evaluation.action, evaluation.effect) == ("iam:ListUsers", "IMPLICIT_DENY")
    assert evaluation.context["aws:PrincipalArn"] == role
    assert evaluation.context["aws:userid"].endswith(":session")
    assert evaluation.checks == (
        Check("PRINCIPAL", "ALLOW"),
        Check("PERMISSIONS_BOUNDARY", "IMPLICIT_DENY"),
    )
    assert [(one.sid, one.effect) for one in evaluation.matched] == [("Lists", "ALLOW")]
    inline, managed = told.policies
    assert inline.document == json.loads(policy(own))
    assert managed == EvaluatedPolicy(
        boundary,
        "PERMISSIONS_BOUNDARY",
        (role,),
        json.loads(policy(statement("s3:*", "*", Sid="OnlyS3"))),
    )


def test_a_policy_that_may_not_be_read_is_named_and_the_rest_is_told(lab: Lab) -> None:
    reads = statement("iam:GetRequestAuthorizationDetails", "*")
    user = make_user(lab, "reads-no-policy", reads)
    said = refusal(user.client("iam").list_users)[1]
    told = authorization(asked_by(user), said.rpartition(" ")[2])
    [only] = told.policies
    assert only.document is None
    assert "iam:GetRequestAuthorizationPolicy: AccessDeniedException" in only.unknown
    assert told.denied[0].effect == "IMPLICIT_DENY"


def test_an_id_that_aws_does_not_know_or_may_not_tell_is_not_known(lab: Lab) -> None:
    with pytest.raises(LiveError, match="knows no such id in us-east-1") as error:
        authorization(asked_by(root(lab)), IDENTITY)
    assert error.value.exit_code == 3
    with pytest.raises(LiveError, match="user/asks needs it to read") as error:
        authorization(asked_by(make_user(lab, "may-not-read")), IDENTITY)
    assert error.value.exit_code == 3


Answers = Mapping[str, Any]


@contextmanager
def answering(answers: Answers) -> Iterator[Account]:
    """Serve IAM Toolbox on loopback: answers by page or by policy's URI."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = parse_qs(address.query)
            key = query.get("policyUri", query.get("nextToken", [""]))[0]
            assert address.path.startswith(f"/authorization-details/{IDENTITY}")
            assert self.headers["Authorization"].partition("/iam/")[1]
            body = answers[key]
            text = body if isinstance(body, str) else json.dumps(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    session: Any = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1")

    class Session:
        def client(self, service: str, **more: Any) -> Any:
            url = f"http://127.0.0.1:{server.server_port}"
            return session.client(service, endpoint_url=url, **more)

    try:
        yield Account(Session(), ("eu-west-1",), ACCOUNT)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(action: str, **more: Any) -> dict[str, Any]:
    effect = {"action": action, "resource": "", "evaluatedEffect": "EXPLICIT_DENY"}
    return {
        "requestContext": {"aws:SecureTransport": True},
        "evaluations": [{**effect, **more.pop("evaluation", {})}],
        "policies": [{"uri": "urn:scp/1", "type": "SERVICE_CONTROL_POLICY"}],
        **more,
    }


SCP = {"Version": "2012-10-17", "Statement": []}
MATCHED = {"uri": "urn:scp/1", "matchedStatements": [{"sid": "S", "evaluatedEffect": "DENY"}]}


def test_all_pages_are_read_and_a_policy_once() -> None:
    first = page("ec2:RunInstances", nextToken="second", evaluation={"matchedPolicies": [MATCHED]})
    own = {"iam:PassedToService": ["ec2.amazonaws.com"]}
    check = {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "EXPLICIT_DENY"}
    checks = [
        check | {"targetArn": "arn:aws:organizations::1:ou/o/u", "matchedPolicies": [MATCHED]}
    ]
    second = page("iam:PassRole", evaluation={"context": own, "checks": checks})
    answers = {"": first, "second": second, "urn:scp/1": {"policyDocument": SCP}}
    with answering(answers) as asked:
        told = authorization(asked, IDENTITY)
    statement_of = (MatchedStatement("urn:scp/1", "S", "DENY"),)
    assert told.policies == (EvaluatedPolicy("urn:scp/1", "SERVICE_CONTROL_POLICY", (), SCP),)
    assert [(one.action, one.resource, one.matched) for one in told.evaluations] == [
        ("ec2:RunInstances", "*", statement_of),
        ("iam:PassRole", "*", statement_of),
    ]
    assert told.evaluations[1].context == {"aws:SecureTransport": True, **own}
    [only] = told.evaluations[1].checks
    assert only.target == "arn:aws:organizations::1:ou/o/u"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (page("a:B", nextToken="") | {"requestContext": None}, "not as AWS writes it"),
        (page("a:B", nextToken=""), "urn:scp/1 was not given: no document"),
        ({"requestContext": {}, "evaluations": [{}], "policies": []}, "not as AWS writes it"),
        ("<html>", "the answer was cut, or is not AWS's"),
        ('{"policies": [], "policies": []}', "no JSON"),
    ],
)
def test_an_answer_of_another_shape_is_never_taken_for_a_verdict(answer: Any, says: str) -> None:
    with answering({"": answer, "urn:scp/1": {}}) as asked:
        try:
            found: object = authorization(asked, IDENTITY)
        except LiveError as error:
            found = error
    assert says in (found.policies[0].unknown if isinstance(found, Authorization) else str(found))


def test_pages_that_do_not_end_are_given_up() -> None:
    with (
        answering({"": page("a:B", nextToken="x"), "x": page("a:B", nextToken="x")}) as asked,
        pytest.raises(LiveError, match="the same page twice"),
    ):
        authorization(asked, IDENTITY)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(IDENTITY, True), ("accessdenied", False), (IDENTITY.upper(), False), (f"{IDENTITY} ", False)],
)
def test_an_id_is_told_from_a_message(text: str, *, is_one: bool) -> None:
    assert is_authorization_id(text) is is_one
