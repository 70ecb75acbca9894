"""Each morning: what is overdue goes to the province, too, and each officer sees what is theirs to do."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlmodel import Session, select

from payouts.cases.counts import counts, due_now
from payouts.cases.digest import digest
from payouts.cases.escalating import escalate_overdue
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.chores import chores
from payouts.jobs.models import Job
from payouts.jobs.worker import work_once
from payouts.reports.digest import digest_workbook
from tests.facts import Office

WARD = Staff(1, "an", "ward", Scope(frozenset({"00004"}), None))
OTHER = Staff(2, "binh", "ward", Scope(frozenset({"00004"}), None))
PROVINCE = Staff(3, "tinh", "province", EVERYTHING)
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=clock.VIETNAM)


@pytest.fixture
def desk(office: Office) -> Office:
    """Four people without money: overdue, due today, due later, and of another ward and overdue."""
    with clock.stopped(NOON):
        office.owe(
            *(
                {
                    "line_ref": f"P{n}",
                    "citizen_id": f"00114500341{n}",
                    "account_no": f"15{n}",
                    "area_code": area,
                }
                for n, area in enumerate(("00004", "00004", "00004", "00008", "00004"))
            )
        )
        office.say("chi.csv", {"end_to_end_id": "P4", "bank_ref": "C1"})
        office.run()
        with office.database.session() as session:
            for ref, due in (("P0", 20), ("P1", 25), ("P2", 28), ("P3", 24)):
                _set(session, ref, due=dt.date(2026, 11, due))
    return office


def _set(session: Session, ref: str, **values: object) -> None:
    session.execute(update(Case).where(Case.subject == ref).values(**values))  # type: ignore[arg-type]


def sections(session: Session, staff: Staff) -> dict[str, list[str]]:
    found = digest(session, staff).sections
    assert all(section.count == len(section.rows) for section in found)
    return {section.name: [row["line_ref"] for row in section.rows] for section in found if section.rows}


def test_overdue_cases_come_before_the_province_once_and_each_sees_what_is_theirs(desk: Office) -> None:
    with clock.stopped(NOON):
        with desk.database.session() as session:
            assert sections(session, WARD) == {"overdue": ["P0"], "today": ["P1"], "new": ["P2"]}
            assert sections(session, PROVINCE) == {}
            assert escalate_overdue(session, clock.today()) == 2
            assert escalate_overdue(session, clock.today()) == 0
            assert sections(session, PROVINCE) == {"overdue": ["P3", "P0"]} or sections(
                session, PROVINCE
            ) == {"overdue": ["P0", "P3"]}
            _set(session, "P1", assignee="an")
            assert sections(session, OTHER) == {"overdue": ["P0"], "new": ["P2"]}
            now = counts(session, WARD.scope, "an")
            assert (now.at_work, now.mine, now.overdue, now.due_today) == (3, 1, 1, 1)
            assert due_now(session, WARD.scope, "an", most=9) == 2
            assert due_now(session, EVERYTHING, "tinh", most=9) == 2
            told = session.exec(select(CaseEvent).where(CaseEvent.kind == "escalated")).all()
            assert {event.by for event in told} == {"chitra"}
            book = load_workbook(io.BytesIO(digest_workbook(digest(session, WARD))))
        cells = [cell.value for row in book.active.iter_rows() for cell in row if cell.value is not None]
        assert "Đã quá hạn: 1" in cells
        assert cells.count("Nguyễn Thị Hoa") == 3


def test_each_day_asks_for_its_escalation_once_however_many_workers_look(desk: Office) -> None:
    with clock.stopped(NOON):
        looking = [chores(desk.database, desk.settings) for _ in range(3)]
        for look in looking:
            look()
        while work_once(desk.database, desk.settings):
            pass
        with desk.database.reading() as session:
            jobs = session.exec(select(Job).where(Job.name == "escalate")).all()
            assert [(job.key, job.state) for job in jobs] == [("2026-11-24T17:10:00+00:00", "done")]
            escalated = select(Case.subject).where(Case.escalated_at.is_not(None))  # type: ignore[union-attr]
            assert sorted(session.exec(escalated)) == ["P0", "P3"]
