"""The commands of the page on removal, typed as it shows them, on a stack that has been used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from support.aws import root
from support.checkout import CONTEXT
from support.guides import commands, filled
from support.lab_user import enrol
from support.running_lab import Record

from whomay.cdk import PrivateBucket
from whomay.lab import deploy, journey
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.children import Children
from whomay.lab.environment import with_cdk
from whomay.lab.session import LabSession
from whomay.lab.workspace import Workspace

pytestmark = pytest.mark.lab
STACK = "Used"


@pytest.fixture
def used(tmp_path: Path) -> Iterator[LabSession]:
    """A stack with a user who has a device, and buckets with a year of versions."""
    place = Workspace.at(tmp_path / "lab")
    with Children() as children:
        session = journey.start(place, children, Record(), exit_with_parent=True)
        try:
            app = App(context=CONTEXT, outdir=str(place.work / "cdk.out"))
            stack = Stack(app, STACK, synthesizer=LegacyStackSynthesizer())
            PrivateBucket(stack, "Shared")
            iam.User(stack, "User", user_name="ana")
            app.synth()
            deploy.deploy(session, STACK, assembly=place.work / "cdk.out")
            enrol(session.lab, "ana")
            yield session
        finally:
            children.close()
            journey.stop(place)


def test_the_commands_of_the_page_leave_nothing(used: LabSession) -> None:
    s3 = root(used.lab).client("s3")

    def typed(words: list[str], **values: str) -> str:
        argv = filled(words, {"STACK": STACK, "NAME": "ana", **values})
        if argv[0] == "whomay":
            argv = (*argv, "--yes")
        environment = as_admin(used)
        if argv[0] == "cdk":
            argv = (*argv, "--force", "--app", "cdk.out")
            environment = with_cdk(environment, used.lab, used.workspace)
        said: str = used.must(ADMIN, argv, environment, cwd=used.workspace.work, timeout=300)
        return said

    typed_once = [words for words in commands("removal") if "BUCKET" not in words]
    for_each = [words for words in commands("removal") if "BUCKET" in words]
    buckets = typed(typed_once[0]).split()
    shared = next(one for one in buckets if "shared" in one)
    for number in range(3):
        s3.put_object(Bucket=shared, Key="report.csv", Body=str(number))
    s3.delete_object(Bucket=shared, Key="report.csv")
    for words in typed_once[1:]:
        typed(words)
    for bucket in sorted(buckets, key=lambda one: "logs" in one):  # as the page says
        for words in for_each:
            typed(words, BUCKET=bucket)
    assert len(buckets) == 2
    assert not {*buckets} & {one["Name"] for one in s3.list_buckets()["Buckets"]}
    users = root(used.lab).client("iam").list_users()["Users"]
    assert [one["UserName"] for one in users] == [ADMIN]
