"""A role of choice, and the means to act with it."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.escalation_paths import paths_of
from whomay.engine.rules.reading.placed_statement import concrete, may_be_role
from whomay.engine.rules.reading.services_that_run import ways_to_run
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.patterns.symbols import unknown_reasons


def pass_role_run(app: App) -> Iterator[Finding]:
    """Yield every principal that can pass roles outside the app to a service that it can run."""
    for who in app.snapshot.principals:
        if app.is_administrator(who) or not app.may_name(who, "iam:PassRole"):
            continue
        for pattern in sorted(app.named_resources(who, "iam:PassRole")):
            known = pattern in app.index.principals or unknown_reasons(pattern)
            if known or not may_be_role(pattern):
                continue
            role = concrete(pattern, "iam:PassRole", who.account)
            ways = [action for _, action in ways_to_run(app, who, role)]
            if ways:
                message = (
                    f"by iam:PassRole and {', '.join(ways)} it can act as {pattern}{paths_of(ways)}"
                )
                yield RULE.finding(app.by_path[who.path], pattern, message)


RULE = Rule(
    id="pass-role-run",
    severity=Severity.ERROR,
    title="`iam:PassRole` of roles outside the app together with an action that runs code as them",
    why=(
        "Who may start an instance, a task, a function or a stack with a role of choice may do "
        "whatever any such role may do: the permissions of the principal say nothing any more."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    fix=(
        "Allow iam:PassRole of the one role that the work needs, made in the same app so that what "
        "it may do is known, with iam:PassedToService."
    ),
    bad=identity(
        """
        - Effect: Allow
          Action: iam:PassRole
          Resource: arn:aws:iam::111122223333:role/admin
          Condition:
            StringEquals: {"iam:PassedToService": ec2.amazonaws.com}
        - Effect: Allow
          Action: ec2:RunInstances
          Resource: "*"
        """
    ),
    good=identity(
        """
        - Effect: Allow
          Action: iam:PassRole
          Resource: arn:aws:iam::111122223333:role/admin
          Condition:
            StringEquals: {"iam:PassedToService": ecs-tasks.amazonaws.com}
        - Effect: Allow
          Action: ec2:RunInstances
          Resource: "*"
        """
    ),
    find=pass_role_run,
)
