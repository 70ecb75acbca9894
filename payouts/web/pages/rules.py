"""The rules by which runs judge: which versions there are, and what others would change; nothing is kept."""

import datetime as dt
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from payouts.core.clock import today
from payouts.core.errors import DomainError, RefusedError
from payouts.core.rulebook import RuleBook, changed_values, read_rules, rule_books, shipped_rules
from payouts.core.storage import arriving, plain_name
from payouts.core.yamlfile import LARGEST
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.runs.store import cycles
from payouts.runs.trying import try_rules
from payouts.web.access import (
    Desk,
    Form,
    FormDep,
    ReaderDep,
    WriterDep,
)
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.render import language_of, page

router = APIRouter(prefix="/rules")

LARGEST_FILE = LARGEST * 4  # bytes: a letter takes four at most
LINES_SHOWN = 50
NAME = "rules.yaml"
# What was wrong -> the field beside which it is said.
FIELDS = {"no_such_cycle": "month", "not_a_day": "as_of", "form_unreadable": "file", "file_too_large": "file"}


@router.get("")
def show_rules(request: Request, desk: ReaderDep, version: str = "") -> Response:
    """Show the versions, the broken files, and the form to try others, with one version in it."""
    require(desk.signed_in.staff, "rules.try")
    books, _ = rule_books()
    chosen = next((book for book in books if book.version == version), _held(books))
    return _page(request, desk, form={"yaml": chosen.text, "as_of": f"{today():%d/%m/%Y}"})


@router.post("")
async def try_out(request: Request) -> Response:
    """Show what a run would say by the rules in the form, or in the file that was chosen; keep nothing."""
    desk = await desk_of_sender(request, "rules.try")
    sent: Form = {}
    with arriving(desk.settings.data_dir) as arrival:
        try:
            filename = await read_upload(request, desk, arrival, sent, largest=LARGEST_FILE)
            if filename:
                sent["yaml"] = await run_in_threadpool(_text_of, arrival.path)
            return await run_in_threadpool(_tried, request, desk, sent, plain_name(filename) or NAME)
        except DomainError as error:
            refusal = error
    field = FIELDS.get(refusal.code, "yaml")
    problem = (field, refusal.said(language_of(request)))
    return await run_in_threadpool(_page, request, desk, status=422, form=sent, problem=problem)


@router.post("/yaml")
def download(desk: WriterDep, form: FormDep) -> Response:
    """Hand the rules back as a file, as they stand in the form."""
    require(desk.signed_in.staff, "rules.try")
    return Response(
        form.get("yaml", "") + "\n",
        media_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{NAME}"'},
    )


def _tried(request: Request, desk: Desk, form: Form, name: str) -> Response:
    book = read_rules(name, form.get("yaml", ""))
    day = _day(form.get("as_of", ""))
    programme, _, cycle = form.get("month", "").partition(" ")
    staff = desk.signed_in.staff
    found = try_rules(
        desk.database, programme=programme, cycle=cycle, scope=staff.scope, as_of=day, book=book
    )
    with desk.database.session() as session:
        subject = f"cycle {programme} {cycle}"
        audit.note(session, staff.who, "rules.tried", subject, rules=book.version, sha256=book.hash)
    return _page(request, desk, form=form, found=found, changed=changed_values(shipped_rules(), book))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise RefusedError(
            "form_unreadable", "Tệp không phải văn bản UTF-8. Hãy lưu lại dạng UTF-8 rồi chọn lại."
        ) from None


def _day(text: str) -> dt.date | None:
    """Read a day as people write it; today where none is written.

    Raises:
        RefusedError: it is none
    """
    if not text:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise RefusedError("not_a_day", "Hãy ghi ngày như 24/11/2026.")


def _held(books: list[RuleBook]) -> RuleBook:
    return [book for book in books if book.valid_from <= today()][-1]


def _page(request: Request, desk: Desk, *, form: Form, status: int = 200, **knows: Any) -> Response:
    books, broken = rule_books()
    found = knows.get("found")
    with desk.database.reading() as session:
        months = [f"{each.programme} {each.cycle}" for each in cycles(session, desk.signed_in.staff.scope)]
    return page(
        request,
        "rules.html",
        status=status,
        books=books,
        held=None if broken else _held(books),
        broken=[(path.name, error.said(language_of(request))) for path, error in broken.items()],
        months=months,
        form=form,
        lines=found.verdicts.first_lines(LINES_SHOWN) if found else [],
        **{"problem": None, "found": None, "changed": {}, **knows},
    )
