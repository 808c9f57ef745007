"""What was seen and told, as docs/reference/peers.md. It computes nothing but counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.peers.changes import Change
from benchmarks.peers.mistakes import TOPICS, Mistake

OWN = "whomay"


@dataclass(frozen=True)
class Seen:
    """Which rules of each judge speak of the mistake alone."""

    mistake: Mistake
    rules: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Told:
    """Exit codes of `cdk diff`, twice, and of `whomay diff`, with its words."""

    change: Change
    broadening: int
    security: int
    code: int
    words: Sequence[str]


def markdown(versions: Mapping[str, str], seen: Sequence[Seen], told: Sequence[Told]) -> str:
    """Return the page."""
    parts = (
        _head(versions),
        _counts(seen),
        *_mistakes(seen),
        _better(seen),
        _changes(told),
        LIMITS,
    )
    return "\n\n".join(parts) + "\n"


def _head(versions: Mapping[str, str]) -> str:
    names = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"""\
# Beside other tools

Mistakes and changes, given to other tools and to `whomay`. The page is written by
`.venv/bin/python -m benchmarks.peers`, from the templates in `benchmarks/peers`, with {names}.

## Mistakes

Each mistake is two templates: with it, and without. A tool **sees** it when one of its rules speaks of
the first and not of the second, whatever the rule is called; so a cell may be generous. cdk-nag is six
packs (AwsSolutions, HIPAA, NIST 800-53 R4 and R5, PCI DSS, Serverless) together with CDK's own
CloudFormation Validate; cfn-guard has the rules of Control Tower; parliament reads identity policies
only."""


def _counts(seen: Sequence[Seen]) -> str:
    judges = list(seen[0].rules)
    counts = [sum(bool(one.rules[judge]) for one in seen) for judge in judges]
    alone = sum(_seers(one) == [OWN] for one in seen)
    table = _table([judges, [str(count) for count in counts]])
    return f"Of {len(seen)} mistakes so many are seen by\n\n{table}\n\n{alone} of them by `whomay` alone."


def _mistakes(seen: Sequence[Seen]) -> Iterator[str]:
    judges = list(seen[0].rules)
    for topic, some in groupby(seen, lambda one: one.mistake.topic):
        rows = [[one.mistake.name, *(_cell(one.rules[judge]) for judge in judges)] for one in some]
        yield f"### {TOPICS[topic]}\n\n{_table([['mistake', *judges], *rows])}"


def _better(seen: Sequence[Seen]) -> str:
    missed = [one for one in seen if not one.rules[OWN]]
    lines = [
        f"- {one.mistake.name}: {', '.join(_seers(one)) or 'nobody of these'}" for one in missed
    ]
    return "### Where another tool is the better one\n\n`whomay` does not see\n\n" + "\n".join(
        lines
    )


def _changes(told: Sequence[Told]) -> str:
    head = [
        "change",
        "effect",
        "`--fail-on broadening`",
        "`--security-only --fail`",
        "`whomay diff`",
    ]
    rows = [
        [
            one.change.name,
            one.change.effect,
            _judged(one.change.should_fail, one.broadening),
            _judged(one.change.should_fail, one.security),
            f"{_judged(one.change.should_fail, one.code)}: {', '.join(one.words)}",
        ]
        for one in told
    ]
    return f"""\
## Changes

`cdk diff` with two ways to make it fail, and `whomay diff`, each with the exit code. **Wrong** marks a
change that lets somebody do more and passes, or one that does not and fails.

{_table([head, *rows])}"""


def _judged(should_fail: bool, code: int) -> str:
    return str(code) if should_fail == bool(code) else f"**{code}, wrong**"


def _seers(one: Seen) -> list[str]:
    return [judge for judge, rules in one.rules.items() if rules]


def _cell(rules: Sequence[str]) -> str:
    if not rules:
        return ""
    name = rules[0].partition("[")[0]
    return f"`{name}`" + (f" +{len(rules) - 1}" if rules[1:] else "")


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


LIMITS = """\
## What this does not compare

- The others look at far more than access: encryption, logging, networks, backups, schemas. `whomay`
  looks at who may do what, and takes no place of theirs: this repository runs cdk-nag, cfn-lint and
  CloudFormation Validate at every check, and the rest by `make judges`.
- parliament reads policies that are in no template. cfn-lint knows the schema of every resource type,
  and says so in an editor.
- IAM Access Analyzer decides new, public and unused access with AWS's own logic, and looks at what is
  deployed. It needs an account and credentials, so it is not in the tables. Neither are iam-lens and
  cfn-policy-validator, for the same reason.
- The mistakes were chosen by who wrote `whomay`. Many are of trust and of conditions, because that is
  where tools were found wanting; those that are not are there so that the page says what it misses."""
