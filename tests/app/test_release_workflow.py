"""The release on GitHub: built once, tried, and published without a stored token."""

import subprocess

import pytest
import yaml
from support.checkout import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
JOBS = WORKFLOW["jobs"]


def test_only_the_job_that_publishes_has_a_token_and_it_runs_nothing_of_ours() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read"},
        "image": {"contents": "read", "packages": "write"},
        "pypi": {"id-token": "write"},
    }
    assert JOBS["pypi"]["environment"] == "pypi"
    assert not [step for step in JOBS["pypi"]["steps"] if "run" in step]


def test_what_is_published_was_built_and_tried_before() -> None:
    assert JOBS["pypi"]["needs"] == ["build", "image"]
    assert JOBS["image"]["needs"] == "build"
    tried = [
        step["run"] for step in JOBS["image"]["steps"] if "docker build" in step.get("run", "")
    ]
    assert "$run check template.yaml" in tried[0]
    assert "$run diff template.yaml template.yaml" in tried[0]


@pytest.mark.parametrize(("tag", "code"), [("v0.1.0", 0), ("v0.1", 1), ("v0.2.0", 1), ("0-1-0", 1)])
def test_a_tag_is_the_version_of_the_package(tag: str, code: int) -> None:
    [step] = [each for each in JOBS["build"]["steps"] if "TAG" in each.get("env", {})]

    done = subprocess.run(["bash", "-c", step["run"]], cwd=ROOT, env={"TAG": tag}, check=False)

    assert done.returncode == code


def test_the_image_holds_the_wheel_and_runs_the_command_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert [line for line in lines if line.startswith("COPY")] == ["COPY dist/*.whl /tmp/dist/"]
    assert lines[-4:] == ["USER nobody", "WORKDIR /app", 'ENTRYPOINT ["whomay"]', 'CMD ["check"]']
    assert (ROOT / ".dockerignore").read_text().split()[-2:] == ["*", "!dist"]
