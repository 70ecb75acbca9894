"""/v1/matches: bank lines that may be somebody's, and what people decide of them."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from sqlalchemy import RowMapping

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.decision_shapes import AnswerIn
from payouts.api.match_shapes import (
    BankLine,
    ComparedShape,
    MatchIn,
    MatchPage,
    MatchShape,
    Suggestions,
    SuggestionShape,
    UndoIn,
)
from payouts.api.parameters import USUAL_LIMIT, Cursor, Id, Limit
from payouts.cases.store import view_case
from payouts.core.database import Database
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.jobs.deciding import answer_match, decide_match, undo_match
from payouts.lists.models import PayoutLine
from payouts.runs.beside import beside
from payouts.runs.matches import pair_named
from payouts.runs.models import MatchDecision
from payouts.runs.offers import offers
from payouts.runs.proposals import Shown, decisions_of, decisions_page, show
from payouts.runs.store import place

router = APIRouter(prefix="/v1", tags=["matches"])

Seeing = Annotated[Staff, staff_with("cases.see")]
Deciding = Annotated[Staff, staff_with("matches.decide")]
SENT_TWICE: dict[int | str, dict[str, Any]] = {
    200: {"model": MatchShape, "description": "It was sent before: the first decision."}
}


@router.get("/cases/{case_id}/suggestions")
def list_suggestions(database: DatabaseDep, staff: Seeing, case_id: Id) -> Suggestions:
    """Give the bank lines that may belong to a case's payout line, field by field. The reading is logged."""
    with database.reading() as session:
        view = view_case(session, case_id, staff.scope)
        found = offers(session, view.line) if view.line and view.counts else []
        decided = decisions_of(session, view.line) if view.line else []
    with database.session() as session:
        lines = [row["id"] for row in found]
        audit.note(session, staff.who, "match.read", f"case {case_id}", settlement_lines=lines)
    items = [
        SuggestionShape(**_bank_line(view.line, row).model_dump(), score=row["score"], taken=row["taken"])
        for row in found
        if view.line
    ]
    return Suggestions(items=items, decisions=[_shape(each) for each in decided])


@router.get("/matches")
def list_matches(
    database: DatabaseDep,
    staff: Seeing,
    state: Literal["waiting", "done", "declined", "taken_back", "undone"] | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> MatchPage:
    """List decisions on bank lines, the earliest first. The reading is logged."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        found = decisions_page(session, staff.scope, state=state, after=after, limit=limit + 1)
    shown = found[:limit]
    with database.session() as session:
        read = [each.decision.id for each in shown]
        audit.note(session, staff.who, "matches.read", "matches", matches=read)
    following = str(shown[-1].decision.id) if len(found) > limit else None
    return MatchPage(items=[_shape(each) for each in shown], next=following)


@router.post("/matches", status_code=201, responses=SENT_TWICE)
def decide(response: Response, database: DatabaseDep, staff: Deciding, given: MatchIn) -> MatchShape:
    """Confirm or reject what the last run suggests, or propose another bank line to a second person."""
    with database.session() as session:
        pair = pair_named(session, given.line_ref, given.file, given.line, staff.scope)
        decision, new = decide_match(
            session, *pair, given.kind, staff.scope, by=staff.who, reason=given.reason
        )
    response.status_code = 201 if new else 200
    return _again(database, staff, decision)


@router.get("/matches/{match_id}")
def get_match(database: DatabaseDep, staff: Seeing, match_id: Id) -> MatchShape:
    """Give a decision with both sides. The reading is logged."""
    with database.reading() as session:
        shown = show(session, match_id, staff.scope)
    with database.session() as session:
        lines = [shown.decision.settlement_line_id]
        audit.note(session, staff.who, "match.read", f"payout line {shown.line.id}", settlement_lines=lines)
    return _shape(shown)


@router.post("/matches/{match_id}/answer")
def answer(database: DatabaseDep, staff: Seeing, match_id: Id, given: AnswerIn) -> MatchShape:
    """Approve or decline what somebody else proposed, or take back what one proposed oneself."""
    require(staff, "matches.decide" if given.answer == "take_back" else "matches.check")
    with database.session() as session:
        decision = answer_match(session, match_id, given.answer, staff.scope, by=staff.who, note=given.note)
    return _again(database, staff, decision)


@router.post("/matches/{match_id}/undo")
def undo(database: DatabaseDep, staff: Deciding, match_id: Id, given: UndoIn) -> MatchShape:
    """Undo a decision that counts; the row stays to be seen."""
    with database.session() as session:
        decision = undo_match(session, match_id, staff.scope, by=staff.who, reason=given.reason)
    return _again(database, staff, decision)


def _again(database: Database, staff: Staff, decision: MatchDecision) -> MatchShape:
    with database.reading() as session:
        return _shape(show(session, decision.id or 0, staff.scope))


def _bank_line(line: PayoutLine, told: RowMapping) -> BankLine:
    fields = [ComparedShape.model_validate(asdict(each)) for each in beside(line, told)]
    values = {name: told[name] for name in ("line", "status", "booked_on")}
    return BankLine(file=told["label"], fields=fields, **values)


def _shape(shown: Shown) -> MatchShape:
    return MatchShape.model_validate(
        {
            **shown.decision.model_dump(),
            "line_ref": shown.line.line_ref,
            "area_code": shown.line.area_code,
            "programme": shown.cycle.programme,
            "cycle": shown.cycle.cycle,
            "bank_line": _bank_line(shown.line, shown.told),
            "not_followed": shown.not_followed,
        }
    )
