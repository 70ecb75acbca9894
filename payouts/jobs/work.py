"""What a job does, by its name: read a file or a list, run a cycle and open its cases, escalate."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel import Session

from payouts.cases.escalating import escalate_overdue
from payouts.cases.expected.expecting import expect_files, look_after, look_after_files, note_come
from payouts.cases.open import open_cases
from payouts.core.database import Database
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.hold import Hold
from payouts.core.settings import Settings
from payouts.coverage.refresh import refresh
from payouts.identity.scope import EVERYTHING
from payouts.jobs.answering import follow_answers
from payouts.jobs.carrying import follow_file, follow_run
from payouts.jobs.deadlines import judge_past_deadline
from payouts.jobs.models import Job
from payouts.jobs.queue import ask
from payouts.lists import intake as lists
from payouts.lists.models import PayoutCycle, PayoutList
from payouts.quality.measure import measure
from payouts.quality.predict import foretell
from payouts.registry.files import intake as registry
from payouts.reports.planning import make_planned
from payouts.runs import reconcile as runs
from payouts.runs.settled import evidence_of
from payouts.settlements import intake as settlements

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work.

    Attributes:
        do: does it; called again after a kill it does what is left
        give_up: tells those who wait that it cannot be done
    """

    do: Callable[[Database, Settings, dict[str, Any], Hold], None]
    give_up: Callable[[Session, dict[str, Any]], None]


def _read_file(database: Database, settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    settlements.read_received(database, settings, arguments["file_id"], hold=hold)
    _follow(database, hold, lambda session: follow_file(session, arguments["file_id"]))
    _follow(database, hold, lambda session: follow_answers(session, arguments["file_id"]))
    with database.session() as session:
        hold(session)
        note_come(session, arguments["file_id"])


def _read_list(database: Database, settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    lists.read_received(database, settings, arguments["list_id"], hold=hold, paid=evidence_of)
    with database.session() as session:
        hold(session)
        receipt = session.get_one(PayoutList, arguments["list_id"])
        if receipt.cycle_id is not None:
            expect_files(session, session.get_one(PayoutCycle, receipt.cycle_id))
        if receipt.state == "accepted":
            ask(session, "foretell", str(receipt.id), list_id=receipt.id, by="read_list")


def _foretell(database: Database, _settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    try:
        foretell(database, arguments["list_id"], EVERYTHING, by=arguments["by"], hold=hold)
    except ConflictError as conflict:  # another list took its place meanwhile
        log.info("nothing_foretold", code=conflict.code)


def _read_registry_file(
    database: Database, settings: Settings, arguments: dict[str, Any], hold: Hold
) -> None:
    registry.read_received(database, settings, arguments["file_id"], hold=hold)


def _run(database: Database, _settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    run = runs.carry_out(database, arguments["run_id"], hold=hold)
    with database.session() as session:
        hold(session)
        open_cases(session, run.id or 0)
        look_after(session, session.get_one(PayoutCycle, run.cycle_id))
    _follow(database, hold, lambda session: follow_run(session, run))


def _escalate(database: Database, _settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    with database.session() as session:
        hold(session)
        escalate_overdue(session, dt.date.fromisoformat(arguments["day"]))


def _measure(database: Database, _settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    day, by = dt.date.fromisoformat(arguments["day"]), arguments.get("by", "schedule")
    measure(database, on=day, by=by, hold=hold)


def _deadlines(database: Database, _settings: Settings, _arguments: dict[str, Any], hold: Hold) -> None:
    with database.session() as session:
        hold(session)
        look_after_files(session)
    _follow(database, hold, judge_past_deadline)


def _coverage(database: Database, _settings: Settings, _arguments: dict[str, Any], hold: Hold) -> None:
    refresh(database, hold)


def _reports(database: Database, settings: Settings, arguments: dict[str, Any], hold: Hold) -> None:
    make_planned(database, settings, dt.date.fromisoformat(arguments["day"]), hold=hold)


def _follow(database: Database, hold: Hold, ask: Callable[[Session], list[Job]]) -> None:
    """Ask for the runs that follow; where a rule file is broken no run can be asked for, and none follows."""
    try:
        with database.session() as session:
            hold(session)
            ask(session)
    except RefusedError as refusal:
        log.warning("nothing_follows", code=refusal.code)


WORK: dict[str, Work] = {
    "read_file": Work(_read_file, lambda session, told: settlements.give_up(session, told["file_id"])),
    "read_list": Work(_read_list, lambda session, told: lists.give_up(session, told["list_id"])),
    "read_registry_file": Work(
        _read_registry_file, lambda session, told: registry.give_up(session, told["file_id"])
    ),
    "run": Work(_run, lambda session, told: runs.give_up(session, told["run_id"])),
    "coverage": Work(_coverage, lambda _session, _told: None),  # it is asked for anew
    "deadlines": Work(_deadlines, lambda _session, _told: None),  # tomorrow's does what it left
    "quality": Work(_measure, lambda _session, _told: None),  # the same
    "foretell": Work(_foretell, lambda _session, _told: None),  # it is asked for anew
    "reports": Work(_reports, lambda _session, _told: None),  # the same
    "escalate": Work(_escalate, lambda _session, _told: None),  # the same
}
