"""Payout lists: what was sent for a cycle, what is wrong beside its rows, and what a correction changes."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.core.errors import ConflictError, RefusedError
from payouts.core.ids import as_id
from payouts.core.limits import LARGEST_ID
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.asking import confirm_list, read_list_again, take_list_all_the_same
from payouts.lists.intake import stopped_for_a_decision
from payouts.lists.raw import problems_beside_rows
from payouts.lists.store import find_list, lists_page
from payouts.lists.supersede import cancel, standing
from payouts.runs.difference import SETTLED, Difference, difference_of
from payouts.runs.store import cycles
from payouts.web.access import Desk, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/lists")

ROWS = 50
PROBLEMS_SHOWN = 50
CHANGES_SHOWN = 100
KINDS = (SETTLED, "gone", "changed", "added")

SAID = {
    "confirmed": N_("The corrected list counts from now on."),
    "judged": N_("The corrected list counts from now on. The cycle is being judged anew."),
    "read_again": N_("The list is being read again. Load the page again soon."),
    "cancelled": N_("The corrected list is dropped. The earlier one goes on to count."),
    "sent": N_("The list was taken in."),
    "known": N_("This very file was sent before; this is its first receipt."),
}


@router.get("")
def show_lists(
    request: Request, desk: ReaderDep, programme: str = "", cycle: str = "", before: int = LARGEST_ID
) -> Response:
    """Show the payout lists of one cycle, or of all, the latest first."""
    staff = desk.signed_in.staff
    require(staff, "lists.see")
    with desk.database.reading() as session:
        known = [(each.programme, each.cycle) for each in cycles(session, staff.scope)]
        found = lists_page(
            session,
            staff.scope,
            programme=programme or None,
            cycle=cycle or None,
            before=min(before, LARGEST_ID),
            limit=ROWS + 1,
        )
    return page(
        request,
        "lists.html",
        known=known,
        chosen=(programme, cycle),
        lists=found[:ROWS],
        standing=standing,
        next_before=found[ROWS - 1].id if len(found) > ROWS else None,
        may_send=staff.may("lists.send"),
    )


@router.get("/{list_id}")
def show_list(request: Request, desk: ReaderDep, list_id: int, said: str = "", after: int = 0) -> Response:
    """Show one list: how it stands, its sums, and each problem beside the row as it was sent."""
    require(desk.signed_in.staff, "lists.see")
    return _list(request, desk, list_id, said=said, after=after)


def _list(
    request: Request, desk: Desk, list_id: int, *, said: str = "", after: int = 0, problem: str = ""
) -> Response:
    staff = desk.signed_in.staff
    first = max(0, min(after, LARGEST_ID))
    with desk.database.reading() as session:
        found = find_list(session, as_id(list_id), staff.scope)
    problems = problems_beside_rows(desk.settings.data_dir, found, first=first, limit=PROBLEMS_SHOWN)
    _note(desk, "list.read", list_id, problems=len(problems))
    language = language_of(request)
    more = first + PROBLEMS_SHOWN < len(found.problems)
    return page(
        request,
        "list.html",
        status=422 if problem else 200,
        problem=problem,
        list=found,
        standing=standing(found),
        problems=[
            (each.line, each.field, each.severity, each.message(language), raw) for each, raw in problems
        ],
        first=first,
        following=first + PROBLEMS_SHOWN if more else None,
        said=SAID.get(said, ""),
        may_send=staff.may("lists.send"),
        may_confirm=staff.may("lists.confirm"),
        may_read_again=stopped_for_a_decision(found),
    )


@router.get("/{list_id}/difference")
def show_difference(
    request: Request, desk: ReaderDep, list_id: int, kind: str = "", after: str = ""
) -> Response:
    """Show what a corrected list changes, with the forms to confirm or drop it while it waits."""
    require(desk.signed_in.staff, "lists.see")
    return _difference(request, desk, list_id, kind=kind, after=after)


@router.post("/{list_id}/confirm")
def confirm(request: Request, desk: WriterDep, form: FormDep, list_id: int) -> Response:
    """Let a corrected list count; the same form sent twice is one."""
    staff = desk.signed_in.staff
    require(staff, "lists.confirm")
    try:
        with desk.database.session() as session:
            note = form.get("note") or None
            _, job = confirm_list(session, as_id(list_id), staff.scope, by=staff.who, note=note)
            audit.note(session, staff.who, "list.confirmed", f"payout list {list_id}", run=job is not None)
    except ConflictError as conflict:
        return _decided(request, desk, list_id, conflict)
    except RefusedError as refusal:
        return _difference(request, desk, list_id, problem=refusal.said(language_of(request)))
    return RedirectResponse(f"/lists/{list_id}?said={'judged' if job else 'confirmed'}", 303)


@router.post("/{list_id}/cancel")
def drop(request: Request, desk: WriterDep, form: FormDep, list_id: int) -> Response:
    """Drop a corrected list that waits; the same form sent twice is one."""
    staff = desk.signed_in.staff
    require(staff, "lists.send")
    try:
        with desk.database.session() as session:
            cancel(session, as_id(list_id), staff.scope, by=staff.who, note=form.get("note") or None)
            audit.note(session, staff.who, "list.cancelled", f"payout list {list_id}")
    except ConflictError as conflict:
        return _decided(request, desk, list_id, conflict)
    except RefusedError as refusal:
        return _difference(request, desk, list_id, problem=refusal.said(language_of(request)))
    return RedirectResponse(f"/lists/{list_id}?said=cancelled", 303)


@router.post("/{list_id}/read-again")
def read_again(desk: WriterDep, list_id: int) -> Response:
    """Have a list read once more that stopped because a debt in it was being paid again."""
    staff = desk.signed_in.staff
    require(staff, "lists.send")
    with desk.database.session() as session:
        read_list_again(session, as_id(list_id), staff.scope, by=staff.who)
    return RedirectResponse(f"/lists/{list_id}?said=read_again", 303)


@router.post("/{list_id}/take")
def take(request: Request, desk: WriterDep, form: FormDep, list_id: int) -> Response:
    """Have a list read on that stopped because it lacks many people: somebody says why it is right."""
    staff = desk.signed_in.staff
    require(staff, "lists.confirm")
    try:
        with desk.database.session() as session:
            given = form.get("reason", "")
            take_list_all_the_same(session, as_id(list_id), staff.scope, by=staff.who, reason=given)
    except RefusedError as refusal:
        return _list(request, desk, list_id, problem=refusal.said(language_of(request)))
    return RedirectResponse(f"/lists/{list_id}?said=read_again", 303)


@router.get("/{list_id}/{act}")
def show_after_reload(desk: ReaderDep, list_id: int, act: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back to the list from the address of a form."""
    return RedirectResponse(f"/lists/{list_id}", 303)


def _difference(
    request: Request, desk: Desk, list_id: int, *, kind: str = "", after: str = "", problem: str = ""
) -> Response:
    staff = desk.signed_in.staff
    wanted = kind if kind in KINDS else ""
    with desk.database.reading() as session:
        found = difference_of(
            session,
            as_id(list_id),
            staff.scope,
            kind=wanted or None,
            cursor=after,
            limit=CHANGES_SHOWN,
        )
        paid = (
            difference_of(session, as_id(list_id), staff.scope, kind=SETTLED, limit=CHANGES_SHOWN)
            if found.settled and not (wanted or after)
            else None
        )
    _note(desk, "list.difference.read", list_id, kind=wanted or None)
    return page(
        request,
        "list_difference.html",
        status=422 if problem else 200,
        list=found.receipt,
        standing=standing(found.receipt),
        found=found,
        totals=_totals(found),
        paid=paid,
        kind=wanted,
        kinds=KINDS,
        after=after,
        problem=problem,
        may_send=staff.may("lists.send"),
        may_confirm=staff.may("lists.confirm"),
    )


def _totals(found: Difference) -> dict[str, Any]:
    return {name: found.total(name) for name in ("added", "gone", "changed", "before", "after")}


def _decided(request: Request, desk: Desk, list_id: int, conflict: ConflictError) -> Response:
    """Lead to a list that somebody, perhaps this very form, has decided on already."""
    with desk.database.reading() as session:
        found = find_list(session, as_id(list_id), desk.signed_in.staff.scope)
    if found.decision and found.decided_by == desk.signed_in.staff.who:
        return RedirectResponse(f"/lists/{list_id}?said={found.decision}", 303)
    if found.supersedes:
        return _difference(request, desk, list_id, problem=conflict.said(language_of(request)))
    raise conflict


def _note(desk: Desk, what: str, list_id: int, **details: Any) -> None:
    with desk.database.session() as session:
        audit.note(session, desk.signed_in.staff.who, what, f"payout list {list_id}", **details)
