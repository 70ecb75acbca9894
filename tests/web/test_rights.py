"""Another account for a person, asked for on a page with a paper and a talk, and approved by a colleague."""

import re

import pytest
from sqlmodel import select

from payouts.cases.contacts import log_contact
from payouts.cases.models import Case
from payouts.cases.proofs import add_proof
from payouts.core import clock
from payouts.core.storage import Stored
from payouts.identity.scope import EVERYTHING
from payouts.identity.users import add_user
from payouts.registry.models import WelfareAccount
from tests.facts import Office
from tests.web.visiting import PASSWORD, Visitor

NEW = {
    "channel": "account",
    "bank": "Vietcombank",
    "account_no": "0991000123",
    "account_name": "NGUYEN THI HOA",
}


@pytest.fixture
def case(ward_cases: Office) -> int:
    with ward_cases.database.reading() as session:
        return session.exec(select(Case.id).where(Case.subject == "A1")).one() or 0


async def test_an_account_is_corrected_on_the_page(
    ward: Visitor, colleague: Visitor, case: int, ward_cases: Office
) -> None:
    page = f"/cases/{case}/correct"
    assert f'href="{page}"' in (await ward.see(f"/cases/{case}")).text
    assert "Chưa được xác nhận" in (await ward.see(page)).text
    answer = await ward.send(page, **NEW, proof="", payee_citizen_id="", reason="Tài khoản cũ đã đóng")
    assert (answer.status_code, 'value="0991000123"' in answer.text) == (409, True)
    with ward_cases.database.session() as session:
        kept = session.get_one(Case, case)
        paper = {"what": "account", "filename": "so-tk.jpg", "media_type": "image/jpeg"}
        proof = add_proof(session, kept, Stored("a" * 64, 10), by="badinh", **paper)
        talked = {"way": "visited", "result": "told", "next_on": clock.today()}
        version = kept.version
        log_contact(session, case, EVERYTHING, version=version, by="badinh", role="ward", **talked)
    answer = await ward.send(page, **NEW, proof=str(proof.id), payee_citizen_id="", reason="Đã đóng")
    assert (answer.status_code, "Người khác vừa sửa" in answer.text) == (412, True)
    await ward.see(page)
    answer = await ward.send(page, **NEW, proof=str(proof.id), payee_citizen_id="", reason="Đã đóng")
    approval = answer.headers["location"].partition("?")[0]
    assert re.fullmatch(r"/approvals/\d+", approval)
    assert "Cần một người khác duyệt" in (await ward.see(answer.headers["location"])).text
    assert "0991000123" in (await colleague.see(approval)).text
    assert (await colleague.send(approval, answer="approve", note="")).status_code == 303
    with ward_cases.database.reading() as session:
        rows = session.exec(select(WelfareAccount).where(WelfareAccount.replaces != None)).all()  # noqa: E711  # SQL's word for it
    assert [(each.bank_code, each.account_no) for each in rows] == [("VCB", "0991000123")]
    assert "Đã sửa tài khoản hoặc người nhận" in (await ward.see(f"/cases/{case}")).text


async def test_nobody_is_suspended_whom_a_bank_failed_to_pay(ward: Visitor, case: int) -> None:
    page = (await ward.see(f"/cases/{case}/suspend")).text
    assert "Hiện chưa thể đề nghị gì" in page
    answer = await ward.send(f"/cases/{case}/suspend", act="suspend", reason="x", version="1")
    assert (answer.status_code, "Người chưa được chi vì lỗi của ngân hàng" in answer.text) == (409, True)
    assert (await ward.see("/cases/999/correct")).status_code == 404


async def test_staff_declare_their_relatives_and_only_others_end_it(
    visitor: Visitor, ward_cases: Office
) -> None:
    with ward_cases.database.session() as session:
        add_user(session, "quantri", "admin", areas=[], password=PASSWORD, by="test")
    await visitor.sign_in("badinh")
    assert "chưa khai ai" in (await visitor.see("/relatives")).text
    odd = await visitor.send("/relatives", citizen_id="12", relation="relative")
    assert (odd.status_code, 'value="12"' in odd.text) == (422, True)
    done = await visitor.send("/relatives", citizen_id="001145003417", relation="relative")
    assert done.headers["location"] == "/relatives?said=declared"
    page = (await visitor.see("/relatives")).text
    assert "001145003417" in page
    assert "/relatives/end" not in page
    assert (await visitor.send("/relatives", citizen_id="001145003417", relation="self")).status_code == 422
    end = {"username": "badinh", "citizen_id": "001145003417"}
    await visitor.see("/relatives")
    assert (await visitor.send("/relatives/end", **end)).status_code == 403
    visitor.client.cookies.clear()
    await visitor.sign_in("quantri")
    assert "001145003417" in (await visitor.see("/relatives")).text
    assert (await visitor.send("/relatives/end", **end)).headers["location"] == "/relatives?said=ended"
    assert "001145003417" not in (await visitor.see("/relatives")).text
