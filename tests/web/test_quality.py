"""The page of the quality of data: scores and people in ones scope, read and logged, measured on demand."""

import datetime as dt
import io

import openpyxl
from sqlmodel import select

from payouts.identity.models import AuditEvent
from payouts.jobs.models import Job
from payouts.quality.measure import measure
from tests.facts import OWED, Office
from tests.web.visiting import Visitor


async def test_scores_lead_to_the_people_behind_them_within_ones_scope(
    ward: Visitor, ward_cases: Office
) -> None:
    assert "Chưa đo lần nào" in (await ward.see("/quality")).text
    measure(ward_cases.database, on=dt.date(2026, 11, 20), by="test")
    page = (await ward.see("/quality?since=20/11/2026")).text
    assert "Thiếu ngày sinh" in page
    assert "+0,0 điểm phần trăm" in page
    assert "Phường Hoàn Kiếm" not in page
    people = (await ward.see("/quality/birth_missing")).text
    assert "001145003418" in people
    assert "001145003419" not in people  # of another ward
    assert "&lt;b&gt;" in people
    assert "001145003419" not in (await ward.see("/quality/birth_missing?area=00070")).text
    assert (await ward.see("/quality/nonsense")).status_code == 404
    book = openpyxl.load_workbook(io.BytesIO((await ward.see("/quality/birth_missing.xlsx")).content))
    assert {row[2].value for row in book["Cần sửa"].iter_rows(min_row=5)} == {"001145003417", "001145003418"}
    await ward.see("/quality")
    assert (await ward.send("/quality")).status_code == 403
    with ward_cases.database.reading() as session:
        noted = {
            each.what for each in session.exec(select(AuditEvent)) if each.subject == "check birth_missing"
        }
    assert noted == {"quality.read", "quality.downloaded"}


async def test_the_province_has_the_data_measured_and_programs_read_the_scores(
    visitor: Visitor, ward_cases: Office
) -> None:
    await visitor.sign_in("thanhpho")
    await visitor.see("/quality")
    for _ in range(2):
        assert (await visitor.send("/quality")).headers["location"] == "/quality?said=asked"
        await visitor.see("/quality")
    with ward_cases.database.reading() as session:
        assert len(session.exec(select(Job).where(Job.name == "quality")).all()) == 1
    measure(ward_cases.database, on=dt.date(2026, 11, 20), by="test")
    told = (await visitor.see("/v1/quality?by=area")).json()
    assert [list(row) for row in told] == [["key", "people", "right", "complete", "clean", "live"]] * 2
    assert told[0] == {"key": "00004", "people": 2, "right": 1, "complete": 0, "clean": 2, "live": 1}
    assert (await visitor.see("/v1/quality?by=moon")).status_code == 422
    assert "Phường Hoàn Kiếm" in (await visitor.see("/quality?sort=-name&area=00070")).text
    assert "Dữ liệu cần sửa" in (await visitor.see("/people/1")).text
    old = {"citizen_id": "001145003420", "area_code": "00001", "account_no": "1500205004420"}
    ward_cases.owe(
        {"line_ref": "O1", **old, "commune": "Phúc Xá"}, name="old.csv", usual={**OWED, "commune": ""}
    )
    assert "(1 dòng)" in (await visitor.see("/quality")).text
