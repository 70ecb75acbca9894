"""A cycle to be opened: what makes the difference from the one before, who it is, and the way to approval."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, select

from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.ids import as_id
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.drafting import make_draft
from payouts.orders.drafts.drafting import ask_to_open, drop_draft, find_draft, waiting
from payouts.orders.drafts.rules import EFFECTS, NOTES
from payouts.orders.models import CycleDraft, DraftEffect
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.pages.orders import orders_page
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/drafts")

ROWS = 100
SAID = {
    "made": N_("The draft is made. Look through what changes, then ask another person to approve it."),
    "dropped": N_("The draft is dropped."),
}


@router.post("")
def make(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Make the draft of a cycle from the one before, and lead to it."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    programme, cycle = form.get("programme", ""), form.get("cycle", "")
    try:
        draft = make_draft(desk.database, desk.settings, programme, cycle, staff.scope, by=staff.username)
    except (RefusedError, ConflictError, NotFoundError) as error:
        problem = ("next", error.said(language_of(request)))
        return orders_page(
            request, desk, form.get("back_programme", ""), form.get("back_cycle", ""), problem=problem
        )
    return RedirectResponse(f"/drafts/{draft.id}?said=made", 303)


@router.get("/{draft_id}")
def show_draft(
    request: Request, desk: ReaderDep, draft_id: int, *, kind: str = "", after: int = 0, said: str = ""
) -> Response:
    """Show a draft, and the people behind one kind of difference."""
    require(desk.signed_in.staff, "orders.see")
    return _show(request, desk, draft_id, kind=kind, after=after, said=SAID.get(said, ""))


@router.post("/{draft_id}/ask")
def ask(request: Request, desk: WriterDep, form: FormDep, draft_id: int) -> Response:
    """Ask another person to open the cycle as the draft has it."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    try:
        with desk.database.session() as session:
            approval = ask_to_open(session, as_id(draft_id), staff, reason=form.get("reason", ""))
    except (RefusedError, ConflictError) as error:
        return _show(request, desk, draft_id, form=form, problem=("reason", error.said(language_of(request))))
    return RedirectResponse(f"/approvals/{approval.id}?said=asked", 303)


@router.post("/{draft_id}/drop")
def drop(request: Request, desk: WriterDep, draft_id: int) -> Response:
    """Drop a draft that nobody has asked for."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    try:
        with desk.database.session() as session:
            drop_draft(session, as_id(draft_id), staff)
    except ConflictError as error:
        return _show(request, desk, draft_id, problem=("reason", error.said(language_of(request))))
    return RedirectResponse(f"/drafts/{draft_id}?said=dropped", 303)


def _show(
    request: Request,
    desk: Desk,
    draft_id: int,
    *,
    kind: str = "",
    after: int = 0,
    said: str = "",
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    staff, language = desk.signed_in.staff, language_of(request)
    kind = kind if kind in EFFECTS else ""
    with desk.database.reading() as session:
        draft = find_draft(session, as_id(draft_id), staff.scope)
        approval = waiting(session, draft)
        rows = _rows(session, draft, kind, as_id(after)) if kind else []
    if rows:
        with desk.database.session() as session:
            audit.note(session, staff.who, "draft.read", f"cycle draft {draft_id}", kind=kind)
    kinds = [
        (code, each.said(language), each.counts, *draft.sums[code])
        for code, each in EFFECTS.items()
        if code in draft.sums
    ]
    return page(
        request,
        "draft.html",
        status=422 if problem else 200,
        draft=draft,
        kinds=kinds,
        notes=[NOTES[each["code"]].said(language, each["values"]) for each in draft.notes],
        kind=kind,
        kind_said=EFFECTS[kind].said(language) if kind else "",
        rows=rows[:ROWS],
        following=rows[ROWS - 1].number if len(rows) > ROWS else None,
        approval=approval,
        may_make=staff.may("orders.make"),
        form=form or {},
        problem=problem,
        said=said,
    )


def _rows(session: Session, draft: CycleDraft, kind: str, after: int) -> list[DraftEffect]:
    query = select(DraftEffect).where(
        DraftEffect.draft_id == draft.id, DraftEffect.kind == kind, DraftEffect.number > after
    )
    return list(session.exec(query.order_by(DraftEffect.number).limit(ROWS + 1)))  # type: ignore[arg-type]  # a column
