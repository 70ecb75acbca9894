"""Evidence that comes late leads by itself to a new run of the month that it belongs to, and to no more."""

import datetime as dt
import threading

import pytest
from sqlmodel import select

from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.errors import RefusedError
from payouts.core.rulebook import RuleFileError
from payouts.core.storage import keep_copy
from payouts.identity.scope import EVERYTHING
from payouts.jobs.asking import start_run, take_file
from payouts.jobs.carrying import MOST_A_CHAIN, ask_refused_again, follow_run, judge_again
from payouts.jobs.deciding import answer_file
from payouts.jobs.following import do_what_follows
from payouts.jobs.models import Job
from payouts.jobs.worker import do_now, work_once
from payouts.lists.models import PayoutCycle
from payouts.runs import reconcile as runs
from payouts.runs.models import ConcernedCycle, Run
from payouts.runs.store import verdict_page
from payouts.settlements.desk import decide
from payouts.settlements.models import SettlementFile
from tests.facts import SAID, Office

NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
HOA = {"line_ref": "NOV", "account_no": "1500205004417"}
OLD = {"line_ref": "OCT", "account_no": "1500205004417", "period": "2026-10"}
PAID_OCTOBER = {"account_no": "1500205004417", "booked_on": "2026-10-05", "bank_ref": "F1"}
PAID_NOVEMBER = {**PAID_OCTOBER, "end_to_end_id": "NOV", "booked_on": "2026-11-05", "bank_ref": "F2"}
LATE_RETURN = {
    "status": "returned", "account_no": "1500205004417", "booked_on": "2026-11-10", "bank_ref": "F3",
    "original_ref": "F1", "reason_code": "AC04",
}  # fmt: skip


@pytest.fixture
def two_months(office: Office) -> Office:
    """October is paid and judged; November has its list."""
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("oct.csv", PAID_OCTOBER)
    run(office, "2026-10", as_of="2026-10-25")
    office.owe(HOA)
    return office


def run(office: Office, cycle: str = "2026-11", programme: str = "BTXH", as_of: str = "2026-11-25") -> Run:
    """Run a cycle and whatever follows from it, as a worker would."""
    with clock.stopped(NOW):
        with office.database.session() as session:
            day = dt.date.fromisoformat(as_of)
            asked, _ = start_run(session, programme=programme, cycle=cycle, by="test", as_of=day)
        work(office)
        with office.database.reading() as session:
            return session.get_one(Run, asked.id)


def work(office: Office) -> None:
    with clock.stopped(NOW):
        while work_once(office.database, office.settings):
            pass


def send(office: Office, name: str, *lines: dict[str, str]) -> SettlementFile:
    """Send a file as a door does, and let a worker read it."""
    path = office.write(name, SAID, lines)
    with clock.stopped(NOW), office.database.session() as session:
        stored = keep_copy(office.settings.data_dir, path)
        receipt, _ = take_file(session, stored, bank_code="VBA", filename=name, by="test")
    work(office)
    with office.database.reading() as session:
        return session.get_one(SettlementFile, receipt.id)


def verdicts(office: Office, cycle: str, programme: str = "BTXH") -> dict[str, str]:
    with office.database.reading() as session:
        page = verdict_page(session, programme, cycle, EVERYTHING)
    return {row["line_ref"]: row["verdict"] for row in page.items}


def all_runs(office: Office) -> list[tuple[str, int, str, dt.date, int | None]]:
    with office.database.reading() as session:
        rows = session.exec(select(PayoutCycle.cycle, Run).join(Run).order_by(Run.id))  # type: ignore[arg-type]  # a column
        return [(cycle, each.number, each.state, each.as_of, each.after_run_id) for cycle, each in rows]


def test_a_late_return_found_by_november_leads_to_a_new_run_of_october(two_months: Office) -> None:
    two_months.say("nov.csv", PAID_NOVEMBER, LATE_RETURN)
    november = run(two_months)

    assert (verdicts(two_months, "2026-10"), verdicts(two_months, "2026-11")) == (
        {"OCT": "failed"}, {"NOV": "paid"},
    )  # fmt: skip
    assert all_runs(two_months) == [
        ("2026-10", 1, "done", dt.date(2026, 10, 25), None),
        ("2026-11", 1, "done", dt.date(2026, 11, 25), None),
        ("2026-10", 2, "done", dt.date(2026, 11, 25), november.id),
    ]
    with two_months.database.reading() as session:
        [case] = session.exec(select(Case)).all()
        assert (case.cycle, case.verdict, case.state) == ("2026-10", "failed", "open")


def test_a_settlement_that_comes_late_closes_the_case_of_the_earlier_month(office: Office) -> None:
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    run(office, "2026-10", as_of="2026-10-25")
    office.owe(HOA)
    office.say(
        "nov.csv",
        {"end_to_end_id": "OCT", "booked_on": "2026-11-03"},
        {"end_to_end_id": "NOV", "booked_on": "2026-11-05"},
    )
    run(office)

    assert verdicts(office, "2026-10") == {"OCT": "paid"}
    with office.database.reading() as session:
        [case] = session.exec(select(Case).where(Case.kind == "exception")).all()
        events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
        kinds = session.exec(events.order_by(CaseEvent.id)).all()  # type: ignore[arg-type]  # a column
    assert (case.state, case.outcome, kinds) == ("closed", "found_paid", ["opened", "parked", "closed"])


def test_a_run_that_says_nothing_new_of_others_leads_nowhere(two_months: Office) -> None:
    two_months.say("nov.csv", LATE_RETURN)
    run(two_months)
    before = len(all_runs(two_months))
    run(two_months)
    run(two_months, "2026-10")
    assert len(all_runs(two_months)) == before + 2


def test_a_chain_ends_though_each_run_should_say_something_new(
    two_months: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were two months to say something new of each other each time, the chain would still end."""
    from payouts.runs import keep  # noqa: PLC0415  # patched here only

    def quarrel(session: object, made: Run, *_facts: object) -> None:
        for cycle in (1, 2):
            if cycle != made.cycle_id:
                session.add(ConcernedCycle(run_id=made.id or 0, cycle_id=cycle, lines=1))  # type: ignore[attr-defined]  # a session

    run(two_months)
    before = len(all_runs(two_months))
    monkeypatch.setattr(keep, "note_concerned", quarrel)
    run(two_months)
    assert len(all_runs(two_months)) - before <= 2 * MOST_A_CHAIN


def test_a_file_that_names_an_earlier_month_is_enough(two_months: Office) -> None:
    receipt = send(two_months, "late.csv", LATE_RETURN)

    assert verdicts(two_months, "2026-10") == {"OCT": "failed"}
    with two_months.database.reading() as session:
        [late] = session.exec(select(Run).where(Run.after_file_id == receipt.id)).all()
    assert (late.number, late.as_of, late.asked_by) == (2, dt.date(2026, 11, 24), "chitra")


def test_the_latest_month_is_not_run_by_a_file_alone(office: Office) -> None:
    office.owe(HOA)
    run(office, as_of="2026-11-02")
    assert send(office, "kq.csv", {"end_to_end_id": "NOV"}).state == "accepted"
    assert len(all_runs(office)) == 1


def test_asked_again_after_a_kill_it_is_the_same_run(two_months: Office) -> None:
    two_months.say("nov.csv", LATE_RETURN)
    november = run(two_months)
    count = len(all_runs(two_months))
    for _ in range(2):
        with two_months.database.session() as session:
            follow_run(session, session.get_one(Run, november.id))
        work(two_months)
    assert len(all_runs(two_months)) == count
    with two_months.database.reading() as session:
        assert len(session.exec(select(Job).where(Job.name == "run")).all()) == count


def test_an_earlier_month_is_never_judged_as_of_a_day_before_its_last_run(two_months: Office) -> None:
    run(two_months, "2026-10", as_of="2026-11-30")
    two_months.say("nov.csv", LATE_RETURN)
    run(two_months, as_of="2026-11-12")
    assert all_runs(two_months)[-1][:4] == ("2026-10", 3, "done", dt.date(2026, 11, 30))


def test_a_refused_run_leads_nowhere(two_months: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    two_months.say("nov.csv", LATE_RETURN)

    def broken(*_: object, **__: object) -> None:
        raise runs.ConservationError("payout lines")

    monkeypatch.setattr(runs, "reconcile", broken)
    assert run(two_months).state == "refused"
    assert len(all_runs(two_months)) == 2


def test_a_run_refused_for_a_broken_rule_file_is_asked_again_once_it_is_mended(
    two_months: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payouts.core import rulebook  # noqa: PLC0415  # patched here only

    two_months.say("nov.csv", LATE_RETURN)
    broken = RuleFileError("Tệp quy tắc có lỗi.", "The rule file is broken.")
    with monkeypatch.context() as patched:
        patched.setattr(rulebook, "rule_books", lambda: ([rulebook.shipped_rules()], {"x": broken}))
        patched.setattr("payouts.jobs.carrying.rule_books", rulebook.rule_books)
        with clock.stopped(NOW), two_months.database.session() as session:
            judge_again(session, 1, "an")
        work(two_months)
        assert ask_refused_again(two_months.database) == 0
    assert [state for _, _, state, *_ in all_runs(two_months)] == ["done", "refused"]
    with clock.stopped(NOW):
        assert [ask_refused_again(two_months.database) for _ in range(2)] == [1, 0]
    work(two_months)
    assert verdicts(two_months, "2026-10") == {"OCT": "failed"}


def test_another_programme_whose_line_is_served_is_judged_anew(office: Office) -> None:
    office.owe({"line_ref": "MERIT"}, programme="NCC", deadline=dt.date(2026, 11, 5))
    run(office, programme="NCC")
    office.owe({**HOA, "citizen_id": "001145003418", "account_no": "999"})
    office.say("nov.csv", {"end_to_end_id": "MERIT"}, {"end_to_end_id": "NOV", "bank_ref": "F7"})
    run(office)
    assert verdicts(office, "2026-11", "NCC") == {"MERIT": "paid"}


def test_what_was_ambiguous_between_months_is_settled_for_both(office: Office) -> None:
    """Two credits without a reference, told one by one, the later first: both months end paid."""
    credit = {"account_no": "1500205004417"}
    office.owe(OLD, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.owe(HOA)
    office.say("b.csv", {**credit, "booked_on": "2026-11-05", "bank_ref": "F2"})
    run(office)
    run(office, "2026-10")
    office.say("a.csv", {**credit, "booked_on": "2026-10-28", "bank_ref": "F1"})
    run(office)
    assert (verdicts(office, "2026-10"), verdicts(office, "2026-11")) == (
        {"OCT": "paid"}, {"NOV": "paid"},
    )  # fmt: skip


def decided(office: Office, file_id: int, kind: str) -> list[str]:
    """Let two people decide of a file; give the months that are judged for it."""
    with office.database.session() as session:
        decide(session, file_id, kind, reason="gửi nhầm", by="an")
    with clock.stopped(NOW), office.database.session() as session:
        _, jobs = answer_file(session, file_id, "approve", by="binh")
        runs = [session.get_one(Run, job.arguments["run_id"]) for job in jobs]
        months = [session.get_one(PayoutCycle, run.cycle_id).cycle for run in runs]
    work(office)
    return months


def test_a_withdrawn_file_and_its_release_lead_to_runs_of_the_months_that_stand_on_it(
    two_months: Office,
) -> None:
    named = two_months.say("nov.csv", PAID_NOVEMBER)
    run(two_months)
    assert decided(two_months, 1, "withdraw") == ["2026-10"]
    assert verdicts(two_months, "2026-10") == {"OCT": "missing"}
    assert decided(two_months, named.id or 0, "withdraw") == ["2026-11"]
    assert verdicts(two_months, "2026-11") == {"NOV": "missing"}
    assert decided(two_months, named.id or 0, "release") == ["2026-11"]
    assert verdicts(two_months, "2026-11") == {"NOV": "paid"}
    assert decided(two_months, 1, "release") == ["2026-11"]  # it names nobody: the last judged month asks
    assert verdicts(two_months, "2026-10") == {"OCT": "paid"}


def test_two_workers_at_once_make_each_run_once(two_months: Office) -> None:
    two_months.say("nov.csv", PAID_NOVEMBER, LATE_RETURN)
    with two_months.database.session() as session:
        asked, job = start_run(
            session, programme="BTXH", cycle="2026-11", by="test", as_of=dt.date(2026, 11, 25)
        )
    other = threading.Thread(target=work, args=(two_months,))
    other.start()
    do_now(two_months.database, two_months.settings, job)
    do_what_follows(two_months.database, two_months.settings, run_id=asked.id)
    other.join()
    assert [each[:3] for each in all_runs(two_months)] == [
        ("2026-10", 1, "done"), ("2026-11", 1, "done"), ("2026-10", 2, "done"),
    ]  # fmt: skip


def test_what_another_month_said_of_a_line_is_old_once_its_own_month_is_judged_anew(
    two_months: Office,
) -> None:
    """September's run once saw October take a credit that is November's: that must bind nobody."""
    credit = {"account_no": "1500205004417"}
    two_months.owe({**OLD, "line_ref": "SEP", "period": "2026-09", "account_no": "99"}, cycle="2026-09")
    two_months.owe({**OLD, "line_ref": "OCT2"}, cycle="2026-10", name="more.csv")
    two_months.say("b.csv", {**credit, "booked_on": "2026-11-09", "bank_ref": "F12"})
    run(two_months, "2026-10")
    two_months.say("a.csv", {**credit, "end_to_end_id": "OCT2", "booked_on": "2026-10-14", "bank_ref": "F7"})
    run(two_months, "2026-09")
    count = len(all_runs(two_months))
    run(two_months)

    assert verdicts(two_months, "2026-10") == {"OCT": "paid", "OCT2": "paid"}
    assert verdicts(two_months, "2026-11") == {"NOV": "paid"}
    assert len(all_runs(two_months)) == count + 1


def test_a_file_is_read_and_its_cases_open_though_no_run_can_be_asked_for(
    two_months: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RefusedError("rules_invalid", "Tệp quy tắc có lỗi.")

    monkeypatch.setattr("payouts.jobs.carrying.ask_run", broken)
    assert send(two_months, "late.csv", LATE_RETURN).state == "accepted"
    run(two_months)
    with two_months.database.reading() as session:
        assert {job.state for job in session.exec(select(Job))} == {"done"}
        assert [case.cycle for case in session.exec(select(Case).where(Case.kind == "exception"))] == [
            "2026-11"
        ]
