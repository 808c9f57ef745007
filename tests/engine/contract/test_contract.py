"""A contract as whoever embeds the engine states it, beside what the app itself states."""

from pathlib import Path
from sys import _getframe

import pytest
from support.contract_assembly import assembly, state

from whomay.engine import Contract, check, read


def test_own_statements_are_checked_beside_those_of_the_app(tmp_path: Path) -> None:
    app = read(assembly(tmp_path, state("must_allow", 4, "s3:GetObject")))

    contract = Contract.of(app)
    line = _getframe().f_lineno + 1
    contract.must_not_allow("S/*", "s3:GetObject", "S/Bucket/salaries/*")

    results = check(contract, app.snapshot).results
    assert [(one.principal and one.principal.path, one.finding.outcome) for one in results] == [
        ("S/Role", "kept"),
        ("S/Role", "broken"),
        ("S/Fresh", "not known"),
    ]
    assert results[1].stated.at.endswith(f"test_contract.py:{line}")
    assert results[1].finding.said == (
        "S/Role may s3:GetObject on arn:aws:s3:::<S.Bucket>/salaries/x"
    )


def test_each_verb_states_what_its_name_says(tmp_path: Path) -> None:
    app = read(assembly(tmp_path))
    contract = Contract(app)

    contract.must_allow("S/Role", "s3:GetObject", "S/Bucket/a", given={"aws:SourceVpc": None})
    contract.may_only("S/Role", [{"Action": "s3:GetObject", "Resource": "*"}])
    contract.assumable_only_by("S/Role", {"Service": "ec2.amazonaws.com"})
    contract.cannot_reach("S/Role", ["s3:Put*", "iam:*"])
    broken = Contract(app)
    broken.may_only("S/Role", [])
    broken.assumable_only_by("S/Role", {"Service": "lambda.amazonaws.com"})
    broken.cannot_reach("S/Role", "s3:*")

    assert [one.finding.outcome for one in check(contract, app.snapshot).results] == ["kept"] * 4
    assert [one.finding.outcome for one in check(broken, app.snapshot).results] == ["broken"] * 3


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ("S/Buckett/a", "no ARN or resource is called 'S/Buckett/a'; nearest: S/Bucket"),
        (" ", "resources: got ' '; allowed is text; such as an action s3:GetObject or an ARN"),
    ],
)
def test_a_statement_that_says_nothing_is_refused_where_it_is_made(
    tmp_path: Path, resource: str, said: str
) -> None:
    contract = Contract(read(assembly(tmp_path)))

    with pytest.raises(ValueError, match="^" + said.replace("[", "\\[") + "$"):
        contract.must_not_allow("S/Role", "s3:GetObject", resource)

    assert list(contract) == []
