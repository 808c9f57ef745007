"""What a run has made is taken away, if need be by the next run."""

import pytest

from whomay.lab.accounts import as_admin
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession
from whomay.lab.undo import Undo


def make_user(session: LabSession, name: str) -> None:
    session.must("admin", ("aws", "iam", "create-user", "--user-name", name), as_admin(session))


def exists(session: LabSession, name: str) -> bool:
    argv = ("aws", "iam", "get-user", "--user-name", name)
    done = session.run("admin", argv, as_admin(session))
    assert done.code == 0 or "(NoSuchEntity)" in done.err
    return done.code == 0


def run_that_ends_with(error: BaseException, session: LabSession, user: str) -> None:
    with Undo(session) as undo:
        undo.add("aws", "iam", "delete-user", "--user-name", user)
        session.children.close()
        raise error


def test_what_a_killed_run_has_left_is_taken_away_by_the_next(beside: LabSession) -> None:
    make_user(beside, "left-behind")
    Undo(beside).add("aws", "iam", "delete-user", "--user-name", "left-behind")

    with Undo(beside):
        assert not exists(beside, "left-behind")


def test_an_interrupted_run_leaves_it_to_the_next_and_does_not_wait(beside: LabSession) -> None:
    make_user(beside, "interrupted")

    with pytest.raises(KeyboardInterrupt):
        run_that_ends_with(KeyboardInterrupt(), beside, "interrupted")

    with beside.children:
        assert exists(beside, "interrupted")
    with Undo(beside), beside.children:
        assert not exists(beside, "interrupted")


def test_a_run_that_fails_takes_away_what_it_has_made(beside: LabSession) -> None:
    make_user(beside, "failed")

    with pytest.raises(LabError):
        run_that_ends_with(LabError("a step failed"), beside, "failed")

    with beside.children:  # opened again: a failed step ends all children of its run
        assert not exists(beside, "failed")


def test_every_version_of_an_object_is_taken_away(beside: LabSession) -> None:
    bucket = ("--bucket", "versions-of-an-object")
    for command in (
        ("create-bucket", *bucket),
        ("put-bucket-versioning", *bucket, "--versioning-configuration", "Status=Enabled"),
        ("put-object", *bucket, "--key", "this-run/a.csv"),
        ("put-object", *bucket, "--key", "this-run/a.csv"),
        ("delete-object", *bucket, "--key", "this-run/a.csv"),
        ("put-object", *bucket, "--key", "other/a.csv"),
    ):
        beside.must("admin", ("aws", "s3api", *command), as_admin(beside))

    with Undo(beside) as undo:
        undo.add_objects("versions-of-an-object", "this-run")

    query = ("--query", "[Versions, DeleteMarkers][].Key", "--output", "text")
    argv = ("aws", "s3api", "list-object-versions", *bucket, *query)
    assert beside.must("admin", argv, as_admin(beside)).split() == ["other/a.csv"]
