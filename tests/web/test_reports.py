"""The page of reports, and the same over HTTP: who may take what, in which form, and what is noted of it."""

import base64
import hashlib
import io

import openpyxl
import pytest

from payouts.identity import audit
from payouts.identity.users import add_user
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

REPORTS = "/v1/cycles/BTXH/2026-11/reports"


@pytest.fixture
def accountant(ward_cases: Office) -> str:
    with ward_cases.database.session() as session:
        add_user(session, "ketoan", "accountant", areas=[], password=PASSWORD, by="test")
    return "ketoan"


async def test_a_ward_takes_its_own_reports_and_nothing_of_banks(
    visitor: Visitor, ward_cases: Office
) -> None:
    await visitor.sign_in("badinh")
    page = await visitor.see("/reports")
    assert "Báo cáo quyết toán chi trả" in page.text
    assert "Kết quả làm việc của ngân hàng" not in page.text
    assert "Hồ sơ chứng cứ" not in page.text
    taken = await visitor.see("/reports/BTXH/2026-11/unpaid.xlsx")
    assert taken.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(taken.content)).worksheets[0]
    shown = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"A1", "A2", "Trần Văn <b>Bình</b>"} <= shown
    assert "B1" not in shown
    assert (await visitor.see("/reports/BTXH/2026-11/banks.xlsx")).status_code == 403
    assert (await visitor.see("/reports/BTXH/2026-11/evidence?line_ref=A1")).status_code == 403
    assert (await visitor.send("/reports/plans", name="settlement", form="pdf", day="5")).status_code == 403
    with ward_cases.database.reading() as session:
        told = next(each for each in audit.events(session) if each.what == "report.taken")
    assert told.who == "badinh"
    assert told.details["sha256"] == hashlib.sha256(taken.content).hexdigest()
    assert list((ward_cases.settings.data_dir / "reports").iterdir()) == []


ANSWERS = {
    "/reports/BTXH/2026-11/settlement.docx": 404,
    "/reports/BTXH/2026-11/nothing.xlsx": 404,
    "/reports/BTXH/2025-01/settlement.xlsx": 404,
    "/reports/BTXH/2026-11/settlement.xlsx?run=99": 404,
    "/reports/BTXH/2026-11/settlement.xlsx?run=1&on=22/11/2026": 422,
    "/reports/BTXH/2026-11/settlement.xlsx?on=31/02/2026": 422,
    "/reports/BTXH/2026-11/sample.xlsx?size=0": 422,
    "/reports/BTXH/2026-11/evidence?line_ref=%3Cb%3E": 404,
    "/reports/issued/99": 404,
    "/reports?run=1&on=x": 200,
}


async def test_what_cannot_be_is_said_on_a_page(visitor: Visitor) -> None:
    await visitor.sign_in("thanhpho")
    answers = {address: (await visitor.see(address)).status_code for address in ANSWERS}
    assert answers == ANSWERS


async def test_an_accountant_plans_a_report_and_ends_it(visitor: Visitor, accountant: str) -> None:
    await visitor.sign_in(accountant)
    await visitor.see("/reports?programme=BTXH&cycle=2026-11")
    fields = {"programme": "BTXH", "cycle": "2026-11", "name": "settlement", "form": "pdf"}
    refused = await visitor.send("/reports/plans", **fields, day="31")
    assert refused.status_code == 422
    assert "từ 1 đến 28" in refused.text
    saved = await visitor.send("/reports/plans", **fields, day="5")
    assert saved.status_code == 303
    page = await visitor.see(saved.headers["location"])
    assert "từ ngày 5 hằng tháng" in page.text
    assert (await visitor.send("/reports/plans/1/end", cycle="2026-11")).status_code == 303
    assert "từ ngày 5 hằng tháng" not in (await visitor.see("/reports")).text


async def test_programs_choose_the_form_by_accept(visitor: Visitor) -> None:
    await visitor.sign_in("thanhpho")
    client = visitor.client
    kinds = (await client.get(REPORTS)).json()["reports"]
    assert "settlement" in {each["name"] for each in kinds}
    for accept, kind in (
        ("*/*", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("application/pdf", "application/pdf"),
        ("text/csv;q=0.9, application/pdf;q=0.1", "text/csv"),
    ):
        answer = await client.get(f"{REPORTS}/settlement", headers={"Accept": accept})
        assert answer.headers["content-type"].startswith(kind)
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["content-digest"] == f"sha-256=:{digest}:"
    assert "owed" in answer.text.splitlines()[0]
    refused = await client.get(f"{REPORTS}/paid", headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused.json()["type"]) == (406, "urn:problem-type:chitra:form_not_given")
    assert (await client.get(f"{REPORTS}/nothing")).json()["type"].endswith("no_such_report")
    evidence = await client.get("/v1/cycles/BTXH/2026-11/evidence/A1")
    assert evidence.headers["content-type"] == "application/zip"
    assert (await client.get("/v1/cycles/BTXH/2026-11/issued-reports/1")).status_code == 404
    issued = (await client.get(REPORTS)).json()["issued"]
    assert [each["form"] for each in issued] == ["csv", "pdf", "xlsx"]
