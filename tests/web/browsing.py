"""A real browser over the demonstration, for tests of pages: signed in as somebody, complaints noted."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

SCREEN = {"width": 1366, "height": 768}
LARGEST_HTML = 100_000  # bytes


@dataclass(frozen=True)
class Served:
    """The demonstration, served by a process of its own."""

    url: str
    cycle: str
    passwords: dict[str, str]


@contextlib.contextmanager
def visit(browser: Browser, demo: Served, username: str | None = None, **how: Any) -> Iterator[Page]:
    """Open a page, signed in as somebody; whatever the browser complains about fails the test."""
    how = {"viewport": SCREEN, "locale": "vi-VN", **how}
    context = browser.new_context(base_url=demo.url, **how)
    page = context.new_page()
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(f"{said.text} {said.location.get('url')}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if username:
        page.goto("/sign-in")
        page.fill("#username", username)
        page.fill("#password", demo.passwords[username])
        page.click("main button")
        expect(page.locator("h1")).to_be_visible()
        assert "/sign-in" not in page.url
    yield page
    context.close()
    # The answer 401 or 422 to a form is what those tests ask for; anything else is a fault of the page.
    assert [each for each in complaints if "the server responded with a status of 4" not in each] == []


def violations(page: Page) -> list[str]:
    """Let axe look at the page as it stands."""
    result = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {each['nodes'][0]['html'][:200]}" for each in result]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first such element has the focus."""
    wanted = page.locator(selector).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reaches {selector}")
