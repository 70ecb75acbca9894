"""One beneficiary with all that is known: whose ward sees what, what changed, and what stands on the slip."""

import datetime as dt

import pytest
from sqlmodel import Session, select

from payouts.cases.life import by_approval
from payouts.cases.opening import open_case_of_line
from payouts.cases.people import PersonView, payments_of, person_with, view_person
from payouts.cases.slip import items, told_of
from payouts.core.errors import NotFoundError, StaleError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutLine
from payouts.registry.marks import mark, withheld
from payouts.registry.models import Beneficiary, Stop, Suspension, WelfareAccount
from payouts.web.labels import PERSON_CHANGES
from reconciliation.tables import VERDICTS
from tests.facts import OWED, Office

HOA = OWED["citizen_id"]
BA_DINH, HOAN_KIEM = (Scope(frozenset({code}), None) for code in ("00004", "00070"))


def hoa(session: Session, scope: Scope = EVERYTHING) -> PersonView:
    person = session.exec(select(Beneficiary).where(Beneficiary.citizen_id == HOA)).one()
    return view_person(session, person.id or 0, scope)


def three_months(office: Office) -> None:
    """October is paid; she moves to another ward and bank in November, where the bank rejects her."""
    office.owe({"line_ref": "A10", "period": "2026-10"}, cycle="2026-10")
    office.owe(
        {"line_ref": "A11", "area_code": "00070", "bank_code": "MB", "account_no": "88", "amount": "900000"}
    )
    office.approve()
    office.say("oct.csv", {"bank_ref": "F1", "end_to_end_id": "A10", "booked_on": "2026-10-05"})
    office.say(
        "nov.csv",
        {
            "bank_ref": "F2",
            "end_to_end_id": "A11",
            "status": "rejected",
            "reason_code": "AC04",
            "amount": "900000",
        },
        bank="MB",
    )
    office.run(cycle="2026-10")
    office.run()


def test_the_ward_of_today_sees_everything_and_a_former_one_what_it_paid(office: Office) -> None:
    three_months(office)
    with office.database.reading() as session:
        today = hoa(session, HOAN_KIEM)
        assert [(row["cycle"], row["verdict"]) for row in today.payments.items] == [
            ("2026-11", "failed"),
            ("2026-10", "paid"),
        ]
        assert [(each.account_no, each.valid_to is None) for each in today.accounts] == [
            ("88", True),
            ("1500205004417", False),
        ]
        assert [row["verdict"] for row in today.cases] == ["failed"]
        former = hoa(session, BA_DINH)
        assert [row["cycle"] for row in former.payments.items] == ["2026-10"]
        assert (former.whole, former.accounts, former.cases, former.marks) == (False, [], [], [])
        with pytest.raises(NotFoundError):
            hoa(session, Scope(frozenset({"00008"}), None))
        with pytest.raises(NotFoundError):
            hoa(session, Scope(None, frozenset({"NCC"})))


def test_what_lists_changed_is_told_with_both_sides(office: Office) -> None:
    three_months(office)
    with office.database.reading() as session:
        told = hoa(session).changes
        change, first = (each for each in told if not each.what.startswith("recorded_"))
        recorded = {name for each in told if each.what == "recorded_list" for name in each.fields}
        assert recorded == {"area_code", "account"}  # once approved
    assert (first.what, change.what, change.cycle, change.source) == (
        "first_listed",
        "listed",
        "2026-11",
        "list-BTXH-2026-11.csv",
    )
    assert change.fields == {
        "area_code": ("00004", "00070"),
        "amount": (810_000, 900_000),
        "bank_code": ("VBA", "MB"),
        "account_no": ("1500205004417", "88"),
    }


def test_somebody_is_found_by_either_identity_number_and_only_within_a_scope(office: Office) -> None:
    office.owe({"line_ref": "A1"}, usual={**OWED, "other_ids": "012345678"})
    with office.database.reading() as session:
        found = person_with(session, HOA, BA_DINH)
        assert found
        assert person_with(session, "001145009999", BA_DINH) is None
        assert person_with(session, HOA, HOAN_KIEM) is None


def test_the_latest_word_on_the_family_counts_and_nobody_overwrites_another(office: Office) -> None:
    office.owe({"line_ref": "A1"})
    with office.database.session() as session:
        person = session.exec(select(Beneficiary.id)).one() or 0
        assert not withheld(session, HOA)
        mark(session, person, withhold=True, reason="Bà tự nói", read=0, by="an")
    with office.database.session() as session:
        assert withheld(session, HOA)
        with pytest.raises(StaleError):
            mark(session, person, withhold=False, reason="Con nói", read=0, by="binh")
        mark(session, person, withhold=False, reason="Bà đổi ý", read=1, by="binh")
    with office.database.reading() as session:
        view = hoa(session)
        assert not view.withheld
        assert [each.what for each in view.changes][:2] == ["unmarked", "marked"]


def test_payments_follow_one_another_page_by_page(office: Office) -> None:
    for month in ("07", "08", "09"):
        second = {"citizen_id": HOA, "amount": "150000", "period": "2026-06"}
        office.owe({"line_ref": f"L{month}A"}, {"line_ref": f"L{month}B", **second}, cycle=f"2026-{month}")
    seen: list[str] = []
    cursor: str | None = None
    with office.database.reading() as session:
        person = session.exec(select(Beneficiary)).one()
        while True:
            page = payments_of(session, person, EVERYTHING, cursor=cursor, limit=2)
            seen += [row["line_ref"] for row in page.items]
            cursor = page.next
            if cursor is None:
                break
        with pytest.raises(NotFoundError):
            payments_of(session, person, EVERYTHING, cursor="2026-07_x")
    assert seen == ["L09B", "L09A", "L08B", "L08A", "L07B", "L07A"]


def test_a_slip_tells_the_latest_month_and_what_is_open_of_others(office: Office) -> None:
    three_months(office)
    office.owe({"line_ref": "A09", "period": "2026-09"}, cycle="2026-09")
    office.run(cycle="2026-09")
    with office.database.session() as session:
        october = session.exec(select(PayoutLine).where(PayoutLine.line_ref == "A10")).one()
        open_case_of_line(session, "card_lost", october, by="an")
    with office.database.reading() as session:
        view = hoa(session)
        told = items(view.payments.items, view.cases)
    assert [(item.month, item.actor, item.by is not None) for item in told] == [
        ("2026-10", "ward", True),
        ("2026-11", "ward", True),
        ("2026-09", "province", False),  # its whole bank is silent: no clock runs
    ]
    assert "đã đóng" in told[1].what.vi
    assert told[1].ask


def test_every_verdict_has_its_words_and_none_tells_somebody_that_they_have_died() -> None:
    for verdict in (*VERDICTS, None):
        what, _ = told_of(verdict, None)
        assert what.vi
        assert what.en
    for reason in ("MD07", "MS03", "AC04", "RR04", "ZZ99"):
        what, ask = told_of("failed", reason)
        said = f"{what.vi} {ask.vi if ask else ''}".lower()
        assert not any(word in said for word in ("chết", "mất", "tử vong", "lừa đảo", "gian lận")), reason


def test_what_took_a_second_person_is_told_with_its_approval() -> None:
    moment = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    account = WelfareAccount(
        beneficiary_id=1,
        programme="BTXH",
        channel="account",
        bank_code="MB",
        account_no="88",
        valid_from=moment.date(),
        source_line_id=1,
        recorded_at=moment,
        approval_id=7,
    )
    listed = account.model_copy(update={"approval_id": None})
    held = Suspension(
        beneficiary_id=1,
        programme="BTXH",
        since="2026-08",
        approval_id=8,
        made_at=moment,
        made_by="an",
        ended_at=moment,
        ended_by="binh",
        ended_approval_id=9,
    )
    stop = Stop(
        citizen_id=HOA,
        why="died",
        happened_on=moment.date(),
        document_no="12/TLKT",
        document_on=moment.date(),
        last_month="2026-11",
        approval_id=10,
        made_at=moment,
        made_by="an",
    )
    told = by_approval([account, listed], [held], [stop])
    assert [(each.what, each.approval) for each in told] == [
        ("account_corrected", 7),
        ("suspended", 8),
        ("reinstated", 9),
        ("stopped_died", 10),
    ]
    assert {each.what for each in told} <= set(PERSON_CHANGES)
