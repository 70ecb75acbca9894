"""What waits for a second person: the queue of approvals, and one of them with the form to answer it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.approvals.authority import approvers_of, authority
from payouts.approvals.models import Approval, Delegation
from payouts.approvals.rules import ANSWERS, KINDS
from payouts.approvals.store import find_approval, queue, with_answers
from payouts.cases.models import Case
from payouts.cases.recovery import FROM_WHOM
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.ids import as_id, id_in
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.jobs.granting import answer_approval
from payouts.lists.models import PayoutLine
from payouts.registry.models import Beneficiary
from payouts.registry.rules import payee_relations
from payouts.registry.stops import WHY
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/approvals")

ROWS = 50
STATES = ("waiting", *ANSWERS.values())
SAID = {
    "asked": N_("Asked. Another person has to approve it."),
    "done": N_("Approved, and done."),
    "waiting": N_("Your approval is saved; it takes another person yet."),
    "declined": N_("Declined."),
    "taken_back": N_("Taken back."),
}
RELATIONS = {code: (each.vi, each.en) for code, each in payee_relations().items()}
NOT_ANSWERED = N_("Choose whether you approve.")


@router.get("")
def list_approvals(
    request: Request, desk: ReaderDep, state: str = "waiting", after: str = "", said: str = ""
) -> Response:
    """List what waits for a second person, the earliest first; or what was decided."""
    staff = desk.signed_in.staff
    require(staff, "approvals.see")
    state = state if state in STATES else STATES[0]
    with desk.database.reading() as session:
        found = queue(session, staff, state=state, after=id_in(after), limit=ROWS + 1)
        shown = [(each, _hindrance(session, each.approval, staff)) for each in found[:ROWS]]
    with desk.database.session() as session:
        read = [each.approval.id for each, _ in shown]
        audit.note(session, staff.who, "approvals.read", "approvals", approvals=read)
    return page(
        request,
        "approvals.html",
        asked=shown,
        state=state,
        states=STATES,
        kinds=KINDS,
        following=shown[-1][0].approval.id if len(found) > ROWS else None,
        me=staff.username,
        said=SAID.get(said, ""),
    )


@router.get("/{approval_id}")
def show_approval(request: Request, desk: ReaderDep, approval_id: int, said: str = "") -> Response:
    """Show what is asked for, who said what of it, and the form to answer."""
    require(desk.signed_in.staff, "approvals.see")
    return _show(request, desk, approval_id, said=said)


@router.post("/{approval_id}")
def answer(request: Request, desk: WriterDep, form: FormDep, approval_id: int) -> Response:
    """Approve or decline what somebody else asked for, or take one's own back; the same form twice is one."""
    staff = desk.signed_in.staff
    require(staff, "approvals.see")
    given, note = form.get("answer", ""), form.get("note", "")
    if given not in ANSWERS:
        return _show(request, desk, approval_id, status=422, form=form, problem=("answer", NOT_ANSWERED))
    try:
        with desk.database.session() as session:
            approval = answer_approval(session, as_id(approval_id), given, staff, note=note)
    except (ConflictError, ForbiddenError, RefusedError) as error:
        status = 422 if isinstance(error, RefusedError) else 409
        problem = ("note" if isinstance(error, RefusedError) else "answer", error.said(language_of(request)))
        return _show(request, desk, approval_id, status=status, form=form, problem=problem)
    return RedirectResponse(f"/approvals/{approval_id}?said={approval.state}", 303)


def _show(
    request: Request,
    desk: Desk,
    approval_id: int,
    *,
    status: int = 200,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
    said: str = "",
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        approval = find_approval(session, as_id(approval_id), staff)
        [asked] = with_answers(session, [approval])
        hindrance = _hindrance(session, approval, staff)
        stead = {
            each.delegation_id: session.get(Delegation, each.delegation_id)
            for each in asked.answers
            if each.delegation_id
        }
        named = sorted(approvers_of(session, approval.area_code))
        person = _person(session, approval)
    with desk.database.session() as session:
        audit.note(session, staff.who, "approval.read", f"approval {approval_id}")
    return page(
        request,
        "approval.html",
        status=status,
        asked=asked,
        approval=approval,
        kind=KINDS[approval.kind],
        chosen={"why": WHY, "from_whom": FROM_WHOM, "relation": RELATIONS},
        hindrance=hindrance.said(language_of(request)) if hindrance else "",
        answered=any(each.by == staff.username for each in asked.answers),
        stead=stead,
        named=named,
        person=person,
        me=staff.username,
        form=form or {},
        problem=problem,
        said=SAID.get(said, ""),
    )


def _person(session: Session, approval: Approval) -> str:
    """Name the person whose payment an approval is about; empty where it is about none."""
    case = session.get(Case, approval.case_id) if approval.case_id else None
    line = session.get(PayoutLine, case.payout_line_id) if case and case.payout_line_id else None
    person = session.get(Beneficiary, approval.details.get("beneficiary_id") or 0)
    return line.full_name if line else person.full_name if person else ""


def _hindrance(session: Session, approval: Approval, staff: Staff) -> ForbiddenError | None:
    """Say what keeps somebody from deciding an approval; None where nothing does."""
    try:
        authority(session, approval, staff)
    except ForbiddenError as error:
        return error
    return None
