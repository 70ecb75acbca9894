"""The one search box: who or what was typed, in one's own area; what was shown is noted for the audit."""

from fastapi import APIRouter, Request, Response

from payouts.cases.finding import MOST, find
from payouts.core.alphabet import by_given_name
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import ReaderDep, typed
from payouts.web.render import page

router = APIRouter()

LONGEST_SEARCH = 100  # letters


@router.get("/search")
def show_search(request: Request, desk: ReaderDep, q: str = "") -> Response:
    """Show the people and payout lines that fit what was typed."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    text = typed(q)[:LONGEST_SEARCH]
    with desk.database.reading() as session:
        found = find(session, text, staff.scope, files=staff.may("files.see"))
    if text:
        with desk.database.session() as session:
            audit.note(
                session,
                staff.who,
                "search.read",
                "search",
                people=[row["id"] for row in found.people],
                payout_lines=[row["id"] for row in found.lines],
                settlement_lines=[row["id"] for row in found.told],
            )
    return page(
        request,
        "search.html",
        text=text,
        found=found,
        people=sorted(found.people, key=lambda row: by_given_name(row["full_name"])),
        most=MOST,
    )
