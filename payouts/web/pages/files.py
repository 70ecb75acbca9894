"""What banks sent: the receipts of their files, what is wrong with them, and how to mend it."""

from fastapi import APIRouter, Request, Response

from payouts.core.limits import LARGEST_ID
from payouts.core.receipts import problems_of
from payouts.identity.rules import require
from payouts.lists.store import lists_page
from payouts.settlements.models import SettlementFile
from payouts.settlements.store import files_page, find_file
from payouts.web.access import ReaderDep
from payouts.web.labels import FILE_STATES
from payouts.web.render import language_of, page

router = APIRouter(prefix="/files")

ROWS = 50
LISTS_SHOWN = 10


@router.get("")
def show_files(request: Request, desk: ReaderDep, state: str = "", before: int = LARGEST_ID) -> Response:
    """Show the receipts of settlement files, the latest first, and of the latest payout lists."""
    before = min(before, LARGEST_ID)
    staff = desk.signed_in.staff
    require(staff, "files.see")
    wanted = state if state in FILE_STATES else ""
    with desk.database.reading() as session:
        files = files_page(
            session, None, state=wanted or None, before=min(before, LARGEST_ID), limit=ROWS + 1
        )
        lists = lists_page(session, staff.scope, limit=LISTS_SHOWN) if staff.may("lists.see") else []
    return page(
        request,
        "files.html",
        files=files[:ROWS],
        next_before=files[ROWS - 1].id if len(files) > ROWS else None,
        lists=lists,
        state=wanted,
    )


@router.get("/{file_id}")
def show_file(request: Request, desk: ReaderDep, file_id: int) -> Response:
    """Show one receipt with its problems."""
    require(desk.signed_in.staff, "files.see")
    with desk.database.reading() as session:
        file = find_file(session, file_id if 0 < file_id <= LARGEST_ID else 0, None)
    return page(request, "file.html", file=file, problems=_said(file, request))


def _said(file: SettlementFile, request: Request) -> list[tuple[int | None, str | None, str, str]]:
    """Say a receipt's problems: line, field, gravity, and what is wrong and how to mend it."""
    language = language_of(request)
    return [
        (each.line, each.field, each.severity, each.message(language)) for each in problems_of(file.problems)
    ]
