"""Every module of the rooms that decide and prove is mutated, or says why it need not be."""

from support.checkout import ROOT

from scripts.mutation import LEFT_OUT, MODULES, ROOMS


def test_every_module_of_the_rooms_is_mutated_or_left_out_with_a_reason() -> None:
    package = ROOT / "constructs" / "whomay"
    there = {
        str(file.relative_to(package).with_suffix(""))
        for room in ROOMS
        for file in (package / room).glob("*.py")
        if file.stem != "__init__"
    }
    assert sorted((*MODULES, *LEFT_OUT)) == sorted(there)
    assert all(LEFT_OUT.values())
