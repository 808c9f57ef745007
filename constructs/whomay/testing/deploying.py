"""An app deployed by CloudFormation alone: templates and file assets, without the CDK CLI."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final

from whomay.lab.errors import LabError

_STACK: Final = "aws:cloudformation:stack"
_ASSETS: Final = "cdk:asset-manifest"
_BOOTSTRAP: Final = "/cdk-bootstrap/"
_BOOTSTRAPPED: Final = "31"  # as new as any rule of a template asks for
_POLL_SECONDS: Final = 0.02
_TIMEOUT_SECONDS: Final = 120.0

Outputs = Mapping[str, Mapping[str, str]]


class Deploying:
    """Deploys into one account; `client` returns boto3's client of a service."""

    def __init__(self, client: Callable[[str], Any], account: str, region: str) -> None:
        self._client = client
        self._account = account
        self._region = region
        self._formation = client("cloudformation")

    def deploy(self, app: Any) -> Outputs:
        """Deploy all stacks of an app, each after those that it depends on; return their outputs.

        Raises:
            LabError: a stack is meant for a named account, has an image as an asset, or fails.

        """
        if isinstance(app, str | Path) and Path(app).is_file():
            name = Path(app).name.partition(".")[0]
            return {name: self._stack(name, Path(app).read_text())}
        folder = Path(app if isinstance(app, str | Path) else app.synth().directory)
        artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
        found = {}
        for name in _in_order(artifacts):
            artifact = artifacts[name]
            if artifact["type"] == _ASSETS:
                self._publish(folder, artifact["properties"]["file"])
            elif artifact["type"] == _STACK:
                self._refuse_other_account(name, artifact)
                template = (folder / artifact["properties"]["templateFile"]).read_text()
                stack = artifact["properties"].get("stackName", name)
                found[stack] = self._stack(stack, template)
        return found

    def _refuse_other_account(self, name: str, artifact: Mapping[str, Any]) -> None:
        meant = artifact.get("environment", "").removeprefix("aws://").partition("/")[0]
        if meant not in ("unknown-account", self._account):
            raise LabError(
                f"the stack {name} is for account {meant}, and the test's is {self._account}: leave "
                "env out in the test, or give it lab.account"
            )

    def _publish(self, folder: Path, manifest: str) -> None:
        """Put the files of an asset manifest into the bucket that the templates look in."""
        assets = json.loads((folder / manifest).read_text())
        if assets.get("dockerImages"):
            raise LabError(f"{manifest} has images, which the lab cannot build: use files")
        s3 = self._client("s3")
        for file in assets.get("files", {}).values():
            path = folder / file["source"]["path"]
            if path.name.endswith(".template.json") and path.parent == folder:
                continue  # handed over as it is
            content = _zipped(path) if file["source"]["packaging"] == "zip" else path.read_bytes()
            for place in file["destinations"].values():
                bucket = self._filled(place["bucketName"])
                s3.create_bucket(Bucket=bucket)
                s3.put_object(Bucket=bucket, Key=self._filled(place["objectKey"]), Body=content)

    def _filled(self, text: str) -> str:
        known = {"AccountId": self._account, "Region": self._region, "Partition": "aws"}
        for name, value in known.items():
            text = text.replace(f"${{AWS::{name}}}", value)
        return text

    def _stack(self, name: str, template: str) -> Mapping[str, str]:
        self._bootstrap(template)
        self._formation.create_stack(
            StackName=name,
            TemplateBody=template,
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        made = self._done(name)
        return {each["OutputKey"]: each["OutputValue"] for each in made.get("Outputs", ())}

    def _bootstrap(self, template: str) -> None:
        """Put there what tells a template that the account is bootstrapped."""
        if _BOOTSTRAP not in template:
            return
        for parameter in json.loads(template).get("Parameters", {}).values():
            if str(parameter.get("Default", "")).startswith(_BOOTSTRAP):
                self._client("ssm").put_parameter(
                    Name=parameter["Default"], Value=_BOOTSTRAPPED, Type="String", Overwrite=True
                )

    def _done(self, name: str) -> Mapping[str, Any]:
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            stack: Mapping[str, Any]
            [stack] = self._formation.describe_stacks(StackName=name)["Stacks"]
            if stack["StackStatus"] == "CREATE_COMPLETE":
                return stack
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                raise LabError(f"the stack {name} failed: {'; '.join(self._reasons(name))}")
            time.sleep(_POLL_SECONDS)
        raise LabError(f"the stack {name} is not there after {_TIMEOUT_SECONDS:g} s")

    def _reasons(self, name: str) -> Iterator[str]:
        events = self._formation.describe_stack_events(StackName=name)["StackEvents"]
        for event in reversed(events):
            if event["ResourceStatus"].endswith("FAILED"):
                yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in self._formation.describe_events(StackName=name)["OperationEvents"]:
            if event["EventType"] == "VALIDATION_ERROR":
                yield f"{event['LogicalResourceId']}: {event['ValidationStatusReason']}"


def _in_order(artifacts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    needs = {name: each.get("dependencies", ()) for name, each in artifacts.items()}
    yield from TopologicalSorter(needs).static_order()


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()
