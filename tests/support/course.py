"""The pages of the course: what they tell a student to type, run in a lab, and what comes.

A page holds three kinds of blocks. `console` holds commands after a prompt, each with its output;
a line of `...` is any number of lines. A block with `title="FILE"` is a whole file. `diff` with a
title changes lines of that file. `PYTHONPATH=tests python -m support.course [PAGE ...]` writes today's output into pages.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

import click

from support.checkout import ROOT

BLOCK: Final = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PROMPT: Final = re.compile(r"^(\$|admin@lab\$|ssm-user@instance\$) (.*)$")
ANY_LINES: Final = "..."
_END: Final = "~~~ end of a command ~~~"
_ENDS_A_SHELL: Final = "exit"
_GOES: Final = re.compile(r"cd ~/(\S+)")
_OPENS: Final = {
    "whomay lab shell": "admin@lab$",
    "whomay lab login": "ssm-user@instance$",
    "aws ssm start-session": "ssm-user@instance$",
}
# What a lab names anew: a student copies it from the screen.
_NAMED: Final = (
    r"\bA(?:KIA|SIA|ROA|IDA|GPA|NPA)[0-9A-Z]{8,}",
    r"\bi-[0-9a-f]{17}\b",
    r"(?<=-)(?:[0-9a-f]{12,13}|[0-9A-F]{12,13})\b",
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
)
_AT_RANDOM: Final = (
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)?",
    r"\bbotocore-session-\d+",
    r"\b[0-9a-f]{20}\b",  # an authorization id
    r"(?<=127\.0\.0\.1:)\d+",
    r"(?<=\*{16})[\w/+]{4}",
    r"(?:(?<=-[0-9A-F]{12}-)|(?<=-[0-9A-F]{13}-))\w{6}\b",
    r"(?<= in )\d+\.\d+(?=s$)",
)
_DIFFERS: Final = re.compile("|".join(f"({one})" for one in (*_NAMED, *_AT_RANDOM)))
_NAMED_GROUPS: Final = range(1, len(_NAMED) + 1)


@dataclass(frozen=True)
class Command:
    """One command of a page: who types it, what is typed, and what the page shows after it."""

    page: Path
    prompt: str
    typed: str
    shown: str


@dataclass(frozen=True)
class Written:
    """A file as a page shows it, or the lines of it that change."""

    file: str
    text: str
    changes: bool


def names(shown: str, came: str) -> dict[str, str] | None:
    """Return what each name of a page is in this lab; None where its output is another one."""
    lines = [
        "(?:.*\n)*" if line == ANY_LINES else f"{_pattern(line)}[ \t]*\n"
        for line in shown.splitlines()
    ]
    found = re.fullmatch("".join(lines), f"{came}\n" if came else "")
    if found is None:
        return None
    shown_names = [one[0] for one in _DIFFERS.finditer(shown) if one.lastindex in _NAMED_GROUPS]
    pairs = set(zip(shown_names, found.groups(), strict=True))
    learned = dict(pairs)
    return learned if len(learned) == len(pairs) else None


def _pattern(line: str) -> str:
    """Return the expression for one line of output; only a lab's names are groups in it."""
    written, end = "", 0
    for one in _DIFFERS.finditer(line):
        kind = (*_NAMED, *_AT_RANDOM)[(one.lastindex or 1) - 1]
        written += re.escape(line[end : one.start()])
        written += f"({kind})" if one.lastindex in _NAMED_GROUPS else kind
        end = one.end()
    return written + re.escape(line[end:].rstrip())


def steps(page: Path) -> Iterator[Command | Written]:
    """Yield what a page has the student do, in its order."""
    for language, title, text in BLOCK.findall(page.read_text()):
        if title:
            yield Written(title, text, language == "diff")
        elif language == "console":
            yield from _commands(page, text)


def _commands(page: Path, text: str) -> Iterator[Command]:
    prompt = ""
    typed: list[str] = []
    shown: list[str] = []
    for line in text.splitlines():
        found = PROMPT.match(line)
        if found or (typed and not shown and line.startswith("> ")):
            if found:
                if typed:
                    yield Command(page, prompt, "\n".join(typed), "\n".join(shown))
                prompt, typed, shown = found[1], [found[2]], []
            else:
                typed.append(line[2:])
        else:
            shown.append(line)
    if typed:
        yield Command(page, prompt, "\n".join(typed), "\n".join(shown))


class Student:
    """A terminal in a home of its own, in which one types, and reads what comes."""

    def __init__(self, home: Path) -> None:
        self.folder = home
        self.prompts = ["$"]
        self.shells: list[str] = []  # the process of each shell that was opened
        shell = home / ".plain-shell"  # opens a shell that reads lines from here, without prompts
        shell.write_text("#!/bin/sh\nexec bash --norc\n")
        shell.chmod(0o700)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        own = {
            "HOME": str(home),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "SHELL": str(shell),
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(
                Path.home() / ".cache/aws/jsii/package-cache"
            ),  # unpacked once for all
            "TERM": "dumb",
            "COLUMNS": "100",
        }
        self._bash = subprocess.Popen(
            ["bash", "--norc"],
            cwd=home,
            env=kept | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def types(self, prompt: str, command: str) -> str:
        """Type a command in the shell that is open; return what came.

        Raises AssertionError where the prompt is another shell's, or the shell ends.
        """
        assert prompt == self.prompts[-1], f"{prompt} {command}: the prompt is {self.prompts[-1]}"
        writing, reading = self._pipes()
        writing.write(f'{command}\n{{ c=$?; printf "\\n%s %s\\n" "{_END}" $$; (exit $c); }}\n')
        writing.flush()
        lines: list[str] = []
        for line in reading:
            if line.startswith(_END):
                came = "".join(lines).strip("\n")
                self._is_now(command, line.split()[-1], came)
                return came
            lines.append(line)
        raise AssertionError(f"the shell ended at {command!r}: {''.join(lines)}")

    def _is_now(self, command: str, shell: str, came: str) -> None:
        """Follow the student into another shell, or back out of it."""
        opened = [prompt for start, prompt in _OPENS.items() if command.startswith(start)]
        if opened:
            assert shell not in self.shells, f"{command} opened no shell: {came}"
            self.prompts.append(opened[0])
            self.shells.append(shell)
        elif went := _GOES.fullmatch(command):
            self.folder = self.folder / went[1]
        elif command == _ENDS_A_SHELL:
            self.prompts.pop()
            self.shells.pop()
        assert [shell] == (self.shells[-1:] or [shell]), f"{command} ended the shell: {came}"

    def writes(self, step: Written) -> None:
        """Write a file as a page shows it, or change lines of it."""
        file = self.folder / step.file
        if not step.changes:
            file.write_text(step.text)
            return
        text = file.read_text()
        before, after = _sides(step.text)
        assert text.count(before) == 1, f"{step.file} has not these lines once:\n{before}"
        file.write_text(text.replace(before, after))

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        return self._bash.stdin, self._bash.stdout

    def leaves(self) -> None:
        """Close the terminal, and stop the lab if one still runs."""
        writing, reading = self._pipes()
        writing.close()
        self._bash.wait(timeout=60)
        reading.close()
        if (self.folder / "cdk.json").exists():
            stop = [str(Path(sys.executable).with_name("whomay")), "lab", "stop"]
            subprocess.run(stop, cwd=self.folder, capture_output=True, check=False)


def _sides(diff: str) -> tuple[str, str]:
    """Return the lines before and after a change, as a `diff` block shows them."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    return before, after


def lessons() -> Sequence[Path]:
    """Return the pages of the course in its order: those that a number begins."""
    return sorted((ROOT / "docs" / "course").glob("[0-9]*.md"))


@contextmanager
def student() -> Iterator[Student]:
    """Give a student a home, and take it away."""
    home = Path(tempfile.mkdtemp(prefix="whomay-course-"))
    someone = Student(home)
    try:
        yield someone
    finally:
        someone.leaves()
        shutil.rmtree(home, ignore_errors=True)


def walk(pages: Iterable[Path]) -> Iterator[tuple[Command, str, bool]]:
    """Do what the pages say, in one home: yield each command, what came, and whether its page shows that.

    In what came the lab's names are those of the pages, where these show them.
    """
    known: dict[str, str] = {}
    with student() as someone:
        for page in pages:
            for step in steps(page):
                if isinstance(step, Written):
                    someone.writes(step)
                    continue
                came = someone.types(step.prompt, translated(step.typed, known))
                learned = names(step.shown, came)
                known |= learned or {}
                back = {here: shown for shown, here in known.items()}
                yield step, translated(came, back), learned is not None


def translated(text: str, names: Mapping[str, str]) -> str:
    """Return a text with each of these names replaced."""
    return _DIFFERS.sub(lambda one: names.get(one[0], one[0]), text)


def main() -> None:
    """Write what a command prints today into its page: those that are named, or the course's."""
    printed: dict[Path, list[str]] = {}
    for step, came, agrees in walk([Path(one).resolve() for one in sys.argv[1:]] or lessons()):
        if not agrees:
            click.echo(f"{step.page.name}: {step.typed}")
        typed = f"{step.prompt} " + step.typed.replace("\n", "\n> ")
        shown = step.shown if agrees else came
        printed.setdefault(step.page, []).append(f"{typed}\n{shown}\n" if shown else f"{typed}\n")
    for page, texts in printed.items():
        page.write_text(BLOCK.sub(partial(_filled, iter(texts)), page.read_text()))


def _filled(texts: Iterator[str], block: re.Match[str]) -> str:
    if block[1] != "console":
        return block[0]
    return f"```console\n{''.join(next(texts) for _ in _commands(Path(), block[3]))}```"


if __name__ == "__main__":
    main()
