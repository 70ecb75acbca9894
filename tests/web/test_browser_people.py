"""In a real browser: plots that lead to the worklist, and from the counter to paper in a few keys."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browsing import Served, visit

pytestmark = pytest.mark.browser

PRINTS = "window.printed = 0; window.print = () => { window.printed += 1; };"


def test_from_somebody_at_the_counter_to_paper_it_takes_the_number_and_two_keys(
    browser: Browser, demo: Served
) -> None:
    with visit(browser, demo, "badinh") as page:
        page.goto("/cases?reason=AC04")
        page.locator("tbody th a").first.click()
        number = page.locator(".facts .code").first.inner_text()
        page.context.add_init_script(PRINTS)
        page.goto("/counter")
        expect(page.locator("#number")).to_be_focused()
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(page.locator(".slip")).to_contain_text("Tài khoản đã đăng ký nay đã đóng.")
        assert number not in page.url
        expect(page.get_by_role("button", name="In phiếu")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("window.printed") == 1
        page.emulate_media(media="print")
        expect(page.locator(".slip")).to_be_visible()
        assert page.locator(".slip").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 24
        for gone in (".top__search", ".govuk-service-navigation", ".bottom", "[data-print]"):
            expect(page.locator(gone).first).to_be_hidden()
    with visit(browser, demo, "badinh", java_script_enabled=False) as page:
        page.goto("/counter")
        page.fill("#number", number)
        page.keyboard.press("Enter")
        expect(page.locator(".slip")).to_be_visible()
        expect(page.locator("[data-print]")).to_be_hidden()


def test_each_plot_is_drawn_of_its_table_and_a_segment_leads_to_the_cases_behind_it(
    browser: Browser, demo: Served
) -> None:
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/dashboard")
        wards = page.locator(".plotted--bars").first
        expect(wards.locator(".plot svg")).to_be_visible()
        assert page.locator(".plot svg").count() == page.locator("table[data-plot]").count()
        first = wards.locator("tbody tr").first
        wanted = first.locator("a").first
        address = str(wanted.get_attribute("href"))
        failed = wards.locator("thead .dot").first.evaluate("e => getComputedStyle(e).backgroundColor")
        bar = wards.locator(f'.plot svg path[fill="{failed}"]').first
        bar.click()
        page.wait_for_url("**/cases?*")
        assert page.url.endswith(address)
        expect(page.locator("tbody tr").first).to_be_visible()
    with visit(browser, demo, "thanhpho", java_script_enabled=False) as page:
        page.goto("/dashboard")
        expect(page.locator(".plot").first).to_be_hidden()
        page.locator("table[data-plot] thead a").first.click()
        expect(page.locator("th[aria-sort=ascending]")).to_be_visible()
        assert page.url.endswith("sort_wards=name&sort_banks=-unpaid#by-ward")
