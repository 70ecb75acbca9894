"""Predictions on the page and over HTTP: made, read within one's scope, held against what came."""

from sqlmodel import select

from payouts.jobs.models import Job
from tests.facts import Office
from tests.web.visiting import Visitor

AGAIN = {"period": "2026-12"}


def december(office: Office) -> int:
    """Owe the same people again, after the month in which two of them failed."""
    third = {"citizen_id": "001145003419", "account_no": "1500205004419", "area_code": "00070"}
    made = office.owe(
        {"line_ref": "C1", **AGAIN},
        {"line_ref": "C2", "full_name": "Lê Thị Lan", **third, **AGAIN},
        cycle="2026-12",
    )
    return made.id or 0


async def test_a_ward_sees_which_of_its_lines_will_fail_and_what_came_of_it(
    visitor: Visitor, ward_cases: Office
) -> None:
    list_id = december(ward_cases)
    await visitor.sign_in("badinh")
    assert "Chưa dự báo danh sách nào" in (await visitor.see("/predictions")).text
    assert "Danh sách này chưa được dự báo" in (await visitor.see(f"/predictions/{list_id}")).text
    assert (await visitor.send(f"/predictions/{list_id}")).status_code == 403
    await visitor.see("/predictions")
    await visitor.send("/sign-out")
    await visitor.sign_in("thanhpho")
    await visitor.see(f"/predictions/{list_id}")
    assert (await visitor.send(f"/predictions/{list_id}")).status_code == 303
    await visitor.see("/predictions")
    headers = {"X-CSRF-Token": visitor.token()}
    at = f"/v1/payout-lists/{list_id}"
    made = await visitor.client.post(f"{at}/predictions", headers=headers)
    assert (made.status_code, made.json()["predicted"], made.json()["run"]) == (201, 2, None)
    rows = (await visitor.see(f"{at}/predicted-lines?limit=1&lang=en")).json()
    assert (rows["next"], rows["items"][0]["reason_code"]) == ("C1", "AC04")
    rows = (await visitor.see(f"{at}/predicted-lines?cursor=C1&sign=failed_before")).json()
    assert [each["full_name"] for each in rows["items"]] == ["Lê Thị Lan"]
    assert (await visitor.client.post("/v1/payout-lists/99/predictions", headers=headers)).status_code == 404
    ward_cases.say(
        "december.csv", {"bank_ref": "F9", "end_to_end_id": "C1", "status": "rejected", "reason_code": "AC04"}
    )
    ward_cases.run(cycle="2026-12", as_of="2026-12-05")
    [told] = (await visitor.see(f"{at}/predictions")).json()["items"]
    assert (told["run"], told["foretold"]["failed"], told["reason_right"]) == (1, 1, 1)
    assert "100,0\u00a0%" in (await visitor.see("/predictions")).text
    assert "Tài khoản đã đóng" in (await visitor.see(f"/predictions/{list_id}?sign=failed_before")).text
    await visitor.send("/sign-out")
    await visitor.sign_in("hoankiem")
    page = (await visitor.see(f"/predictions/{list_id}")).text
    assert "Lê Thị Lan" in page
    assert ">C1<" not in page
    with ward_cases.database.reading() as session:
        assert len(session.exec(select(Job).where(Job.name == "foretell")).all()) == 1
