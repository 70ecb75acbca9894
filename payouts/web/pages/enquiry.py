"""One letter of enquiry: its lines, what the bank answered, and the forms to write answers down in bulk."""

import functools
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from payouts.cases.enquiries.answering import Given
from payouts.cases.enquiries.handle import cancel, mark_sent
from payouts.cases.enquiries.rules import answer_kinds
from payouts.cases.enquiries.sheet import read_sheet
from payouts.cases.enquiries.store import find_letter, latest_answer, lines_of, told
from payouts.core import clock
from payouts.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from payouts.core.ids import as_id
from payouts.core.money import UnreadableError, parse_money
from payouts.core.problems import Problem
from payouts.core.storage import Arrival, arriving
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.jobs.answering import answer_letter
from payouts.reports.letters.files import MEDIA_TYPES, letter_file
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.pages.enquiries import bank_name, day_in
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/enquiries/{enquiry_id}")

ROWS = 20  # lines that one form asks of
LARGEST_SHEET = 4 * 1024 * 1024  # bytes
FIELDS = ("answer", "booked_on", "bank_ref", "reason", "amount", "account_no", "account_name", "note")
SAID = {
    "written": N_("The letter is written. Print and send it, then note the day of sending."),
    "sent": N_("Saved: the letter was sent."),
    "cancelled": N_("The letter is cancelled; its lines can be asked of anew."),
    "answered": N_("The answers are saved. The cycles are being judged anew; load the page again soon."),
}


@router.get("")
def show_letter(
    request: Request, desk: ReaderDep, enquiry_id: int, *, after: int = 0, every: str = "", said: str = ""
) -> Response:
    """Show a letter, and the form for those of its lines that wait."""
    require(desk.signed_in.staff, "enquiries.see")
    return _show(request, desk, enquiry_id, after=after, every=bool(every), said=SAID.get(said, ""))


@router.get("/letter.{kind}")
def give_letter(desk: ReaderDep, enquiry_id: int, kind: str) -> Response:
    """Give the letter as DOCX or PDF, or the sheet that the bank fills in as XLSX."""
    staff = desk.signed_in.staff
    require(staff, "enquiries.see")
    if kind not in MEDIA_TYPES:
        raise NotFoundError("no_such_page", "Chỉ có DOCX, PDF và XLSX.")
    with desk.database.reading() as session:
        letter = find_letter(session, as_id(enquiry_id), staff.scope).enquiry
        lines = lines_of(session, letter.id or 0)
        said = told(session, lines)
    with desk.database.session() as session:
        audit.note(session, staff.who, "enquiry.read", f"enquiry {letter.id}", kind=kind)
    name = f"tra-soat-{letter.number:02}-{letter.year}-{letter.bank_code}.{kind}"
    content = letter_file(desk.settings, letter, lines, said, kind)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


@router.post("/sent")
def say_sent(request: Request, desk: WriterDep, form: FormDep, enquiry_id: int) -> Response:
    """Note the day on which the letter was sent."""
    staff = desk.signed_in.staff
    require(staff, "enquiries.work")
    try:
        on = day_in(form, "sent_on", "bad_sent_on")
        with desk.database.session() as session:
            mark_sent(session, as_id(enquiry_id), staff.scope, on=on, by=staff.username)
            audit.note(session, staff.who, "enquiry.sent", f"enquiry {enquiry_id}")
    except (ConflictError, RefusedError) as refusal:
        return _show(request, desk, enquiry_id, form=form, refusal=refusal, at="sent_on")
    return _done(enquiry_id, "sent")


@router.post("/cancel")
def cancel_letter(request: Request, desk: WriterDep, form: FormDep, enquiry_id: int) -> Response:
    """Cancel a letter that nobody has answered."""
    staff = desk.signed_in.staff
    require(staff, "enquiries.work")
    try:
        with desk.database.session() as session:
            cancel(session, as_id(enquiry_id), staff.scope, why=form.get("why", ""), by=staff.username)
            audit.note(session, staff.who, "enquiry.cancelled", f"enquiry {enquiry_id}")
    except (ConflictError, RefusedError) as refusal:
        return _show(request, desk, enquiry_id, form=form, refusal=refusal, at="why")
    return _done(enquiry_id, "cancelled")


@router.post("/answers")
def answer(request: Request, desk: WriterDep, form: FormDep, enquiry_id: int) -> Response:
    """Write down what the bank answered, as many lines as are filled in."""
    require(desk.signed_in.staff, "enquiries.work")
    try:
        given = _given(form)
        _record(desk, enquiry_id, given, form, way="page", seen=int(form.get("seen") or 0))
    except (ConflictError, RefusedError, StaleError) as refusal:
        return _show(request, desk, enquiry_id, form=form, refusal=refusal, at="answers")
    return _done(enquiry_id, "answered")


@router.post("/sheet")
async def send_sheet(request: Request, enquiry_id: int) -> Response:
    """Take in a sheet that the bank filled in: all of its answers or none."""
    desk = await desk_of_sender(request, "enquiries.work")
    asked: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            filename = await read_upload(request, desk, arrival, asked, largest=LARGEST_SHEET)
            await run_in_threadpool(_record_sheet, desk, enquiry_id, arrival, asked, filename)
        except (ConflictError, ForbiddenError, RefusedError, StaleError) as refusal:
            again = functools.partial(_show, form=asked, refusal=refusal, at="file")
            return await run_in_threadpool(again, request, desk, enquiry_id)
    return _done(enquiry_id, "answered")


def _record_sheet(desk: Desk, enquiry_id: int, arrival: Arrival, form: Form, filename: str) -> None:
    if not filename:
        raise RefusedError("no_file_chosen", "Hãy chọn tệp trả lời của ngân hàng.")
    _record(desk, enquiry_id, read_sheet(arrival.path).given, form, way="sheet")


def _record(
    desk: Desk, enquiry_id: int, given: list[Given], form: Form, *, way: str, seen: int | None = None
) -> None:
    staff = desk.signed_in.staff
    answered_on = day_in(form, "answered_on", "bad_answered_on")
    with desk.database.session() as session:
        answers, _ = answer_letter(
            session,
            desk.settings,
            as_id(enquiry_id),
            given,
            staff.scope,
            by=staff.username,
            way=way,
            answered_on=answered_on,
            document=form.get("document", ""),
            seen=seen,
        )
        audit.note(session, staff.who, "enquiry.answered", f"enquiry {enquiry_id}", lines=len(answers))


def _given(form: Form) -> list[Given]:
    """Read the rows of the form in which an answer is chosen.

    Raises:
        RefusedError: `answers_wrong`, days or amounts that cannot be, and rows without an answer
    """
    given, problems = [], []
    for name, ref in form.items():
        at = name.removeprefix("ref")
        if at == name or not at.isdecimal():
            continue
        cells = {field: form.get(f"{field}{at}", "") for field in FIELDS}
        values: dict[str, Any] = {**cells, "booked_on": None, "amount": None}
        for field, read in (("booked_on", parse_date), ("amount", parse_money)):
            try:
                values[field] = read(cells[field]) if cells[field] else None
            except UnreadableError as error:
                problems.append(Problem(error.code, int(at), field, {"value": cells[field]}))
        if cells["answer"]:
            given.append(Given(ref, row=int(at), **values))
        elif any(cells.values()):
            problems.append(Problem("answer_unknown", int(at), "answer", {"value": ""}))
    if problems:
        raise RefusedError(
            "answers_wrong", f"Có {len(problems)} chỗ cần sửa, chưa ghi câu trả lời nào.", problems
        )
    return given


def _show(
    request: Request,
    desk: Desk,
    enquiry_id: int,
    *,
    after: int = 0,
    every: bool = False,
    form: Form | None = None,
    refusal: DomainError | None = None,
    at: str = "",
    said: str = "",
) -> Response:
    staff, language = desk.signed_in.staff, language_of(request)
    after = int(form["after"]) if form and form.get("after", "").isdecimal() else after
    with desk.database.reading() as session:
        letter = find_letter(session, as_id(enquiry_id), staff.scope)
        found = lines_of(
            session, letter.enquiry.id or 0, after=as_id(after), limit=ROWS + 1, waiting=not every
        )
        seen = latest_answer(session, letter.enquiry.id or 0)
    shown = found[:ROWS]
    _note_read(desk, staff, enquiry_id, [each.asked.case_id for each in shown])
    return page(
        request,
        "enquiry.html",
        status=_status(refusal),
        letter=letter,
        bank=bank_name(letter.enquiry.bank_code),
        lines=shown,
        following=shown[-1].asked.place if len(found) > ROWS else None,
        after=after,
        every=every,
        seen=seen,
        kinds={code: kind.said(language) for code, kind in answer_kinds().items()},
        may_work=staff.may("enquiries.work") and not letter.enquiry.cancelled_at,
        today=clock.today(),
        form=form or {},
        problem=(at, refusal.said(language)) if refusal else None,
        problems=refusal.problems if refusal else (),
        said=said,
    )


def _note_read(desk: Desk, staff: Staff, enquiry_id: int, cases: list[int]) -> None:
    with desk.database.session() as session:
        audit.note(session, staff.who, "enquiry.read", f"enquiry {enquiry_id}", cases=cases)


def _status(refusal: DomainError | None) -> int:
    if refusal is None:
        return 200
    return 412 if isinstance(refusal, StaleError) else 409 if isinstance(refusal, ConflictError) else 422


def _done(enquiry_id: int, said: str) -> Response:
    return RedirectResponse(f"/enquiries/{enquiry_id}?said={said}", 303)
