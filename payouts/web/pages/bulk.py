"""Acting on many cases at once: chosen on the worklist, shown with all its effects, done, perhaps undone."""

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.bulk import (
    MOST_AT_ONCE,
    Change,
    Chosen,
    carry_out,
    cases_of_act,
    find_act,
    hindrance,
    prepare,
    undo,
)
from payouts.cases.contacts import results
from payouts.cases.rules import OUTCOMES, STATES
from payouts.cases.views import drop_view, keep_view
from payouts.cases.worklist import NOBODY, count_up_to, keys_of
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.ids import as_id
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.identity.users import set_shortcuts
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.pages.worklist import address, filters_of, wanted_of
from payouts.web.render import language_of, page
from payouts.web.worklist_parts import colleagues_of

router = APIRouter()

CHOSEN = re.compile(r"case-([1-9][0-9]{0,18})")
COUNTED = 100_000  # cases beyond MOST_AT_ONCE are counted up to here
FILTERS_FIELD = "filters"


@router.post("/cases/bulk")
def choose(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Write down what is to become of the chosen cases, and show it."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    filters = _filters(form)
    try:
        change = _change(form, desk)
        with desk.database.session() as session:
            keys, left_out = dict(_ticked(form)), 0
            if form.get("all"):
                wanted = wanted_of(staff, filters)
                keys = keys_of(session, staff.scope, wanted, MOST_AT_ONCE)
                left_out = count_up_to(session, staff.scope, wanted, COUNTED) - len(keys)
            chosen = [Chosen(place, *key, change) for place, key in enumerate(keys.items(), start=1)]
            act = prepare(session, chosen, by=staff.username, left_out=left_out)
            audit.note(session, staff.who, "cases.bulk_prepared", f"bulk act {act.id}", cases=list(keys))
    except RefusedError as error:
        return _refused(request, error, address(filters))
    return RedirectResponse(f"/cases/bulk/{act.id}", 303)


@router.get("/cases/bulk/{act_id}")
def show_act(request: Request, desk: ReaderDep, act_id: int) -> Response:
    """Show what an act will do to each case, or did."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    with desk.database.session() as session:
        act = find_act(session, as_id(act_id), staff.username)
        rows = cases_of_act(session, act.id or 0)
        seen = [(row, hindrance(row, staff) if act.state == "prepared" else row["refused"]) for row in rows]
        audit.note(
            session, staff.who, "cases.read", f"bulk act {act_id}", cases=[row["case_id"] for row in rows]
        )
    language = language_of(request)
    return page(
        request,
        "bulk.html",
        act=act,
        rows=[(row, why) for row, why in seen if why != "no_such_case"],
        foreign=sum(why == "no_such_case" for _, why in seen),
        ready=sum(why is None for _, why in seen),
        hindered=sum(why is not None for _, why in seen),
        may_undo=act.state == "done" and any(row["before"] for row in rows),
        outcome_names={code: getattr(outcome, language) for code, outcome in OUTCOMES.items()},
        contact_names={code: getattr(result, language) for code, result in results().items()},
    )


@router.post("/cases/bulk/{act_id}/do")
def do_act(request: Request, desk: WriterDep, act_id: int) -> Response:
    """Do what was shown."""
    return _acted(request, desk, act_id, "done")


@router.post("/cases/bulk/{act_id}/undo")
def undo_act(request: Request, desk: WriterDep, act_id: int) -> Response:
    """Take back what can be."""
    return _acted(request, desk, act_id, "undone")


def _acted(request: Request, desk: Desk, act_id: int, what: str) -> Response:
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    act = carry_out if what == "done" else undo
    try:
        with desk.database.session() as session:
            act(session, as_id(act_id), staff)
            audit.note(session, staff.who, f"cases.bulk_{what}", f"bulk act {act_id}")
    except ConflictError as error:
        return _refused(request, error, f"/cases/bulk/{act_id}")
    return RedirectResponse(f"/cases/bulk/{act_id}", 303)


@router.post("/cases/views")
def keep(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Keep the filters of the worklist under a name."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    here = address(_filters(form))
    try:
        with desk.database.session() as session:
            keep_view(session, staff.user_id, form.get("name", ""), here.partition("?")[2])
    except (RefusedError, ConflictError) as error:
        return _refused(request, error, here)
    return RedirectResponse(here, 303)


@router.post("/cases/views/{view_id}/drop")
def drop(desk: WriterDep, view_id: int) -> Response:
    """Drop a view of one's own."""
    with desk.database.session() as session:
        drop_view(session, desk.signed_in.staff.user_id, as_id(view_id))
    return RedirectResponse("/cases", 303)


@router.post("/shortcuts")
def switch_shortcuts(desk: WriterDep, form: FormDep) -> Response:
    """Switch the single keys of the pages on or off, for this member of staff."""
    with desk.database.session() as session:
        set_shortcuts(session, desk.signed_in.staff, on=form.get("on") == "1")
    return RedirectResponse("/cases#keys", 303)


def _refused(request: Request, error: RefusedError | ConflictError, back: str) -> Response:
    status = 409 if isinstance(error, ConflictError) else 422
    said = error.said(language_of(request))
    return page(request, "bulk_refused.html", status=status, said=said, back=back)


def _filters(form: Form) -> dict[str, str]:
    return filters_of(dict(parse_qsl(form.get(FILTERS_FIELD, ""))))


def _ticked(form: Form) -> Iterator[tuple[int, int]]:
    """Yield the cases that were ticked: id and the version that was read."""
    for name, version in form.items():
        found = CHOSEN.fullmatch(name)
        if found and version.isascii() and version.isdecimal() and len(version) < len(str(LARGEST_ID)):
            yield as_id(int(found[1])), int(version)


def _change(form: Form, desk: Desk) -> Change:
    """Read what is to become of the cases.

    Raises:
        RefusedError: nothing is, or a value cannot be
    """
    given = Change()
    chosen = form.get("assignee", "")
    if chosen:
        with desk.database.reading() as session:
            if chosen not in {NOBODY, *colleagues_of(session, desk.signed_in.staff)}:
                raise RefusedError("bad_assignee", "Tên người phụ trách không đúng.")
        given["assignee"] = "" if chosen == NOBODY else chosen
    if form.get("state") in STATES:
        given["state"] = form["state"]
        if form["state"] == "closed":
            given["outcome"] = "no_action"
    if form.get("due"):
        given["due"] = _day(form["due"]).isoformat()
    if form.get("reason"):
        given["reason"] = form["reason"]
    elif given.get("state") == "closed":
        raise RefusedError("reason_needed", "Hãy ghi lý do khi đóng việc mà không xử lý.")
    if not given:
        raise RefusedError(
            "nothing_to_do", "Hãy chọn việc cần làm: giao, chuyển trạng thái, hẹn hoặc ghi chú."
        )
    return given


def _day(text: str) -> dt.date:
    try:
        day = parse_date(text)
    except UnreadableError:
        day = None
    if day is None:
        raise RefusedError("bad_due", "Hãy ghi ngày như 22/11/2026.")
    return day
