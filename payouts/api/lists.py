"""/v1/payout-lists: staff send what is owed."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from payouts.api.access import DatabaseDep, SettingsDep, staff_with
from payouts.api.errors import language_of
from payouts.api.files import RAW_BODY, RECEIPT_HEADERS
from payouts.api.parameters import NO_CONTROLS, USUAL_LIMIT, Cursor, Filename, Id, Limit
from payouts.api.receipts import list_receipt, next_of
from payouts.api.shapes import ListPage, ListReceipt
from payouts.api.uploads import incoming, waited, wished_wait
from payouts.core.database import Database
from payouts.core.errors import ForbiddenError
from payouts.core.storage import Arrival
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.asking import take_list
from payouts.lists.models import PayoutList
from payouts.lists.rules import check_cycle
from payouts.lists.store import find_list, lists_page
from payouts.runs.store import place

router = APIRouter(prefix="/v1/payout-lists", tags=["payout lists"])

Sending = Annotated[Staff, staff_with("lists.send")]
Seeing = Annotated[Staff, staff_with("lists.see")]
Named = Query(max_length=20, pattern=NO_CONTROLS)


@router.post(
    "",
    status_code=202,
    openapi_extra=RAW_BODY,
    responses={
        200: {"model": ListReceipt, "description": "The same bytes came before: the first receipt."},
        202: {"description": "The bytes are safe; they are read next.", "headers": RECEIPT_HEADERS},
    },
)
async def send_list(
    request: Request,
    response: Response,
    staff: Sending,
    database: DatabaseDep,
    settings: SettingsDep,
    cycle: Annotated[str, Named],
    programme: Annotated[str, Named],
    filename: Filename,
    deadline: Annotated[dt.date | None, Query(description="Last day for the banks' answer.")] = None,
) -> ListReceipt:
    """Send a payout list: the body is the file as it is; the cycle is made where there is none."""
    check_cycle(programme, cycle)
    if staff.scope.programmes is not None and programme not in staff.scope.programmes:
        raise ForbiddenError("other_programme", f"Chương trình {programme} không thuộc phạm vi của bạn.")

    def keep(arrival: Arrival) -> tuple[PayoutList, bool]:
        stored = arrival.keep()
        with database.session() as session:
            kept, new = take_list(
                session,
                stored,
                programme=programme,
                cycle=cycle,
                filename=filename,
                by=staff.who,
                deadline=deadline,
            )
            audit.note(
                session, staff.who, "list.sent", f"payout list {kept.id}", sha256=stored.sha256, new=new
            )
        return kept, new

    async with incoming(request, settings) as arrival:
        kept, new = await run_in_threadpool(keep, arrival)
    if seconds := wished_wait(request):
        kept = await waited(
            seconds, lambda: _look(database, kept.id or 0, staff), lambda seen: seen.state != "received"
        )
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"/v1/payout-lists/{kept.id}"
    response.status_code = 202 if new else 200
    return list_receipt(kept, language_of(request))


def _look(database: Database, list_id: int, staff: Staff) -> PayoutList:
    with database.reading() as session:
        return find_list(session, list_id, staff.scope)


@router.get("")
def list_lists(
    request: Request, database: DatabaseDep, staff: Seeing, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> ListPage:
    """List the receipts of payout lists, the latest first."""
    before = place(cursor) if cursor else None
    with database.reading() as session:
        found = lists_page(session, staff.scope, before=before, limit=limit + 1)
    language = language_of(request)
    return ListPage(
        items=[list_receipt(each, language) for each in found[:limit]], next=next_of(found, limit)
    )


@router.get("/{list_id}")
def get_list(request: Request, database: DatabaseDep, staff: Seeing, list_id: Id) -> ListReceipt:
    """Give the receipt of a payout list."""
    return list_receipt(_look(database, list_id, staff), language_of(request))
