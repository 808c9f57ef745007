"""The public API is one list, and what it names is documented."""

from types import ModuleType

import whomay.cdk


def test_the_list_names_all_that_is_visible_and_nothing_else() -> None:
    visible = {
        name
        for name, value in vars(whomay.cdk).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert visible == set(whomay.cdk.__all__)


def test_everything_public_says_what_a_caller_gets() -> None:
    for name in whomay.cdk.__all__:
        documentation = getattr(whomay.cdk, name).__doc__
        assert documentation, name
        assert documentation.splitlines()[0].endswith("."), name
