"""Findings for people: the same thing in many places is one finding in many places, worst first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from whomay.engine.rules import Finding

_PLURALS: Final = {
    "AWS::IAM::Role": "roles",
    "AWS::IAM::User": "users",
    "AWS::IAM::Policy": "policies",
    "AWS::IAM::ManagedPolicy": "managed policies",
    "AWS::S3::Bucket": "buckets",
    "AWS::S3::BucketPolicy": "bucket policies",
}


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one rule about one value, such as one action, in all the places where they are."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """One of them, whose message is shown."""
        return self.findings[0]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.findings)

    @property
    def paths(self) -> list[str]:
        """Where they are, each construct once."""
        return list(dict.fromkeys(each.path for each in self.findings))

    @property
    def messages(self) -> list[str]:
        """What is wrong, each sentence once."""
        return list(dict.fromkeys(each.message for each in self.findings))

    @property
    def message(self) -> str:
        """The first of these sentences, and how many more there are."""
        more = len(self.messages) - 1
        return f"{self.first.message} (and {more} more like it)" if more else self.first.message

    @property
    def places(self) -> str:
        """Where they are in words: a construct path, or `in 114 roles`."""
        kinds = {each.item.kind for each in self.findings}
        what = _PLURALS.get(next(iter(kinds)), "resources") if len(kinds) == 1 else "resources"
        return self.first.path if len(self.paths) == 1 else f"in {len(self.paths)} {what}"


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return findings by rule and value: errors before warnings, those in the most places first."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        alike.setdefault((each.rule.id, each.value), []).append(each)
    found = [FindingGroup(tuple(some)) for some in alike.values()]
    return sorted(found, key=lambda one: (one.first.rule.severity != "error", -len(one.paths)))
