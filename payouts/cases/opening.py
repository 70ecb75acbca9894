"""Opens one case, of whatever kind: the one door by which acts of staff, files and people open cases."""

import datetime as dt

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from payouts.cases.describing import describe
from payouts.cases.events import tell
from payouts.cases.hardship import days_to_act, points
from payouts.cases.kinds import kinds
from payouts.cases.models import Case
from payouts.cases.rules import DAYS_TO_ACT
from payouts.cases.weighing import plight_of
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.models import Verdict
from payouts.runs.store import last_run


def open_case(
    session: Session,
    kind: str,
    subject: str,
    *,
    by: str,
    programme: str,
    cycle: str,
    area_code: str | None,
    verdict: str,
    reason_code: str | None = None,
    payout_line_id: int | None = None,
    note: str | None = None,
    hardship: int = 0,
    due: dt.date | None = None,
    run_id: int | None = None,
) -> tuple[Case, bool]:
    """Open a case, or find the open one of the same kind and subject: there is never a second.

    Args:
        session: the transaction
        kind: a key of kinds.kinds()
        subject: what it is about: a line_ref, a citizen_id, an incident
        by: a username, or "run 3" for a run
        programme: that it belongs to
        cycle: the month that it belongs to, e.g. 2026-11
        area_code: the ward that follows it up; None: the province
        verdict: what the last run says of the payment that it is about
        reason_code: the bank's reason, where it gave one
        payout_line_id: the payout line that it is about
        note: why it is opened; where it is open already, what is new
        hardship: as cases.weighing weighs it
        due: by when to act; by default the days of its kind, else of the verdict, fewer where it is hard
        run_id: the run that opens it

    Returns:
        the case, and whether it is new
    """
    same = select(Case).where(Case.kind == kind, Case.subject == subject, Case.state != "closed")
    known = session.exec(same).one_or_none()
    if known is None:
        days = days_to_act(kinds()[kind].days or DAYS_TO_ACT.get(verdict, 0), hardship)
        calendar = rules_today().dates_of(programme).calendar
        case = Case(
            kind=kind,
            subject=subject,
            payout_line_id=payout_line_id,
            programme=programme,
            cycle=cycle,
            area_code=area_code,
            verdict=verdict,
            reason_code=reason_code,
            hardship=hardship,
            due=due or after_banking_days(clock.today(), days, calendar),
            run_id=run_id,
            opened_at=clock.now(),
        )
        try:
            with session.begin_nested():
                session.add(case)
        except IntegrityError:  # somebody opens it at this moment
            known = session.exec(same).one()
        else:
            tell(session, case, "opened", by=by, after=verdict, note=note, run_id=run_id)
            describe(session)
            return case, True
    if note:
        tell(session, known, "noted", by=by, note=note, run_id=run_id)
    return known, False


def open_case_of_line(
    session: Session,
    kind: str,
    line: PayoutLine,
    *,
    by: str,
    note: str | None = None,
    subject: str | None = None,
) -> tuple[Case, bool]:
    """Open a case about a payout line, at the desk of its ward, with what the last run says of it.

    Args:
        session: the transaction
        kind: a key of kinds.kinds()
        line: the payout line
        by: a username, or "run 3" for a run
        note: why it is opened
        subject: what it is about, by default the line_ref

    Returns:
        the case, and whether it is new
    """
    cycle = session.get_one(PayoutCycle, line.cycle_id)
    run = last_run(session, line.cycle_id)
    said = session.get(Verdict, (run.id, line.id)) if run else None
    return open_case(
        session,
        kind,
        subject or line.line_ref,
        by=by,
        programme=cycle.programme,
        cycle=cycle.cycle,
        area_code=line.area_code,
        verdict=said.verdict if said else "pending",
        reason_code=said.reason_code if said else None,
        payout_line_id=line.id,
        hardship=points(plight_of(session, line, said, without_money=kinds()[kind].without_money)),
        note=note,
    )
