"""Docstrings and comments are plain English: short sentences, and none of the words that hide who does what."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from support.checkout import ROOT

MOST_WORDS: Final = 25
FOLDERS: Final = (
    "benchmarks",
    "constructs/whomay",
    "examples",
    "scripts",
    "stacks",
    "tests/support",
)
# Each says something that a plainer word says: is, means, holds, repair, the one who.
UNWANTED: Final = re.compile(
    r"\b(?:stands?|stood|mend(?:s|ed|ing)?|whoever|whatsoever|(?:is|are) asked of|none not)\b",
    re.IGNORECASE,
)
ADDRESS: Final = re.compile(r"https?://\S+")
# A sentence ends with a full stop that a space follows; the stops in `s3:*.` and `app.py` do not.
END: Final = re.compile(r"(?<=[.!?])[\"')`]*\s+")
# The page that a sentence follows is named in brackets: (IAM User Guide, "Creating a role").
CITATION: Final = re.compile(r'\([^()]*"[^()]*\)')
PRINTED: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
EXAMPLE: Final = re.compile(r"^>>> .*\Z", re.MULTILINE | re.DOTALL)
ITEM: Final = re.compile(r"^(?:- | {4}(?=\S)|(?:Args|Raises):$)", re.MULTILINE)


def python_files() -> list[Path]:
    found = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    return [ROOT / "app.py", *sorted(found)]


def docstrings(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, documented) and (text := ast.get_docstring(node)):
            yield (1 if isinstance(node, ast.Module) else node.lineno), text


def comments(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each comment; lines of comment that follow each other are one."""
    found: list[tuple[int, str, bool]] = []
    for token in tokenize.generate_tokens(io.StringIO(file.read_text()).readline):
        if token.type == tokenize.COMMENT:
            line, text = token.start[0], token.string.lstrip("# ")
            alone = not token.line[: token.start[1]].strip()
            if (
                found
                and alone
                and found[-1][2]
                and found[-1][0] + found[-1][1].count("\n") == line - 1
            ):
                found[-1] = (found[-1][0], f"{found[-1][1]}\n{text}", True)
            else:
                found.append((line, text, alone))
    yield from ((line, text) for line, text, _ in found)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, without examples, addresses and the pages that are named."""
    for paragraph in re.split(r"\n\s*\n", CITATION.sub("", ADDRESS.sub("", text))):
        if not all(line.startswith("    ") for line in paragraph.splitlines()):
            for item in ITEM.split(EXAMPLE.sub("", paragraph)):
                yield from END.split(" ".join(item.split()))


def number_of_words(sentence: str) -> int:
    """Count what has a letter or digit; code in backticks is one word."""
    return len(re.findall(r"\S*\w\S*", re.sub(r"`[^`]*`", "code", sentence)))


def places(file: Path) -> Iterator[tuple[str, str]]:
    for texts in (docstrings(file), comments(file)):
        for line, text in texts:
            yield f"{file.relative_to(ROOT)}:{line}", text


def test_a_sentence_has_25_words_at_most() -> None:
    assert [
        f"{place}: {number_of_words(sentence)} words: {sentence}"
        for file in python_files()
        for place, text in places(file)
        for sentence in sentences(text)
        if number_of_words(sentence) > MOST_WORDS
    ] == []


def pages() -> list[Path]:
    """Return the Markdown that people have written.

    The page of the rules is in the rules' own words, and the page on style quotes bad ones.
    """
    own = {ROOT / "docs" / "reference" / "rules.md", ROOT / "docs" / "style.md"}
    found = {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "constructs" / "README.md"}
    return sorted(found - own)


def test_no_page_holds_a_word_that_a_plainer_one_replaces() -> None:
    assert [
        f"{page.relative_to(ROOT)}: {line}"
        for page in pages()
        for line in PRINTED.sub("", page.read_text()).splitlines()
        if UNWANTED.search(line)
    ] == []


def test_no_sentence_holds_a_word_that_a_plainer_one_replaces() -> None:
    assert [
        f"{place}: {found[0]}: {' '.join(text.split())[:100]}"
        for file in python_files()
        for place, text in places(file)
        if (found := UNWANTED.search(text))
    ] == []
