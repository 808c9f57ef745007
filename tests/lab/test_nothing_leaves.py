"""Where every service's client would send in the lab's environment: to this machine, and nowhere else."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.commands import LONG
from support.foreign_environment import FOREIGN

from whomay.lab import environment
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

# Clients are made, and no request: none can leave while this test asks where it would go.
ALL_CLIENTS = """
import importlib, sys
session = importlib.import_module(sys.argv[1]).get_session()
for name in session.get_available_services():
    client = session.create_client(name)
    print(name, client.meta.endpoint_url, client._client_config.inject_host_prefix)
"""
# The hosts of operations with a prefix of their own, as S3 Control's account is.
WITH_PREFIX = """
import sys, botocore.session, awscli.clidriver
from whomay.lab import aws
class Sent(Exception): pass
def stop(request, **_): raise Sent(request.url)
calls = {"s3control": ("list_jobs", {"AccountId": "111111111111"}),
    "servicediscovery": ("discover_instances", {"NamespaceName": "n", "ServiceName": "s"}),
    "s3": ("list_objects_v2", {"Bucket": "reports"})}
for session in botocore.session.get_session(), awscli.clidriver.create_clidriver().session:
    if sys.argv[1:]: aws.register(session)
    for service, (operation, parameters) in calls.items():
        client = session.create_client(service)
        client.meta.events.register("before-send", stop)
        try: getattr(client, operation)(**parameters)
        except Exception as error: print(error)
"""
# Those that version 1 of the CLI sends to AWS, whatever AWS_ENDPOINT_URL says.
PAST_THE_VARIABLE = """
import sys, awscli.clidriver
from awscli.customizations.overridesslcommonname import SSL_COMMON_NAMES
calls = {"sqs": "list-queues", "rds": "describe-db-instances", "health": "describe-events",
    "docdb": "describe-db-clusters", "neptune": "describe-db-clusters", "emr": "list-clusters"}
assert set(calls) == set(SSL_COMMON_NAMES)
for service, operation in calls.items():
    driver = awscli.clidriver.create_clidriver()
    driver.session.register("before-send", lambda request, **_: sys.exit(request.url))
    for options in [sys.argv[1:], []][: 2 if service == "sqs" else 1]:
        try: driver.main([*options, service, operation])
        except SystemExit as sent: print(sent)
"""
# What any program of Node connects to.
CONNECTS = """
const net = require("net"), fs = require("fs"), connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...given) {
  const to = Array.isArray(given[0]) ? given[0][0] : given[0]
  fs.appendFileSync(process.env.CONNECTS, `${to.host}\\n`)
  return connect.apply(this, given)
}
"""


@pytest.fixture
def in_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of somebody with keys, of a lab that need not run."""
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    place = Workspace.at(tmp_path / "lab")
    place.renew()
    endpoint = "https://127.0.0.1:9"
    lab = Lab(os.getpid(), "", endpoint, "", "", place.root, "root", "nonce", (), "us-east-1")
    return environment.with_cdk(environment.with_keys(lab, place, "key", "secret"), lab, place)


def asked(script: str, env: dict[str, str], *words: str) -> list[str]:
    argv = [sys.executable, "-c", script, *words]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, timeout=LONG)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.lab
@pytest.mark.parametrize("library", ["botocore.session", "awscli.botocore.session"])
def test_every_service_is_asked_at_the_lab(library: str, in_the_lab: dict[str, str]) -> None:
    found = asked(ALL_CLIENTS, in_the_lab, library)

    assert len(found) > 400
    assert [line for line in found if not line.endswith(" https://127.0.0.1:9 False")] == []


def test_an_operation_with_a_host_of_its_own_is_asked_there_too(in_the_lab: dict[str, str]) -> None:
    by_the_lab, by_others = (
        asked(WITH_PREFIX, in_the_lab, "registered"),
        asked(WITH_PREFIX, in_the_lab),
    )

    assert len(by_the_lab) == len(by_others) == 6
    assert {urlsplit(url).hostname for url in by_the_lab} == {"127.0.0.1"}
    # or nothing is shown: S3 Control puts the account before the lab in whatever setting
    assert {urlsplit(url).hostname for url in by_others} == {"127.0.0.1", "111111111111.127.0.0.1"}


def test_the_aws_of_the_lab_asks_it_where_version_1_would_not(in_the_lab: dict[str, str]) -> None:
    endpoint = ("--endpoint-url", in_the_lab["AWS_ENDPOINT_URL"])

    sqs, without_it, *others = asked(PAST_THE_VARIABLE, in_the_lab, *endpoint)

    assert {sqs, *others} == {"https://127.0.0.1:9/"}
    assert without_it == "https://queue.amazonaws.com/"  # or nothing is shown here


@pytest.mark.lab
def test_the_cdk_cli_asks_nobody_elsewhere(lab: Lab, tmp_path: Path) -> None:
    place = Workspace.at(tmp_path / "work")
    place.renew()
    root = environment.with_keys(lab, place, lab.accounts[0], lab.root_secret)
    (tmp_path / "connects.js").write_text(CONNECTS)
    (tmp_path / "app.py").write_text(
        "import aws_cdk\napp = aws_cdk.App()\naws_cdk.Stack(app, 'S')\napp.synth()"
    )
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "python app.py"}))
    connects = tmp_path / "connects"
    connects.touch()
    watching = {"NODE_OPTIONS": f"--require {tmp_path / 'connects.js'}", "CONNECTS": str(connects)}
    done = subprocess.run(
        [environment.program("cdk", "install it"), "synth", "--quiet"],
        cwd=tmp_path,
        env=environment.with_cdk(root, lab, place) | watching,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )

    assert done.returncode == 0, done.stderr
    assert set(connects.read_text().split()) == {"127.0.0.1"}
