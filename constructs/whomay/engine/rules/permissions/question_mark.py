"""The wildcard that is easily overlooked."""

import re
from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.patterns.symbols import SYMBOL

# A secret's ARN ends in six letters that AWS draws, so this is how AWS says to name one:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
_ANY_SUFFIX: Final = re.compile(r"arn:[^?]+:secretsmanager:[^?]+:secret:[^?]+-\?{6}")


def question_mark(app: App) -> Iterator[Finding]:
    """Yield every action and resource of an Allow that holds a question mark."""
    for placed in app.allowing(PolicyType.IDENTITY, PolicyType.TRUST, PolicyType.RESOURCE):
        statement = placed.statement
        for value in (*(statement.actions or ()), *(statement.resources or ())):
            written = SYMBOL.sub("", value).replace("${?}", "")
            if "?" in written and not _ANY_SUFFIX.fullmatch(value):
                message = f"in {value} each ? stands for any one character"
                yield RULE.finding(placed, value, message)


RULE = Rule(
    id="question-mark",
    severity=Severity.WARNING,
    title="an action or a resource of an Allow with the wildcard `?`",
    why=(
        "A question mark is a wildcard as much as a star, and `??????` covers every name of that "
        "length. Reviewers and most tools look for stars alone."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    fix="Write the names out, or use a star, which says what it is.",
    bad=identity(
        """
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::reports-202?/*
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::reports-2026/*
        """
    ),
    find=question_mark,
)
