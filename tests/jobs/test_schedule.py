"""What is due at its time is asked for once, by however many schedulers, after whatever the clock does."""

import datetime as dt
import threading
import time

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlmodel import col, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.jobs.models import Job
from payouts.jobs.schedule import Entry, ask_due, entries, scheduling
from payouts.jobs.work import WORK
from payouts.jobs.worker import work_once
from payouts.lists.models import PayoutLine
from payouts.runs.models import Run, Verdict
from tests.facts import Office

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def often(name: str, **rhythm: float) -> Entry:
    return Entry(name, IntervalTrigger(start_date=EPOCH, timezone=dt.UTC, **rhythm))


def keys(database: Database, name: str) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Job.key).where(Job.name == name).order_by(col(Job.key))))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


def test_the_last_time_of_every_entry_is_found_whatever_its_rhythm() -> None:
    now = at("2026-11-25T14:00:30")
    assert {entry.name for entry in entries()} <= set(WORK)
    for entry in entries():
        last = entry.last_time(now)
        assert last is not None
        assert last <= now
        following = entry.trigger.get_next_fire_time(None, last + dt.timedelta(seconds=1))
        assert following is not None
        assert following > now
    assert often("x", seconds=1).last_time(now) == now
    assert often("x", days=200).last_time(now) == dt.datetime(2026, 10, 31, tzinfo=dt.UTC)
    assert often("x", days=20_000).last_time(now) is None


def test_four_schedulers_over_one_database_ask_for_each_time_once(database: Database) -> None:
    wanted = [often("tick", seconds=0.05)]
    begun = clock.now()
    clocks = [scheduling(database, wanted) for _ in range(4)]
    for each in clocks:
        each.__enter__()
    while (count := len(keys(database, "tick"))) < 20 and (clock.now() - begun).total_seconds() < 20:
        time.sleep(0.05)
    for each in clocks:
        each.__exit__(None, None, None)

    known = keys(database, "tick")
    assert count >= 20
    assert len(set(known)) == len(known)
    assert all(dt.datetime.fromisoformat(key).microsecond % 50_000 == 0 for key in known)


def test_what_was_missed_while_nothing_ran_is_made_up_for_once(database: Database) -> None:
    daily = [often("daily", days=1)]
    with clock.stopped(at("2026-11-20T08:00")):
        assert ask_due(database, daily) == 1
    with clock.stopped(at("2026-11-25T08:00")):
        assert ask_due(database, daily) == 1
        assert ask_due(database, daily) == 0
    assert keys(database, "daily") == ["2026-11-20T00:00:00+00:00", "2026-11-25T00:00:00+00:00"]


def test_a_clock_set_back_asks_for_nothing_twice_and_one_set_forward_keeps_nothing_away(
    office: Office,
) -> None:
    daily = [often("daily", days=1)]
    for moment, new in (
        ("2026-11-20T08:00", 1),
        ("2027-11-20T08:00", 1),  # somebody sets it a year forward
        ("2026-11-20T09:00", 0),  # and back
        ("2026-11-19T12:00", 1),  # and back to a day on which nothing ran
        ("2026-11-20T08:00", 0),
        ("2026-11-21T08:00", 1),
    ):
        with clock.stopped(at(moment)):
            assert ask_due(office.database, daily) == new, moment


def test_a_job_asked_for_before_the_clock_was_set_back_does_not_wait_for_the_clock(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    monkeypatch.setitem(WORK, "escalate", type(WORK["escalate"])(lambda *_: done.set(), lambda *_: None))
    with clock.stopped(at("2026-11-20T08:00")):
        ask_due(office.database, [often("escalate", days=1)])
    with clock.stopped(at("2026-11-20T03:00")):
        assert work_once(office.database, office.settings)
    assert done.is_set()


def test_verdicts_move_from_pending_to_missing_when_the_deadline_passes(office: Office) -> None:
    """The deadline is the 20th: nothing moves on the day itself, all of it the day after, once."""
    with clock.stopped(at("2026-11-10T09:00")):
        office.owe({"line_ref": "A"}, {"line_ref": "B", "account_no": "1500205004418"})
        office.owe({"line_ref": "C"}, programme="HTXH")
        office.say("kq.csv", {"end_to_end_id": "A"})
        office.run(as_of="2026-11-10")
    assert moved(office, "2026-11-20T23:59") == {"B": "pending"}
    assert moved(office, "2026-11-21T00:06") == {"B": "missing", "C": "missing"}
    assert runs(office) == 3
    assert moved(office, "2026-11-22T00:06") == {"B": "missing", "C": "missing"}
    assert runs(office) == 3


def test_a_run_asked_for_after_the_deadline_as_of_an_earlier_day_stays_as_it_is(office: Office) -> None:
    with clock.stopped(at("2026-11-22T09:00")):
        office.owe({"line_ref": "A"})
        office.run(as_of="2026-11-10")
    assert moved(office, "2026-11-24T00:06") == {"A": "pending"}


def moved(office: Office, moment: str) -> dict[str, str]:
    """Do all that is due at a moment, and tell the last verdict of each line that is not paid."""
    with clock.stopped(at(moment)):
        ask_due(office.database)
        while work_once(office.database, office.settings):
            pass
        with office.database.reading() as session:
            said = (
                select(PayoutLine.line_ref, Verdict.verdict)
                .join(Verdict, col(Verdict.payout_line_id) == PayoutLine.id)
                .where(Verdict.verdict != "paid")
                .order_by(col(Verdict.run_id))
            )
            return dict(session.exec(said).all())


def runs(office: Office) -> int:
    with office.database.reading() as session:
        return len(session.exec(select(Run)).all())
