"""A job is asked for once, done once, and outlives the death of its worker."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import DomainError, RefusedError
from payouts.core.hold import Hold
from payouts.core.settings import Settings
from payouts.core.storage import keep_copy
from payouts.jobs.asking import start_run, take_file, take_list
from payouts.jobs.models import Job
from payouts.jobs.queue import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_CLAIMS,
    PAUSE,
    LostError,
    ask,
    claim,
    finish,
    hold_of,
    release_dead,
)
from payouts.jobs.work import WORK, Work
from payouts.jobs.worker import do_now, work, work_once
from payouts.runs.models import Run
from payouts.settlements.models import SettlementFile
from tests.facts import OWED, SAID, Office


def asked(office: Office, key: str = "1") -> Job:
    with office.database.session() as session:
        return ask(session, "test", key, about=key)


def jobs(office: Office) -> list[Job]:
    with office.database.reading() as session:
        return list(session.exec(select(Job).order_by(Job.id)))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A kind of work for tests: it notes what it was asked to do."""
    noted: list[str] = []

    def note(_database: Database, _settings: Settings, told: dict[str, Any], _hold: Hold) -> None:
        noted.append(told["about"])
        if told["about"] == "breaks":
            raise ZeroDivisionError
        if told["about"] == "in the way":
            raise DomainError("runs_in_the_way", "Xin thử lại.")
        if told["about"] == "forbidden":
            raise RefusedError("forbidden", "Không được.")

    monkeypatch.setitem(WORK, "test", Work(note, lambda _session, told: noted.append(f"no {told['about']}")))
    return noted


def test_a_job_asked_for_twice_is_one_job_and_done_once(office: Office, done: list[str]) -> None:
    assert asked(office).id == asked(office).id
    assert work_once(office.database, office.settings)
    assert not work_once(office.database, office.settings)
    asked(office)

    assert not work_once(office.database, office.settings)
    assert done == ["1"]
    assert jobs(office)[0].state == "done"


def test_two_workers_never_have_the_same_job(office: Office) -> None:
    asked(office, "1")
    asked(office, "2")
    with office.database.session() as session:
        first = claim(session)
    with office.database.session() as session:
        second = claim(session)
        third = claim(session)

    assert first is not None
    assert second is not None
    assert first.key != second.key
    assert third is None


def test_a_job_of_a_silent_worker_is_taken_over_and_the_old_one_keeps_nothing_more(office: Office) -> None:
    asked(office)
    with office.database.session() as session:
        old = claim(session)
        assert old is not None
    with clock.stopped(clock.now() + LEASE + dt.timedelta(seconds=1)), office.database.session() as session:
        new = claim(session)
        assert new is not None
    assert new.fence == old.fence + 1

    with pytest.raises(LostError), office.database.session() as session:
        hold_of(old)(session)
    with office.database.session() as session:
        finish(session, old)
        hold_of(new)(session)
    assert jobs(office)[0].state == "running"


def test_a_new_start_frees_the_jobs_of_a_dead_process_at_once(office: Office, done: list[str]) -> None:
    asked(office)
    with office.database.session() as session:
        claim(session)
    assert not work_once(office.database, office.settings)
    with office.database.session() as session:
        assert release_dead(session) == 0
        assert release_dead(session, starting=True) == 1

    assert work_once(office.database, office.settings)
    assert done == ["1"]


def test_a_job_that_breaks_is_tried_again_and_in_the_end_those_who_wait_are_told(
    office: Office, done: list[str]
) -> None:
    asked(office, "breaks")
    moment = clock.now()
    for attempt in range(MOST_ATTEMPTS):
        with clock.stopped(moment + attempt * 2 * PAUSE):
            assert work_once(office.database, office.settings)

    assert done == ["breaks"] * MOST_ATTEMPTS + ["no breaks"]
    assert jobs(office)[0].state == "failed"
    assert "ZeroDivisionError" in (jobs(office)[0].failure or "")


def test_a_job_whose_workers_all_die_is_given_up_in_the_end(office: Office, done: list[str]) -> None:
    asked(office)
    for _ in range(MOST_CLAIMS):
        with office.database.session() as session:
            assert claim(session)
        with office.database.session() as session:
            release_dead(session, starting=True)
    assert work_once(office.database, office.settings)
    assert done == ["no 1"]
    assert jobs(office)[0].state == "failed"


def test_a_job_that_others_were_in_the_way_of_is_tried_again(office: Office, done: list[str]) -> None:
    asked(office, "in the way")
    moment = clock.now()
    for attempt in range(2):
        with clock.stopped(moment + attempt * 2 * PAUSE):
            assert work_once(office.database, office.settings)
        assert jobs(office)[0].state == "waiting"
    assert done == ["in the way"] * 2


def test_a_job_that_a_rule_forbids_is_not_tried_again(office: Office, done: list[str]) -> None:
    job = asked(office, "forbidden")
    with pytest.raises(DomainError, match="Không được"):
        do_now(office.database, office.settings, job)
    assert done == ["forbidden"]


def test_a_worker_reads_lists_and_files_and_runs_the_cycle(office: Office) -> None:
    data = office.settings.data_dir
    owed = keep_copy(data, office.write("list.csv", OWED, ({},)))
    said = keep_copy(data, office.write("kq.csv", SAID, ({"end_to_end_id": "L1"},)))
    with office.database.session() as session:
        take_list(session, owed, programme="BTXH", cycle="2026-11", filename="list.csv", by="test")
        take_file(session, said, bank_code="VBA", filename="kq.csv", by="test")
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(office.database, office.settings, stop))
    worker.start()
    try:
        assert eventually(lambda: {job.state for job in jobs(office)} == {"done"})
        with office.database.session() as session:
            start_run(session, programme="BTXH", cycle="2026-11", by="test", as_of=dt.date(2026, 11, 25))
        assert eventually(lambda: [job.state for job in jobs(office)] == ["done"] * 4)  # foretold, too
    finally:
        stop.set()
        worker.join()
    with office.database.reading() as session:
        assert session.exec(select(Run)).one().summary["verdicts"] == {"paid": {"lines": 1, "owed": 810_000}}


def test_a_worker_outlives_a_database_that_was_gone_for_a_while(
    office: Office, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payouts.jobs.worker.UNREACHABLE_SECONDS", 0.01)
    asked(office)
    times = iter(range(100))

    def gone_at_first(session: Session, job_id: int | None = None) -> Job | None:
        if next(times) < 3:
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))
        return claim(session, job_id)

    monkeypatch.setattr("payouts.jobs.worker.claim", gone_at_first)
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(office.database, office.settings, stop))
    worker.start()
    assert eventually(lambda: done == ["1"])
    stop.set()
    worker.join()


def test_a_file_whose_reader_breaks_is_refused_with_a_word_that_it_is_our_fault(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("payouts.settlements.apart.open_settlement", breaks)
    stored = keep_copy(office.settings.data_dir, office.write("kq.csv", SAID, ({"end_to_end_id": "L1"},)))
    with office.database.session() as session:
        take_file(session, stored, bank_code="VBA", filename="kq.csv", by="test")
    moment = clock.now()
    for attempt in range(MOST_ATTEMPTS):
        with clock.stopped(moment + attempt * 2 * PAUSE):
            work_once(office.database, office.settings)

    with office.database.reading() as session:
        receipt = session.exec(select(SettlementFile)).one()
    assert (receipt.state, receipt.problems[0]["code"]) == ("refused", "reader_broke")


def eventually(true: Any) -> bool:
    for _ in range(200):
        if true():
            return True
        threading.Event().wait(0.05)
    return False
