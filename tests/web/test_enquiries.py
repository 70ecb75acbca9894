"""Letters of enquiry without scripts: write, download, send, take answers in by form and by sheet, cancel."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from payouts.cases.models import Case
from payouts.core import clock
from tests.facts import Office
from tests.web.visiting import Visitor

TODAY = "{:%d/%m/%Y}"


@pytest.fixture
def unknown(ward_cases: Office) -> Office:
    """A2 silent as before; VBA does not know of A3, whose name tries to be markup."""
    fourth = {"citizen_id": "001145003420", "account_no": "1500205004420", "full_name": "=SUM(A1) #strong[X]"}
    ward_cases.owe({"line_ref": "A3", **fourth}, name="them.csv")
    ward_cases.say("khong-ro.csv", {"bank_ref": "F9", "end_to_end_id": "A3", "status": "unknown"})
    ward_cases.run()
    return ward_cases


async def write(visitor: Visitor) -> str:
    await visitor.sign_in("thanhpho")
    await visitor.see("/enquiries")
    due = TODAY.format(clock.today() + dt.timedelta(days=7))
    answer = await visitor.send("/enquiries", bank_VBA="1", due=due)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def states(office: Office) -> dict[str, str]:
    with office.database.reading() as session:
        return {case.subject: case.state for case in session.exec(select(Case))}


async def test_a_letter_is_written_downloaded_sent_and_answered(visitor: Visitor, unknown: Office) -> None:
    letter = await write(visitor)
    assert states(unknown)["A3"] == "waiting"
    page = (await visitor.see(letter)).text
    assert "=SUM(A1) #strong[X]" in page
    assert "Chưa gửi" in page
    pdf = await visitor.client.get(f"{letter}/letter.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert "attachment" in pdf.headers["content-disposition"]
    word = zipfile.ZipFile(io.BytesIO((await visitor.client.get(f"{letter}/letter.docx")).content))
    text = word.read("word/document.xml").decode()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam" in text
    assert "=SUM(A1) #strong[X]" in text
    assert "001145003420" not in text  # the bank learns no identity number
    assert "word/fonts/font1.odttf" in word.namelist()
    assert (await visitor.see(f"{letter}/letter.exe")).status_code == 404

    await visitor.see(letter)
    answer = await visitor.send(f"{letter}/sent", sent_on=TODAY.format(clock.today()))
    assert answer.headers["location"].endswith("said=sent")
    page = (await visitor.see(letter)).text
    assert "Chờ trả lời" in page
    fields = dict(re.findall(r'name="(ref\d+|seen)" value="([^"]*)"', page))
    today = TODAY.format(clock.today())
    wrong = {"answer1": "settled", "booked_on1": "32/1/2026", "answered_on": today}
    answer = await visitor.send(f"{letter}/answers", **fields, **wrong)
    assert (answer.status_code, "Không có ngày “32/1/2026”" in answer.text) == (422, True)
    assert 'value="32/1/2026"' in answer.text
    right = {"answer1": "not_received", "answer2": "pending", "answered_on": today, "document": "12/NHNo"}
    answer = await visitor.send(f"{letter}/answers", **fields, **right)
    assert answer.headers["location"].endswith("said=answered")
    page = (await visitor.see(f"{letter}?every=1")).text
    assert "Ngân hàng không nhận được lệnh chi" in page
    assert "12/NHNo" in page
    answer = await visitor.send(f"{letter}/answers", **fields, answer2="unknown", answered_on=today)
    assert answer.status_code == 412


async def test_the_sheet_comes_back_filled_in_and_moved(
    visitor: Visitor, unknown: Office, tmp_path: Path
) -> None:
    letter = await write(visitor)
    book = openpyxl.load_workbook(io.BytesIO((await visitor.client.get(f"{letter}/letter.xlsx")).content))
    sheet = book["Trả lời"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = {title: place for place, title in enumerate(rows[0])}
    named = next(row for row in rows if row[at["Mã dòng chi"]] == "A3")
    assert named[at["Người thụ hưởng"]] == "=SUM(A1) #strong[X]"
    assert sheet.cell(rows.index(named) + 1, at["Người thụ hưởng"] + 1).data_type == "s"
    for row in rows[1:]:
        row[at["Trả lời"]] = "Đang xử lý, chưa có kết quả"
    named[at["Trả lời"]] = "Đã ghi có cho người thụ hưởng"
    named[at["Số tham chiếu của ngân hàng"]] = "FT7"

    async def send(filled: list[list[object]]) -> str:
        made = openpyxl.Workbook()
        for row in filled:
            made.active.append(row)
        into = tmp_path / "tra-loi.xlsx"
        made.save(into)
        await visitor.see(letter)
        data = {"csrf_token": visitor.token(), "answered_on": TODAY.format(clock.today())}
        answer = await visitor.client.post(
            f"{letter}/sheet", data=data, files={"file": ("t.xlsx", into.read_bytes())}
        )
        return answer.headers.get("location", answer.text)

    assert "cần cột “booked_on”" in await send(rows)
    assert not [state for state in states(unknown).values() if state == "in_progress"]
    named[at["Ngày ghi có hoặc hoàn tiền"]] = TODAY.format(clock.today())
    assert (await send([rows[0], *reversed(rows[1:])])).endswith("said=answered")
    assert states(unknown)["A3"] == "in_progress"
    assert "Không đọc được tệp trả lời" in await send([["a", "b"], [1, 2]])


async def test_a_letter_is_cancelled_with_a_reason(visitor: Visitor, unknown: Office) -> None:
    letter = await write(visitor)
    await visitor.see(letter)
    assert "Hãy ghi lý do" in (await visitor.send(f"{letter}/cancel", why=" ")).text
    answer = await visitor.send(f"{letter}/cancel", why="Nhầm")
    assert answer.headers["location"].endswith("said=cancelled")
    assert "Đã hủy" in (await visitor.see(letter)).text
    assert (await visitor.send(f"{letter}/answers", ref1="A2", answer1="pending")).status_code in {409, 422}
    assert states(unknown)["A3"] == "in_progress"


@pytest.mark.usefixtures("unknown")
async def test_wards_write_no_letters_and_auditors_only_look(visitor: Visitor) -> None:
    letter = await write(visitor)
    visitor.client.cookies.clear()
    await visitor.sign_in("badinh")
    assert (await visitor.see("/enquiries")).status_code == 403
    visitor.client.cookies.clear()
    await visitor.sign_in("kiemtra")
    page = (await visitor.see(letter)).text
    assert "Lưu câu trả lời" not in page
    assert (await visitor.send(f"{letter}/cancel", why="x")).status_code == 403
