"""A payout list sent on a page by a plain form, new or corrected; a corrected one leads to the difference."""

import datetime as dt
import functools

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from payouts.api.uploads import waited
from payouts.core.errors import DomainError, ForbiddenError, RefusedError
from payouts.core.ids import id_in
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.storage import Arrival, arriving
from payouts.core.values import parse_date, parse_month
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.asking import take_list
from payouts.lists.models import PayoutList
from payouts.lists.rules import check_cycle
from payouts.lists.store import find_list
from payouts.web.access import Desk, Form, ReaderDep
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.render import language_of, page

router = APIRouter(prefix="/lists/send")

PATIENCE_SECONDS = 20  # for a list to be read before its page is shown


@router.get("")
def show_form(request: Request, desk: ReaderDep, supersedes: int = 0) -> Response:
    """Show the form, for a new list or for a corrected one."""
    require(desk.signed_in.staff, "lists.send")
    form: Form = {"supersedes": str(supersedes)} if 0 < supersedes <= LARGEST_ID else {}
    return _shown(request, desk, form)


@router.post("")
async def send(request: Request) -> Response:
    """Take the list in and lead to its page; a corrected one to the difference."""
    desk = await desk_of_sender(request, "lists.send")
    asked: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            check = functools.partial(_check, desk=desk)
            largest = desk.settings.largest_file
            filename = await read_upload(request, desk, arrival, asked, largest=largest, check=check)
            if not filename:
                raise RefusedError("no_file_chosen", "Hãy chọn tệp danh sách.")
            kept, new = await run_in_threadpool(_keep, desk, arrival, asked, filename)
        except DomainError as refusal:
            return await run_in_threadpool(_shown, request, desk, asked, refusal)
    seen = await waited(
        PATIENCE_SECONDS, lambda: _look(desk, kept.id or 0), lambda each: each.state != "received"
    )
    if seen.supersedes and any(row["code"] == "correction_waits" for row in seen.problems):
        return RedirectResponse(f"/lists/{seen.id}/difference", 303)
    return RedirectResponse(f"/lists/{seen.id}?said={'sent' if new else 'known'}", 303)


def _check(form: Form, desk: Desk) -> None:
    """Refuse a form before its file is taken.

    Raises:
        RefusedError: a field is not as it must be
        ForbiddenError: the programme lies outside the scope
        NotFoundError: there is no such list to supersede
    """
    programme, cycle, _, _ = _asked(form, desk)
    check_cycle(programme, cycle)
    programmes = desk.signed_in.staff.scope.programmes
    if programmes is not None and programme not in programmes:
        raise ForbiddenError("other_programme", f"Chương trình {programme} không thuộc phạm vi của bạn.")


def _asked(form: Form, desk: Desk) -> tuple[str, str, dt.date | None, int | None]:
    """Read the fields: programme, cycle, deadline, and the list to supersede, whose cycle is meant then."""
    given = form.get("supersedes", "")
    if given:
        base = _look(desk, id_in(given))
        return base.programme, base.cycle, None, base.id
    try:
        cycle = parse_month(form.get("cycle", "")) or ""
    except UnreadableError:
        cycle = form.get("cycle", "")
    try:
        deadline = parse_date(form.get("deadline", ""))
    except UnreadableError:
        raise RefusedError("bad_deadline", "Hãy ghi hạn như 20/11/2026.") from None
    return form.get("programme", "").upper(), cycle, deadline, None


def _keep(desk: Desk, arrival: Arrival, form: Form, filename: str) -> tuple[PayoutList, bool]:
    programme, cycle, deadline, supersedes = _asked(form, desk)
    who = desk.signed_in.staff.who
    stored = arrival.keep()
    with desk.database.session() as session:
        kept, new = take_list(
            session,
            stored,
            programme=programme,
            cycle=cycle,
            filename=filename,
            by=who,
            deadline=deadline,
            supersedes=supersedes,
        )
        told = {"sha256": stored.sha256, "new": new, "supersedes": supersedes}
        audit.note(session, who, "list.sent", f"payout list {kept.id}", **told)
    return kept, new


def _look(desk: Desk, list_id: int) -> PayoutList:
    with desk.database.reading() as session:
        return find_list(session, list_id, desk.signed_in.staff.scope)


def _shown(request: Request, desk: Desk, form: Form, refusal: DomainError | None = None) -> Response:
    """Show the form as it was filled in, and what was wrong with it."""
    base = None
    if form.get("supersedes", "").isdecimal() and not (refusal and refusal.code == "no_such_list"):
        base = _look(desk, min(int(form["supersedes"][:18]), LARGEST_ID))
    return page(
        request,
        "list_send.html",
        status=422 if refusal else 200,
        form=form,
        base=base,
        error=refusal.said(language_of(request)) if refusal else "",
    )
