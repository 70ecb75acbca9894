"""The worklist: the cases of the areas that somebody works for, those due first on top."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.rules import NEEDS_CASE
from payouts.cases.search import place_of, reasons_in_use, search
from payouts.core import clock
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.runs.store import Page, cycles
from payouts.web.access import WORKLIST_COOKIE, ReaderDep, set_cookie, typed
from payouts.web.render import page

router = APIRouter()

ROWS = 50
LONGEST_SEARCH = 100  # letters
LONGEST_ADDRESS = 1_000  # letters that a cookie keeps


def _address(filters: dict[str, str], **more: str) -> str:
    """Return the worklist's address with these filters."""
    query = urlencode({name: value for name, value in {**filters, **more}.items() if value})
    return f"/cases?{query}" if query else "/cases"


def _known(value: str, among: Iterable[str]) -> str:
    """Take a filter's value where it is one that exists; a mistyped address filters nothing."""
    return value if value in set(among) else ""


def _listed(
    session: Session, staff: Staff, filters: Mapping[str, str], *, cursor: str | None, limit: int
) -> Page:
    """List the cases that a person's filters leave."""
    return search(
        session,
        staff.scope,
        filters.get("q", ""),
        cursor=cursor,
        limit=limit,
        assignee=staff.username if filters.get("who") else None,
        **{name: filters.get(name) or None for name in ("programme", "cycle", "verdict", "reason", "state")},
    )


def case_after(session: Session, staff: Staff, case: Case, left_at: str) -> int | None:
    """Find the case that follows another one in the worklist as somebody left it; None after the last.

    Args:
        session: the transaction
        staff: who works through the list
        case: the case they are at
        left_at: the address of the worklist, with its filters
    """
    filters = dict(parse_qsl(urlsplit(left_at).query))
    rows = _listed(session, staff, filters, cursor=place_of(case), limit=1).items
    return int(rows[0]["id"]) if rows else None


@router.get("/cases")
def show_worklist(
    request: Request,
    desk: ReaderDep,
    *,
    programme: str = "",
    cycle: str = "",
    verdict: str = "",
    reason: str = "",
    state: str = "",
    who: str = "",
    q: str = "",
    cursor: str = "",
) -> Response:
    """Show one page of the worklist; its filters stand in the address."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    with desk.database.reading() as session:
        known = [(each.programme, each.cycle) for each in cycles(session, staff.scope)]
        in_use = reasons_in_use(session, staff.scope)
        filters = {
            "programme": _known(programme, (code for code, _ in known)),
            "cycle": _known(cycle, (month for _, month in known)),
            "verdict": _known(verdict, NEEDS_CASE),
            "reason": _known(reason, [*in_use, reason] if reason.isalnum() else in_use),
            "state": _known(state, ("closed", "open", "in_progress", "waiting")),
            "who": _known(who, ("me",)),
            "q": typed(q)[:LONGEST_SEARCH],
        }
        found = _listed(session, staff, filters, cursor=cursor or None, limit=ROWS)
    with desk.database.session() as session:
        audit.note(session, staff.who, "cases.read", "cases", cases=[row["id"] for row in found.items])
    answer = page(
        request,
        "worklist.html",
        rows=found.items,
        next_page=_address(filters, cursor=found.next) if found.next else None,
        first_page=_address(filters) if cursor else None,
        filters=filters,
        known=known,
        reasons_in_use=in_use,
        today=clock.today(),
        wide=staff.scope.areas is None or len(staff.scope.areas) > 1,
    )
    here = _address(filters, cursor=cursor)
    if len(here) < LONGEST_ADDRESS:
        set_cookie(desk.settings, answer, WORKLIST_COOKIE, here)
    return answer
