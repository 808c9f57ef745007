"""Texts that are nested too deeply are told apart before a reader in C meets them."""

import pytest

from whomay.files.nesting import is_too_deep
from whomay.files.strict_yaml import YamlError, plain

DEEP = 200_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        "- " * DEEP + "x",
        "\n".join(f"{' ' * level}a:" for level in range(1_100)),
    ],
)
def test_a_text_of_very_many_levels_is_too_deep(text: str) -> None:
    assert is_too_deep(text)
    with pytest.raises(YamlError, match="nested too deeply"):
        plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: [c, {d: e}]}",
        "[a, b], " * 2_000,
        f'a: "{"[" * 2_000}"',
        "a: " + " " * 1_200 + "b",
        "",
    ],
)
def test_brackets_beside_each_other_or_in_a_string_are_not(text: str) -> None:
    assert not is_too_deep(text)
