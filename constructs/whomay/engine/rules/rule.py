"""What a rule is, and what it finds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PlacedStatement
from whomay.engine.templates.resources import Item
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Source


class Severity(StrEnum):
    """How bad a finding is. Both must be repaired or acknowledged."""

    ERROR = "error"  # it opens access that nobody meant to open, or a guard that does not guard
    WARNING = "warning"  # it does not do what it says, or more than it needs


class ExampleKind(StrEnum):
    """What an example shows: a statement of a policy, or whole resources of a template."""

    TRUST = "a statement of a role's trust policy"
    IDENTITY = "a statement of an identity policy"
    RESOURCES = "resources of a template"


@dataclass(frozen=True, slots=True)
class Example:
    """YAML that a rule finds something in, or nothing."""

    kind: ExampleKind
    yaml: str


def trust(yaml: str) -> Example:
    """Return an example of one or more statements of a trust policy."""
    return Example(ExampleKind.TRUST, yaml)


def identity(yaml: str) -> Example:
    """Return an example of one or more statements of an identity policy."""
    return Example(ExampleKind.IDENTITY, yaml)


def resources(yaml: str) -> Example:
    """Return an example of a template's resources."""
    return Example(ExampleKind.RESOURCES, yaml)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one rule found.

    `value` is what is wrong, as written, or empty where the resource itself is. `item` is the
    resource that it is in, `statement` the statement, where it is in one. `message` is a sentence
    about this very finding.
    """

    rule: "Rule"
    item: Item
    value: str
    message: str
    statement: Source | None = None

    @property
    def id(self) -> str:
        """The name that an acknowledgement uses: the rule, and what is wrong.

        CDK takes an id only when its brackets are balanced, and turns blanks into hyphens.
        """
        value = re.sub(r"[\[\](){}]", "", display(self.value))
        return f"{self.rule.id}[{'-'.join(value.split())}]" if value else self.rule.id

    @property
    def path(self) -> str:
        """Return the construct path of the resource."""
        return self.item.path


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it looks for, why, and what to do.

    `title` completes the sentence "The rule finds …". `page` is AWS's page that says so.
    An acknowledgement of a `grave` finding counts only where the lock has it too.

    >>> from whomay.engine import findings, read
    >>> [found] = findings(read("open.out"))
    >>> found.rule.id, found.rule.severity.value
    ('trust-everyone', 'error')
    """

    id: str
    severity: Severity
    title: str
    why: str
    page: str
    fix: str
    bad: Example
    good: Example
    find: Callable[[App], Iterator[Finding]]
    grave: bool = False

    def finding(self, at: PlacedStatement | Item, value: str, message: str) -> Finding:
        """Return a finding of this rule at a statement or a resource, as people read it."""
        if isinstance(at, PlacedStatement):
            return Finding(self, at.item, value, display(message), at.statement.source)
        return Finding(self, at, value, display(message))
