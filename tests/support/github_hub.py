"""A hub, a spoke, and the jobs on GitHub that deploy to them."""

from aws_cdk import Environment

from whomay.cdk import (
    Trust,
)

HOST = "token.actions.githubusercontent.com"


HUB = Environment(account="111111111111", region="us-east-1")


SPOKE = Environment(account="022222222222", region="eu-west-1")


PRODUCTION = Trust.github("acme", "app", environment="production", owner_id=1, repository_id=2)
