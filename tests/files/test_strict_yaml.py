"""What two readers of YAML would take for two documents is found, wherever it is."""

import pytest
import yaml

from whomay.files.strict_yaml import Fault, FaultKind, faults


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [1, {b: 2}]\nc: {b: 2}\n", []),
        ("a: &x [1]\nb: *x\n", [Fault(FaultKind.ALIAS, 1)]),
        ("a: &x b\n*x : c\n", [Fault(FaultKind.ALIAS, 1)]),
        ("a: &x\n  b: *x\n", [Fault(FaultKind.ALIAS, 1)]),
        ("a:\n  <<: {b: 1}\n", [Fault(FaultKind.MERGE, 2, "<<")]),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", [Fault(FaultKind.REPEATED_KEY, 4, "c")]),
        ("", []),
    ],
)
def test_each_fault_has_its_line(text: str, found: list[Fault]) -> None:
    assert list(faults(yaml.compose(text, Loader=yaml.SafeLoader))) == found
