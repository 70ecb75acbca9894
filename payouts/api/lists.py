"""/v1/payout-lists: staff send what is owed."""

import dataclasses
import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from payouts.api.access import DatabaseDep, SettingsDep, staff_with
from payouts.api.cycle_shapes import split
from payouts.api.errors import language_of
from payouts.api.files import RAW_BODY, RECEIPT_HEADERS
from payouts.api.list_shapes import (
    ChangeRow,
    DecisionIn,
    DifferenceShape,
    ListPage,
    ListReceipt,
    PayoutLinePage,
    PayoutLineRow,
    Settled,
    WardRow,
)
from payouts.api.parameters import NO_CONTROLS, USUAL_LIMIT, Cursor, Filename, Id, Limit, Text
from payouts.api.receipts import list_receipt, next_of
from payouts.api.uploads import incoming, waited, wished_wait
from payouts.core.database import Database
from payouts.core.errors import ForbiddenError
from payouts.core.limits import LARGEST_ID
from payouts.core.storage import Arrival
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.asking import confirm_list, take_list
from payouts.lists.models import PayoutLine, PayoutList
from payouts.lists.rules import check_cycle
from payouts.lists.store import Change, find_list, lines_page, lists_page
from payouts.lists.supersede import cancel
from payouts.runs.difference import Difference, difference_of
from payouts.runs.store import place

router = APIRouter(prefix="/v1/payout-lists", tags=["payout lists"])

Sending = Annotated[Staff, staff_with("lists.send")]
Seeing = Annotated[Staff, staff_with("lists.see")]
Confirming = Annotated[Staff, staff_with("lists.confirm")]
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
    supersedes: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="The list of the cycle that this one corrects.")
    ] = None,
) -> ListReceipt:
    """Send a payout list: the body is the file as it is; the cycle is made where there is none.

    With `supersedes` it is a corrected list: it waits until somebody has seen the difference and confirms it.
    """
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
                supersedes=supersedes,
            )
            told = {"sha256": stored.sha256, "new": new, "supersedes": supersedes}
            audit.note(session, staff.who, "list.sent", f"payout list {kept.id}", **told)
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
    request: Request,
    database: DatabaseDep,
    staff: Seeing,
    programme: Text = None,
    cycle: Text = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> ListPage:
    """List the receipts of payout lists, the latest first."""
    before = place(cursor) if cursor else None
    with database.reading() as session:
        found = lists_page(
            session, staff.scope, programme=programme, cycle=cycle, before=before, limit=limit + 1
        )
    language = language_of(request)
    return ListPage(
        items=[list_receipt(each, language) for each in found[:limit]], next=next_of(found, limit)
    )


@router.get("/{list_id}")
def get_list(request: Request, database: DatabaseDep, staff: Seeing, list_id: Id) -> ListReceipt:
    """Give the receipt of a payout list."""
    return list_receipt(_look(database, list_id, staff), language_of(request))


@router.get("/{list_id}/lines")
def get_lines(
    database: DatabaseDep, staff: Seeing, list_id: Id, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> PayoutLinePage:
    """List the payout lines that a list states, each with the parts of its amount; the reading is logged.

    A corrected list states the lines that it leaves unchanged too; these stand under the list they came with.
    """
    with database.reading() as session:
        receipt = find_list(session, list_id, staff.scope)
        found = lines_page(
            session, receipt, staff.scope, after=place(cursor) if cursor else 0, limit=limit + 1
        )
    with database.session() as session:
        audit.note(session, staff.who, "list.read", f"payout list {list_id}", lines=len(found[:limit]))
    following = str(found[limit - 1].id) if len(found) > limit else None
    return PayoutLinePage(items=[_line(each) for each in found[:limit]], next=following)


@router.get("/{list_id}/difference")
def get_difference(
    database: DatabaseDep,
    staff: Seeing,
    list_id: Id,
    kind: Literal["added", "gone", "changed", "settled"] | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> DifferenceShape:
    """Say what a corrected list changes, also after it was confirmed or cancelled; the reading is logged.

    `kind=settled` gives the lines that go or change though money settled for them, with the evidence.
    """
    with database.reading() as session:
        found = difference_of(session, list_id, staff.scope, kind=kind, cursor=cursor, limit=limit)
    with database.session() as session:
        audit.note(session, staff.who, "list.difference.read", f"payout list {list_id}", kind=kind)
    names = ("added", "gone", "changed", "before", "after")
    return DifferenceShape.model_validate(
        {
            "list_id": list_id,
            "supersedes": found.receipt.supersedes,
            "decision": found.receipt.decision,
            **{name: found.total(name) for name in names},
            "settled": found.settled,
            "wards": [WardRow.model_validate(dataclasses.asdict(ward)) for ward in found.wards],
            "items": [_change(each, found) for each in found.items],
            "next": found.next,
        }
    )


@router.post("/{list_id}/confirm")
def confirm_correction(
    request: Request, database: DatabaseDep, staff: Confirming, list_id: Id, why: DecisionIn | None = None
) -> ListReceipt:
    """Let a corrected list count from now on; where its cycle was judged already, a run is asked for."""
    with database.session() as session:
        note = why.note if why else None
        receipt, job = confirm_list(session, list_id, staff.scope, by=staff.who, note=note)
        told = {"supersedes": receipt.supersedes, "run": job is not None}
        audit.note(session, staff.who, "list.confirmed", f"payout list {list_id}", **told)
    return list_receipt(receipt, language_of(request))


@router.post("/{list_id}/cancel")
def cancel_correction(
    request: Request, database: DatabaseDep, staff: Sending, list_id: Id, why: DecisionIn | None = None
) -> ListReceipt:
    """Drop a corrected list that waits; it stays to be seen and never counts."""
    with database.session() as session:
        receipt = cancel(session, list_id, staff.scope, by=staff.who, note=why.note if why else None)
        audit.note(session, staff.who, "list.cancelled", f"payout list {list_id}")
    return list_receipt(receipt, language_of(request))


def _line(line: PayoutLine) -> PayoutLineRow:
    return PayoutLineRow.model_validate(line.model_dump())


def _change(change: Change, found: Difference) -> ChangeRow:
    paid = found.paid.get(change.old.id) if change.old else None
    settled = Settled.model_validate({**paid, "evidence": split(paid["evidence"])}) if paid else None
    return ChangeRow.model_validate(
        {
            "line_ref": change.line_ref,
            "kind": change.kind,
            "fields": list(change.fields),
            "old": _line(change.old) if change.old else None,
            "new": _line(change.new) if change.new else None,
            "settled": settled,
        }
    )
