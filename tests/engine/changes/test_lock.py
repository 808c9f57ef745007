"""The lock: canonical, the same after a round, and refused with its line when it is spoiled."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support.checkout import ROOT

from whomay.cli import lock_file, main
from whomay.cli.inputs import BadInputError
from whomay.engine.changes.diff import diff
from whomay.engine.changes.lock import LockError, from_data, to_data
from whomay.engine.snapshot import Principal, PrincipalKind, Snapshot
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy import Condition, Policy, Statement

LOCK = (ROOT / "access.lock").read_text()

texts = st.text("ab:/*${}<>\\?", max_size=8) | st.sampled_from(
    [generated("Stack.Bucket"), f"arn:aws:s3:::{generated('B')}/*", unknown("no value")]
)
values = st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple)
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Deny"]),
    actions=values,
    not_actions=st.none(),
    resources=values,
    not_resources=st.none(),
    conditions=st.lists(
        st.builds(Condition, st.just("StringLike"), st.sampled_from(["aws:a", "aws:b"]), values),
        max_size=2,
        unique_by=lambda condition: condition.key,
    ).map(tuple),
)
policies = st.builds(
    Policy,
    st.lists(statements, max_size=3).map(tuple),
    st.sampled_from(["2012-10-17", "2008-10-17"]),
    st.none() | st.just("not in the table"),
)


@given(st.lists(policies, max_size=3).map(tuple), st.none() | policies)
def test_a_lock_says_the_same_after_a_round(
    identity: tuple[Policy, ...], boundary: Policy | None
) -> None:
    arn = f"arn:aws:iam::{generated('account')}:user/{generated('S.U')}"
    if boundary and boundary.unknown:
        boundary = Policy((), boundary.version, boundary.unknown)
    user = Principal(arn, PrincipalKind.USER, generated("account"), "S/U", identity, boundary)
    data = to_data(Snapshot((user,)))
    assert to_data(from_data(yaml.safe_load(yaml.safe_dump(data)))) == data


def test_the_order_of_statements_and_values_does_not_count() -> None:
    one = Statement("Allow", ("s3:GetObject", "s3:PutObject"), None, ("a", "b"), None)
    two = Statement("Deny", ("s3:*",), None, ("*",), None)
    turned = Statement("Allow", ("s3:PutObject", "s3:GetObject"), None, ("b", "a"), None)

    def lock(*found: Statement) -> object:
        policy = Policy(found, "2012-10-17")
        arn = "arn:aws:iam::111122223333:user/U"
        user = Principal(arn, PrincipalKind.USER, "111122223333", "S/U", (policy,))
        return to_data(Snapshot((user,)))

    assert lock(one, two) == lock(two, turned)


def test_the_committed_lock_reads_and_compares_as_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "access.lock"
    copy.write_text(LOCK)
    snapshot = lock_file.read(copy)
    assert lock_file.text_of(snapshot) == LOCK
    assert diff(snapshot, snapshot) == []


def test_the_lock_names_constructs_and_holds_no_hash_of_a_logical_id() -> None:
    assert "<Ec2Role.Shared>" in LOCK
    for logical_id in ("SharedDACC02AA", "ProjectRole4CCB274E", "ProjectUserF202EF71"):
        assert logical_id not in LOCK


SPOILED = {
    "conflict": ("<<<<<<< HEAD\n" + LOCK, 1, "a merge conflict"),
    "version": (LOCK.replace("version: 1", "version: 7"), 3, "the lock is of version 7"),
    "yaml": (LOCK.replace("principals:", "principals: ["), None, "not YAML"),
    "unknown name": (LOCK.replace("    kind: role", "    kinds: role", 1), None, "kind is missing"),
    "wrong statement": (LOCK.replace("Effect: Allow", "Effect: allow", 1), None, "Effect"),
    "wrong session": (LOCK.replace("session: 3600", "session: an hour", 1), None, "session"),
    "a date that is none": (LOCK.replace("version: 1", "version: 2020-13-45"), None, "not YAML"),
    "truth for version": (LOCK.replace("version: 1", "version: true"), 3, "of version True"),
    "unread": (LOCK + "unread: 5\n", None, "no list of texts"),
    "instances": (re.sub(r"instances:\n +- \S+", "instances: 5", LOCK, count=1), None, "texts"),
    "tags": (LOCK.replace("    kind: role", "    tags: [a]\n    kind: role", 1), None, "values"),
    "twice": (LOCK + "version: 1\n", None, "'version' stands here twice"),
    "empty": ("", None, "names with values"),
    "list": ("- 1\n", None, "names with values"),
    "tab": ("version:\t1\n\tx", None, "not YAML"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_lock_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    text, line, message = SPOILED[name]
    spoiled = tmp_path / "access.lock"
    spoiled.write_text(text)
    with pytest.raises(BadInputError) as caught:
        lock_file.read(spoiled)
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.message.startswith(f"{spoiled}:{line}:" if line else f"{spoiled}:")
    assert caught.value.exit_code == 2


def test_a_device_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(BadInputError, match="/dev/zero: larger than 50,000,000 bytes: this is no"):
        lock_file.read(Path("/dev/zero"))


def test_an_alias_is_refused_before_it_grows(tmp_path: Path) -> None:
    bomb = tmp_path / "access.lock"
    levels = "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 30))
    bomb.write_text(f"x0: &x0 [1]\n{levels}")
    with pytest.raises(BadInputError, match="a lock has no aliases"):
        lock_file.read(bomb)


def test_the_place_of_a_mistake_is_its_line(tmp_path: Path) -> None:
    spoiled = tmp_path / "access.lock"
    spoiled.write_text(LOCK.replace("session: 3600", "session: soon", 1))
    line = LOCK[: LOCK.index("session: 3600")].count("\n") + 1
    with pytest.raises(BadInputError, match=f"access.lock:{line}: session: 'soon'"):
        lock_file.read(spoiled)


def test_data_of_another_shape_is_no_lock() -> None:
    with pytest.raises(LockError, match="'more' is nothing that a lock holds here"):
        from_data({"version": 1, "more": 2})


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """An assembly of one user, as small as the format allows."""
    out = tmp_path / "cdk.out"
    out.mkdir()
    user = {"Type": "AWS::IAM::User", "Metadata": {"aws:cdk:path": "S/U/Resource"}}
    (out / "S.template.json").write_text(
        f'{{"Resources": {{"U": {str(user).replace(chr(39), chr(34))}}}}}'
    )
    (out / "manifest.json").write_text(
        '{"version": "48.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", '
        '"environment": "aws://unknown-account/unknown-region", '
        '"properties": {"templateFile": "S.template.json"}}}}'
    )
    return out


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_the_command_writes_the_lock_and_then_finds_it_current(
    assembly: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "access.lock"
    options = ("lock", "--assembly", assembly, "--file", lock)
    code, output = run(*options, "--check")
    assert (code, "is missing" in output) == (1, True)
    assert run(*options) == (0, f"{lock} is written\n")
    assert run(*options, "--check") == (0, f"{lock} is current\n")
    assert lock.stat().st_mode & 0o777 == 0o644
    lock.write_text(lock.read_text().replace("may: []", "may: [ ]"))
    code, output = run(*options, "--check")
    assert (code, "is stale" in output) == (1, True)


def test_a_check_tells_a_lock_that_cannot_be_read_from_a_stale_one(
    assembly: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "access.lock"
    arguments = ["lock", "--assembly", str(assembly), "-f", str(lock)]
    for spoiled in (b"<<<<<<< HEAD\n" + LOCK.encode(), LOCK.encode("utf-16")):
        lock.write_bytes(spoiled)
        assert CliRunner().invoke(main, [*arguments, "--check"]).exit_code == 2
        assert CliRunner().invoke(main, arguments).exit_code == 0
        assert CliRunner().invoke(main, [*arguments, "--check"]).exit_code == 0


def test_a_lock_that_cannot_be_written_stays_as_it_was(assembly: Path, tmp_path: Path) -> None:
    code, output = run("lock", "--assembly", assembly, "--file", tmp_path / "no" / "access.lock")
    assert code == 2
    assert "cannot be written" in output
    assert not (tmp_path / "no").exists()


def test_an_assembly_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, output = run("lock", "--assembly", tmp_path / "missing", "--file", tmp_path / "lock")
    assert (code, len(output.splitlines())) == (2, 1)
    assert not (tmp_path / "lock").exists()
