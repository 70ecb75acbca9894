"""What lists say otherwise than the registry, on a page; lists that lack people; registry files."""

import pytest
from sqlmodel import select

from payouts.core import clock
from payouts.identity.scope import EVERYTHING
from payouts.registry.deciding import Chosen
from payouts.registry.files.intake import read_received
from payouts.registry.models import Beneficiary
from payouts.registry.proposals import waiting_by_kind
from payouts.web.pages import registry_files
from payouts.web.render import day
from tests.facts import OWED, Office
from tests.web.visiting import Visitor

SECOND = {"citizen_id": "001145003418", "account_no": "1500205004418", "full_name": "Trần Văn Bình"}


def left(office: Office) -> dict[str, int]:
    with office.database.reading() as session:
        return waiting_by_kind(session, EVERYTHING, Chosen())


async def test_changes_are_decided_within_ones_ward_and_not_by_who_sent_the_list(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    ward_cases.owe(
        {"line_ref": "A12", "full_name": "Nguyễn Thị Hòa", "account_no": "777777"},
        {**SECOND, "line_ref": "A13", "account_no": "888888"},
        cycle="2026-12",
        by="badinh",
    )
    assert left(ward_cases) == {"changed": 2, "account": 2}
    page = (await ward.see("/registry")).text
    assert "Nguyễn Thị Hòa" in page
    assert page.count("do bạn gửi") == 2
    assert (await ward.send("/registry", act="approve")).status_code == 422
    await ward.see("/registry?kind=account")
    own = await ward.send("/registry", act="approve", which="all", kind="account")
    assert (own.status_code, "Cần một người khác" in own.text) == (422, True)
    await ward.see("/registry?kind=changed")
    done = await ward.send("/registry", act="approve", which="all", kind="changed")
    assert (done.status_code, done.headers["location"]) == (
        303,
        "/registry?kind=changed&source=&said=approve&count=2",
    )
    await colleague.see("/registry?kind=account")
    refused = await colleague.send("/registry", act="decline", which="all", kind="account", reason=" ")
    assert refused.status_code == 422
    await colleague.see("/registry?kind=account")
    assert (await colleague.send("/registry", act="approve", which="all", kind="account")).status_code == 303
    assert left(ward_cases) == {}
    assert "Không có gì chờ duyệt" in (await ward.see("/registry")).text


async def test_a_list_that_lacks_many_people_is_taken_with_a_reason(
    visitor: Visitor, ward_cases: Office
) -> None:
    await visitor.sign_in("thanhpho")
    many = [
        {**OWED, "line_ref": f"M{at}", "citizen_id": f"0011450{at:05}", "account_no": f"15002{at:05}"}
        for at in range(20)
    ]
    ward_cases.owe(*many, cycle="2026-12")
    stopped = ward_cases.owe({"line_ref": "N1"}, cycle="2027-01")
    address = f"/lists/{stopped.id}"
    assert "Danh sách thiếu nhiều người" in (await visitor.see(address)).text
    assert (await visitor.send(f"{address}/take", reason=" ")).status_code == 422
    await visitor.see(address)
    assert (await visitor.send(f"{address}/take", reason="Xã đã giải thể")).status_code == 303


async def test_a_registry_file_is_sent_and_its_receipt_names_the_line(
    visitor: Visitor, ward_cases: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_files, "PATIENCE_SECONDS", 0)
    await visitor.sign_in("thanhpho")
    assert "Chưa có tệp hồ sơ" in (await visitor.see("/registry/files")).text
    sent = await visitor.client.post(
        "/registry/files/send",
        data={"csrf_token": visitor.token()},
        files={"file": ("ho-so.csv", "Số định danh,Mức định danh\n001145003417,9\n".encode())},
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/registry/files/1?said=sent")
    read_received(ward_cases.database, ward_cases.settings, 1)
    page = (await visitor.see("/registry/files/1")).text
    assert "Mức định danh “9” không đúng." in page
    await visitor.sign_in("badinh")
    assert (await visitor.send("/registry/files/send")).status_code in {403, 422}


async def test_the_record_of_a_person_is_written_by_hand_and_an_account_is_asked_for(
    ward: Visitor, ward_cases: Office
) -> None:
    with ward_cases.database.reading() as session:
        person = session.exec(
            select(Beneficiary.id).where(Beneficiary.citizen_id == OWED["citizen_id"])
        ).one()
    address = f"/people/{person}/record"
    assert "Sửa hồ sơ" in (await ward.see(address)).text
    wrong = await ward.send(f"{address}/details", date_of_birth="mai", proof="Thẻ 1")
    assert (wrong.status_code, 'value="mai"' in wrong.text) == (422, True)
    await ward.see(address)
    assert (await ward.send(f"{address}/details", vneid_level="2", proof="Thẻ 1")).status_code == 303
    await ward.see(address)
    assert (await ward.send(f"{address}/opt_out", opt_out="refuses", proof="Biên bản 1")).status_code == 303
    page = (await ward.see(f"/people/{person}")).text
    for told in ("Mức 2", "Không muốn mở", "Cán bộ ghi vào hồ sơ", "Biên bản 1"):
        assert told in page, told
    await ward.see(address)
    wish = {"programme": "BTXH", "channel": "account", "bank": "MB", "account_no": "0990001"}
    more = {
        "account_name": "NGUYEN THI HOA",
        "proof": "Đơn",
        "reason": "Đổi",
        "confirmed_on": day(clock.today()),
    }
    asked = await ward.send(f"{address}/account", **wish, **more)
    assert asked.status_code == 303
    assert "Nguyễn Thị Hoa" in (await ward.see(asked.headers["location"])).text
    assert (await ward.send("/people/999/record/details", proof="x")).status_code == 404
