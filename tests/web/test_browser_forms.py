"""What a hurried morning does to forms, in a real browser: twice, too late, two at once, odd names."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.browsing import Served, violations, visit

pytestmark = pytest.mark.browser

HEADER = 4  # row of the headings in a sheet

LIST = (
    "line_ref,citizen_id,full_name,area_code,amount,period,channel,bank_code,account_no\n"
    'ODD1,001145009901,"Lê <img src=x onerror=alert(1)> \u202eAn",00004,810000,2026-11,account,MB,080199001\n'
)


def open_case(page: Page, verdict: str) -> str:
    """Open the first case of a verdict, and say where it is."""
    page.goto(f"/cases?verdict={verdict}")
    page.goto(str(page.locator("tbody th a").first.get_attribute("href")))
    return page.url.partition("?")[0]


def field(page: Page, act: str, name: str) -> Locator:
    """Find a field of one of the forms of a case; a form that is folded away is unfolded."""
    found = page.locator(f"form[action$='/{act}'] [name={name}]")
    found.wait_for(state="attached")
    if not found.is_visible():
        page.locator("details").filter(has=found).locator("summary").first.click()
    return found


def send(page: Page, act: str) -> None:
    page.locator(f"form[action$='/{act}'] button").last.click()


def sign_in_again(page: Page, demo: Served, username: str) -> None:
    page.fill("#username", username)
    page.fill("#password", demo.passwords[username])
    page.click("main button")


def told(page: Page, text: str) -> int:
    """Count how often the timeline tells of something."""
    return page.locator(".timeline .note", has_text=text).count()


def test_a_double_click_and_the_way_back_save_once(browser: Browser, demo: Served) -> None:
    with visit(browser, demo, "badinh") as page:
        case = open_case(page, "failed")
        field(page, "note", "note").fill("Bấm hai lần")
        page.locator("form[action$='/note'] button").dblclick()
        page.wait_for_url("**said=noted**")
        assert told(page, "Bấm hai lần") == 1
        page.go_back()
        expect(page.locator(".timeline")).to_contain_text("Bấm hai lần")  # the page is of now, not of before
        page.go_forward()
        page.reload()
        page.goto(case)
        assert told(page, "Bấm hai lần") == 1


def test_a_session_that_ended_while_writing_loses_nothing(browser: Browser, demo: Served) -> None:
    words = "Bà Hoa nói: “con trai giữ thẻ” <b>&</b>\nhẹn thứ Hai"
    with visit(browser, demo, "badinh") as page:
        case = open_case(page, "failed")
        field(page, "note", "note").fill(words)
        page.context.clear_cookies(name="chitra_session")
        send(page, "note")
        expect(page.locator("h1")).to_have_text("Đăng nhập")
        page.fill("#username", "badinh")
        page.fill("#password", "sai")
        page.click("main button")
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        sign_in_again(page, demo, "badinh")
        page.wait_for_url(case)
        expect(page.locator(".held")).to_contain_text("chưa được lưu")
        assert page.locator("form[action$='/note'] [name=note]").is_visible()
        expect(field(page, "note", "note")).to_have_value(words)
        send(page, "note")
        page.wait_for_url("**said=noted**")
        assert told(page, "con trai giữ thẻ") == 1
        assert page.locator(".held").count() == 0


def test_of_two_officers_the_later_is_told_and_keeps_what_they_typed_for_an_hour(
    browser: Browser, demo: Served
) -> None:
    with visit(browser, demo, "badinh") as ward, visit(browser, demo, "thanhpho") as city:
        case = open_case(ward, "failed")
        city.goto(case)
        field(ward, "assign", "due").fill("29/12/2026")
        field(city, "assign", "due").fill("30/12/2026")
        send(city, "assign")
        city.wait_for_url("**said=assigned**")
        ward.context.clear_cookies(name="chitra_session")
        send(ward, "assign")
        sign_in_again(ward, demo, "badinh")
        expect(field(ward, "assign", "due")).to_have_value("29/12/2026")
        send(ward, "assign")
        expect(ward.locator("main")).to_contain_text("Người khác vừa sửa việc này")
        expect(field(ward, "assign", "due")).to_have_value("29/12/2026")
        send(ward, "assign")
        ward.wait_for_url("**said=assigned**")
        assert "29/12/2026" in ward.locator("main").inner_text()


def test_a_name_with_markup_is_text_and_one_with_signs_that_turn_it_is_sent_back(
    browser: Browser, demo: Served, tmp_path: Path
) -> None:
    file = tmp_path / "odd.csv"
    file.write_text(LIST, encoding="utf-8")
    with visit(browser, demo, "thanhpho") as page:
        page.on("dialog", lambda _: pytest.fail("a script of a name ran"))
        page.goto("/lists/send")
        page.fill("#programme", "NCC")
        page.fill("#cycle", "2026-11")
        page.set_input_files("#file", file)
        page.click("main button")
        page.wait_for_url("**/lists/**")
        expect(page.locator("main")).to_contain_text("có ký tự điều khiển. Hãy gõ lại nội dung của ô.")
        expect(page.locator("main")).to_contain_text("Lê <img src=x onerror=alert(1)>")
        assert page.locator("main img").count() == 0


def test_a_sheet_filled_in_elsewhere_is_shown_before_anything_is_done(
    browser: Browser, demo: Served, tmp_path: Path
) -> None:
    path = tmp_path / "việc.xlsx"
    with visit(browser, demo, "hadong") as page:
        path.write_bytes(page.request.get("/cases/sheet").body())
    book = openpyxl.load_workbook(path)
    sheet = book["Việc"]
    columns = {str(cell.value): cell.column for cell in sheet[HEADER]}
    first, second = ([cell.value for cell in sheet[HEADER + at]] for at in (1, 2))
    for column in range(1, len(columns) + 1):  # rows change places, one is of another person's number
        sheet.cell(HEADER + 1, column).value = second[column - 1]
        sheet.cell(HEADER + 2, column).value = first[column - 1]
    sheet.cell(HEADER + 3, columns["Mã dòng chi"]).value = first[columns["Mã dòng chi"] - 1]
    for at in (1, 2, 3):
        note = sheet.cell(HEADER + at, columns["Ghi chú"])
        note.value, note.data_type = f"=HYPERLINK(1) ghi ở thôn {at}", "s"
    sheet.delete_rows(HEADER + 4, 50)
    book.save(path)
    name = str(second[columns["Họ và tên"] - 1])
    with visit(browser, demo, "hadong") as page:
        page.goto("/cases")
        page.get_by_role("link", name="Nộp bảng đã điền").click()
        page.set_input_files("#file", path)
        page.get_by_role("button", name="Xem trước").click()
        expect(page.locator("main")).to_contain_text("=HYPERLINK(1) ghi ở thôn 1")
        expect(page.locator("main")).to_contain_text(name)
        expect(page.locator(".late").first).to_contain_text("1 ")
        assert violations(page) == []
        page.locator("form[action$='/do'] button").click()
        expect(page.locator("form[action$='/do']")).to_have_count(0)
        page.get_by_role("link", name=name).click()
        expect(page.locator("main")).to_contain_text("=HYPERLINK(1) ghi ở thôn 1")
    with visit(browser, demo, "donganh") as page:  # the same sheet is of no use to another ward
        page.goto("/cases/sheet/send")
        page.set_input_files("#file", path)
        page.locator("main form button").click()
        expect(page.locator("main")).to_contain_text("không thuộc việc nào trong địa bàn")
        expect(page.locator("main")).not_to_contain_text(name)
