"""Runs through the database: numbered, kept, conserved, and each settlement line with one current word."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from payouts.core.errors import NotFoundError, RefusedError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.runs import reconcile as runs
from payouts.runs.models import Disposition, Run, Standing, Verdict
from payouts.runs.store import cycle_summary, runs_of, verdict_page
from reconciliation.results import Result
from tests.facts import Office

HOA = {"line_ref": "BT1", "citizen_id": "001145003417", "account_no": "1500205004417", "area_code": "00004"}
BINH = {"line_ref": "BT2", "citizen_id": "001052008826", "account_no": "1500205008826", "area_code": "00008"}
OLD = {"line_ref": "BT0", "citizen_id": "001145003417", "account_no": "1500205004417", "period": "2026-10"}


def verdicts(office: Office, cycle: str = "2026-11", scope: Scope = EVERYTHING) -> dict[str, str]:
    with office.database.reading() as session:
        page = verdict_page(session, "BTXH", cycle, scope)
    return {row["line_ref"]: row["verdict"] for row in page.items}


def current(office: Office) -> dict[int, tuple[str, int | None]]:
    """The current disposition of each settlement line, by its line in the file, and the cycle it serves."""
    with office.database.reading() as session:
        rows = session.exec(
            select(Disposition, Standing.cycle_id)
            .join(Standing, Standing.settlement_line_id == Disposition.settlement_line_id)
            .where(Standing.run_id == Disposition.run_id)
        ).all()
    return {said.settlement_line_id % (1 << 24): (said.disposition, cycle) for said, cycle in rows}


def test_runs_are_numbered_and_kept(office: Office) -> None:
    office.owe(HOA, BINH)
    first, _ = office.run(as_of="2026-11-15")
    office.say("kq.csv", {"end_to_end_id": "BT1"})
    second, _ = office.run(as_of="2026-11-25")

    assert (first.number, second.number) == (1, 2)
    assert verdicts(office) == {"BT1": "paid", "BT2": "missing"}
    with office.database.reading() as session:
        assert [run.state for run in runs_of(session, second.cycle_id)] == ["done", "done"]
        before = session.exec(select(Verdict.verdict).where(Verdict.run_id == first.id)).all()
    assert before == ["pending", "pending"]


def test_a_cycle_that_is_not_there_is_told(office: Office) -> None:
    with pytest.raises(NotFoundError, match="2026-11"):
        office.run()


def test_a_quarantined_file_is_no_evidence(office: Office) -> None:
    office.owe(HOA)
    office.say("kq.csv", {"end_to_end_id": "BT1"}, {"end_to_end_id": "BT2", "amount": "930.5"})
    office.run()

    assert verdicts(office) == {"BT1": "missing"}
    assert current(office) == {}


def test_a_ward_sees_and_counts_its_own_lines_only(office: Office) -> None:
    office.owe(HOA, BINH)
    office.say("kq.csv", {"end_to_end_id": "BT1"})
    office.run()
    ward = Scope(areas=frozenset({"00008"}), programmes=None)

    assert verdicts(office, scope=ward) == {"BT2": "missing"}
    with office.database.reading() as session:
        summary = cycle_summary(session, "BTXH", "2026-11", ward)
        with pytest.raises(NotFoundError):
            cycle_summary(session, "BTXH", "2026-11", Scope(areas=None, programmes=frozenset({"NCC"})))
    assert summary["owed"] == {"lines": 1, "amount": 810_000}
    assert summary["verdicts"] == {"missing": {"lines": 1, "owed": 810_000, "settled": 0}}


def test_money_nobody_was_owed_stands_once_in_the_common_list_and_serves_who_comes_later(
    office: Office,
) -> None:
    office.owe(HOA)
    office.say(
        "kq.csv", {"end_to_end_id": "BT1"}, {"end_to_end_id": "NC1", "account_no": "777", "amount": "5000"}
    )
    office.run()
    assert current(office) == {2: ("matched", 1), 3: ("unexpected", None)}

    office.owe({"line_ref": "NC1", "account_no": "777", "amount": "5000"}, programme="NCC")
    office.run(programme="NCC")
    assert current(office) == {2: ("matched", 1), 3: ("matched", 2)}


def test_what_one_cycle_claims_the_next_month_does_not_take(office: Office) -> None:
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("oct.csv", {"account_no": "1500205004417", "booked_on": "2026-10-28", "bank_ref": "F1"})
    office.run("2026-10")
    office.owe(HOA)
    office.run()

    assert (verdicts(office, "2026-10"), verdicts(office)) == ({"BT0": "paid"}, {"BT1": "missing"})


def test_a_payment_told_again_next_month_serves_no_second_line(office: Office) -> None:
    told = {"account_no": "1500205004417", "booked_on": "2026-10-28", "bank_ref": "F1"}
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("oct.csv", told)
    office.run("2026-10")
    office.owe(HOA)
    office.say("again.csv", told, {"account_no": "999", "bank_ref": "F9"})
    office.run()

    assert verdicts(office) == {"BT1": "missing"}


def test_a_late_return_in_the_next_month_undoes_what_it_names_and_nothing_else(office: Office) -> None:
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("oct.csv", {"account_no": "1500205004417", "booked_on": "2026-10-05", "bank_ref": "F1"})
    office.run("2026-10", as_of="2026-10-25")
    office.owe(HOA)
    office.say(
        "nov.csv",
        {"end_to_end_id": "BT1", "account_no": "1500205004417", "booked_on": "2026-11-05", "bank_ref": "F2"},
        {"status": "returned", "account_no": "1500205004417", "booked_on": "2026-11-10", "bank_ref": "F3",
         "original_ref": "F1", "reason_code": "AC04"},
    )  # fmt: skip
    office.run()
    assert verdicts(office) == {"BT1": "paid"}

    office.run("2026-10", as_of="2026-11-25")
    assert verdicts(office, "2026-10") == {"BT0": "failed"}
    office.run()
    assert verdicts(office) == {"BT1": "paid"}


def test_a_rejection_of_this_month_is_not_taken_for_the_open_line_of_last_month(office: Office) -> None:
    no = {"status": "rejected", "account_no": "1500205004417", "reason_code": "AC04"}
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("oct.csv", {**no, "booked_on": "2026-10-05"})
    office.run("2026-10", as_of="2026-10-25")
    office.owe(HOA)
    office.say("nov.csv", {**no, "booked_on": "2026-11-05"})
    office.run()
    assert (verdicts(office, "2026-10"), verdicts(office)) == ({"BT0": "failed"}, {"BT1": "failed"})

    office.run("2026-10", as_of="2026-11-25")
    assert (verdicts(office, "2026-10"), verdicts(office)) == ({"BT0": "failed"}, {"BT1": "failed"})


def test_a_run_whose_sums_do_not_tie_is_refused_and_nothing_of_it_counts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.owe(HOA, BINH)
    honest = runs.reconcile

    def loses_a_line(*facts: Any, **more: Any) -> Result:
        said = honest(*facts, **more)
        return dataclasses.replace(said, verdicts=said.verdicts.slice(1))

    monkeypatch.setattr(runs, "reconcile", loses_a_line)
    with pytest.raises(RefusedError, match="không khớp"):
        office.run()

    with office.database.reading() as session:
        assert [run.state for run in session.exec(select(Run))] == ["refused"]
        assert session.exec(select(Verdict)).all() == []
    assert verdicts(office) == {}


def test_pages_of_verdicts_follow_one_another_without_gap(office: Office) -> None:
    office.owe(
        *({"line_ref": f"P{n}", "citizen_id": f"00114500{n:04d}", "account_no": f"15{n}"} for n in range(7))
    )
    office.run()
    seen: list[str] = []
    cursor = None
    with office.database.reading() as session:
        while True:
            page = verdict_page(
                session, "BTXH", "2026-11", EVERYTHING, verdict="missing", cursor=cursor, limit=3
            )
            seen += [row["line_ref"] for row in page.items]
            cursor = page.next
            if cursor is None:
                break
        with pytest.raises(NotFoundError):
            verdict_page(session, "BTXH", "2026-11", EVERYTHING, cursor="9" * 40)
    assert seen == [f"P{n}" for n in range(7)]
