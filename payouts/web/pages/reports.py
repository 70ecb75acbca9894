"""Reports of a cycle: what there is, taken in any form, as known now or on a day, and what was given out."""

import contextlib
import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.background import BackgroundTask

from payouts.api.reports import ZIP, report_file
from payouts.core.errors import NotFoundError, RefusedError
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.reports.catalogue import ALL_CELLS, KINDS, Form, kind_of, may_take, require_kind
from payouts.reports.issuing import (
    Line,
    Wanted,
    find_issue,
    give,
    give_evidence,
    issues_of,
    kept_bytes,
    room_for,
)
from payouts.reports.kinds.sample import MOST_OF_STRATUM, STRATA, USUAL_SIZE
from payouts.reports.planning import FIRST_DAY, LAST_DAY, end_plan, plan, plans_of
from payouts.runs.store import cycles, find_cycle, runs_of
from payouts.web.access import Desk, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/reports")

SAID = {
    "planned": N_("Saved: the report is made by itself each month."),
    "ended": N_("Saved: the report is no longer made by itself."),
}


@router.get("")
def show_reports(
    request: Request,
    desk: ReaderDep,
    *,
    programme: str = "",
    cycle: str = "",
    run: str = "",
    on: str = "",
    said: str = "",
) -> Response:
    """Show the reports of a cycle; without one in the address it is the latest."""
    return _show(request, desk, programme, cycle, run=run, on=on, said=SAID.get(said, ""))


@router.get("/{programme}/{cycle}/evidence")
def take_evidence(
    desk: ReaderDep, programme: str, cycle: str, *, line_ref: str = "", run: str = ""
) -> Response:
    """Give all that is known of one payout line as a ZIP."""
    staff = desk.signed_in.staff
    require(staff, "evidence.take")
    line = Line(programme, cycle, line_ref.strip().upper(), _run(run))
    with contextlib.ExitStack() as held:
        path = held.enter_context(room_for(desk.settings, "zip"))
        name = give_evidence(desk.database, desk.settings, line, staff.scope, path, by=staff.who)
        gone = held.pop_all()
    return FileResponse(path, media_type=ZIP, filename=name, background=BackgroundTask(gone.close))


@router.get("/issued/{issue_id}")
def take_issued(desk: ReaderDep, issue_id: int) -> Response:
    """Give a report that was made by itself, the very bytes."""
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.session() as session:
        issue = find_issue(session, min(max(issue_id, 0), LARGEST_ID), staff.scope)
        require_kind(staff, kind_of(issue.name))
        path = kept_bytes(desk.settings, issue)
        audit.note(session, staff.who, "report.taken", f"report {issue.id}", sha256=issue.sha256)
    return report_file(issue, path, {})


@router.get("/{programme}/{cycle}/{name}.{form}")
def take_report(
    request: Request,
    desk: ReaderDep,
    programme: str,
    cycle: str,
    *,
    name: str,
    form: str,
    run: str = "",
    on: str = "",
    by: str = "",
    size: str = "",
    seed: str = "",
) -> Response:
    """Give a report."""
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    kind = kind_of(name)
    require_kind(staff, kind)
    chosen: Form | None = next((each for each in kind.forms if each == form), None)
    if chosen is None:
        raise NotFoundError("no_such_form", f"Báo cáo này chỉ có dạng {', '.join(kind.forms)}.")
    options = {"by": by, "size": size, "seed": seed}
    wanted = Wanted(
        name,
        programme,
        cycle,
        chosen,
        _run(run),
        _day(on),
        language_of(request),
        options,
        staff.may(ALL_CELLS),
    )
    with contextlib.ExitStack() as held:
        path = held.enter_context(room_for(desk.settings, chosen))
        issue = give(desk.database, desk.settings, wanted, staff.scope, path, by=staff.who)
        gone = held.pop_all()
    return report_file(issue, path, {}, gone)


@router.post("/plans")
def add_plan(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Let a report be made by itself each month."""
    staff = desk.signed_in.staff
    require(staff, "reports.plan")
    programme, cycle = form.get("programme", ""), form.get("cycle", "")
    try:
        with desk.database.session() as session:
            plan(
                session,
                staff,
                name=form.get("name", ""),
                programme=programme,
                form=form.get("form", ""),
                day=form.get("day", ""),
                language=language_of(request),
            )
    except (NotFoundError, RefusedError) as refusal:
        return _show(request, desk, programme, cycle, error=refusal.said(language_of(request)), form=form)
    return RedirectResponse(f"/reports?programme={programme}&cycle={cycle}&said=planned#plans", 303)


@router.post("/plans/{plan_id}/end")
def stop_plan(desk: WriterDep, form: FormDep, plan_id: int) -> Response:
    """Let a report no longer be made by itself."""
    staff = desk.signed_in.staff
    require(staff, "reports.plan")
    with desk.database.session() as session:
        ended = end_plan(session, staff, min(max(plan_id, 0), LARGEST_ID))
    cycle = form.get("cycle", "")
    return RedirectResponse(f"/reports?programme={ended.programme}&cycle={cycle}&said=ended#plans", 303)


def _show(
    request: Request,
    desk: Desk,
    programme: str,
    cycle: str,
    *,
    run: str = "",
    on: str = "",
    said: str = "",
    error: str = "",
    form: dict[str, str] | None = None,
) -> Response:
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        known = [(each.programme, each.cycle) for each in cycles(session, staff.scope)]
        chosen = (programme, cycle) if programme and cycle else next(iter(known), None)
        found = find_cycle(session, *chosen, staff.scope) if chosen else None
        runs = [each for each in runs_of(session, found.id or 0) if each.state == "done"] if found else []
        issues = issues_of(session, *chosen, staff.scope, limit=20) if chosen else []
        plans = plans_of(session, staff.scope, chosen[0]) if chosen else []
    return page(
        request,
        "reports.html",
        status=422 if error else 200,
        known=known,
        chosen=chosen,
        kinds={name: kind for name, kind in KINDS.items() if may_take(staff, kind)},
        every=KINDS,
        runs=runs,
        run=run,
        on=on,
        strata=STRATA,
        usual_size=USUAL_SIZE,
        most_of_stratum=MOST_OF_STRATUM,
        issues=[(each, _takes(staff, each.name)) for each in issues],
        plans=plans,
        may_plan=staff.may("reports.plan"),
        may_evidence=staff.may("evidence.take"),
        days=range(FIRST_DAY, LAST_DAY + 1),
        said=said,
        error=error,
        form=form or {},
    )


def _takes(staff: Staff, name: str) -> bool:
    return name in KINDS and may_take(staff, KINDS[name])


def _run(text: str) -> int | None:
    """Read the number of a run out of an address.

    Raises:
        NotFoundError: it is no number
    """
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID))):
        raise NotFoundError("no_such_run", f"Không có lần đối chiếu số {text}.")
    return int(text)


def _day(text: str) -> dt.date | None:
    """Read a day as people or browsers write it.

    Raises:
        RefusedError: it is none
    """
    try:
        return parse_date(text.strip())
    except UnreadableError:
        raise RefusedError("bad_day", "Hãy ghi ngày như 22/11/2026.") from None
