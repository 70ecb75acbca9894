"""Bank lines that may be somebody's: say that they are, or not, propose another, check a proposal."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.cases.store import case_of_line, find_case
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.ids import as_id, id_in
from payouts.core.money import UnreadableError, parse_money
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.jobs.deciding import answer_match, decide_match, undo_match
from payouts.lists.models import PayoutLine
from payouts.runs.beside import beside
from payouts.runs.matches import payout_line
from payouts.runs.offers import MOST_FOUND, search
from payouts.runs.proposals import decisions_page, show
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import show_again
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter()

ROWS = 50
SAID = {
    "approve": N_("The match counts; the cycle is being judged anew."),
    "decline": N_("The match was declined."),
}
NOT_CHOSEN = N_("Choose the line that is theirs.")
NOT_ANSWERED = N_("Choose whether you agree.")
SEARCH = ("bank_ref", "account", "amount")


@router.post("/cases/{case_id}/matches")
def decide(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Say that a bank line is the person's, or is not; or propose one that no run suggests."""
    staff = desk.signed_in.staff
    require(staff, "matches.decide")
    kind, chosen = form.get("kind", ""), id_in(form.get("settlement_line", ""))
    if not chosen:
        return _search(request, desk, case_id, form, problem=("lines", NOT_CHOSEN))
    try:
        with desk.database.session() as session:
            line, reason = _line_of(session, staff, case_id), form.get("reason", "")
            decide_match(session, line, chosen, kind, staff.scope, by=staff.who, reason=reason)
    except (ConflictError, RefusedError) as error:
        if kind == "force":
            field = "reason" if error.code == "why_needed" else "lines"
            said = error.said(language_of(request))
            return _search(request, desk, case_id, form, problem=(field, said))
        return show_again(request, desk, case_id, form, error, at="matches")
    return RedirectResponse(f"/cases/{case_id}?said=match_{kind}#matches", 303)


@router.post("/cases/{case_id}/matches/{decision_id}/undo")
def undo(request: Request, desk: WriterDep, form: FormDep, case_id: int, decision_id: int) -> Response:
    """Undo a decision on a bank line."""
    staff = desk.signed_in.staff
    require(staff, "matches.decide")
    try:
        with desk.database.session() as session:
            undo_match(session, as_id(decision_id), staff.scope, by=staff.who, reason=form.get("reason", ""))
    except (ConflictError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error, at="matches")
    return RedirectResponse(f"/cases/{case_id}?said=match_undone#matches", 303)


@router.post("/cases/{case_id}/matches/{decision_id}/take-back")
def take_back(request: Request, desk: WriterDep, form: FormDep, case_id: int, decision_id: int) -> Response:
    """Take back what one proposed oneself."""
    staff = desk.signed_in.staff
    require(staff, "matches.decide")
    try:
        with desk.database.session() as session:
            answer_match(session, as_id(decision_id), "take_back", staff.scope, by=staff.who)
    except ConflictError as error:
        return show_again(request, desk, case_id, form, error, at="matches")
    return RedirectResponse(f"/cases/{case_id}?said=match_taken_back#matches", 303)


@router.get("/cases/{case_id}/match")
def search_lines(request: Request, desk: ReaderDep, case_id: int) -> Response:
    """Look for a bank line that nobody claims, to propose it for a person."""
    require(desk.signed_in.staff, "matches.decide")
    return _search(request, desk, case_id, {name: request.query_params.get(name, "") for name in SEARCH})


@router.get("/matches")
def list_waiting(request: Request, desk: ReaderDep, after: str = "", said: str = "") -> Response:
    """List the matches of one's own areas that wait for a second person."""
    staff = desk.signed_in.staff
    require(staff, "matches.check")
    with desk.database.reading() as session:
        found = decisions_page(session, staff.scope, after=id_in(after), limit=ROWS + 1)
    shown = found[:ROWS]
    with desk.database.session() as session:
        audit.note(
            session, staff.who, "matches.read", "matches", matches=[each.decision.id for each in shown]
        )
    return page(
        request,
        "matches.html",
        waiting=shown,
        following=shown[-1].decision.id if len(found) > ROWS else None,
        me=staff.who,
        said=SAID.get(said, ""),
    )


@router.get("/matches/{decision_id}")
def show_match(request: Request, desk: ReaderDep, decision_id: int) -> Response:
    """Show a match with both sides, and the form to answer it."""
    require(desk.signed_in.staff, "matches.check")
    return _match(request, desk, decision_id)


@router.post("/matches/{decision_id}")
def answer(request: Request, desk: WriterDep, form: FormDep, decision_id: int) -> Response:
    """Approve or decline what somebody else proposed."""
    staff = desk.signed_in.staff
    require(staff, "matches.check")
    given = form.get("answer", "")
    if given not in SAID:
        return _match(request, desk, decision_id, form=form, problem=("answer", NOT_ANSWERED))
    try:
        with desk.database.session() as session:
            answer_match(
                session, as_id(decision_id), given, staff.scope, by=staff.who, note=form.get("note", "")
            )
    except (ConflictError, RefusedError) as error:
        field = "note" if isinstance(error, RefusedError) else "answer"
        problem = (field, error.said(language_of(request)))
        return _match(request, desk, decision_id, form=form, problem=problem)
    return RedirectResponse(f"/matches?said={given}", 303)


def _match(
    request: Request,
    desk: Desk,
    decision_id: int,
    *,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        shown = show(session, as_id(decision_id), staff.scope)
        case = case_of_line(session, shown.decision.payout_line_id)
    with desk.database.session() as session:
        _note_read(session, staff, shown.line, [shown.decision.settlement_line_id])
    return page(
        request,
        "match.html",
        status=422 if problem else 200,
        shown=shown,
        case=case,
        fields=beside(shown.line, shown.told),
        own=shown.decision.proposed_by == staff.who,
        problem=problem,
        form=form or {},
    )


def _search(
    request: Request, desk: Desk, case_id: int, form: Form, *, problem: tuple[str, str] | None = None
) -> Response:
    """Show the search with what it finds, and what was wrong with a proposal."""
    staff = desk.signed_in.staff
    asked = {name: form.get(name, "").strip() for name in SEARCH}
    amount, unreadable = _amount(asked["amount"])
    problem = problem or unreadable
    with desk.database.reading() as session:
        case = find_case(session, as_id(case_id), staff.scope)
        line = payout_line(session, _line_of(session, staff, case_id), staff.scope)
        found = search(session, bank_ref=asked["bank_ref"], account=asked["account"], amount=amount)
    with desk.database.session() as session:
        _note_read(session, staff, line, [row["id"] for row in found])
    return page(
        request,
        "match_search.html",
        status=422 if problem else 200,
        case=case,
        line=line,
        found=[(row, beside(line, row)) for row in found],
        most=MOST_FOUND,
        asked=any(asked.values()),
        form={**form, **asked},
        problem=problem,
    )


def _amount(text: str) -> tuple[int | None, tuple[str, str] | None]:
    try:
        return (parse_money(text) if text else None), None
    except UnreadableError:
        return None, ("amount", N_("Write the amount like 930.000."))


def _note_read(session: Session, staff: Staff, line: PayoutLine, lines: list[int]) -> None:
    audit.note(session, staff.who, "match.read", f"payout line {line.id}", settlement_lines=lines)


def _line_of(session: Session, staff: Staff, case_id: int) -> int:
    """Find the payout line of a case.

    Raises:
        NotFoundError: no such case in the scope
        ConflictError: it is of no payout line
    """
    case = find_case(session, as_id(case_id), staff.scope)
    if case.payout_line_id is None:
        raise ConflictError("no_payout_line", "Việc này không gắn với dòng chi trả nào.")
    return case.payout_line_id
