"""The list of a ward by which money is paid out by hand: printed, with room for a signature."""

from fastapi import APIRouter, Request, Response

from payouts.core import clock
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.orders.cash import cash_list, wards_with_cash
from payouts.orders.rules import HELD
from payouts.runs.store import cycles
from payouts.web.access import ReaderDep
from payouts.web.pages.orders import cycle_of
from payouts.web.render import language_of, page

router = APIRouter()


@router.get("/cash-lists")
def show_cash_list(
    request: Request, desk: ReaderDep, programme: str = "", cycle: str = "", area: str = ""
) -> Response:
    """Show the cash list of a ward, or the wards that have one."""
    staff = desk.signed_in.staff
    require(staff, "orders.cash")
    with desk.database.reading() as session:
        known = cycles(session, staff.scope)
        chosen = cycle_of(session, staff.scope, known, programme, cycle)
        wards = wards_with_cash(session, chosen, staff.scope) if chosen else []
        if chosen and not area and len(wards) == 1:
            area = wards[0].area_code or ""
        lines = cash_list(session, chosen, area, staff.scope) if chosen and area else []
    if lines:
        with desk.database.session() as session:
            audit.note(session, staff.who, "cash_list.read", f"area {area}", lines=len(lines))
    language = language_of(request)
    return page(
        request,
        "cash_list.html",
        chosen=chosen,
        known=[(each.programme, each.cycle) for each in known],
        wards=wards,
        area=area,
        lines=lines,
        total=sum(each.line.amount for each in lines if not each.held),
        held={code: each.said(language) for code, each in HELD.items()},
        office=desk.settings.office_name,
        today=clock.today(),
    )
