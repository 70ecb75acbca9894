"""/v1/settlement-files: banks send what became of the payments, and see what became of their files."""

import asyncio
import dataclasses
import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from payouts.api.access import ActorDep, DatabaseDep, SettingsDep
from payouts.api.errors import language_of
from payouts.api.parameters import USUAL_LIMIT, Cursor, Filename, Id, Limit, ProfileName
from payouts.api.receipts import file_receipt, next_of, told, utc
from payouts.api.shapes import FilePage, FileReceipt, ToldLine, ToldPage
from payouts.api.uploads import incoming, waited, wished_wait
from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.database import Database
from payouts.core.errors import ForbiddenError, RefusedError
from payouts.core.limits import LARGEST_ID
from payouts.core.settings import Settings
from payouts.core.storage import Arrival
from payouts.identity import audit
from payouts.identity.rules import BankClient, require
from payouts.jobs.asking import take_file
from payouts.runs.store import place
from payouts.runs.told import told_lines
from payouts.settlements.dry_run import lines_again, try_file
from payouts.settlements.models import SettlementFile
from payouts.settlements.policy import policy_of
from payouts.settlements.profiles import profiles
from payouts.settlements.store import files_page, find_file

router = APIRouter(prefix="/v1/settlement-files", tags=["settlement files"])

CHECKS = asyncio.Semaphore(1)  # reading a large file takes a core; requests need the other
UNTOLD = {"disposition": None, "rule": None}  # of a line that no run looks at
RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, as it is or as gzip; not multipart.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
AS_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
RECEIPT_HEADERS: dict[str, Any] = {"Location": {"description": "The receipt.", "schema": {"type": "string"}}}


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """Whose file it is, and who sends it."""

    bank_code: str
    by: str
    test: bool = False  # with a test key


@dataclasses.dataclass(frozen=True, slots=True)
class Sight:
    """Whose files may be seen: one bank's, live or test; None means all."""

    bank_code: str | None = None
    test: bool | None = None


def sender_of(
    actor: ActorDep,
    bank: Annotated[
        str | None,
        Query(
            max_length=64, pattern="^[A-Za-z0-9]+$", description="Only for staff who send in a bank's stead."
        ),
    ] = None,
) -> Sender:
    """Say for which bank a file comes: a bank sends its own, staff name the bank."""
    if isinstance(actor, BankClient):
        if bank is not None and (bank_code(bank) or bank) != actor.bank_code:
            raise ForbiddenError(
                "other_bank", "Khóa này thuộc ngân hàng khác với ngân hàng ghi trong địa chỉ."
            )
        return Sender(actor.bank_code, actor.who, actor.test)
    require(actor, "files.send")
    if bank is None:
        raise RefusedError("bank_needed", "Hãy ghi tệp này của ngân hàng nào: thêm bank=MÃ vào địa chỉ.")
    return Sender(bank_code(bank) or bank.upper(), actor.who)


def profile_of(profile: ProfileName = None) -> str | None:
    """Take the name of a layout that there is."""
    if profile is not None and profile not in profiles():
        known = ", ".join(profiles())
        raise RefusedError("profile_unknown", f"Không có mẫu tệp “{profile}”. Hiện có: {known}.")
    return profile


def sight_of(actor: ActorDep) -> Sight:
    """Say whose files may be seen: a bank's own of the key's space, or all for staff who may."""
    if isinstance(actor, BankClient):
        return Sight(actor.bank_code, actor.test)
    require(actor, "files.see")
    return Sight()


SenderDep = Annotated[Sender, Depends(sender_of)]
ProfileDep = Annotated[str | None, Depends(profile_of)]
SightDep = Annotated[Sight, Depends(sight_of)]


@router.post(
    "",
    status_code=202,
    openapi_extra=RAW_BODY,
    response_model=FileReceipt,
    responses={
        200: {"model": FileReceipt, "description": "The same bytes came before: the first receipt."},
        202: {"description": "The bytes are safe; they are read next.", "headers": RECEIPT_HEADERS},
    },
)
async def send_file(
    request: Request,
    response: Response,
    sender: SenderDep,
    profile: ProfileDep,
    database: DatabaseDep,
    settings: SettingsDep,
    filename: Filename,
    supersedes: Annotated[
        int | None,
        Query(ge=1, le=LARGEST_ID, description="The bank's earlier file in whose place this one comes."),
    ] = None,
) -> Any:
    """Send a settlement file: the body is the file as it is, or as gzip with `Content-Encoding: gzip`.

    The answer comes once the bytes are safe on disk; with `Prefer: wait=N` (at most 30 seconds) it waits for
    the outcome. The same bytes from the same bank with the same profile get the first receipt and status 200.
    `Content-Digest` (sha-256 or sha-512), if sent, is verified, over the bytes as they are sent.
    """
    async with incoming(request, settings, test=sender.test) as arrival:
        kept, new = await run_in_threadpool(
            keep_file, database, arrival, sender, filename, profile, supersedes
        )
    if seconds := wished_wait(request):
        kept = await waited(
            seconds,
            lambda: _look(database, kept.id or 0, Sight(sender.bank_code, sender.test)),
            lambda seen: seen.state != "received",
        )
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"/v1/settlement-files/{kept.id}"
    response.status_code = 202 if new else 200
    return told(request, response, kept)


def keep_file(
    database: Database,
    arrival: Arrival,
    sender: Sender,
    filename: str,
    profile: str | None,
    supersedes: int | None,
) -> tuple[SettlementFile, bool]:
    """Make the bytes safe, then the receipt and the job of reading them, in one transaction.

    Args:
        database: where receipt and job are kept
        arrival: the bytes
        sender: whose file it is, and who sends it
        filename: its name at the sender
        profile: the layout to read it by, where one is named
        supersedes: the earlier file in whose place it comes

    Returns:
        the receipt, and whether it is new
    """
    stored = arrival.keep()
    with database.session() as session:
        kept, new = take_file(
            session,
            stored,
            bank_code=sender.bank_code,
            filename=filename,
            by=sender.by,
            profile=profile,
            test=sender.test,
            supersedes=supersedes,
        )
        audit.note(
            session, sender.by, "file.sent", f"settlement file {kept.id}", sha256=stored.sha256, new=new
        )
    return kept, new


def _look(database: Database, file_id: int, sight: Sight) -> SettlementFile:
    with database.reading() as session:
        return find_file(session, file_id, sight.bank_code, test=sight.test)


@router.post("/check", openapi_extra=RAW_BODY, response_model=FileReceipt, responses=AS_CSV)
async def check_file(
    request: Request,
    response: Response,
    sender: SenderDep,
    profile: ProfileDep,
    database: DatabaseDep,
    settings: SettingsDep,
    filename: Filename,
) -> Any:
    """Say which receipt a file would get, also for one that would be refused; nothing is kept."""
    async with incoming(request, settings) as arrival, CHECKS:
        found = await run_in_threadpool(_check, database, settings, arrival, sender, filename, profile)
    return told(request, response, found)


def _check(
    database: Database,
    settings: Settings,
    arrival: Arrival,
    sender: Sender,
    filename: str,
    profile: str | None,
) -> SettlementFile:
    with database.reading() as session:
        policy = policy_of(session, sender.bank_code)
    found = SettlementFile(
        bank_code=sender.bank_code,
        sha256=arrival.digest.hex(),
        profile=profile or "",
        size=arrival.size,
        filename=filename,
        label=filename,
        received_at=clock.now(),
        received_by=sender.by,
        test=sender.test,
    )
    return try_file(found, settings, arrival.path, policy)


@router.get("")
def list_files(
    request: Request,
    database: DatabaseDep,
    sight: SightDep,
    state: Literal["received", "accepted", "quarantined", "refused"] | None = None,
    since: Annotated[dt.datetime | None, Query(description="Only received at or after this moment.")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> FilePage:
    """List receipts, the latest first; a bank sees its own only."""
    before = place(cursor) if cursor else None
    with database.reading() as session:
        found = files_page(
            session,
            sight.bank_code,
            test=sight.test,
            state=state,
            since=utc(since),
            before=before,
            limit=limit + 1,
        )
    language = language_of(request)
    return FilePage(
        items=[file_receipt(each, language) for each in found[:limit]], next=next_of(found, limit)
    )


@router.get("/{file_id}", response_model=FileReceipt, responses=AS_CSV)
def get_file(
    request: Request, response: Response, database: DatabaseDep, sight: SightDep, file_id: Id
) -> Any:
    """Give the receipt of a file."""
    return told(request, response, _look(database, file_id, sight))


@router.get("/{file_id}/lines")
def get_lines(
    database: DatabaseDep,
    settings: SettingsDep,
    actor: ActorDep,
    sight: SightDep,
    file_id: Id,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> ToldPage:
    """Give the lines of a file as they were read, and what the last run says of each."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        file = find_file(session, file_id, sight.bank_code, test=sight.test)
        kept = [] if file.test else told_lines(session, file_id, after=after, limit=limit + 1)
    rows = lines_again(file, settings, after=after, limit=limit + 1) if file.test else kept
    with database.session() as session:
        audit.note(session, actor.who, "lines.read", f"settlement file {file_id}", lines=len(rows[:limit]))
    return ToldPage(
        items=[
            ToldLine.model_validate({**UNTOLD, **row, "line_ref": row.get("line_refs")})
            for row in rows[:limit]
        ],
        next=str(rows[limit - 1]["line"]) if len(rows) > limit else None,
    )
