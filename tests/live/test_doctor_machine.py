"""What is in the way of a call on this machine: each part broken once, and named with what settles it."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from whomay.cli import main
from whomay.live.machine.chain import chain
from whomay.live.machine.examine import examine
from whomay.live.machine.finding import MachineFinding
from whomay.live.machine.profile_files import missing_files, profile_files
from whomay.live.machine.program import Program, program, versions
from whomay.live.machine.variables import variables

ROLE = "role_arn = arn:aws:iam::222222222222:role/Ops"
BASE = "[profile base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret/of/base\n"
OPS = f"[profile ops]\n{ROLE}\nsource_profile = base\nregion = eu-central-1\n"
ARN = "arn:aws:iam::111111111111:user/ann"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the variables of a machine with an aws CLI of version 2.40, and no others."""
    program = tmp_path / "aws"
    program.write_text("#!/bin/sh\necho aws-cli/2.40.1 Python/3.13\n")
    program.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    own = re.compile(r"AWS_|WHOMAY_AWS|.*_PROXY$|.*_CA_BUNDLE$", re.IGNORECASE)
    for name in filter(own.match, [*os.environ]):
        monkeypatch.delenv(name)
    return {"PATH": str(tmp_path)}


def config(text: str, file: str = "config") -> None:
    (Path.home() / ".aws" / file).write_text(text)


def found(machine: Mapping[str, str], name: str = "ops", **more: str) -> list[MachineFinding]:
    """Return what is in the way, without a call to anybody."""
    environment = {**machine, **more}
    files = profile_files(environment)
    way = chain(name, files, environment)
    diverted = variables(name, way, files.profiles.get(name, {}), environment)
    return [*missing_files(environment), *way.findings, *diverted]


def told(machine: Mapping[str, str], name: str = "ops", **more: str) -> list[str]:
    return [each.what for each in found(machine, name, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + OPS, []),
        (
            BASE + OPS.replace("base", "bose"),
            "ops: its source_profile bose is neither in {0}/config nor in {0}/credentials; near are: base",
        ),
        (
            BASE + OPS.replace("profile ops", "ops"),
            "the profile ops is not there: {0}/config has [ops], which the AWS CLI does not read",
        ),
        (
            OPS + f"[profile base]\n{ROLE}\nsource_profile = ops\n",
            "the source profiles are a loop: ops > base > ops",
        ),
        (OPS.replace("base", "ops"), "the source profiles are a loop: ops > ops"),
        (
            BASE + OPS + "credential_source = Ec2InstanceMetadata\n",
            (
                "ops: has two sources, source_profile base and credential_source Ec2InstanceMetadata; "
                "allowed is one"
            ),
        ),
        (
            f"[profile ops]\n{ROLE}\nregion = eu-central-1\n",
            (
                "ops: has role_arn arn:aws:iam::222222222222:role/Ops, and no source_profile or "
                "credential_source"
            ),
        ),
        (
            OPS.replace("source_profile = base", "credential_source = Ec2"),
            "ops: credential_source is Ec2; allowed: Ec2InstanceMetadata, Environment, EcsContainer",
        ),
        (
            OPS.replace("source_profile = base", "credential_source = Environment"),
            "ops: credential_source is Environment, and AWS_ACCESS_KEY_ID is not set",
        ),
        (
            OPS + "[profile base]\nregion = a\n",
            "base: is the source of ops, and has no credentials",
        ),
        (
            OPS + "[profile base]\naws_access_key_id = AKIAEXAMPLE\n",
            "base: has half an access key: aws_secret_access_key is missing",
        ),
        (
            OPS + "[profile base]\nsso_session = corp\n",
            "base: its sso_session corp is not there: {0}/config has no [sso-session corp]",
        ),
        (
            BASE + OPS + "role_session_name = ann lee\n",
            "ops: role_session_name is 'ann lee'; allowed are 2 to 64 of A-Z a-z 0-9 and _+=,.@-",
        ),
        (
            BASE + OPS + "duration_seconds = 12h\n",
            "ops: duration_seconds is 12h; allowed is 900 to 43200",
        ),
        (
            BASE + OPS.replace("arn:aws:iam::222222222222:role/Ops", "Ops"),
            "ops: role_arn is Ops; allowed is arn:aws:iam::ACCOUNT:role/NAME",
        ),
    ],
)
def test_a_broken_link_and_a_value_that_aws_refuses_are_named(
    machine: dict[str, str], text: str, expected: str | list[str]
) -> None:
    config(text)
    wanted = [expected.format(Path.home() / ".aws")] if isinstance(expected, str) else expected
    assert told(machine) == wanted


def test_behind_a_role_a_session_lasts_an_hour_and_has_no_mfa(machine: dict[str, str]) -> None:
    device = "arn:aws:iam::111111111111:mfa/ann"
    far = f"[profile far]\n{ROLE}\nsource_profile = ops\nregion = a\n"
    config(f"{BASE}{OPS}{far}duration_seconds = 7200\nmfa_serial = {device}\n")
    assert told(machine, "far") == [
        "far: duration_seconds is 7200; allowed is 900 to 3600 behind another role",
        f"far: mfa_serial is {device}, and its source is a role, which has no MFA device",
    ]
    config(f"{BASE}{OPS}{far}duration_seconds = 3600\n")
    assert told(machine, "far") == []


def test_the_credentials_file_has_keys_and_its_sections_are_plain_names(
    machine: dict[str, str],
) -> None:
    config(OPS)
    config(BASE.replace("profile base", "base"), "credentials")
    assert told(machine) == []
    config(BASE, "credentials")
    [only] = told(machine)
    assert only.endswith("credentials has [profile base], which the AWS CLI does not read")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"AWS_PROFILE": "ops", "AWS_REGION": "eu-central-1"}, None),
        (
            {"AWS_PROFILE": "base"},
            "AWS_PROFILE=base: a command without --profile uses base, not ops",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "of/other"},
            (
                "AWS_ACCESS_KEY_ID=AKIAOTHER: a command without --profile is signed with this key, not by "
                "the profile ops"
            ),
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKIAOTHER"},
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not",
        ),
        (
            {"AWS_REGION": "us-east-1"},
            "AWS_REGION=us-east-1: it counts before the Region eu-central-1 of the profile ops",
        ),
        (
            {"AWS_ENDPOINT_URL_S3": "http://ann:of/ann@localhost:9000"},
            "AWS_ENDPOINT_URL_S3=http://…@localhost:9000: S3 is called there, not at AWS",
        ),
        (
            {"AWS_ENDPOINT_URL": "http://localhost", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            None,
        ),
        ({"AWS_CA_BUNDLE": "/no/such.pem"}, "AWS_CA_BUNDLE=/no/such.pem: there is no such file"),
        (
            {"AWS_SHARED_CREDENTIALS_FILE": "/no/such"},
            (
                "AWS_SHARED_CREDENTIALS_FILE=/no/such: there is no such file, and ~/.aws/credentials is "
                "not read"
            ),
        ),
        ({"HTTPS_PROXY": "http://proxy:3128"}, None),
    ],
)
def test_a_variable_that_diverts_a_call_is_named_and_no_secret_is(
    machine: dict[str, str], given: dict[str, str], expected: str | None
) -> None:
    config(BASE + OPS)
    said = told(machine, **given)
    assert said == ([expected] if expected else [])
    assert "of/" not in "".join(said)


def test_a_proxy_must_leave_out_the_metadata_that_a_profile_takes_its_credentials_from(
    machine: dict[str, str],
) -> None:
    config(OPS.replace("source_profile = base", "credential_source = Ec2InstanceMetadata"))
    proxy = {**machine, "HTTP_PROXY": "http://ann:of/ann@proxy:3128", "NO_PROXY": "localhost"}
    [only] = found(proxy)
    assert only.what == (
        "HTTP_PROXY=http://…@proxy:3128: the profile's credentials come from 169.254.169.254, which "
        "NO_PROXY=localhost leaves to the proxy"
    )
    assert only.settled_by == "export NO_PROXY=localhost,169.254.169.254"
    assert told({**proxy, "NO_PROXY": "localhost,169.254.169.254"}) == []
    assert told(machine, AWS_EC2_METADATA_DISABLED="true") == [
        "AWS_EC2_METADATA_DISABLED=true: the profile takes its credentials from these metadata"
    ]


@pytest.mark.parametrize(
    ("version", "setting", "expected"),
    [
        ("2.13.0", "endpoint_url", []),
        (
            "2.12.9",
            "endpoint_url",
            ["too old for endpoint_url, which needs 2.13.0"],
        ),
        ("1.29.0", "endpoint_url", ["version 1 is in maintenance"]),
        (
            "1.46.3",
            "sso_session",
            ["too old for sso_session, which needs 2.9.0", "version 1 is in maintenance"],
        ),
    ],
)
def test_a_cli_that_is_too_old_for_a_profile_is_named(
    tmp_path: Path, version: str, setting: str, expected: list[str]
) -> None:
    named = tmp_path / "other"
    named.write_text(f"#!/bin/sh\necho aws-cli/{version} Python/3.13 >&2\n")
    named.chmod(0o755)
    cli = program({"WHOMAY_AWS": str(named)})
    assert isinstance(cli, Program)
    said = [each.what.removeprefix(f"{cli}: ") for each in versions(cli, [setting], {})]
    assert [each[: len(start)] for each, start in zip(said, expected, strict=True)] == expected
    assert str(cli) == f"aws {version}, {named}"


@contextmanager
def sts(behind: timedelta, status: int = 200) -> Iterator[str]:
    """Answer GetCallerIdentity on loopback as AWS does, with a Date of its own; yield the URL."""
    body = (
        f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{ARN}</Arn><Account>111111111111"
        "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        if status == 200
        else "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired"
        "</Message></Error></ErrorResponse>"
    )

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(tz=UTC) + behind, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("behind", "status", "expected"),
    [
        (timedelta(0), 200, []),
        (
            timedelta(minutes=20),
            403,
            ["the clock of this machine is 20 minutes behind: AWS refuses a signature beyond 5"],
        ),
        (
            timedelta(minutes=-7),
            200,
            ["the clock of this machine is 7 minutes ahead: AWS refuses a signature beyond 5"],
        ),
        (
            timedelta(0),
            403,
            ["base: AWS refuses its key: SignatureDoesNotMatch: Signature expired"],
        ),
    ],
)
def test_the_clock_is_compared_with_the_answer(
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    behind: timedelta,
    status: int,
    expected: list[str],
) -> None:
    config(BASE + OPS)
    with sts(behind, status) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        seen = examine("ops", machine)
    assert [each.what for each in seen.findings] == expected
    caller = f"account 111111111111, Region eu-central-1, as {ARN}"
    assert (caller in seen.looked_at) == (status == 200)


@pytest.mark.parametrize(
    ("device", "expected", "unknown"),
    [
        ("arn:aws:iam::111111111111:mfa/ann", "", False),
        ("GAHT12345678", "", False),
        ("arn:aws:iam::222222222222:mfa/ann", f"of another account than {ARN}", False),
        ("arn:aws:iam::111111111111:mfa/bob", f"not known whether it is a device of {ARN}", True),
    ],
)
def test_a_device_of_another_account_or_user_is_named(
    machine: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    expected: str,
    *,
    unknown: bool,
) -> None:
    config(f"{BASE}{OPS}mfa_serial = {device}\n")
    with sts(timedelta(0)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        seen = examine("ops", machine).findings
    assert [(each.what.endswith(expected), each.unknown) for each in seen] == (
        [(True, unknown)] if expected else []
    )


def test_the_exit_code_tells_what_is_in_the_way_from_what_is_not_known(
    machine: dict[str, str],
) -> None:
    def doctor(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["doctor", *arguments], env=machine)
        return done.exit_code, done.output

    config(OPS.replace("source_profile = base", "credential_source = Ec2InstanceMetadata"))
    code, said = doctor("--profile", "ops")
    assert code == 3, said
    assert (
        "not known: what AWS says, and the clock: no answer, since its credentials come from"
        in said
    )
    assert doctor("--profile", "opps")[0] == 1
    assert doctor("--profile", "ops", "--region", "us-east-1")[0] == 2
    config("[profile ops]\n[profile ops]\n")
    assert doctor("--profile", "ops")[0] == 2
