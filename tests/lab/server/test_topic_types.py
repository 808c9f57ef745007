"""Topics: the policy that SNS writes is the same for a topic of a stack and for any other."""

import json

from support.aws import resource, root, stack

from whomay.lab.state import Lab


def test_a_topic_of_a_stack_lets_in_its_own_account_as_any_other_topic_does(lab: Lab) -> None:
    sns = root(lab).client("sns")
    with stack(root(lab), "topic") as one:
        made = one.deploy(Topic=resource("SNS::Topic"))["Topic"]
        by_hand = sns.create_topic(Name="by-hand")["TopicArn"]
        told = [
            json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]
            for arn in (made, by_hand)
        ]
        sns.delete_topic(TopicArn=by_hand)
    conditions = [[statement["Condition"] for statement in each] for each in told]
    assert conditions == [[{"StringEquals": {"AWS:SourceOwner": lab.accounts[0]}}]] * 2
