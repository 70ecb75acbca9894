"""Which bank owes which file by when: from the list, against what came, by the clock."""

import datetime as dt

import pytest

from payouts.cases.expected.acting import act_on, expect_by_hand
from payouts.cases.expected.expecting import look_after_files, note_come
from payouts.cases.expected.rules import days_late, next_step
from payouts.cases.expected.store import events_of, expected_files, late_count
from payouts.core import clock
from payouts.core.calendar import USUAL
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from tests.facts import Office

PROVINCE = Staff(1, "binh", "province", EVERYTHING)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


def states(office: Office, moment: str) -> dict[str, str]:
    """Look after the files at a moment, and say where each stands."""
    with clock.stopped(at(moment)), office.database.session() as session:
        look_after_files(session)
        return {each.file.bank_code: each.standing.state for each in expected_files(session, EVERYTHING)}


def late(office: Office) -> int:
    with office.database.reading() as session:
        return late_count(session, EVERYTHING)


@pytest.fixture
def month(office: Office) -> Office:
    """Two banks and cash, the deadline on Friday the 20th."""
    with clock.stopped(at("2026-11-02T09:00")):
        office.owe(
            {"line_ref": "A"},
            {"line_ref": "B", "account_no": "1500205004418"},
            {"line_ref": "C", "bank_code": "MB", "account_no": "0800205004419"},
            {"line_ref": "D", "channel": "cash", "bank_code": "", "account_no": ""},
        )
    return office


def test_a_file_is_awaited_then_late_then_come_and_each_is_noticed_once(month: Office) -> None:
    assert states(month, "2026-11-03T08:00") == {"VBA": "awaited", "MB": "awaited"}
    assert states(month, "2026-11-20T23:59") == {"VBA": "awaited", "MB": "awaited"}
    assert late(month) == 0
    assert states(month, "2026-11-21T00:05") == {"VBA": "late", "MB": "late"}
    assert states(month, "2026-11-22T00:05") == {"VBA": "late", "MB": "late"}
    assert late(month) == 2

    with clock.stopped(at("2026-11-23T10:00")):
        file = month.say("kq.csv", {"end_to_end_id": "A"}, {"end_to_end_id": "B"})
        with month.database.session() as session:
            assert [each.bank_code for each in note_come(session, file.id or 0)] == ["VBA"]
            assert note_come(session, file.id or 0) == []
    assert states(month, "2026-11-24T00:05") == {"MB": "late", "VBA": "come"}
    assert late(month) == 1
    with month.database.reading() as session:
        told = {e.file.bank_code: e.file for e in expected_files(session, EVERYTHING)}
        kinds = [event.kind for event in events_of(session, told["VBA"].id or 0)]
    assert kinds == ["came", "missed"]
    assert (told["VBA"].lines, told["VBA"].amount, told["MB"].lines) == (2, 1_620_000, 1)


def test_a_bank_whose_people_were_all_answered_by_another_file_owes_none(month: Office) -> None:
    with clock.stopped(at("2026-11-10T10:00")):
        month.say(
            "kq.csv",
            {"end_to_end_id": "A"},
            {"end_to_end_id": "B"},
            {"end_to_end_id": "C", "bank_code": "MB"},
        )
        month.run(as_of="2026-11-10")
    assert states(month, "2026-11-21T00:05") == {"MB": "answered", "VBA": "come"}
    assert late(month) == 0


def test_a_file_held_back_is_no_file_and_late_like_one(month: Office) -> None:
    with clock.stopped(at("2026-11-10T10:00")):
        month.say("kq.csv", {"end_to_end_id": "A", "amount": "many"})
    assert states(month, "2026-11-10T11:00") == {"VBA": "held", "MB": "awaited"}
    assert states(month, "2026-11-21T00:05") == {"VBA": "late", "MB": "late"}


def test_staff_agree_on_another_day_or_excuse_with_a_reason_and_may_take_it_back(month: Office) -> None:
    states(month, "2026-11-21T00:05")
    with clock.stopped(at("2026-11-23T09:00")), month.database.session() as session:
        ids = {e.file.bank_code: e.file.id or 0 for e in expected_files(session, EVERYTHING)}
        with pytest.raises(RefusedError, match="lý do"):
            act_on(session, ids["VBA"], "excused", PROVINCE, reason=" ")
        with pytest.raises(RefusedError, match="ngày hẹn"):
            act_on(session, ids["VBA"], "agreed", PROVINCE, reason="Hẹn", due_on=dt.date(2026, 11, 22))
        elsewhere = Staff(2, "an", "province", Scope(areas=None, programmes=frozenset({"HTXH"})))
        with pytest.raises(NotFoundError):
            act_on(session, ids["VBA"], "excused", elsewhere, reason="Không")
        act_on(session, ids["VBA"], "agreed", PROVINCE, reason="Chị Lan hẹn", due_on=dt.date(2026, 11, 25))
        act_on(session, ids["MB"], "excused", PROVINCE, reason="VBA trả lời thay")
        with pytest.raises(ConflictError):
            act_on(session, ids["MB"], "excused", PROVINCE, reason="VBA trả lời thay")
    assert states(month, "2026-11-25T08:00") == {"VBA": "awaited", "MB": "excused"}
    assert late(month) == 0
    assert states(month, "2026-11-26T08:00") == {"VBA": "late", "MB": "excused"}
    with clock.stopped(at("2026-11-26T09:00")), month.database.session() as session:
        act_on(session, ids["MB"], "wanted", PROVINCE, reason="Vẫn thiếu người")
    assert states(month, "2026-11-26T10:00") == {"VBA": "late", "MB": "late"}
    assert late(month) == 2


def test_a_file_that_no_list_tells_of_is_expected_by_hand_once(month: Office) -> None:
    with clock.stopped(at("2026-11-03T09:00")), month.database.session() as session:
        told = {"due_on": dt.date(2026, 11, 25), "reason": "Sao kê kho bạc"}
        expect_by_hand(session, "BTXH", "2026-11", "KBNN", PROVINCE, **told)  # type: ignore[arg-type]  # named as the parameters
        with pytest.raises(ConflictError):
            expect_by_hand(session, "BTXH", "2026-11", "KBNN", PROVINCE, **told)  # type: ignore[arg-type]  # named as the parameters
    assert states(month, "2026-11-24T08:00") == {"VBA": "late", "MB": "late", "KBNN": "awaited"}
    assert states(month, "2026-11-26T08:00")["KBNN"] == "late"


def test_a_bank_that_never_answers_is_told_of_anew_and_with_another_step_as_days_pass() -> None:
    friday = dt.date(2026, 11, 20)
    assert [days_late(friday, friday + dt.timedelta(days=n), USUAL) for n in (1, 4, 5, 11)] == [1, 1, 2, 6]
    steps = [next_step(days, "vi") for days in (0, 1, 2, 3, 6, 400)]
    assert steps[0] == ""
    assert steps[1] == steps[2] != steps[3] != steps[4] == steps[5]
