"""The fixture `lab`: an account for each test, stacks by CloudFormation alone, and who acts."""

import json
import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.assemblies import document, role, write_assembly
from support.foreign_environment import FOREIGN

from whomay.lab import process
from whomay.lab.errors import LabError
from whomay.lab.state import Lab
from whomay.testing import LabAccount

pytest_plugins = ["pytester"]

ANY_ACCOUNT = "aws://unknown-account/unknown-region"
NAME = {"Fn::Sub": "reports-${AWS::AccountId}"}  # of all accounts, as a bucket's name is
WRITING = document("s3:PutObject", resource={"Fn::Sub": "${Bucket.Arn}/*"})
TEMPLATE = {
    "Parameters": {
        "BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version",
        }
    },
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": NAME}},
        "Writer": role(Policies=[{"PolicyName": "Write", "PolicyDocument": WRITING}]),
        "Somebody": {"Type": "AWS::IAM::User"},
    },
    "Outputs": {
        "WriterArn": {"Value": {"Fn::GetAtt": ["Writer", "Arn"]}},
        "User": {"Value": {"Ref": "Somebody"}},
    },
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "Reports.template.json"
    path.write_text(json.dumps(TEMPLATE))
    return path


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return str(error.value.response["Error"]["Code"])


def test_a_role_does_what_its_policy_allows_and_nothing_else(
    lab: LabAccount, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    made = lab.deploy(template)["Reports"]

    s3 = lab.as_role(made["WriterArn"]).client("s3")

    s3.put_object(Bucket=f"reports-{lab.account}", Key="a.csv", Body=b"1")
    assert refused(s3.get_object, Bucket=f"reports-{lab.account}", Key="a.csv") == "AccessDenied"
    assert refused(lab.as_user(made["User"]).client("s3").list_buckets) == "AccessDenied"
    control = lab.client("s3control")  # whose host would be the account's own: a name to look up
    assert control.list_access_points(AccountId=lab.account)["AccessPointList"] == []


def test_each_test_has_an_account_of_its_own(
    lab: LabAccount, lab_server: Lab, template: Path
) -> None:
    other = LabAccount.open(lab_server, lab.workspace)
    for each in (lab, other):
        made = each.deploy(template)["Reports"]
        assert made["WriterArn"].startswith(f"arn:aws:iam::{each.account}:role/")
        assert each.client("sts").get_caller_identity()["Account"] == each.account
    assert lab.account != other.account
    [admin, _] = other.client("iam").list_users()["Users"]
    assert admin["Arn"] == f"arn:aws:iam::{other.account}:user/admin"


def test_a_program_acts_as_the_same_caller(lab: LabAccount) -> None:
    asking = ["aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
    done = subprocess.run(asking, env=lab.environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"arn:aws:iam::{lab.account}:user/admin\n"


def test_stacks_come_in_the_order_of_their_dependencies_with_their_files(
    lab: LabAccount, tmp_path: Path
) -> None:
    first = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "bucket"}}},
    }
    second = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {"Imported": {"Value": {"Fn::ImportValue": "bucket"}}},
    }
    folder = write_assembly(tmp_path, {"B": second, "A": first}, ANY_ACCOUNT)
    (folder / "code").mkdir()
    (folder / "code" / "main.py").write_text("x = 1")
    assets = {
        "files": {
            "hash": {
                "source": {"path": "code", "packaging": "zip"},
                "destinations": {
                    "here": {"bucketName": "assets-${AWS::AccountId}", "objectKey": "hash.zip"}
                },
            }
        }
    }
    (folder / "B.assets.json").write_text(json.dumps(assets))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["B"]["dependencies"] = ["A", "B.assets"]
    manifest["artifacts"]["B.assets"] = {
        "type": "cdk:asset-manifest",
        "properties": {"file": "B.assets.json"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))

    made = lab.deploy(folder)

    assert made["B"]["Imported"] == made["A"]["Name"]
    found = lab.client("s3").get_object(Bucket=f"assets-{lab.account}", Key="hash.zip")
    assert zipfile.ZipFile(BytesIO(found["Body"].read())).namelist() == ["main.py"]


def test_a_stack_that_fails_says_why(lab: LabAccount, tmp_path: Path) -> None:
    taken = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}}
    folder = write_assembly(tmp_path, {"First": {"Resources": taken}}, ANY_ACCOUNT)
    lab.deploy(folder)
    folder = write_assembly(tmp_path / "2", {"Second": {"Resources": taken}}, ANY_ACCOUNT)
    with pytest.raises(LabError, match=r"the stack Second failed: .*Bucket: .*already exists"):
        lab.deploy(folder)


def test_a_stack_of_a_named_account_is_refused(lab: LabAccount, tmp_path: Path) -> None:
    folder = write_assembly(tmp_path, {"S": TEMPLATE}, "aws://111122223333/us-east-1")
    told = f"the stack S is for account 111122223333, and the test's is {lab.account}: leave env"
    with pytest.raises(LabError, match=told):
        lab.deploy(folder)


@pytest.mark.parametrize("account", ["own", "111111111111", "999999999999"])
def test_a_role_that_is_not_there_is_named(lab: LabAccount, account: str) -> None:
    arn = f"arn:aws:iam::{lab.account if account == 'own' else account}:role/nobody"
    with pytest.raises(LabError, match=f"no role '{arn}' in account {lab.account}"):
        lab.as_role(arn)


def test_the_server_ends_with_the_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(lab, lab_server): print('server', lab_server.pid)")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-s")
    result.assert_outcomes(passed=1)
    [pid] = re.findall(r"server (\d+)", result.stdout.str())
    assert process.start_time(int(pid)) is None
