"""The page of a case in a real browser: presses that a contact takes, files that are none, axe, small."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browsing import Served, violations, visit

pytestmark = pytest.mark.browser

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20_000_000 + b"\xff\xd9"
FIRST = "tbody th a"


def test_a_contact_with_its_next_day_takes_three_keys_from_the_worklist(
    browser: Browser, demo: Served
) -> None:
    with visit(browser, demo, "donganh") as page:
        page.goto("/cases?verdict=failed")
        rows = page.locator(FIRST)
        names = rows.all_inner_texts()
        rows.first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(names[0])
        page.wait_for_load_state()  # the heading is seen before the script for single keys has run
        page.keyboard.press("2")
        expect(page.get_by_role("button", name="Không liên lạc được")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Đã lưu kết quả liên hệ")
        if len(names) > 1:
            expect(page.locator("h1")).to_have_text(names[1])
            page.get_by_role("link", name="Xem lại việc đó").click()
        expect(page.locator("h1")).to_have_text(names[0])
        expect(page.locator(".timeline li").first).to_contain_text("Không liên lạc được")
        expect(page.locator(".reach")).to_contain_text("Hẹn làm tiếp ngày")
        page.locator("#contact-note").focus()
        page.keyboard.type("goi lai 2 gio chieu")  # digits in a field are letters
        expect(page.locator("#contact-note")).to_have_value("goi lai 2 gio chieu")


def test_a_contact_takes_two_clicks_without_scripts(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "donganh", java_script_enabled=False) as page:
        page.goto("/cases?verdict=missing")
        page.locator(FIRST).first.click()
        assert page.get_by_role("button", name="Đã báo, họ sẽ làm").bounding_box()["y"] < 768  # type: ignore[index]  # it is seen
        page.get_by_role("button", name="Đã báo, họ sẽ làm").click()
        expect(page.locator("[role=status]")).to_contain_text("Đã lưu kết quả liên hệ")


def test_a_photo_of_20_mb_and_a_page_called_a_photo_are_told_on_the_page(
    browser: Browser, demo: Served, tmp_path: Path
) -> None:
    large, page_named_photo = tmp_path / "large.jpg", tmp_path / "voucher.jpg"
    large.write_bytes(JPEG)
    page_named_photo.write_text("<html><script>alert(1)</script></html>", encoding="utf-8")
    with visit(browser, demo, "badinh") as page:
        page.goto("/cases?verdict=failed")
        page.locator(FIRST).first.click()
        for file, words in ((large, "lớn hơn 10 MB"), (page_named_photo, "không phải ảnh")):
            page.locator("summary", has_text="Thêm ảnh hoặc PDF").click()
            page.select_option("#papers-what", "voucher")
            page.set_input_files("#papers-file", file)
            page.get_by_role("button", name="Lưu vào việc này").click()
            expect(page.locator(".govuk-error-summary")).to_contain_text(words)
            expect(page.locator("#papers-file-error")).to_be_visible()
            assert violations(page) == []
            page.goto(page.url.removesuffix("/papers"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_a_call_sheet_and_on_what_is_folded_away(
    browser: Browser, demo: Served, language: str
) -> None:
    with visit(browser, demo, "hadong", viewport={"width": 320, "height": 512}) as page:
        page.goto(f"/language/{language}?next=/cases?verdict=failed")
        page.locator(FIRST).first.click()
        case = page.url
        page.evaluate("document.querySelectorAll('.case details').forEach((each) => (each.open = true))")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.goto(f"{case}/call-sheet")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
