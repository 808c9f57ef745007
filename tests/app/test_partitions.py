"""The stacks in China and in GovCloud: the partition of every ARN, and the names of endpoints."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment
from support.accounts_section import changed
from support.checkout import CONTEXT

from stacks.delivery import DeliveryStack
from stacks.ec2_role import Ec2RoleStack
from stacks.hub import HubStack
from stacks.rollout import RolloutStack
from stacks.spoke import SpokeStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import Accounts


def synthesized(folder: Path, region: str) -> dict[str, Any]:
    """Return the template of each stack of the app, all for one Region."""
    section = changed("organization.delegated_administrator", None)
    for place in (section["hub"], *section["spokes"].values()):
        place["region"] = region
    app = App(outdir=str(folder), context={**CONTEXT, "accounts": section})
    env = Environment(account=section["hub"]["id"], region=region)
    Ec2RoleStack(app, "Ec2Role", env=env)
    UserAssumeRoleStack(app, "UserAssumeRole", env=env)
    accounts = Accounts.of(app)
    assert accounts is not None
    assert accounts.github is not None
    HubStack(app, "Hub", accounts=accounts)
    DeliveryStack(app, "Delivery", accounts=accounts, github=accounts.github)
    RolloutStack(app, "Rollout", accounts=accounts)
    SpokeStack(app, "Spoke", accounts=accounts, account=accounts.spokes["production"])
    app.synth()
    return {
        file.name.partition(".")[0]: json.loads(file.read_text())
        for file in folder.glob("*.template.json")
    }


def written(name: Any, region: str) -> str:
    """Return the name of a service, which may be joined from parts with the Region."""
    parts = name["Fn::Join"][1] if isinstance(name, dict) else [name]
    return "".join(part if isinstance(part, str) else region for part in parts)


@pytest.mark.parametrize(
    ("region", "partition", "endpoints"),
    [
        (
            "cn-north-1",
            "aws-cn",
            [
                "cn.com.amazonaws.cn-north-1.sts",
                "com.amazonaws.cn-north-1.s3",
                "com.amazonaws.cn-north-1.secretsmanager",
                "com.amazonaws.cn-north-1.ssm",
                "com.amazonaws.cn-north-1.ssmmessages",
            ],
        ),
        (
            "us-gov-west-1",
            "aws-us-gov",
            [
                "com.amazonaws.us-gov-west-1.s3",
                "com.amazonaws.us-gov-west-1.secretsmanager",
                "com.amazonaws.us-gov-west-1.ssm",
                "com.amazonaws.us-gov-west-1.ssmmessages",
                "com.amazonaws.us-gov-west-1.sts",
            ],
        ),
    ],
)
def test_every_arn_and_endpoint_is_of_the_partition(
    tmp_path: Path, region: str, partition: str, endpoints: list[str]
) -> None:
    templates = synthesized(tmp_path, region)
    assert len(templates) == 6
    text = json.dumps(templates)
    assert {*re.findall(r"arn:(aws[a-z-]*):", text)} == {partition}
    sign_in = "amazonaws.cn" if partition == "aws-cn" else "amazonaws-us-gov.com"
    assert {*re.findall(r"signin\.([a-z.-]+[a-z])", text)} == {sign_in}
    found = {
        written(one["Properties"]["ServiceName"], region)
        for template in templates.values()
        for one in template["Resources"].values()
        if one["Type"] == "AWS::EC2::VPCEndpoint"
    }
    assert found == {*endpoints}
