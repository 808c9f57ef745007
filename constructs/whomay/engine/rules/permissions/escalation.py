"""A way to become an administrator, over other principals."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.becoming import MOST_ASKED, Becoming, Step, TooManySteps
from whomay.engine.rules.reading.escalation_paths import paths_of
from whomay.engine.rules.reading.policy_writing import policy_writing
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.snapshot import Principal


def escalation(app: App) -> Iterator[Finding]:
    """Yield every principal that can become one with all permissions, with the shortest way."""
    administrators = [who for who in app.snapshot.principals if app.is_administrator(who)]
    writers = [who for who in app.snapshot.principals if policy_writing(app, who, who)]
    powerful = {who.arn for who in (*administrators, *writers)}
    becoming = Becoming(app, [*administrators, *writers])
    for who in app.snapshot.principals:
        if who.arn in powerful:
            continue
        try:
            found = _shortest(app, becoming, who, powerful)
        except TooManySteps:
            message = (
                f"of {who.path} and the principals after it no ways were looked for: more than "
                f"{MOST_ASKED:,} steps between principals; narrow the Resource of sts:AssumeRole "
                "and iam:PassRole"
            )
            yield RULE.finding(app.by_path[who.path], "", message)
            return
        if found:
            yield RULE.finding(app.by_path[who.path], *found)


def _shortest(
    app: App, becoming: Becoming, who: Principal, powerful: set[str]
) -> tuple[str, str] | None:
    """Return the end of the shortest way to power, and what to say of the way."""
    for way in _ways(becoming, who):
        if how := _how(app, who, way, powerful):
            actions = [action for step in way for action in step.by.split(" and ")]
            steps = ", ".join(step.said for step in way)
            return way[-1].to.path, f"{who.path} {steps}, which {how}{paths_of(actions)}"
    return None


def _how(app: App, who: Principal, way: tuple[Step, ...], powerful: set[str]) -> str:
    """Say why the end of the way may do everything; empty when it may not."""
    end = way[-1].to
    if app.is_administrator(end):
        return "is an administrator"
    if end.arn in powerful:
        return "can write its own policy"
    for writer in (who, *(step.to for step in way[:-1])):
        if actions := policy_writing(app, writer, end):
            return f"{writer.path} can give any permission by {actions[0]}"
    return ""


def _ways(becoming: Becoming, who: Principal) -> Iterator[tuple[Step, ...]]:
    """Yield the shortest way to each principal that can be become, nearest first."""
    seen = {who.arn}
    queue: deque[tuple[Step, ...]] = deque([()])
    while queue:
        way = queue.popleft()
        for step in becoming.steps(way[-1].to if way else who):
            if step.to.arn not in seen:
                seen.add(step.to.arn)
                queue.append((*way, step))
                yield (*way, step)


_DEPLOYER: Final = """
        Admin:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"]
            AssumeRolePolicyDocument:
              Version: "2012-10-17"
              Statement:
              - Effect: Allow
                Principal: {Service: lambda.amazonaws.com}
                Action: sts:AssumeRole
        Deployer:
          Type: AWS::IAM::User
          Properties:
            Policies:
              - PolicyName: Deploy
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                    - Effect: Allow
                      Action: ACTIONS
                      Resource: "*"
"""

RULE = Rule(
    id="escalation",
    severity=Severity.ERROR,
    title="a principal that can become an administrator, with the way over other principals",
    why=(
        "Permissions that are harmless alone add up: to assume a role, to pass another to a "
        "service, to change a function's code. The way is found by deciding each step, with all "
        "policies and boundaries."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    fix="Take away one step of the way, or make the end of it less than an administrator.",
    bad=resources(_DEPLOYER.replace("ACTIONS", "[iam:PassRole, lambda:CreateFunction]")),
    good=resources(_DEPLOYER.replace("ACTIONS", "lambda:CreateFunction")),
    find=escalation,
)
