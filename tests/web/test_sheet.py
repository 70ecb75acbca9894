"""The worklist taken along as a workbook and handed in filled in: every odd row has its answer."""

import io
from collections.abc import Callable

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import select

from payouts.cases.models import Case, Contact
from payouts.cases.sheet import FILLED_IN, KNOWN
from tests.facts import Office
from tests.web.visiting import Visitor

HEADER = 4


def cases(office: Office) -> dict[str, Case]:
    with office.database.reading() as session:
        return {case.subject: case for case in session.exec(select(Case))}


async def filled(visitor: Visitor, fill: Callable[[Worksheet, dict[str, int]], None]) -> bytes:
    """Take the sheet of the whole worklist and let somebody fill it in."""
    answer = await visitor.client.get("/cases/sheet")
    assert answer.headers["content-disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Việc"]
    columns = {str(cell.value): cell.column for cell in sheet[HEADER]}
    fill(sheet, columns)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


async def hand_in(visitor: Visitor, content: bytes, name: str = "viec.xlsx") -> tuple[int, str]:
    await visitor.see("/cases/sheet/send")
    answer = await visitor.client.post(
        "/cases/sheet/send", data={"csrf_token": visitor.token()}, files={"file": (name, content)}
    )
    return answer.status_code, answer.headers.get("location", answer.text)


def row_of(sheet: Worksheet, columns: dict[str, int], subject: str) -> int:
    column = columns[KNOWN["subject"]]
    return next(row for row in range(HEADER + 1, 20) if sheet.cell(row, column).value == subject)


def put(sheet: Worksheet, columns: dict[str, int], row: int, **values: str) -> None:
    for name, value in values.items():
        cell = sheet.cell(row, columns[(FILLED_IN | KNOWN)[name]])
        cell.value, cell.data_type = value, "s"  # text, whatever it begins with


async def test_what_staff_filled_in_is_shown_then_done(ward: Visitor, ward_cases: Office) -> None:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        first = row_of(sheet, columns, "A1")
        put(sheet, columns, first, way="Gọi điện", result="họ nói chưa nhận", note="=1+1 <b>gọi lại</b>")
        put(sheet, columns, row_of(sheet, columns, "A2"), outcome="Không cần xử lý", note="Trùng")

    status, act = await hand_in(ward, await filled(ward, fill))
    assert status == 303
    shown = (await ward.see(act)).text
    assert "Sẽ sửa 2 việc." in shown
    assert "=1+1 &lt;b&gt;gọi lại&lt;/b&gt;" in shown
    assert cases(ward_cases)["A2"].state == "open"
    assert (await ward.send(f"{act}/do")).status_code == 303
    now = cases(ward_cases)
    assert (now["A1"].state, now["A2"].state, now["A2"].outcome) == ("in_progress", "closed", "no_action")
    assert now["A1"].next_on is not None
    with ward_cases.database.reading() as session:
        assert [each.result for each in session.exec(select(Contact))] == ["not_received"]


async def test_each_odd_row_has_its_answer_and_hinders_no_other(ward: Visitor, ward_cases: Office) -> None:
    """Rows of another ward, mixed up, twice, unreadable; and one that is simply left out."""
    foreign = cases(ward_cases)["B1"]

    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        good, other = row_of(sheet, columns, "A1"), row_of(sheet, columns, "A2")
        put(sheet, columns, good, note="được")
        number = str(sheet.cell(other, columns[KNOWN["case"]]).value)
        sheet.delete_rows(other)
        odd = {
            10: {"case": number, "version": "1", "subject": "A1", "note": "lệch dòng"},
            11: {"case": number, "version": "1", "subject": "A2", "next_on": "hôm qua", "way": "Gọi điện"},
            12: {"case": number, "version": "1", "subject": "A2", "note": "hai lần"},
            13: {"case": str(foreign.id), "version": "1", "subject": "B1", "note": "xã khác"},
            14: {"case": "abc", "version": "", "subject": "", "note": "?"},
        }
        for row, values in odd.items():
            put(sheet, columns, row, **values)

    _, act = await hand_in(ward, await filled(ward, fill))
    shown = (await ward.see(act)).text
    for words in (
        "Sẽ sửa 1 việc.",
        "các dòng đã bị xáo trộn",
        "Việc này có ở hai dòng",
        "2 dòng không thuộc việc nào trong địa bàn của bạn",
    ):
        assert words in shown
    assert "xã khác" not in shown
    await ward.send(f"{act}/do")
    assert "Đã sửa 1 việc." in (await ward.see(act)).text


async def test_what_takes_a_second_person_is_foreseen(ward: Visitor, ward_cases: Office) -> None:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        put(sheet, columns, row_of(sheet, columns, "A1"), outcome="Chi lại")

    _, act = await hand_in(ward, await filled(ward, fill))
    assert "Việc này cần người thứ hai duyệt" in (await ward.see(act)).text
    assert cases(ward_cases)["A1"].state == "open"


async def test_what_is_no_sheet_of_ours_is_refused(ward: Visitor) -> None:
    empty = await filled(ward, lambda _sheet, _columns: None)
    for content, said in (
        (b"\xff\xd8\xff photo", "Không đọc được bảng này"),
        (b"<html>", "Không đọc được bảng này"),
        (empty, "Bảng chưa điền dòng nào"),
    ):
        status, answer = await hand_in(ward, content)
        assert (status, said in answer) == (422, True), said
