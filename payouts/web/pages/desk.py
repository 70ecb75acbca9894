"""The desk for bank files: each decision has a page that says what follows from it, and confirms it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.touched import Touched, touched_by
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.deciding import answer_file
from payouts.settlements.desk import decide
from payouts.settlements.rules import BY_HAND, COUNTING, standing
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.pages.files import About, about
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/files/{file_id}")

# Decision -> heading, what follows from it, and the button.
WORDS = {
    "release": (
        N_("Release this file"),
        N_(
            "Its readable lines count as evidence, and the months that it concerns are judged anew at once. "
            "Lines in error do not count."
        ),
        N_("Propose the release"),
    ),
    "reject": (
        N_("Reject this file"),
        N_("None of its lines will count. The bytes and this receipt are kept."),
        N_("Reject the file"),
    ),
    "ask": (
        N_("Ask the bank for a new file"),
        N_("The bank reads your reason on its receipt. Write no names and no account numbers."),
        N_("Ask for a new file"),
    ),
    "withdraw": (
        N_("Withdraw this file"),
        N_(
            "The months that stand on it are judged anew without it: who was held as paid by it alone is "
            "missing or pending again."
        ),
        N_("Propose the withdrawal"),
    ),
}
NOT_YET_APPROVED = N_("Choose whether you agree.")


@router.get("/answer")
def show_proposal(request: Request, desk: ReaderDep, file_id: int) -> Response:
    """Show what somebody else proposed of a file, and what follows from it."""
    require(desk.signed_in.staff, "files.decide")
    return _proposal(request, desk, file_id)


@router.post("/answer")
def answer_proposal(request: Request, desk: WriterDep, form: FormDep, file_id: int) -> Response:
    """Approve or decline what somebody else proposed."""
    staff = desk.signed_in.staff
    require(staff, "files.decide")
    given = form.get("answer", "")
    if given not in {"approve", "decline"}:
        return _proposal(request, desk, file_id, form=form, problem=("answer", NOT_YET_APPROVED))
    return _answered(request, desk, file_id, given, form)


@router.post("/take-back")
def take_back(request: Request, desk: WriterDep, form: FormDep, file_id: int) -> Response:
    """Take back what one proposed oneself."""
    require(desk.signed_in.staff, "files.propose")
    return _answered(request, desk, file_id, "take_back", form)


@router.get("/{kind}")
def show_decision(request: Request, desk: ReaderDep, file_id: int, kind: str) -> Response:
    """Show what follows from a decision, and the form to confirm it."""
    require(desk.signed_in.staff, "files.propose")
    return _decision(request, desk, file_id, kind)


@router.post("/{kind}")
def decide_now(request: Request, desk: WriterDep, form: FormDep, file_id: int, kind: str) -> Response:
    """Decide of a file, or propose it; the same form sent twice is one."""
    staff = desk.signed_in.staff
    require(staff, "files.propose")
    try:
        with desk.database.session() as session:
            about(session, staff, file_id)
            decide(session, file_id, kind, reason=form.get("reason", ""), by=staff.who)
    except ConflictError as conflict:
        if conflict.code == "decision_waiting" and _is_own(desk, file_id, kind, form):
            return RedirectResponse(f"/files/{file_id}?said=already", 303)
        raise
    except RefusedError as refusal:
        return _decision(
            request, desk, file_id, kind, form=form, problem=("reason", refusal.said(language_of(request)))
        )
    return RedirectResponse(f"/files/{file_id}?said={kind}", 303)


def _is_own(desk: Desk, file_id: int, kind: str, form: Form) -> bool:
    """Say whether what waits is this very proposal, sent twice."""
    with desk.database.reading() as session:
        seen = about(session, desk.signed_in.staff, file_id)
    reason = form.get("reason", "")
    return (
        seen.own and seen.waiting is not None and (seen.waiting.kind, seen.waiting.reason) == (kind, reason)
    )


def _answered(request: Request, desk: Desk, file_id: int, given: str, form: Form) -> Response:
    staff = desk.signed_in.staff
    try:
        with desk.database.session() as session:
            about(session, staff, file_id)
            decision, _ = answer_file(session, file_id, given, by=staff.who, note=form.get("note", ""))
    except RefusedError as refusal:
        problem = ("note", refusal.said(language_of(request)))
        return _proposal(request, desk, file_id, form=form, problem=problem)
    return RedirectResponse(f"/files/{file_id}?said={decision.state}", 303)


def _decision(
    request: Request,
    desk: Desk,
    file_id: int,
    kind: str,
    *,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    if kind not in BY_HAND:
        raise NotFoundError("no_such_page", "Trang này không có. Hãy bắt đầu lại từ trang đầu.")
    with desk.database.reading() as session:
        seen = about(session, desk.signed_in.staff, file_id)
    if kind not in seen.possible or (seen.waiting and kind != "ask"):
        return RedirectResponse(f"/files/{file_id}", 303)
    return page(
        request,
        "file_decision.html",
        status=422 if problem else 200,
        seen=seen,
        file=seen.file,
        kind=kind,
        words=WORDS[kind],
        touched=_touched(desk, seen, kind),
        problem=problem,
        form=form or {},
    )


def _proposal(
    request: Request,
    desk: Desk,
    file_id: int,
    *,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    with desk.database.reading() as session:
        seen = about(session, desk.signed_in.staff, file_id)
    if seen.waiting is None or seen.own:
        return RedirectResponse(f"/files/{file_id}", 303)
    return page(
        request,
        "file_answer.html",
        status=422 if problem else 200,
        seen=seen,
        file=seen.file,
        words=WORDS[seen.waiting.kind],
        touched=_touched(desk, seen, seen.waiting.kind),
        problem=problem,
        form=form or {},
    )


def _touched(desk: Desk, seen: About, kind: str) -> Touched | None:
    """Say what hangs on the file that would count no more, within the rights of who looks; it is noted.

    Withdrawn, that is the file itself; released, the one in whose place it was sent.
    """
    lost = {"withdraw": seen.file, "release": seen.older}.get(kind)
    if lost is None or standing(lost) not in COUNTING:
        return None
    file_id, staff = lost.id or 0, desk.signed_in.staff
    with desk.database.reading() as session:
        touched = touched_by(session, file_id, staff.scope)
    with desk.database.session() as session:
        audit.note(session, staff.who, "file.effects_read", f"settlement file {file_id}", lines=touched.lines)
    return touched
