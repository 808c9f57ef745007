"""The probes, and the runner's judgement, against both projects deployed in the lab."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.running_lab import Record

from whomay.lab import journey
from whomay.lab.accounts import as_admin
from whomay.lab.answers import ALLOWED, Answer, Reply
from whomay.lab.errors import NotEnforcedError
from whomay.lab.probe import Probe, command, denied
from whomay.lab.probes import CANARY, LAST, PROBES
from whomay.lab.probes.user_assume_role import ASSUMED, UPLOAD
from whomay.lab.probing import Prober, ProbeResult, exit_code
from whomay.lab.session import LabSession


@pytest.fixture(scope="module")
def results(deployed_lab: LabSession) -> list[ProbeResult]:
    return journey.probe(deployed_lab)


@pytest.fixture(scope="module")
def prober(deployed_lab: LabSession, results: list[ProbeResult]) -> Iterator[Prober]:  # noqa: ARG001 - after the whole run
    with journey.prepared(deployed_lab) as prober:
        yield prober


def test_every_probe_gets_the_one_answer_that_aws_gives(results: list[ProbeResult]) -> None:
    wrong = {result.probe.title: result.problem for result in results if result.problem}

    assert wrong == {}
    assert [result.probe for result in results] == [*PROBES, *LAST]
    assert exit_code(results) == 0


def test_a_run_takes_away_all_that_it_has_made(
    deployed_lab: LabSession,
    results: list[ProbeResult],  # noqa: ARG001 - the run
) -> None:
    admin = as_admin(deployed_lab)

    def left(*command: str, query: str) -> object:
        argv = ("aws", *command, "--query", query, "--output", "json")
        return json.loads(deployed_lab.must("admin", argv, admin))

    made = deployed_lab.workspace.read("outputs/UserAssumeRole.json")["UserAssumeRole"]
    owner = ("--user-name", made["UserName"])
    bucket = ("--bucket", made["BucketName"])
    assert left("iam", "list-access-keys", *owner, query="length(AccessKeyMetadata)") == 1
    assert left("iam", "list-virtual-mfa-devices", query="VirtualMFADevices") == []
    probing = "InstanceProfiles[?starts_with(InstanceProfileName, 'probe-')]"
    assert left("iam", "list-instance-profiles", query=probing) == []
    assert left("s3api", "list-object-versions", *bucket, query="Versions") is None
    assert left("s3api", "list-object-versions", *bucket, query="DeleteMarkers") is None
    running = "length(Reservations[].Instances[?State.Name=='running'][])"
    assert left("ec2", "describe-instances", query=running) == 3
    assert deployed_lab.workspace.read("undo.json") == []


def test_no_secret_is_shown(deployed_lab: LabSession, prober: Prober) -> None:
    journal = deployed_lab.journal
    assert isinstance(journal, Record)
    shown = "\n".join(text for _, text in journal.commands)
    secrets = {deployed_lab.lab.root_secret, prober.actors["second key"]["AWS_SECRET_ACCESS_KEY"]}
    for file in deployed_lab.workspace.work.rglob("credentials"):
        for line in file.read_text().splitlines():
            name, _, value = line.partition(" = ")
            secrets |= {value} if name == "aws_secret_access_key" else set()
    secrets |= {file.read_text() for file in deployed_lab.workspace.work.glob("*.jwt")}

    assert (
        len(secrets) == 10
    )  # root's, three administrators', the second key, alice's, bob's, jobs'
    assert not [secret for secret in secrets if secret in shown]


def test_a_refusal_where_aws_allows_is_named_as_wrong(prober: Prober) -> None:
    planted = replace(CANARY, answer=ALLOWED)

    (result,) = prober.run([planted])

    assert result.problem == "allowed is right, this lab answers AccessDenied (ListUsers)"
    assert exit_code([result]) == 1


def test_an_answer_where_aws_refuses_is_named_as_wrong(prober: Prober) -> None:
    planted = Probe("Ec2Role", "upload", UPLOAD, denied("PutObject"))

    (result,) = prober.run([planted])

    assert result.problem == "AccessDenied (PutObject) is right, this lab answers allowed"


def test_a_refusal_of_another_operation_does_not_count(prober: Prober) -> None:
    planted = Probe(
        "UserAssumeRole",
        "upload as a role that the user may not become",
        replace(UPLOAD, argv=("aws", "--profile", "nobody", *UPLOAD.argv[3:])),
        denied("PutObject"),
        control=UPLOAD,
    )

    (result,) = prober.run([planted])

    assert result.problem == (
        "AccessDenied (PutObject) is right, this lab answers "
        "no answer of AWS: The config profile (nobody) could not be found"
    )
    assert exit_code([result]) == 1


def test_a_refusal_whose_control_is_refused_too_proves_nothing(prober: Prober) -> None:
    planted = replace(CANARY, control=command("instance 1", "aws iam list-roles"))

    (result,) = prober.run([planted])

    assert result.problem == "its control is not allowed: AccessDenied (ListRoles)"


def test_an_allowed_answer_must_show_what_it_promises(prober: Prober) -> None:
    (result,) = prober.run([Probe("UserAssumeRole", "become", ASSUMED, shows="$ec2_role_name")])

    assert result.problem == f"the answer does not show {prober.placeholders['ec2_role_name']}"


def test_without_enforcement_nothing_is_reported(prober: Prober) -> None:
    """An administrator in the canary's place is what a lab that enforces nothing looks like."""
    open_to_all = replace(CANARY, command=command("admin", "aws iam list-users --max-items 1"))

    with pytest.raises(
        NotEnforcedError, match=r"does not enforce IAM: .* answers allowed"
    ) as error:
        journey.check_enforced(prober, open_to_all)
    assert error.value.exit_code == 1


def test_every_refusal_has_a_control() -> None:
    assert [probe.title for probe in PROBES if probe.answer != ALLOWED and not probe.control] == []


def test_a_control_that_is_a_probe_comes_before_what_it_controls() -> None:
    for position, probe in enumerate(PROBES):
        later = {other.command for other in PROBES[position + 1 :] if not other.before}
        assert probe.control not in later, probe.title


def test_no_probe_asks_what_another_asks() -> None:
    everything = [*PROBES, *LAST]
    titles = Counter((probe.project, probe.command.who, probe.title) for probe in everything)

    assert len(everything) >= 80
    assert max(titles.values()) == 1
    assert max(Counter((probe.command, probe.answer) for probe in everything).values()) == 1


@pytest.mark.parametrize(("wrong", "unknown", "code"), [(0, 0, 0), (0, 1, 3), (1, 0, 1), (1, 1, 1)])
def test_a_wrong_answer_outweighs_an_unknown_one(wrong: int, unknown: int, code: int) -> None:
    reply = Reply(Answer("Any"), "")
    results = [
        ProbeResult(CANARY, reply),
        *[ProbeResult(CANARY, reply, "wrong")] * wrong,
        *[ProbeResult(CANARY, reply, "unknown", unknown=True)] * unknown,
    ]

    assert exit_code(results) == code
