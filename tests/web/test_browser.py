"""The pages in a real browser, over the demonstration: by keyboard, on paper, small, weighed, and by axe."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import LARGEST_HTML, Served, tab_to, violations, visit

pytestmark = pytest.mark.browser

FIRST_PAGE = 300_000  # bytes

# Pages that everybody, the ward and the province see.
OPEN_PAGES = ("/sign-in", "/help", "/problems", "/problems/amount_missing")
WARD_PAGES = (
    "/",
    "/?programme=HTXH&cycle={cycle}",
    "/cases",
    "/cases?q=zzz",
    "/cases?state=closed",
    "/matches",
    "/nowhere",
    "/files",
    "/runs/BTXH/{cycle}/2",
    "/dashboard",
    "/search?q=nguyen+thi",
    "/search?q=zzz",
    "/cases/sheet/send",
    "/today",
    "/cases/new",
    "/months",
    "/months/BTXH/{cycle}",
    "/cases?hamlet=x",
    "/cash-lists",
    "/reports",
)
PROVINCE_PAGES = (
    "/",
    "/cases?verdict=failed",
    "/cases?reason=AC04&sort=due&age=3-",
    "/cases/1/match?account=1234&amount=500.000",
    "/matches",
    "/approvals",
    "/delegations",
    "/relatives",
    "/reissues",
    "/orders",
    "/orders/1",
    "/drafts/1?kind=carried_over",
    "/cash-lists",
    "/?programme=BTXH&cycle={cycle}&run=1",
    "/runs?programme=BTXH&cycle={cycle}",
    "/runs/BTXH/{cycle}/1",
    "/runs/BTXH/{cycle}/2",
    "/lists",
    "/lists/1",
    "/lists/send",
    "/lists/send?supersedes=1",
    "/files",
    "/files/send",
    "/files/controls",
    "/profiles",
    "/rules",
    "/enquiries",
    "/files/{quarantined}",
    "/files/{quarantined}/release",
    "/files/{quarantined}/ask",
    "/password",
    "/dashboard",
    "/search?q=nguyen+thi",
    "/today",
    "/incidents",
    "/expected",
    "/expected/1",
    "/cases/new",
    "/cases/1/call-sheet",
    "/counter",
    "/offices",
    "/registry",
    "/registry?kind=changed",
    "/registry/files",
    "/people/1",
    "/people/1/slip",
    "/months",
    "/months/BTXH/{cycle}",
    "/months/BTXH/{cycle}?wards=1",
    "/months/BTXH/{cycle}/payer",
    "/people/1/record",
    "/quality",
    "/quality/account_closed",
    "/predictions",
    "/predictions/1",
    "/coverage",
    "/coverage/people",
    "/coverage/targets",
    "/reports?programme=BTXH&cycle={cycle}&run=1",
)
VERDICTS_WITH_CASE = (
    "failed", "missing", "unconfirmed", "amount_differs", "account_differs", "name_differs", "paid_twice",
    "review", "offline",
)  # fmt: skip


def pages_of(page: Page, demo: Served, wanted: tuple[str, ...]) -> list[str]:
    """Fill in what the addresses leave open."""
    quarantined = ""
    if any("{quarantined}" in each for each in wanted):
        page.goto("/files?state=quarantined")
        quarantined = str(page.locator("tbody th a").first.get_attribute("href")).rpartition("/")[2]
    return [each.format(cycle=demo.cycle, quarantined=quarantined) for each in wanted]


def case_pages(page: Page) -> list[str]:
    """Find one case of each verdict."""
    found = []
    for verdict in VERDICTS_WITH_CASE:
        page.goto(f"/cases?verdict={verdict}")
        found.append(str(page.locator("tbody th a").first.get_attribute("href")))
    return found


@pytest.fixture(scope="module")
def made(browser: Browser, demo: Served) -> list[str]:
    """Let the province do what has a page of its own afterwards: the addresses of these pages."""
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/enquiries")
        token = str(page.locator("[name=csrf_token]").first.get_attribute("value"))
        headers = {"X-CSRF-Token": token, "If-Match": "*"}

        def post(path: str, **told: object) -> int:
            answer = page.request.post(f"/v1{path}", data=told, headers=headers)
            assert answer.status == 201, answer.text()
            return int(answer.json()["id"])

        bank = str(page.locator("[name^=bank_]").first.get_attribute("name"))
        due = str(page.locator("#due").input_value())
        letter = page.request.post("/enquiries", form={"csrf_token": token, bank: "1", "due": due})
        cases = page.request.get("/v1/cases?verdict=failed").json()["items"]
        chosen = {"id": cases[0]["id"], "version": cases[0]["version"]}
        act = post("/cases/bulk", cases=[chosen], state="in_progress", reason="Gọi lại")
        paper = {"document_no": "12/TL", "document_on": "2026-11-02", "happened_on": "2026-10-30"}
        stop = {"kind": "stop", "why": "died", "reason": "Gia đình báo", **paper}
        approval = post(f"/cases/{cases[-1]['id']}/approvals", **stop)
        days = {"valid_from": demo.cycle + "-01", "valid_to": demo.cycle + "-30"}
        post("/delegations", taker="ketoan", document="7/UQ", kinds=["reissue"], **days)
        pages = [letter.url, f"/cases/bulk/{act}", f"/approvals/{approval}", "/delegations"]
        for case in page.request.get("/v1/cases").json()["items"]:
            for each in page.request.get(f"/v1/cases/{case['id']}/suggestions").json()["items"]:
                told = {"line_ref": case["line_ref"], "file": each["file"], "line": each["line"]}
                match = post("/matches", **told, kind="reject", reason="Không phải người này")
                return [*pages, f"/matches/{match}", f"/cases/{case['id']}"]
    pytest.fail("the demonstration suggests no line of a bank")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, demo: Served, made: list[str], language: str
) -> None:
    found: list[str] = []
    for username, wanted in ((None, OPEN_PAGES), ("badinh", WARD_PAGES), ("thanhpho", PROVINCE_PAGES)):
        with visit(browser, demo, username) as page:
            page.goto(f"/language/{language}")
            addresses = pages_of(page, demo, wanted)
            if username == "thanhpho":
                cases = case_pages(page)
                page.goto("/people/1")
                told = str(page.locator("a[href^='/cases/new?']").first.get_attribute("href"))
                addresses += [*cases, f"{cases[0]}/correct", f"{cases[-1]}/suspend", told, *made]
            for address in addresses:
                page.goto(address)
                assert page.locator("html").get_attribute("lang") == language
                found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_forms_that_come_back(browser: Browser, demo: Served, language: str) -> None:
    with visit(browser, demo) as page:
        page.goto(f"/language/{language}?next=/sign-in")
        page.fill("#username", "badinh")
        page.click("main button")
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert violations(page) == []
    with visit(browser, demo, "hadong") as page:
        page.goto(f"/language/{language}?next=/cases")
        page.locator("tbody th a").first.click()
        page.get_by_role("button", name="Đóng việc" if language == "vi" else "Close the case").click()
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert violations(page) == []


def test_what_changed_is_found_by_keyboard_and_fits_a_small_screen(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "thanhpho", java_script_enabled=False) as page:
        page.goto(f"/runs?programme=BTXH&cycle={demo.cycle}")  # whatever other tests have judged since
        tab_to(page, f'a[href="/runs/BTXH/{demo.cycle}/2"]')
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("Lần đối chiếu số 2")
        tab_to(page, 'a[href*="from=paid&to=failed"]')
        page.keyboard.press("Enter")
        expect(page.get_by_text("đang xem bên dưới")).to_be_visible()
        rows = page.locator(".worklist tbody tr")
        for cause in rows.locator("td:last-child").all_inner_texts():
            assert "báo trả lại" in cause
    with visit(browser, demo, "badinh", viewport={"width": 320, "height": 700}) as page:
        page.goto(f"/runs/BTXH/{demo.cycle}/2")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_morning_by_keyboard_alone_and_without_scripts(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, java_script_enabled=False) as page:
        page.goto("/")
        assert page.url.endswith("/sign-in")
        page.keyboard.press("Tab")
        expect(page.locator(".govuk-skip-link")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("#username")).to_be_focused()
        page.keyboard.type("badinh")
        page.keyboard.press("Tab")
        page.keyboard.type(demo.passwords["badinh"])
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("Kỳ chi trả")
        tab_to(page, 'a[href="/cases"]')
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Việc cần xử lý")
        page.locator("#verdict").focus()
        page.keyboard.type("Chi không")
        page.keyboard.press("Enter")
        tab_to(page, "form.filters button")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases?**verdict=failed**")
        tab_to(page, "tbody th a")
        name = page.locator("tbody th a").first.inner_text()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(name)
        tab_to(page, "#note-note")
        page.keyboard.type("Đã gọi, hẹn thứ Hai")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Đã lưu ghi chú.")
        expect(page.locator(".timeline li").first).to_contain_text("Đã gọi, hẹn thứ Hai")
        tab_to(page, "#close-outcome")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        tab_to(page, "#close-note")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Đã đóng việc.")


def test_focus_is_always_seen(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/cases")
        page.locator("tbody th a").first.click()
        unseen = []
        for _ in range(40):
            page.keyboard.press("Tab")
            style = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                const r = e.type == 'radio' ? getComputedStyle(e.nextElementSibling, '::before') : s;
                return [e.outerHTML.slice(0, 80), r.outlineStyle != 'none' && r.outlineWidth != '0px'
                  || r.boxShadow != 'none']; }"""
            )
            if style[0].startswith("<body"):
                break
            if not style[1]:
                unseen.append(style[0])
        assert unseen == []


@pytest.mark.parametrize("width", [320, 683])
def test_nothing_is_cut_off_on_a_small_screen_or_at_double_size(
    browser: Browser, demo: Served, width: int
) -> None:
    wide = []
    with visit(browser, demo, "thanhpho", viewport={"width": width, "height": 384}) as page:
        for address in [*OPEN_PAGES, *pages_of(page, demo, PROVINCE_PAGES), *case_pages(page)]:
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(address)
    assert wide == []


def test_paper_holds_the_facts_and_no_buttons(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "badinh") as page:
        page.emulate_media(media="print")
        page.goto("/cases")
        expect(page.locator("tbody tr").first).to_be_visible()
        expect(page.locator(".paper-only").first).to_contain_text("badinh in ngày")
        for gone in (".filters", ".govuk-service-navigation", ".bottom", ".top__end"):
            expect(page.locator(gone).first).to_be_hidden()
        page.locator("tbody th a").first.click()
        expect(page.locator(".compare")).to_be_visible()
        expect(page.locator(".timeline")).to_be_visible()
        assert not page.locator("button:visible").count()


def test_the_language_is_switched_with_one_click_and_the_page_stays(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "badinh") as page:
        page.goto("/cases?verdict=failed")
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text("Cases to work on")
        assert page.url.endswith("/cases?verdict=failed")
        page.get_by_role("link", name="Tiếng Việt").click()
        expect(page.locator("h1")).to_have_text("Việc cần xử lý")


def test_the_first_page_is_light_and_comes_from_here_alone(browser: Browser, demo: Served) -> None:
    with visit(browser, demo) as page:
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        page.goto("/sign-in", wait_until="networkidle")
        page.fill("#username", "badinh")
        page.fill("#password", demo.passwords["badinh"])
        page.click("main button")
        page.goto("/cases", wait_until="networkidle")
        assert all(url.startswith(demo.url) for url in sizes)
        assert sum(sizes.values()) <= FIRST_PAGE
        assert sizes[f"{demo.url}/cases"] <= LARGEST_HTML
        assert any("be-vietnam-pro-vietnamese" in url for url in sizes)


def test_two_people_decide_of_a_file_by_keyboard_alone_and_without_scripts(
    browser: Browser, demo: Served
) -> None:
    with visit(browser, demo, "thanhpho", java_script_enabled=False) as page:
        [address] = pages_of(page, demo, ("/files/{quarantined}",))
        page.goto(address)
        expect(page.locator(".raw").first).to_be_visible()
        tab_to(page, f'a[href="{address}/release"]')
        page.keyboard.press("Enter")
        tab_to(page, "#reason")
        page.keyboard.type("Ngân hàng đã xác nhận")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Phải có người khác duyệt")
    with visit(browser, demo, "ketoan", java_script_enabled=False) as page:
        page.goto("/files?state=waiting")
        tab_to(page, f'a[href="{address}"]')
        page.keyboard.press("Enter")
        tab_to(page, f'a[href="{address}/answer"]')
        page.keyboard.press("Enter")
        expect(page.locator(".said")).to_contain_text("Ngân hàng đã xác nhận")
        tab_to(page, "#answer")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#answer-2")).to_be_checked()
        tab_to(page, "#note")
        page.keyboard.type("Chờ tệp mới")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Tệp giữ nguyên tình trạng")
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/files?state=accepted")
        page.locator("tbody th a").first.click()
        page.goto(f"{page.url}/withdraw")
        assert violations(page) == []
        page.get_by_role("button", name="Đề nghị rút tệp").click()
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert violations(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_bank_file_is_sent_from_the_page_with_and_without_scripts(
    browser: Browser, demo: Served, tmp_path: Path, *, scripts: bool
) -> None:
    file = tmp_path / f"kết quả {scripts}.csv"
    head = "bank_code,bank_ref,end_to_end_id,account_no,amount,currency,booked_on,status\n"
    file.write_text(head + f"MB,X{scripts},NOBODY{scripts},1,5,VND,2026-11-20,settled\n", encoding="utf-8")
    with visit(browser, demo, "thanhpho", java_script_enabled=scripts) as page:
        page.goto("/files/send")
        page.click("main button")
        expect(page.locator(".govuk-error-summary")).to_contain_text("ngân hàng")
        page.select_option("#bank", "MB")
        page.set_input_files("#file", file)
        page.click("main button")
        page.wait_for_url(re.compile(r"/files/[0-9]+$"))
        expect(page.locator(".verdict").first).to_contain_text("Đã nhận", timeout=20_000)
        assert f"kết quả {scripts}.csv" in (page.locator("h1").text_content() or "")


def test_a_file_that_is_not_taken_is_told_on_the_page_that_sent_it(
    browser: Browser, demo: Served, tmp_path: Path
) -> None:
    file = tmp_path / "kq.csv"
    file.write_text("a,b\n")
    with visit(browser, demo, "thanhpho") as page:
        page.goto("/files/send")
        page.select_option("#bank", "MB")
        page.set_input_files("#file", file)
        page.context.clear_cookies(name="chitra_csrf")
        page.evaluate("document.querySelector('#send [name=csrf_token]').value = 'x'")
        page.click("main button")
        expect(page.locator("p[role=alert]")).to_be_visible()
        expect(page.locator("main button")).to_be_enabled()


def test_a_bank_line_is_confirmed_with_one_key_after_reading(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "thanhpho", java_script_enabled=False) as page:
        page.goto("/cases?verdict=review")
        page.locator("tbody th a").first.click()
        assert len(page.content()) <= LARGEST_HTML
        tab_to(page, ".offer button[value=confirm]")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Đã lưu: dòng này là của người thụ hưởng")
        expect(page.locator(".offer--decided").first).to_contain_text("Là của người này")
        page.locator(".offer--decided summary").first.press("Enter")
        page.locator(".offer--decided input[name=reason]").first.fill("Bấm nhầm")
        page.locator(".offer--decided input[name=reason]").first.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("Đã hoàn tác")


def test_many_cases_are_given_away_with_single_keys_and_a_look_before(browser: Browser, demo: Served) -> None:
    """Single keys go, choose and search; in a field, where Telex is typed, they are letters."""
    with visit(browser, demo, "hadong") as page:
        page.goto("/cases?state=open")
        for key in "jxjx":
            page.keyboard.press(key)
        chosen = page.locator("tbody input:checked")
        expect(chosen).to_have_count(2)
        first = page.locator("tbody th a").first.inner_text()
        page.keyboard.press("/")
        page.keyboard.type("jxkxas?")
        assert page.input_value("#q") == "jxkxas?"
        expect(chosen).to_have_count(2)
        page.locator("tbody th a").first.focus()
        page.keyboard.press("?")
        expect(page.locator("#keys table")).to_be_visible()
        page.select_option("#bulk-assignee", "hadong")
        page.get_by_role("button", name="Xem trước").click()
        expect(page.locator("h1")).to_have_text("Những gì sẽ làm")
        expect(page.locator("tbody")).to_contain_text(first)
        assert violations(page) == []
        page.get_by_role("button", name="Làm với 2 việc").click()
        expect(page.locator("h1")).to_have_text("Kết quả đã làm")
        page.get_by_role("button", name="Hoàn tác").click()
        expect(page.locator("h1")).to_have_text("Kết quả hoàn tác")
        page.goto("/cases")
        page.locator("#keys summary").click()
        page.get_by_role("button", name="Tắt phím đơn cho tôi").click()
        expect(page.locator("#keys[data-on]")).to_have_count(0)
        page.keyboard.press("j")
        expect(page.locator("tbody a:focus")).to_have_count(0)
