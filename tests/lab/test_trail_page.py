"""The commands of the page on the trail, typed as it shows them, and what they print."""

import json
import re
from collections.abc import Iterator

import pytest
from support.checkout import ROOT
from support.course import names, translated
from support.guides import commands, page
from support.running_lab import session_at

from whomay.lab import environment, instances, loopback
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.context import HUB
from whomay.lab.environment import with_cdk
from whomay.lab.session import LabSession

pytestmark = pytest.mark.lab

SHOWN = re.compile(
    r"^```\n\$ (whomay trail \S+ [^\n]*s3://[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
FORWARDING = ("us-east-2", "eu-north-1", "ap-southeast-2")  # unless the section names others
COUNTED = re.compile(r"\d+ records of \d+ files$", re.MULTILINE)  # as many as a lab has asked for


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSession]:
    """A lab in which nobody has bootstrapped."""
    with session_at(tmp_path_factory.mktemp("trail") / "lab") as session:
        yield session


def typed(session: LabSession, words: list[str], *more: str, code: int = 0) -> str:
    """Type a command of the page as the administrator, in the checkout; return what it prints."""
    own = {"ACCOUNT": HUB, "REGION": session.lab.region, "cdk.out": str(session.workspace.assembly)}
    argv = [re.sub(r"ACCOUNT|REGION|cdk\.out", lambda one: own[one[0]], word) for word in words]
    env = with_cdk(as_admin(session), session.lab, session.workspace)
    done = session.run(ADMIN, (*argv, *more), env, cwd=ROOT, timeout=300)
    assert done.code == code, done.said
    return str(done.out)


@pytest.fixture(scope="module")
def deployed(session: LabSession) -> LabSession:
    """What the page deploys, in its order; before each bootstrap the doctor names what is missing."""
    deploys, bootstraps, asks, _ = commands("trail")
    synthesizes = [word if word != "deploy" else "synth" for word in deploys if word != "--all"]
    output = ("--output", str(session.workspace.assembly))
    typed(session, synthesizes, "--quiet", *output)
    typed(session, bootstraps[:3])  # the Region of the projects alone
    missing = typed(session, asks, code=1)
    named = re.findall(r"in the way: aws://\d+/(\S+) is not bootstrapped", missing)
    assert sorted(named) == sorted(FORWARDING)
    typed(session, bootstraps)
    assert typed(session, asks).endswith("nothing is in the way of a deployment\n")
    typed(session, deploys, "--require-approval", "never", "--concurrency", "8", *output)
    return session


def outputs(session: LabSession, stack: str) -> dict[str, str]:
    query = ("--query", "Stacks[0].Outputs", "--output", "json")
    argv = ["aws", "cloudformation", "describe-stacks", "--stack-name", stack, *query]
    return {one["OutputKey"]: one["OutputValue"] for one in json.loads(typed(session, argv))}


def test_every_stack_that_the_page_lists_is_deployed_in_its_region(deployed: LabSession) -> None:
    listed = re.findall(r"^\| `(Audit[\w-]*)` \|", page("trail"), re.MULTILINE)
    for name in listed:
        for region in FORWARDING if name.endswith("-REGION") else ("us-east-1",):
            argv = ["aws", "cloudformation", "describe-stacks", "--region", region]
            stack = name.replace("REGION", region)
            status = ("--stack-name", stack, "--query", "Stacks[0].StackStatus", "--output", "text")
            assert typed(deployed, argv, *status) == "CREATE_COMPLETE\n"
    assert len(listed) == 4


def test_the_page_shows_what_the_questions_answer(deployed: LabSession) -> None:
    project, audit = outputs(deployed, "UserAssumeRole"), outputs(deployed, "Audit")
    instance, bucket = project["InstanceId"], project["BucketName"]
    instances.make_home(deployed.lab, deployed.workspace, instance)
    there = environment.on_instance(deployed.lab, deployed.workspace, instance)
    report = deployed.workspace.work / "report.csv"
    report.write_text("one,two\n")
    for command, allowed in (
        ("aws sts get-caller-identity --profile role", True),
        (f"aws s3 cp {report} s3://{bucket}/incoming/ --profile role", True),
        (f"aws s3 cp {report} s3://{bucket}/ --profile role", False),
        ("aws s3 ls --profile user", False),
    ):
        done = deployed.run("role", tuple(command.split()), there)
        assert (done.code == 0) is allowed, done.said
    loopback.told(deployed.lab, "/lab/deliver", timeout=10)

    shown = SHOWN.findall(page("trail"))
    real = [project["RoleArn"].rpartition("/")[2], project["UserName"], audit["TrailBucketName"]]
    known = {}
    for name in real:
        stem = name.rpartition("-")[0]
        found = re.search(rf"{stem}-(\w+)", page("trail"))
        assert found, f"the page does not show {stem}"
        known[found[1]] = name.rpartition("-")[2]
    back = {here: there for there, here in known.items()}
    for command, answer in shown:
        came = typed(deployed, translated(command, known).split())
        text, came = (COUNTED.sub("N records", one.strip("\n")) for one in (answer, came))
        assert names(text, came) is not None, translated(came, back)
    assert [command.split()[2] for command, _ in shown] == ["who-assumed", "denied"]


def test_queries_are_added_to_the_trail_that_is_there(deployed: LabSession) -> None:
    before = outputs(deployed, "Audit")["TrailBucketName"]
    *_, deploys = commands("trail")
    output = ("--output", str(deployed.workspace.work / "with-athena"))
    typed(deployed, deploys, "--require-approval", "never", *output)
    assert outputs(deployed, "Audit") == {
        "TrailBucketName": before,
        "TrailWorkgroup": "audit_trail",
    }
