"""Many cases at once: chosen, shown, done, undone; what is in the way of one hinders no other."""

import re

from sqlmodel import select

from payouts.cases.models import Case
from tests.facts import Office
from tests.web.visiting import Visitor

BOX = re.compile(r"name=\"(case-\d+)\" value=\"(\d+)\"")


def cases(office: Office) -> dict[str, Case]:
    with office.database.reading() as session:
        return {case.subject: case for case in session.exec(select(Case))}


async def ticked(visitor: Visitor) -> dict[str, str]:
    return dict(BOX.findall((await visitor.see("/cases")).text))


async def test_cases_are_assigned_together_and_given_back(ward: Visitor, ward_cases: Office) -> None:
    boxes = await ticked(ward)
    answer = await ward.send("/cases/bulk", **boxes, assignee="badinh2", state="waiting", due="30/12/2026")
    assert answer.status_code == 303
    act = answer.headers["location"]
    shown = (await ward.see(act)).text
    assert "Sẽ sửa 2 việc." in shown
    assert "badinh2" in shown
    assert "30/12/2026" in shown
    assert {case.assignee for case in cases(ward_cases).values()} == {None}

    assert (await ward.send(f"{act}/do")).status_code == 303
    done = cases(ward_cases)
    assert [(done[each].assignee, done[each].state) for each in ("A1", "A2", "B1")] == [
        ("badinh2", "waiting"),
        ("badinh2", "waiting"),
        (None, "open"),
    ]
    assert "Đã sửa 2 việc." in (await ward.see(act)).text
    assert (await ward.send(f"{act}/do", once="more")).status_code == 409

    await ward.see(act)
    assert (await ward.send(f"{act}/undo")).status_code == 303
    back = cases(ward_cases)
    assert [(back[each].assignee, back[each].state) for each in ("A1", "A2")] == [(None, "open")] * 2
    assert "Kết quả hoàn tác" in (await ward.see(act)).text


async def test_a_case_that_somebody_changed_meanwhile_stays_as_it_is(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    boxes = await ticked(ward)
    act = (await ward.send("/cases/bulk", **boxes, assignee="badinh")).headers["location"]
    await ward.see(act)
    number = cases(ward_cases)["A1"].id
    await colleague.see(f"/cases/{number}")
    assert (
        await colleague.send(f"/cases/{number}/assign", assignee="badinh2", state="open")
    ).status_code == 303
    await ward.send(f"{act}/do")
    assert {each: case.assignee for each, case in cases(ward_cases).items()} == {
        "A1": "badinh2",
        "A2": "badinh",
        "B1": None,
    }
    assert "Đã có người sửa việc này sau khi bạn xem" in (await ward.see(act)).text


async def test_all_that_fit_are_chosen_within_the_area(ward: Visitor, ward_cases: Office) -> None:
    await ward.see("/cases")
    sent = await ward.send(
        "/cases/bulk", filters="verdict=missing", all="1", state="closed", reason="Trùng danh sách"
    )
    act = sent.headers["location"]
    assert "Sẽ sửa 1 việc." in (await ward.see(act)).text
    await ward.send(f"{act}/do")
    closed = {each for each, case in cases(ward_cases).items() if case.state == "closed"}
    assert closed == {"A2"}


async def test_what_cannot_be_is_refused_before_it_is_shown(ward: Visitor, ward_cases: Office) -> None:
    boxes = await ticked(ward)
    wrong = (
        ({"assignee": "badinh"}, "Hãy chọn ít nhất một việc."),
        (boxes, "Hãy chọn việc cần làm"),
        ({**boxes, "state": "closed"}, "Hãy ghi lý do"),
        ({**boxes, "assignee": "hoankiem"}, "Tên người phụ trách không đúng."),
        ({**boxes, "due": "32/13/2026"}, "Hãy ghi ngày như 22/11/2026."),
    )
    for fields, said in wrong:
        answer = await ward.send("/cases/bulk", **fields)
        assert (answer.status_code, said in answer.text) == (422, True), said
        await ward.see("/cases")
    foreign = cases(ward_cases)["B1"].id
    answer = await ward.send("/cases/bulk", **{f"case-{foreign}": "1"}, assignee="badinh")
    shown = (await ward.see(answer.headers["location"])).text
    assert "Lê Thị Lan" not in shown
    assert "1 dòng không thuộc việc nào trong địa bàn của bạn" in shown
    assert (await ward.see("/cases/bulk/99")).status_code == 404


async def test_nobody_acts_on_what_another_prepared(
    ward: Visitor, colleague: Visitor, ward_cases: Office
) -> None:
    act = (await ward.send("/cases/bulk", **await ticked(ward), assignee="badinh")).headers["location"]
    await colleague.see("/cases")
    assert (await colleague.send(f"{act}/do")).status_code == 404
    assert {case.assignee for case in cases(ward_cases).values()} == {None}


async def test_filters_are_kept_under_a_name_and_dropped(ward: Visitor) -> None:
    await ward.see("/cases?verdict=failed")
    answer = await ward.send("/cases/views", filters="verdict=failed&sort=due", name="Bị trả lại")
    assert answer.headers["location"] == "/cases?verdict=failed&sort=due"
    shown = (await ward.see("/cases?verdict=failed&sort=due")).text
    assert '<strong aria-current="true">Bị trả lại</strong>' in shown
    assert 'href="/cases?verdict=failed&amp;sort=due">Bị trả lại</a>' in (await ward.see("/cases")).text
    assert (await ward.send("/cases/views", filters="verdict=failed", name=" ")).status_code == 422
    await ward.see("/cases")
    dropped = re.search(r'action="(/cases/views/\d+/drop)"', ward.last)
    assert dropped
    assert (await ward.send(dropped[1])).status_code == 303
    assert "Bị trả lại" not in (await ward.see("/cases")).text


async def test_single_keys_are_switched_off_for_one_person(ward: Visitor, colleague: Visitor) -> None:
    assert "data-on" in (await ward.see("/cases")).text
    await ward.send("/shortcuts", on="")
    assert "data-on" not in (await ward.see("/cases")).text
    assert "data-on" in (await colleague.see("/cases")).text
