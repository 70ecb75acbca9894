"""Reports that are made by themselves each month: who planned which, and making those whose day has come."""

import datetime as dt

import structlog
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.clock import VIETNAM
from payouts.core.database import Database
from payouts.core.errors import DomainError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.hold import Hold, nobody_else
from payouts.core.problems import Language
from payouts.core.settings import Settings
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.reports.catalogue import NOT_YOURS, Form, kind_of, require_kind
from payouts.reports.issuing import Wanted, give, room_for
from payouts.reports.models import ReportIssue, ReportPlan

FIRST_DAY, LAST_DAY = 1, 28  # every month has these days
ONE_DAY = dt.timedelta(days=1)

log = structlog.get_logger()


def plan(
    session: Session, staff: Staff, *, name: str, programme: str, form: str, day: str, language: Language
) -> ReportPlan:
    """Let a report of a programme be made by itself each month.

    Args:
        session: the transaction
        staff: who plans it; they see all areas
        name: of the report
        programme: e.g. BTXH
        form: xlsx, pdf or csv
        day: of the month, 1 to 28, from which the report of the month's cycle is made
        language: in which it is written

    Raises:
        ForbiddenError: they may not take this report, or see some areas only
        NotFoundError: there is no such report, or no cycle of such a programme in their scope
        RefusedError: it cannot be had in that form, or the day is none
    """
    kind = kind_of(name)
    require_kind(staff, kind)
    if staff.scope.areas is not None or kind.options:
        raise ForbiddenError("report_not_yours", NOT_YOURS)
    known = session.exec(select(PayoutCycle.id).where(PayoutCycle.programme == programme).limit(1)).first()
    if known is None or not staff.scope.covers(area=None, programme=programme):
        raise NotFoundError("no_such_cycle", f"Chưa có kỳ chi trả nào của chương trình {programme}.")
    if form not in kind.forms:
        raise RefusedError("no_such_form", f"Báo cáo này chỉ có dạng {', '.join(kind.forms)}.")
    if not (day.isascii() and day.isdecimal() and FIRST_DAY <= int(day[:3]) <= LAST_DAY):
        raise RefusedError("bad_plan_day", f"Ngày lập báo cáo từ {FIRST_DAY} đến {LAST_DAY} hằng tháng.")
    made = ReportPlan(
        name=name,
        programme=programme,
        form=form,
        language=language,
        day=int(day),
        made_at=clock.now(),
        made_by=staff.username,
    )
    session.add(made)
    session.flush()
    audit.note(session, staff.who, "report.planned", f"report plan {made.id}", report=name, day=made.day)
    return made


def end_plan(session: Session, staff: Staff, plan_id: int) -> ReportPlan:
    """Let a report no longer be made by itself; once ended it stays so.

    Raises:
        NotFoundError: there is no such plan in the scope
    """
    found = session.get(ReportPlan, plan_id)
    if found is None or not staff.scope.covers(area=None, programme=found.programme):
        raise NotFoundError("no_such_report", f"Không có lịch lập báo cáo số {plan_id}.")
    if found.ended_at is None:
        found.ended_at, found.ended_by = clock.now(), staff.username
        session.add(found)
        audit.note(session, staff.who, "report.plan_ended", f"report plan {found.id}")
    return found


def plans_of(session: Session, scope: Scope, programme: str | None = None) -> list[ReportPlan]:
    """List the plans that stand, of one programme or of all within a scope."""
    query = select(ReportPlan).where(
        col(ReportPlan.ended_at).is_(None), *scope.conditions(programme=ReportPlan.programme)
    )
    if programme:
        query = query.where(ReportPlan.programme == programme)
    return list(session.exec(query.order_by(col(ReportPlan.id))))


def make_planned(
    database: Database, settings: Settings, day: dt.date, *, hold: Hold = nobody_else
) -> list[ReportIssue]:
    """Make the reports whose day of the month has come and which are not made yet, each once a cycle.

    What was missed while nothing ran is made up for; a cycle that is not judged yet waits for tomorrow.

    Args:
        database: where plans and facts are
        settings: of this installation
        day: today in Vietnam
        hold: called before each report; what it raises ends the work
    """
    with database.reading() as session:
        due = [
            (each, cycle)
            for each in plans_of(session, Scope(None, None))
            if (cycle := _due(session, each, day))
        ]
    made = []
    for each, cycle in due:
        with database.session() as session:
            hold(session)
        wanted = Wanted(each.name, each.programme, cycle, _form(each), language=_language(each))
        scope = Scope(None, frozenset({each.programme}))
        try:
            with room_for(settings, each.form) as path:
                by = f"plan {each.id} ({each.made_by})"
                made.append(give(database, settings, wanted, scope, path, by=by, plan_id=each.id))
        except DomainError as refusal:
            log.warning("report_not_made", plan=each.id, cycle=cycle, code=refusal.code)
    return made


def _due(session: Session, each: ReportPlan, day: dt.date) -> str | None:
    """Say for which cycle a plan has a report to make: the one of the last month whose day has come."""
    first = day.replace(day=1)
    month = f"{day if day.day >= each.day else first - ONE_DAY:%Y-%m}"
    if month < f"{each.made_at.astimezone(VIETNAM):%Y-%m}":
        return None
    given = select(ReportIssue.id).where(ReportIssue.plan_id == each.id, ReportIssue.cycle == month)
    known = select(PayoutCycle.id).where(PayoutCycle.programme == each.programme, PayoutCycle.cycle == month)
    due = session.exec(known).first() is not None and session.exec(given).first() is None
    return month if due else None


def _form(each: ReportPlan) -> Form:
    return next(form for form in kind_of(each.name).forms if form == each.form)


def _language(each: ReportPlan) -> Language:
    return "en" if each.language == "en" else "vi"
