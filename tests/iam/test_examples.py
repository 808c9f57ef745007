"""The worked examples in the docstrings of `whomay.iam` run and are right."""

import doctest
import importlib
import pkgutil

import pytest

import whomay.iam

MODULES = [
    module.name for module in pkgutil.walk_packages(whomay.iam.__path__, f"{whomay.iam.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_gives_what_it_says(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_rooms_public_functions_have_examples() -> None:
    attempted = sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES)
    assert attempted > 0
