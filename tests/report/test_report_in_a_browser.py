"""The report in a real browser: it can be searched, opened, read without a script, and asks nobody."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, Route
from support.assemblies import document, role, write_assembly

from scripts.browser import NAMES, browser, executable
from whomay.cli import main

EVIL = "<script>document.title = 'run'</script>"


def write_report(folder: Path, resources: dict[str, Any]) -> str:
    """Write the report of one stack S, and return the address of its file."""
    assembly = write_assembly(folder / "cdk.out", {"S": {"Resources": resources}})
    output = folder / "report.html"
    done = CliRunner().invoke(main, ["report", "-a", str(assembly), "-o", str(output)])
    assert done.exit_code == 0, done.output
    return output.as_uri()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if executable() is None:
        reason = f"no Chromium or Chrome on the PATH: none of {', '.join(NAMES)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a reader, a writer that a boundary holds back, and a role with an evil name."""
    reading = document("s3:GetObject", "s3:ListBucket", resource="arn:aws:s3:::reports*")
    writing = document("s3:PutObject", resource="arn:aws:s3:::reports/*")
    writing["Statement"][0]["Condition"] = {"StringEquals": {"s3:prefix": "in/"}}
    boundary = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": reading}}
    inline = [{"PolicyName": "Write", "PolicyDocument": writing}]
    evil = role(RoleName="evil") | {"Metadata": {"aws:cdk:path": f"S/{EVIL}/Resource"}}
    evil["Properties"]["Policies"] = [{"PolicyName": EVIL, "PolicyDocument": document(EVIL)}]
    return write_report(
        tmp_path_factory.mktemp("browser"),
        {
            "Reader": role(Policies=[{"PolicyName": "Read", "PolicyDocument": reading}]),
            "Writer": role(Policies=inline, PermissionsBoundary={"Ref": "Boundary"}),
            "Boundary": boundary,
            "Evil": evil,
        },
    )


class Watched:
    """A page, and all that it complained of or asked for."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page: Page = browser.new_page(**options)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.route("**/*", self._only(address))
        self.page.goto(address)

    def _only(self, address: str) -> Any:
        def handle(route: Route) -> None:
            self.requests.append(route.request.url)
            route.continue_() if route.request.url == address else route.abort()

        return handle

    def shown(self, selector: str) -> list[str]:
        """Return the texts of what a reader sees of it."""
        return self.page.locator(selector).filter(visible=True).all_inner_texts()


@pytest.fixture
def watched(chromium: Browser, address: str) -> Iterator[Watched]:
    found = Watched(chromium, address, viewport={"width": 1280, "height": 900})
    yield found
    assert found.complaints == []
    assert found.requests == [address]
    found.page.close()


def test_it_shows_every_permission_and_asks_nobody(watched: Watched) -> None:
    assert len(watched.shown(".row")) == 3
    assert watched.shown("#count") == ["3 of 3 statements"]
    assert watched.shown(".why") == []


def test_a_search_keeps_the_rows_that_hold_all_words(watched: Watched) -> None:
    watched.page.fill("#search", "READER s3:list")
    assert [text.split()[1] for text in watched.shown(".row")] == ["s3:ListBucket"]
    assert [text.splitlines()[0] for text in watched.shown(".who")] == ["role S/Reader"]
    assert watched.shown("#count") == ["1 of 3 statements"]
    watched.page.fill("#search", "")
    assert len(watched.shown(".row")) == 3


def test_the_filter_keeps_one_decision(watched: Watched) -> None:
    watched.page.select_option("#verdict", "ImplicitDeny")
    [row] = watched.shown(".row")
    assert row.split() == [
        *("s3:PutObject", "arn:aws:s3:::reports/*", "s3:prefix", "StringEquals", "in/"),
        "ImplicitDeny",
    ]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_decision_opens_to_its_statements_and_closes(watched: Watched, by: str) -> None:
    decision = watched.page.locator(".row", has_text="s3:ListBucket").locator(".verdict")
    for state, seen in (("true", 1), ("false", 0)):
        if by == "mouse":
            decision.click()
        else:
            decision.press("Enter")
        assert decision.get_attribute("aria-expanded") == state
        assert len(watched.shown(".why")) == seen
        if seen:
            assert "Allow s3:GetObject, s3:ListBucket on arn:aws:s3:::reports*" in watched.shown(
                ".why"
            )[0].replace("\n", " ")


def test_a_name_that_is_a_script_stays_text(watched: Watched) -> None:
    assert watched.page.title() != "run"
    assert watched.page.locator("script").count() == 1
    assert [text for text in watched.shown(".who") if EVIL in text]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_readers_colours(chromium: Browser, address: str, scheme: Any) -> None:
    page = Watched(chromium, address, color_scheme=scheme).page
    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    bright = [sum(map(int, text[4:-1].split(","))) > 384 for text in colours]
    assert bright == ([True, False] if scheme == "light" else [False, True])
    page.close()


def test_it_reads_without_a_script(chromium: Browser, address: str) -> None:
    found = Watched(chromium, address, java_script_enabled=False)
    assert found.shown("#tools") == []
    assert len(found.shown(".row")) == len(found.shown(".why")) == 3
    assert any("permissions boundary" in text for text in found.shown(".who"))
    found.page.close()


def test_nothing_leaves_a_narrow_screen(chromium: Browser, address: str) -> None:
    page = Watched(chromium, address, viewport={"width": 360, "height": 740}).page
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()


def test_five_hundred_principals_can_be_searched(chromium: Browser, tmp_path: Path) -> None:
    read = document("s3:GetObject", "s3:PutObject", "s3:ListBucket")
    roles = {
        f"Role{number}": role(Policies=[{"PolicyName": "P", "PolicyDocument": read}])
        for number in range(500)
    }
    found = Watched(chromium, write_report(tmp_path, roles))
    found.page.fill("#search", "role499 getobject")
    assert found.page.inner_text("#count") == "1 of 1 statements"
    assert found.page.get_by_text("S/Role499").is_visible()
    found.page.locator(".row:not([hidden]) .verdict").click()
    assert found.page.locator(".open + .why").is_visible()
    assert found.complaints == []
    found.page.close()
