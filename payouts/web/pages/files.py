"""What banks sent: receipts, what is wrong beside the lines that it is about, and what was decided."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from payouts.core.ids import as_id
from payouts.core.limits import LARGEST_ID
from payouts.core.problems import Problem
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.settlements.desk import decisions_of, possible, waiting
from payouts.settlements.models import FileDecision, SettlementFile
from payouts.settlements.policy import banks_with_rules, rules_of
from payouts.settlements.raw import problems_beside_lines
from payouts.settlements.rules import person, standing
from payouts.settlements.store import changed_lines, file_in_place_of, files_page, find_file
from payouts.web.access import Desk, ReaderDep
from payouts.web.labels import FILE_STATES
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/files")

ROWS = 50
PROBLEMS_SHOWN = 50
CHANGES_SHOWN = 20  # of each kind
WAITING = "waiting"  # for a second person: no standing of a file, but a way to list them

SAID = {
    "release": N_("Proposed. Another person has to agree before its lines count."),
    "withdraw": N_("Proposed. Another person has to agree before the file counts no more."),
    "reject": N_("The file is rejected."),
    "ask": N_("The bank sees on its receipt that a new file is asked for."),
    "done": N_("Agreed. The months that it concerns are being judged anew."),
    "declined": N_("Declined. The file stays as it was."),
    "taken_back": N_("The proposal is taken back."),
    "already": N_("This was saved already; nothing was saved twice."),
}


@dataclass(frozen=True, slots=True)
class About:
    """A file with what was decided of it and what may be, as its pages show it."""

    file: SettlementFile
    standing: str
    decisions: list[FileDecision]
    waiting: FileDecision | None
    own: bool  # what waits was proposed by who looks
    possible: list[str]
    newer: SettlementFile | None  # the file in its place
    older: SettlementFile | None  # the file in whose place it came


def about(session: Session, staff: Staff, file_id: int) -> About:
    """Read a file with what belongs to it.

    Raises:
        NotFoundError: there is no such file
    """
    file = find_file(session, as_id(file_id), None)
    proposed = waiting(session, file.id or 0)
    return About(
        file=file,
        standing=standing(file),
        decisions=decisions_of(session, file.id or 0),
        waiting=proposed,
        own=proposed is not None and proposed.proposed_by == person(staff.who),
        possible=possible(session, file) if staff.may("files.propose") else [],
        newer=file_in_place_of(session, file.id or 0),
        older=session.get(SettlementFile, file.supersedes) if file.supersedes else None,
    )


@router.get("")
def show_files(request: Request, desk: ReaderDep, state: str = "", before: int = LARGEST_ID) -> Response:
    """Show the receipts of settlement files, the latest first."""
    require(desk.signed_in.staff, "files.see")
    wanted = state if state in {*FILE_STATES, WAITING} else ""
    with desk.database.reading() as session:
        files = files_page(
            session,
            None,
            stands=None if wanted == WAITING else wanted or None,
            waiting=wanted == WAITING,
            before=max(0, min(before, LARGEST_ID)),
            limit=ROWS + 1,
        )
    return page(
        request,
        "files.html",
        files=files[:ROWS],
        standing=standing,
        next_before=files[ROWS - 1].id if len(files) > ROWS else None,
        state=wanted,
    )


@router.get("/controls")
def show_controls(request: Request, desk: ReaderDep, bank: str = "") -> Response:
    """Show what becomes of files that fail a control, as shipped or as set for a bank."""
    require(desk.signed_in.staff, "files.see")
    with desk.database.reading() as session:
        banks = banks_with_rules(session)
        chosen = bank if bank in banks else ""
        rules = rules_of(session, chosen)
    return page(request, "controls.html", rules=rules, banks=banks, bank=chosen)


@router.get("/{file_id}")
def show_file(request: Request, desk: ReaderDep, file_id: int, said: str = "", after: int = 0) -> Response:
    """Show one receipt, with each problem beside the line; the reading is noted."""
    staff = desk.signed_in.staff
    require(staff, "files.see")
    first = max(0, min(after, LARGEST_ID))
    with desk.database.reading() as session:
        seen = about(session, staff, file_id)
        changes = _changes(session, seen)
    problems = _said(request, desk, seen.file, first)
    with desk.database.session() as session:
        audit.note(session, staff.who, "file.read", f"settlement file {file_id}", problems=len(problems))
    shown = len(seen.file.problems)
    answer = page(
        request,
        "file.html",
        seen=seen,
        file=seen.file,
        problems=problems,
        first=first,
        following=first + PROBLEMS_SHOWN if first + PROBLEMS_SHOWN < shown else None,
        changes=changes,
        may_decide=staff.may("files.decide"),
        said=SAID.get(said, ""),
    )
    if seen.file.state == "received":
        answer.headers["Refresh"] = "3"
    return answer


def _said(
    request: Request, desk: Desk, file: SettlementFile, first: int
) -> list[tuple[Problem, str, str | None]]:
    """Give a receipt's problems, each in words, what is wrong and how to mend it, and with the raw line."""
    language = language_of(request)
    found = problems_beside_lines(desk.settings.data_dir, file, first=first, limit=PROBLEMS_SHOWN)
    return [(each, each.message(language), raw) for each, raw in found]


def _changes(session: Session, seen: About) -> list[dict[str, Any]]:
    """Give examples of what changed against the file in whose place this one came."""
    changes = seen.file.changes
    if not changes or seen.older is None:
        return []
    examples = [
        each
        for what in ("changed", "gone", "added")
        for each in [one for one in changes["examples"] if one["what"] == what][:CHANGES_SHOWN]
    ]
    old = changed_lines(session, seen.older.id or 0, [each["old_line"] for each in examples])
    new = changed_lines(session, seen.file.id or 0, [each["new_line"] for each in examples])
    return [{**each, "old": old.get(each["old_line"]), "new": new.get(each["new_line"])} for each in examples]
