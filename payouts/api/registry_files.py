"""/v1/registry-files: staff send what an office knows of beneficiaries."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from payouts.api.access import DatabaseDep, SettingsDep, staff_with
from payouts.api.errors import language_of
from payouts.api.files import RAW_BODY, RECEIPT_HEADERS
from payouts.api.parameters import Filename, Id
from payouts.api.shapes import ProblemRow, State
from payouts.api.uploads import incoming, waited, wished_wait
from payouts.core.database import Database
from payouts.core.problems import Language
from payouts.core.receipts import problems_of, said_problems
from payouts.core.storage import Arrival
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.asking import take_registry_file
from payouts.registry.files.intake import find_registry_file
from payouts.registry.files.models import RegistryFile

router = APIRouter(prefix="/v1/registry-files", tags=["registry files"])

Sending = Annotated[Staff, staff_with("registry.send")]


class Outcome(BaseModel):
    """How many people an accepted file names, and what became of what it says."""

    people: int = 0
    new: int = Field(default=0, description="Put on record for the first time.")
    proposals: int = Field(default=0, description="What differs from the record, to be decided by somebody.")


class RegistryReceipt(BaseModel):
    """The receipt of a registry file, one for its bytes."""

    id: int
    state: State
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    format: str | None
    lines: int
    good_lines: int
    outcome: Outcome
    problems: list[ProblemRow]
    problem_count: int
    received_at: dt.datetime
    read_at: dt.datetime | None


@router.post(
    "",
    status_code=202,
    openapi_extra=RAW_BODY,
    responses={
        200: {"model": RegistryReceipt, "description": "The same bytes came before: the first receipt."},
        202: {"description": "The bytes are safe; they are read next.", "headers": RECEIPT_HEADERS},
    },
)
async def send_registry_file(
    request: Request,
    response: Response,
    staff: Sending,
    database: DatabaseDep,
    settings: SettingsDep,
    filename: Filename,
) -> RegistryReceipt:
    """Send a registry file, CSV or XLSX, as the raw body. It is taken in whole or not at all."""

    def keep(arrival: Arrival) -> tuple[RegistryFile, bool]:
        stored = arrival.keep()
        with database.session() as session:
            kept, new = take_registry_file(session, stored, filename=filename, by=staff.who)
            told = {"sha256": stored.sha256, "new": new}
            audit.note(session, staff.who, "registry_file.sent", f"registry file {kept.id}", **told)
        return kept, new

    async with incoming(request, settings) as arrival:
        kept, new = await run_in_threadpool(keep, arrival)
    if seconds := wished_wait(request):
        kept = await waited(
            seconds, lambda: _look(database, kept.id or 0), lambda seen: seen.state != "received"
        )
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"/v1/registry-files/{kept.id}"
    response.status_code = 202 if new else 200
    return registry_receipt(kept, language_of(request))


@router.get("/{file_id}")
def show_registry_file(
    request: Request, database: DatabaseDep, _staff: Sending, file_id: Id
) -> RegistryReceipt:
    """Give the receipt of a registry file."""
    return registry_receipt(_look(database, file_id), language_of(request))


def registry_receipt(kept: RegistryFile, language: Language) -> RegistryReceipt:
    """Make the receipt of a registry file."""
    problems = said_problems(problems_of(kept.problems), language)
    return RegistryReceipt.model_validate({**kept.model_dump(), "problems": problems})


def _look(database: Database, file_id: int) -> RegistryFile:
    with database.reading() as session:
        return find_registry_file(session, file_id)
