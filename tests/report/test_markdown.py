"""What a template holds is no Markdown: a renderer finds nothing live in it."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from whomay.report.markdown import code, escaped

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What GitHub makes live outside of code: mentions, issues, addresses.
LIVE = re.compile(r"@\w|#\d|://|www\.", re.IGNORECASE)
HOSTILE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [
                *(
                    "`",
                    "``",
                    "```",
                    "|",
                    "\\",
                    "\n",
                    "\r",
                    "\t",
                    " ",
                    "*",
                    "_",
                    "~~",
                    "<",
                    ">",
                    "&lt;",
                ),
                *("[a](b)", "![a](b)", "<b>", "<img src=x>", "<!--", "@octocat", "#1", "www.a.b"),
                *(
                    "https://a.b",
                    "a@b.c",
                    "- ",
                    "1. ",
                    "1) ",
                    "+ ",
                    "> ",
                    "# ",
                    "$a$",
                    "x",
                    "\x1b[31m",
                ),
                *("\u202e", "\u2028", "==", "--", "---", ":tada:"),
            ]
        )
    ).map("".join),
)


def tokens(found: list[Token]) -> Iterator[Token]:
    for token in found:
        yield token
        yield from tokens(token.children or [])


@example("a`` |@octocat", "\\|")
@example("1. x", "- a")
@given(HOSTILE, HOSTILE)
def test_a_row_and_an_entry_hold_what_they_were_given_and_nothing_else(
    name: str, message: str
) -> None:
    page = (
        f"| a | b |\n|---|---|\n| {code(name)} | {escaped(message)} |\n\n"
        f"- {code(name)}: {escaped(message)}\n- {escaped(message)}\n"
    )

    found = list(tokens(RENDERER.parse(page)))

    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in found}
    assert kinds <= {
        *("table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item", "paragraph"),
        *("inline", "text", "code_inline", "text_special"),
    }
    assert [token.type for token in found].count("tr_open") == 2
    assert [token.type for token in found].count("td_open") == 2
    assert [token.type for token in found].count("list_item_open") == 2
    for inline in found:
        if inline.type == "inline":
            shown = "".join(
                t.content if t.type != "code_inline" else " " for t in inline.children or []
            )
            assert not LIVE.search(shown)
            assert all(char.isprintable() for char in inline.content)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("S/Role", "`` S/Role ``"),
        ("a``b", "``` a``b ```"),
        ("a|b", "`` a\\x7cb ``"),
        ("a\nb\x1b", "`` a\\nb\\x1b ``"),
        ("", ""),
    ],
)
def test_a_code_span_is_longer_than_any_run_of_backticks_in_it(text: str, span: str) -> None:
    assert code(text) == span


def test_what_would_be_a_link_or_a_mention_is_a_code_span() -> None:
    assert escaped("see https://evil.example, @octocat and *that*") == (
        "see `` https://evil.example, `` `` @octocat `` and \\*that\\*"
    )
