"""The page of a beneficiary, the mark on it, the counter with its slip, and where offices are reached."""

import re

from sqlmodel import select

from payouts.identity.audit import events
from payouts.registry.models import Beneficiary
from tests.facts import OWED, Office
from tests.web.visiting import Visitor


def person_of(office: Office, citizen_id: str) -> int:
    with office.database.reading() as session:
        return session.exec(select(Beneficiary.id).where(Beneficiary.citizen_id == citizen_id)).one() or 0


async def test_from_the_identity_number_to_a_slip_that_gives_nothing_away(
    ward: Visitor, ward_cases: Office
) -> None:
    await ward.see("/counter")
    answer = await ward.send("/counter", number="001145003417|012345678|Nguyễn Thị Hoa|01011945|Nữ")
    person = person_of(ward_cases, OWED["citizen_id"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/people/{person}/slip")
    page = (await ward.see(f"/people/{person}/slip")).text
    slip = re.sub(r"<[^>]+>", "", page.split("<article", 1)[1].split("</article>", 1)[0])
    assert "Tài khoản đã đăng ký nay đã đóng." in slip
    assert "Phường Ba Đình" in slip
    for hidden in (OWED["account_no"], OWED["account_no"][-4:], OWED["citizen_id"], "BTXH", "810.000"):
        assert hidden not in slip
    assert 'href="/cases/new?line_ref=A1"' in page
    assert "A1" in (await ward.see("/cases/new?line_ref=A1")).text
    with ward_cases.database.reading() as session:
        read = [(event.what, event.subject) for event in events(session, limit=3)][1:]
    assert read == [("person.slip", f"person {person}"), ("counter.read", f"person {person}")]


async def test_a_number_of_nobody_here_is_told_and_stands_in_no_address(ward: Visitor) -> None:
    await ward.see("/counter")
    for number, status in (("123", 422), ("001145003419", 404), ("001145009999", 404)):
        answer = await ward.send("/counter", number=number)
        assert answer.status_code == status, number
        assert "govuk-error-message" in answer.text


async def test_the_mark_on_telling_the_family_is_seen_and_stale_forms_come_back(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    address = f"/people/{person_of(ward_cases, OWED['citizen_id'])}"
    for somebody in (ward, colleague):
        await somebody.see(address)
    refused = await ward.send(f"{address}/mark", withhold="yes", read="0", reason=" ")
    assert refused.status_code == 422
    await ward.see(address)
    assert (
        await ward.send(f"{address}/mark", withhold="yes", read="0", reason="Bà tự nói")
    ).status_code == 303
    late = await colleague.send(f"{address}/mark", withhold="yes", read="0", reason="Bà cũng nói với tôi")
    assert late.status_code == 412
    assert "Bà cũng nói với tôi</textarea>" in late.text
    for path in (address, f"{address}/slip"):
        assert "Không tiết lộ với gia đình." in (await ward.see(path)).text


async def test_what_lies_outside_a_ward_does_not_exist_and_others_only_read(
    ward: Visitor, ward_cases: Office
) -> None:
    lan = person_of(ward_cases, "001145003419")
    assert (await ward.see(f"/people/{lan}")).status_code == 404
    assert (await ward.see(f"/people/{lan}/slip")).status_code == 404
    assert (await ward.see(f"/people/{2**70}")).status_code == 404
    hoa = f"/people/{person_of(ward_cases, OWED['citizen_id'])}"
    await ward.see(hoa)
    await ward.send("/sign-out")
    await ward.sign_in("kiemtra")
    page = await ward.see(hoa)
    assert page.status_code == 200
    assert "/mark" not in page.text
    assert (await ward.send(f"{hoa}/mark", withhold="yes", read="0", reason="x")).status_code == 403


async def test_where_an_office_is_reached_is_written_down_and_stands_on_the_slip(
    ward: Visitor, ward_cases: Office
) -> None:
    await ward.see("/offices")
    assert (await ward.send("/offices", office="00004", phone="gọi tôi")).status_code == 422
    assert (await ward.send("/offices", office="province", phone="1022")).status_code == 422
    fields = {"phone": "024 3734 0000", "place": "Phòng một cửa, sáng thứ Hai đến thứ Sáu"}
    assert (await ward.send("/offices", office="00004", **fields)).status_code == 303
    page = (await ward.see(f"/people/{person_of(ward_cases, OWED['citizen_id'])}/slip")).text
    assert page.count("024 3734 0000") == 2
    assert "Phòng một cửa" in page
