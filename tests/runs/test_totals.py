"""Sums that runs keep: by ward, by bank and by month, and which banks a cycle waits for."""

import datetime as dt

from sqlmodel import select

from payouts.cases.ageing import ageing, open_by_ward
from payouts.core import clock
from payouts.identity.banks import add_bank_client
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.awaited import Awaited, awaited
from payouts.runs.models import BankTotal, VerdictTotal
from payouts.runs.store import last_run
from payouts.runs.totals import by_bank, by_ward, trend
from tests.facts import Office

BA_DINH, HOAN_KIEM = "00004", "00070"


def owe_three(office: Office) -> None:
    """Two people of one ward at two banks, one of another ward whose money is cash."""
    cash = {"channel": "cash", "bank_code": "", "account_no": ""}
    office.owe(
        {"line_ref": "A1"},
        {"line_ref": "A2", "citizen_id": "001145003418", "bank_code": "MB", "account_no": "88"},
        {"line_ref": "B1", "citizen_id": "001145003419", "area_code": HOAN_KIEM, **cash},
    )
    office.say("vba.csv", {"bank_ref": "F1", "end_to_end_id": "A1"})


def test_what_a_run_adds_up_to_by_bank_ties_with_what_it_adds_up_to_by_ward(office: Office) -> None:
    owe_three(office)
    run, _ = office.run()
    with office.database.reading() as session:
        banks, wards = (by(session, run.id or 0, EVERYTHING) for by in (by_bank, by_ward))
        assert {code: tally.verdicts for code, tally in banks.items()} == {
            "VBA": {"paid": 1},
            "MB": {"missing": 1},
            "": {"offline": 1},
        }
        assert {code: tally.lines for code, tally in wards.items()} == {BA_DINH: 2, HOAN_KIEM: 1}
        for name in ("lines", "owed", "settled", "paid"):
            kept = [
                sum(getattr(each, name) for each in session.exec(select(table)))
                for table in (BankTotal, VerdictTotal)
            ]
            assert kept[0] == kept[1], name
        ward = by_bank(session, run.id or 0, Scope(frozenset({HOAN_KIEM}), None))
        assert list(ward) == [""]


def test_months_follow_one_another_as_their_last_runs_say(office: Office) -> None:
    for cycle in ("2026-09", "2026-10", "2026-11"):
        office.owe({"line_ref": f"L{cycle[-2:]}"}, cycle=cycle)
        office.run(cycle=cycle)
    office.say("vba.csv", {"bank_ref": "F1", "end_to_end_id": "L10"})
    office.run(cycle="2026-10")
    with office.database.reading() as session:
        told = trend(session, "BTXH", EVERYTHING, until="2026-10")
    assert [(cycle, tally.verdicts) for cycle, tally in told] == [
        ("2026-09", {"missing": 1}),
        ("2026-10", {"paid": 1}),
    ]


def awaited_banks(office: Office) -> dict[str, Awaited]:
    with office.database.reading() as session:
        cycle = session.exec(select(PayoutCycle)).one()
        run = last_run(session, cycle.id or 0)
        assert run
        return {
            each.bank: each for each in awaited(session, cycle, by_bank(session, run.id or 0, EVERYTHING))
        }


def test_a_bank_is_waited_for_until_a_file_of_it_counts(office: Office) -> None:
    with clock.stopped(dt.datetime(2026, 11, 10, 9, tzinfo=clock.VIETNAM)):
        owe_three(office)
        with office.database.session() as session:
            add_bank_client(session, "VBA", by="test")
            add_bank_client(session, "ICB", by="test")  # holds nobody's account in this cycle
        office.run(as_of="2026-11-10")
    banks = awaited_banks(office)
    assert next(iter(banks)) == "MB"
    assert (banks["MB"].missing, banks["MB"].sent, banks["MB"].unanswered) == (True, "none", 1)
    assert (banks["VBA"].missing, banks["VBA"].sent, banks["VBA"].files) == (False, "accepted", 1)
    assert not banks["ICB"].missing
    with clock.stopped(dt.datetime(2026, 11, 12, 9, tzinfo=clock.VIETNAM)):
        office.say("mb.csv", {"bank_ref": "F2", "end_to_end_id": "A2", "amount": "không"}, bank="MB")
    assert (awaited_banks(office)["MB"].missing, awaited_banks(office)["MB"].sent) == (True, "quarantined")


def test_open_cases_are_counted_by_age_within_a_scope_those_of_a_silent_bank_apart(office: Office) -> None:
    silent = {"citizen_id": "001145003418", "bank_code": "MB", "account_no": "88"}
    with clock.stopped(dt.datetime(2026, 11, 22, 23, 30, tzinfo=clock.VIETNAM)):
        office.owe(
            {"line_ref": "A1"},
            {"line_ref": "A2", **silent},
            {"line_ref": "B1", "citizen_id": "001145003419", "area_code": HOAN_KIEM},
        )
        rejected = {"status": "rejected", "reason_code": "AC04"}
        office.say("no.csv", *({"bank_ref": ref, "end_to_end_id": ref, **rejected} for ref in ("A1", "B1")))
        office.run(as_of="2026-11-22")
    with office.database.reading() as session:
        for today, since in (("2026-11-22", 0), ("2026-11-24", 0), ("2026-11-25", 3), ("2026-11-30", 8)):
            bands = ageing(session, EVERYTHING, today=dt.date.fromisoformat(today))
            found = {each.since: each for each in bands}[since]
            assert (found.in_time + found.overdue, found.parked) == (2, 1), today
        last = ageing(session, EVERYTHING, today=dt.date(2027, 3, 1))[-1]
        assert (last.in_time, last.overdue, last.parked) == (0, 2, 1)
        ward = Scope(frozenset({HOAN_KIEM}), None)
        bands = ageing(session, ward, today=dt.date(2026, 11, 22))
        assert sum(each.in_time for each in bands) == 1
        at = {"programme": "BTXH", "cycle": "2026-11"}
        assert open_by_ward(session, ward, **at) == {HOAN_KIEM: 1}
        assert open_by_ward(session, EVERYTHING, **at) == {BA_DINH: 1, HOAN_KIEM: 1}
