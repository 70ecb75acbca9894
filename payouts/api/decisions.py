"""/v1/settlement-files/{id}/...: a file's problems beside its lines, and what staff decide of it."""

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from payouts.api.access import ActorDep, DatabaseDep, SettingsDep, staff_with
from payouts.api.decision_shapes import (
    AnswerIn,
    ControlList,
    ControlRow,
    DecisionIn,
    DecisionList,
    DecisionShape,
    Effects,
    ProblemBeside,
    ProblemPage,
)
from payouts.api.errors import language_of
from payouts.api.files import SightDep
from payouts.api.parameters import USUAL_LIMIT, Cursor, Id, Limit
from payouts.cases.touched import touched_by
from payouts.core.banks import bank_code
from payouts.core.receipts import said_problems
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.jobs.deciding import answer_file
from payouts.runs.store import place
from payouts.settlements.desk import decide, decisions_of, possible
from payouts.settlements.models import FileDecision
from payouts.settlements.policy import rules_of
from payouts.settlements.raw import problems_beside_lines
from payouts.settlements.store import find_file

router = APIRouter(prefix="/v1", tags=["settlement files"])

Seeing = Annotated[Staff, staff_with("files.see")]
Proposing = Annotated[Staff, staff_with("files.propose")]


@router.get("/settlement-files/{file_id}/problems")
def list_problems(
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    actor: ActorDep,
    sight: SightDep,
    file_id: Id,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> ProblemPage:
    """Give a file's problems, each beside the line as it was sent. The reading is logged."""
    first = place(cursor) if cursor else 0
    with database.reading() as session:
        file = find_file(session, file_id, sight.bank_code, test=sight.test)
    found = problems_beside_lines(settings.data_dir, file, first=first, limit=limit)
    with database.session() as session:
        audit.note(session, actor.who, "file.read", f"settlement file {file_id}", problems=len(found))
    rows = said_problems([problem for problem, _ in found], language_of(request))
    items = [
        ProblemBeside.model_validate({**row, "raw": raw}) for row, (_, raw) in zip(rows, found, strict=True)
    ]
    more = first + limit < len(file.problems)
    return ProblemPage(items=items, next=str(first + limit) if more else None)


@router.get("/settlement-files/{file_id}/decisions")
def list_decisions(database: DatabaseDep, staff: Seeing, file_id: Id) -> DecisionList:
    """Give what was decided and proposed of a file, and what may be."""
    del staff
    with database.reading() as session:
        file = find_file(session, file_id, None)
        decisions = decisions_of(session, file_id)
        kinds = possible(session, file)
    return DecisionList(items=[_shape(each) for each in decisions], possible=kinds)


@router.post("/settlement-files/{file_id}/decisions", status_code=201)
def decide_of_file(
    database: DatabaseDep, staff: Proposing, file_id: Id, decision: DecisionIn
) -> DecisionShape:
    """Decide of a file: reject it, or ask the bank anew; propose to release or withdraw it."""
    with database.session() as session:
        return _shape(decide(session, file_id, decision.kind, reason=decision.reason, by=staff.who))


@router.post("/settlement-files/{file_id}/decisions/answer")
def answer_proposal(database: DatabaseDep, staff: Seeing, file_id: Id, given: AnswerIn) -> DecisionShape:
    """Approve or decline what somebody else proposed, or take back what one proposed oneself."""
    require(staff, "files.propose" if given.answer == "take_back" else "files.decide")
    with database.session() as session:
        decision, _ = answer_file(session, file_id, given.answer, by=staff.who, note=given.note)
        return _shape(decision)


@router.get("/settlement-files/{file_id}/effects")
def list_effects(database: DatabaseDep, staff: Seeing, file_id: Id) -> Effects:
    """Say what would be judged anew without a file, within the asker's scope. The reading is logged."""
    with database.reading() as session:
        find_file(session, file_id, None)
        touched = touched_by(session, file_id, staff.scope)
    with database.session() as session:
        audit.note(session, staff.who, "file.effects_read", f"settlement file {file_id}", lines=touched.lines)
    cycles = [dict(zip(("programme", "cycle", "lines"), each, strict=True)) for each in touched.cycles]
    told: dict[str, Any] = {field.name: getattr(touched, field.name) for field in dataclasses.fields(touched)}
    return Effects.model_validate({**told, "cycles": cycles, "shown": [dict(row) for row in touched.shown]})


@router.get("/banks/{bank}/controls")
def list_controls(
    request: Request,
    database: DatabaseDep,
    staff: Seeing,
    bank: Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9]+$", description="E.g. MB.")],
) -> ControlList:
    """Say what becomes of a bank's files that fail a control."""
    del staff
    code, language = bank_code(bank) or bank.upper(), language_of(request)
    with database.reading() as session:
        rules = rules_of(session, code)
    rows = [
        ControlRow(
            control=rule.control.name,
            contract=rule.control.contract,
            shipped=rule.control.action,
            action=rule.action,
            what=rule.control.said(language),
            codes=list(rule.control.codes),
            set_by=rule.set_by,
            reason=rule.reason,
        )
        for rule in rules
    ]
    return ControlList(bank_code=code, items=rows)


def _shape(decision: FileDecision) -> DecisionShape:
    return DecisionShape.model_validate(decision.model_dump())
