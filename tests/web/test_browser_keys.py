"""The commonest tasks by keyboard, in as many presses as the documentation says."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import Served, visit

pytestmark = pytest.mark.browser

TOLD = Path(__file__).parents[2] / "docs" / "reference" / "desk.md"
HOW_MANY = re.compile(r"^\| ([^|]+?) \| [^|]+ \| ([0-9]) \|$", re.MULTILINE)


SAVED = "Đã lưu kết quả liên hệ"


def press(page: Page, *keys: str) -> int:
    """Press keys as somebody does who sees the page whole."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def note_call(page: Page) -> int:
    """Press the digit of a result and save it, having seen that it leads there."""
    counted = press(page, "2")
    expect(page.locator("[data-key='2']")).to_be_focused()
    return counted + press(page, "Enter")


def test_the_commonest_tasks_take_as_many_keys_as_is_told(browser: Browser, demo: Served) -> None:
    told = [int(count) for _, count in HOW_MANY.findall(TOLD.read_text(encoding="utf-8"))]
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/cases?verdict=failed")
        page.locator("tbody th a").first.focus()
        counted = press(page, "Enter")
        expect(page.locator(".reach")).to_be_visible()
        counts = [counted + note_call(page)]
        expect(page.locator("[role=status]")).to_contain_text(SAVED)
        second = page.url.partition("?")[0]
        counts.append(note_call(page))
        page.wait_for_url(lambda url: url.partition("?")[0] != second)
        expect(page.locator("[role=status]")).to_contain_text(SAVED)
        third = page.url.partition("?")[0]
        counts.append(press(page, "n"))
        page.wait_for_url(lambda url: url.partition("?")[0] != third)
        page.goto("/cases")
        counted = press(page, "/")
        page.keyboard.type("nguyen")
        counts.append(counted + press(page, "Enter"))
        page.wait_for_url("**q=nguyen**")
        page.goto("/counter")
        counted = 0
        page.keyboard.type("001145003417")
        counted += press(page, "Enter")
        page.wait_for_load_state()
        counts.append(counted + 1)  # the second prints, as test_browser_people presses it
    assert counts == told
    assert max(counts) <= 3
