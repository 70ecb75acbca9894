"""Predictions: which lines of a list will likely fail and why, and how many of them did."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.core.ids import as_id
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.jobs.asking import foretell_list
from payouts.lists.store import find_list
from payouts.quality.outcome import ALL, Outcome, foretold_lines, foretold_lists, outcome, predictions_of
from payouts.quality.signs import signs
from payouts.web.access import FormDep, ReaderDep, WriterDep
from payouts.web.render import page
from payouts.web.words import N_

router = APIRouter(prefix="/predictions")

ROWS = 100
LISTS_SHOWN = 24
SAID = {"asked": N_("The list is being looked through. Load the page again soon.")}
BECAME = {
    "failed": N_("failed"),
    "paid": N_("paid"),
    "otherwise": N_("paid otherwise than owed"),
    "open": N_("no answer yet"),
}


@router.get("")
def show_predictions(request: Request, desk: ReaderDep) -> Response:
    """Show the lists that were foretold, the latest first, and what became of each prediction."""
    staff = desk.signed_in.staff
    require(staff, "predictions.see")
    with desk.database.reading() as session:
        found = [
            (receipt, kept, outcome(session, receipt, kept, staff.scope))
            for receipt, kept in foretold_lists(session, staff.scope, limit=LISTS_SHOWN)
        ]
    return page(request, "predictions.html", found=found)


@router.get("/{list_id}")
def show_prediction(
    request: Request, desk: ReaderDep, list_id: int, *, sign: str = "", after: str = "", said: str = ""
) -> Response:
    """Show the lines of a list that are foretold to fail, and what became of them; the reading is logged."""
    staff = desk.signed_in.staff
    require(staff, "predictions.see")
    wanted = sign if sign in signs() else ""
    with desk.database.reading() as session:
        receipt = find_list(session, as_id(list_id), staff.scope)
        kept = next(iter(predictions_of(session, as_id(list_id))), None)
        became = outcome(session, receipt, kept, staff.scope) if kept else Outcome()
        lines = (
            foretold_lines(
                session, receipt, kept, staff.scope, sign=wanted or None, after=after, limit=ROWS + 1
            )
            if kept
            else []
        )
    with desk.database.session() as session:
        audit.note(session, staff.who, "prediction.read", f"payout list {list_id}", lines=len(lines))
    return page(
        request,
        "prediction.html",
        list=receipt,
        kept=kept,
        outcome=became,
        all=ALL,
        became=BECAME,
        signs=signs(),
        sign=wanted,
        lines=lines[:ROWS],
        first=not after,
        following=lines[ROWS - 1]["line_ref"] if len(lines) > ROWS else None,
        bank_name=_bank,
        ward_name=ward_name,
        may_foretell=staff.may("predictions.make"),
        said=SAID.get(said, ""),
    )


@router.post("/{list_id}")
def foretell_again(desk: WriterDep, form: FormDep, list_id: int) -> Response:
    """Ask for a list to be looked through anew."""
    del form
    staff = desk.signed_in.staff
    require(staff, "predictions.make")
    with desk.database.session() as session:
        foretell_list(session, find_list(session, as_id(list_id), staff.scope), by=staff.username)
        audit.note(session, staff.who, "prediction.ask", f"payout list {list_id}")
    return RedirectResponse(f"/predictions/{list_id}?said=asked", 303)


def _bank(code: str | None) -> str:
    known = banks().get(code or "")
    return known.short_name if known else code or ""
