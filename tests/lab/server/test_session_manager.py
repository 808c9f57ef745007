"""Session Manager: who may open a session, and on which instance."""

from typing import Any

from support.aws import make_user, refusal, resource, root, stack, statement

from whomay.lab.state import Lab

MACHINE = resource("EC2::Instance", ImageId="ami-00000000000000001", UserData="ZWNobyBvbmU=")
INSTANCES = "arn:aws:ec2:us-east-1:111111111111:instance/"


def test_a_session_is_opened_on_the_instance_that_the_policy_names(lab: Lab) -> None:
    with stack(root(lab), "sessions") as one:
        made = one.deploy(Mine=MACHINE, Other=MACHINE)
        user = make_user(lab, "operator", statement("ssm:StartSession", INSTANCES + made["Mine"]))
        manager = user.client("ssm")

        opened = manager.start_session(Target=made["Mine"])
        assert opened["StreamUrl"].startswith("wss://127.0.0.1:")
        assert refusal(manager.start_session, Target=made["Other"])[0] == "AccessDeniedException"


def test_an_instance_that_does_not_run_is_not_connected(lab: Lab) -> None:
    found = refusal(root(lab).client("ssm").start_session, Target="i-00000000000000009")

    assert found == ("TargetNotConnected", "i-00000000000000009 is not connected.")


def test_a_command_for_an_agent_is_answered_with_what_to_type(lab: Lab) -> None:
    sent: dict[str, Any] = {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0abc"]}

    code, told = refusal(root(lab).client("ssm").send_command, **sent)

    assert code == "UnsupportedOperation"
    assert told.endswith("Type: whomay lab login i-0abc COMMAND")
