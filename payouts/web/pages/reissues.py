"""Debts to be paid again: what is ready for the next payment order, as a page and as a file for it."""

import csv
import io
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.ordering import Ready, gone_out, ready
from payouts.core.ids import id_in
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, FormDep, ReaderDep, WriterDep
from payouts.web.render import page
from payouts.web.words import N_

router = APIRouter()

SAID = {"ordered": N_("Kept: these went out to the bank.")}
COLUMNS = (
    *("line_ref", "citizen_id", "full_name", "amount", "period", "channel", "bank_code", "account_no"),
    "account_name",
)


@router.get("/reissues")
def list_ready(request: Request, desk: ReaderDep, said: str = "") -> Response:
    """List what is to be paid again and has not gone out."""
    require(desk.signed_in.staff, "cases.see")
    found = _read(desk)
    free = [each.reissue.id or 0 for each in found if not each.blocked]
    return page(
        request,
        "reissues.html",
        found=found,
        total=sum(each.reissue.amount for each in found if not each.blocked),
        last=max(free, default=0),
        may_send=desk.signed_in.staff.may("lists.send"),
        said=SAID.get(said, ""),
    )


@router.get("/reissues.csv")
def download(desk: ReaderDep) -> Response:
    """Give what may go out as a file with the headings of a payout list."""
    require(desk.signed_in.staff, "lists.send")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(_row(each) for each in _read(desk) if not each.blocked)
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="reissues.csv"'},
    )


@router.post("/reissues")
def order(desk: WriterDep, form: FormDep) -> Response:
    """Keep that the file went out to the bank."""
    require(desk.signed_in.staff, "lists.send")
    text = form.get("last", "")
    last = id_in(text)
    with desk.database.session() as session:
        gone_out(session, desk.signed_in.staff, last=last)
    return RedirectResponse("/reissues?said=ordered", 303)


def _read(desk: Desk) -> Sequence[Ready]:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        found = ready(session, staff.scope)
    with desk.database.session() as session:
        audit.note(session, staff.who, "reissues.read", "reissues", refs=[x.reissue.new_ref for x in found])
    return found


def _row(each: Ready) -> dict[str, object]:
    names = set(COLUMNS)
    told = {**each.line.model_dump(include=names), **each.reissue.model_dump(include=names)}
    return {**told, "line_ref": each.reissue.new_ref, "full_name": _plain(each.line.full_name)}


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
