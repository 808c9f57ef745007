"""Every rule: its page, its examples, its entry in the reference."""

import re
from inspect import getfile
from pathlib import Path

import pytest
from support.rule_examples import found_in, template_of

from whomay.engine.rules.findings import RULES
from whomay.engine.rules.rule import Rule

by_id = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


@by_id
def test_a_rule_finds_its_bad_example_and_not_its_good_one(rule: Rule, tmp_path: Path) -> None:
    bad = found_in(tmp_path / "bad", template_of(rule.bad))
    good = found_in(tmp_path / "good", template_of(rule.good))
    assert rule in [finding.rule for finding in bad]
    assert rule not in [finding.rule for finding in good]


@by_id
def test_a_rule_cites_aws_and_says_what_to_do(rule: Rule) -> None:
    assert re.fullmatch(r"https://docs\.aws\.amazon\.com/\S+\.html(#\S+)?", rule.page)
    for text in (rule.why, rule.fix):
        assert re.fullmatch(r"[A-Z`:].*\.", text), text
        assert len(text.split()) >= 8
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)


def test_a_rule_has_the_name_of_its_module() -> None:
    files = [Path(getfile(rule.find)) for rule in RULES]
    assert [file.stem for file in files] == [rule.id.replace("-", "_") for rule in RULES]
    assert [rule.find.__name__ for rule in RULES] == [file.stem for file in files]


def test_no_file_of_a_family_is_left_out() -> None:
    families = {Path(getfile(rule.find)).parent for rule in RULES}
    assert {family.name for family in families} == {
        "deployment",
        "trust",
        "conditions",
        "permissions",
        "resources",
    }
    files = {file for family in families for file in family.glob("*.py")}
    assert len({file for file in files if file.name != "__init__.py"}) == len(RULES)
