"""An old run judged again gives the same answer, whatever came since; what others would say is shown."""

import datetime as dt
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.rulebook import read_rules
from payouts.identity.scope import EVERYTHING
from payouts.jobs.asking import start_run
from payouts.lists.models import PayoutCycle, PayoutLine, Voucher
from payouts.runs.again import Again, judge_again, what_if
from payouts.runs.fallen import answer
from payouts.runs.matches import decide, pair_named, undo
from payouts.runs.models import Disposition, RuleSet, Run, RunRecord, Verdict
from payouts.runs.reconcile import ask_run, carry_out
from payouts.settlements import desk
from tests.facts import Office

OCT = {"line_ref": "O1", "citizen_id": "001145003417", "account_no": "1500205004417", "period": "2026-10"}
NOV = {**OCT, "line_ref": "N1", "period": "2026-11"}
LAN = {
    "line_ref": "N2",
    "citizen_id": "001148011203",
    "account_no": "1500205011203",
    "full_name": "Trần Thị Lan",
}
CASH = {"line_ref": "N3", "citizen_id": "001052008826", "channel": "cash"}
OTHER = {"line_ref": "H1", "citizen_id": "001161000111", "account_no": "1500205000111"}
PAID_OCT = {"account_no": "1500205004417", "booked_on": "2026-10-05", "bank_ref": "F1"}
PAID_NOV = {"account_no": "1500205004417", "booked_on": "2026-11-05", "bank_ref": "F2"}
RULES = 'version: "{version}"\nvalid_from: {day}\nnote: thử\n'


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHITRA_RULES", str(tmp_path / "rules"))
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def again(office: Office, number: int, cycle: str = "2026-11") -> Again:
    return judge_again(office.database, programme="BTXH", cycle=cycle, number=number)


def withdraw(office: Office, file_id: int | None) -> None:
    with office.database.session() as session:
        desk.decide(session, file_id or 0, "withdraw", reason="gửi nhầm", by="an")
    with office.database.session() as session:
        answer(session, file_id or 0, "approve", by="binh")


def sign(office: Office, line_ref: str) -> None:
    with office.database.session() as session:
        line = session.exec(select(PayoutLine.id).where(PayoutLine.line_ref == line_ref)).one()
        session.add(
            Voucher(
                payout_line_id=line,
                number="PC1",
                collected_on=dt.date(2026, 11, 9),
                recorded_at=clock.now(),
                recorded_by="an",
            )
        )


def test_old_runs_give_the_same_answer_after_all_that_may_happen(office: Office, rules: Path) -> None:
    office.owe(OCT, cycle="2026-10", name="oct.csv", deadline=None)
    oct_file = office.say("oct.csv", PAID_OCT)
    office.run(cycle="2026-10", as_of="2026-10-25")
    office.owe(NOV, LAN, CASH)
    office.owe(OTHER, programme="HTXH")
    office.say(
        "nov.csv",
        {**PAID_NOV, "amount": "800000"},
        {"account_no": "1500209911203", "remittance_info": "TRAN THI LAN", "bank_ref": "F4"},
        {**PAID_OCT, "bank_ref": "F3", "original_ref": "F1", "status": "returned", "booked_on": "2026-11-06"},
    )
    office.run(as_of="2026-11-10")
    assert all(again(office, 1, cycle).same for cycle in ("2026-10", "2026-11"))

    sign(office, "N3")
    office.run(as_of="2026-11-20")  # 2: with the voucher
    office.run(cycle="2026-10", as_of="2026-11-20")  # O1 has come back
    withdraw(office, oct_file.id)
    office.say("late.csv", {**PAID_NOV, "bank_ref": "F5", "amount": "10000"}, {"end_to_end_id": "N2"})
    office.run(as_of="2026-11-25")  # 3
    (rules / "a.yaml").write_text(
        RULES.format(version="strict", day="2026-11-25")
        + "matching: {steps: [reference], fee_tolerance: 0}\ndates: {opens_on: {day: 1}}\n",
        encoding="utf-8",
    )
    office.run(as_of="2026-11-25")  # 4: by other rules
    office.run(cycle="2026-10", as_of="2026-11-25")
    told = [again(office, number) for number in (1, 2, 3, 4)]
    told += [again(office, number, "2026-10") for number in (1, 2, 3)]

    assert [each.same for each in told] == [True] * 7
    assert [each.book.version for each in told] == ["chitra-1"] * 3 + ["strict"] + ["chitra-1"] * 2 + [
        "strict"
    ]
    with office.database.reading() as session:
        said = session.exec(select(Verdict.verdict).order_by(Verdict.run_id, Verdict.payout_line_id)).all()  # type: ignore[arg-type]  # columns
        assert len(set(said)) >= 5  # so that there is something to be the same
        assert session.exec(select(func.count()).select_from(RuleSet)).one() == 2
        assert session.exec(select(func.count()).select_from(RunRecord)).one() == 7


def test_a_superseded_line_and_a_moved_deadline_change_nothing_of_old_runs(office: Office) -> None:
    first = office.owe(NOV, LAN, deadline=None)
    office.say("nov.csv", {"end_to_end_id": "N1"})
    office.run(as_of="2026-11-10")
    office.owe({**NOV, "line_ref": "N9"}, name="more.csv", deadline=dt.date(2026, 12, 1))
    with office.database.session() as session:
        line = session.exec(select(PayoutLine).where(PayoutLine.line_ref == "N1")).one()
        line.ended_by = (first.id or 0) + 1
    office.run(as_of="2026-11-10")
    assert (again(office, 1).same, again(office, 2).same) == (True, True)


def test_what_people_had_decided_stands_for_the_run_that_heard_it(office: Office) -> None:
    office.owe(NOV, LAN)
    stray = {"account_no": "999", "account_name": "TRAN THI LAN", "bank_ref": "F8"}
    office.say("nov.csv", {"end_to_end_id": "N1"}, stray)
    office.run()
    with office.database.session() as session:
        pair = pair_named(session, "N2", "nov.csv", 3, EVERYTHING)
        confirmed, _ = decide(session, *pair, "confirm", EVERYTHING, by="an")
    office.run()
    with office.database.session() as session:
        undo(session, confirmed.id or 0, EVERYTHING, by="an", reason="nhầm")
    office.run()
    told = [again(office, number) for number in (1, 2, 3)]
    assert [(each.same, each.decisions) for each in told] == [(True, 0), (True, 1), (True, 0)]
    assert (told[1].lists, told[1].files) == ([1], ["nov.csv"])
    with office.database.reading() as session:
        said = session.exec(
            select(Verdict.verdict).where(Verdict.payout_line_id == pair[0]).order_by(Verdict.run_id)  # type: ignore[arg-type]  # a column
        ).all()
    assert said[0] == said[2] != said[1]


def test_what_differs_is_told(office: Office) -> None:
    office.owe(NOV, LAN)
    office.say("nov.csv", {"end_to_end_id": "N1"})
    run, _ = office.run()
    with office.database.session() as session:
        for verdict in session.exec(select(Verdict).where(Verdict.verdict == "paid")):
            verdict.settled = 1
        for said in session.exec(select(Disposition).where(Disposition.run_id == run.id)):
            said.disposition = "unrelated"
    told = again(office, 1)
    assert (told.same, told.settlement_lines, told.suggestions) == (False, 1, 0)
    [row] = told.verdicts.lines.to_pylist()
    assert (row["line_ref"], row["fields"], row["settled_before"], row["settled_after"]) == (
        ("N1", "settled", 1, 810_000)
    )


def test_a_run_of_which_nothing_is_recorded_is_not_judged_again(office: Office) -> None:
    office.owe(NOV)
    office.run()
    with office.database.session() as session:
        session.delete(session.exec(select(RunRecord)).one())
    with pytest.raises(ConflictError, match="không ghi lại"):
        again(office, 1)
    with pytest.raises(NotFoundError, match="số 2"):
        again(office, 2)


def kept(session: Session) -> list[int]:
    return [
        session.exec(select(func.count()).select_from(table)).one() for table in (Run, Verdict, RunRecord)
    ]


def test_what_other_rules_would_say_is_shown_and_nothing_kept(office: Office, rules: Path) -> None:
    office.owe(NOV, {**LAN, "account_no": "1500205011203"})
    office.say("nov.csv", {"end_to_end_id": "N1"}, {"account_no": "1500205011203", "bank_ref": "F9"})
    office.run(as_of="2026-11-15")
    with office.database.reading() as session:
        before = kept(session)
    strict = read_rules(
        "x.yaml", RULES.format(version="x", day="2026-01-01") + "matching: {steps: [reference]}"
    )
    asked = {"programme": "BTXH", "cycle": "2026-11", "as_of": dt.date(2026, 11, 15)}
    found = what_if(office.database, **asked, book=strict)  # type: ignore[arg-type]  # each of its type
    assert found.verdicts.before == {"paid": {"lines": 2, "owed": 1_620_000, "settled": 1_620_000}}
    assert found.verdicts.moves == [{"before": "paid", "after": "review", "lines": 1, "owed": 810_000}]
    assert found.verdicts.lines["line_ref"].to_pylist() == ["N2"]
    now = what_if(office.database, **asked)  # type: ignore[arg-type]  # the same
    assert (now.verdicts.lines.num_rows, now.book.version) == (0, "chitra-1")
    with office.database.reading() as session:
        assert kept(session) == before
    (rules / "broken.yaml").write_text("note: x", encoding="utf-8")
    assert what_if(office.database, **asked, book=strict).last is not None  # type: ignore[arg-type]  # the same
    with pytest.raises(RefusedError, match="broken"):
        what_if(office.database, **asked)  # type: ignore[arg-type]  # the same


def test_a_cycle_never_judged_is_compared_with_nothing(office: Office) -> None:
    office.owe(NOV)
    found = what_if(office.database, programme="BTXH", cycle="2026-11", as_of=dt.date(2026, 11, 10))
    assert (found.last, found.verdicts.before) == (None, {})
    assert found.verdicts.moves == [{"before": "none", "after": "pending", "lines": 1, "owed": 810_000}]


def test_deadline_and_opening_day_go_with_the_rules_unless_a_list_told(office: Office, rules: Path) -> None:
    office.owe(NOV, deadline=None)
    office.owe(OTHER, programme="HTXH", deadline=dt.date(2026, 11, 13))
    (rules / "a.yaml").write_text(
        RULES.format(version="a", day="2026-01-01")
        + "dates: {deadline: {day: 14}, opens_on: {day: 1}, holidays: [2026-11-16]}",
        encoding="utf-8",
    )
    assert office.run(as_of="2026-11-17")[0].summary["verdicts"].keys() == {"pending"}
    assert office.run(as_of="2026-11-18")[0].summary["verdicts"].keys() == {"missing"}
    assert office.run(programme="HTXH", as_of="2026-11-14")[0].summary["verdicts"].keys() == {"missing"}
    office.owe({**NOV, "line_ref": "N7", "account_no": "77"}, name="dec.csv", cycle="2026-12", deadline=None)
    with office.database.reading() as session:
        dates = [
            (each.cycle, each.opens_on.day, each.deadline, each.deadline_by_rule)
            for each in session.exec(select(PayoutCycle).order_by(PayoutCycle.id))  # type: ignore[arg-type]  # a column
        ]
    assert dates == [
        ("2026-11", 1, dt.date(2026, 11, 17), True),
        ("2026-11", 1, dt.date(2026, 11, 13), False),
        ("2026-12", 1, dt.date(2026, 12, 14), True),
    ]


def test_while_a_rule_file_is_broken_nobody_starts_a_run_and_lists_are_taken(
    office: Office, rules: Path
) -> None:
    (rules / "a.yaml").write_text("version: [", encoding="utf-8")
    assert office.owe(NOV).state == "accepted"
    with pytest.raises(RefusedError, match="dòng 2") as refused, office.database.session() as session:
        start_run(session, programme="BTXH", cycle="2026-11", by="test")
    assert refused.value.code == "rules_invalid"
    with office.database.reading() as session:
        assert session.exec(select(Run)).all() == []


def test_a_run_whose_rules_break_before_it_begins_is_refused(office: Office, rules: Path) -> None:
    office.owe(NOV)
    with office.database.session() as session:
        run = ask_run(session, programme="BTXH", cycle="2026-11", by="test")
    (rules / "a.yaml").write_text("version: [", encoding="utf-8")
    with pytest.raises(RefusedError, match="dòng 2"):
        carry_out(office.database, run.id or 0)
    with office.database.reading() as session:
        refused = session.get_one(Run, run.id)
    assert (refused.state, "a.yaml" in refused.summary["refused"]) == ("refused", True)
