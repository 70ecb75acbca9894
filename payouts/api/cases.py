"""/v1/cases: the worklist, one case with all that belongs to it, and what staff do with it."""

import re
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import RowMapping
from sqlmodel import Session

from payouts.api.access import DatabaseDep, LanguageDep, staff_with
from payouts.api.case_shapes import (
    CaseEventShape,
    CaseIn,
    CasePage,
    CasePatch,
    CaseRow,
    CaseShape,
    NoteIn,
    Released,
    ReleaseIn,
)
from payouts.api.cycle_shapes import split, verdict_row
from payouts.api.errors import ProtocolError
from payouts.api.parameters import USUAL_LIMIT, AreaCode, Cursor, Id, Limit, Text, VerdictName
from payouts.cases.by_hand import open_by_hand
from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.incidents import release
from payouts.cases.models import CaseEvent
from payouts.cases.store import CaseView, find_case, view_case
from payouts.cases.worklist import Wanted, worklist
from payouts.core.errors import RefusedError, StaleError
from payouts.core.explained import explained
from payouts.core.limits import LARGEST_ID
from payouts.core.problems import Language
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.lists.hamlets import tidy_hamlet
from payouts.runs.beside import without_strangers

router = APIRouter(prefix="/v1/cases", tags=["cases"])

Seeing = Annotated[Staff, staff_with("cases.see")]
Working = Annotated[Staff, staff_with("cases.work")]
ETAGS: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}}
}
IfMatch = Annotated[str | None, Header(description="The ETag that was read.")]
DueName = Literal["now", "overdue", "today", "week", "in_time", "escalated"]
LARGEST_AGE = 3_650  # days
NEVER_NULL = ("state", "due", "area_code")


@router.get("")
def list_cases(
    database: DatabaseDep,
    staff: Seeing,
    programme: Text = None,
    cycle: Text = None,
    verdict: VerdictName | None = None,
    area: AreaCode = None,
    hamlet: Annotated[Text, Query(description="As on a list: `tổ 3` is `Tổ dân phố 3`.")] = None,
    state: Literal["open", "in_progress", "waiting", "parked", "closed"] | None = None,
    assignee: Annotated[Text, Query(description="A username; `-` for cases that nobody has.")] = None,
    reason: Text = None,
    kind: Text = None,
    incident: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    bank: Text = None,
    due: Annotated[DueName | None, Query(description="`now`: no later day is agreed on.")] = None,
    age: Annotated[int | None, Query(ge=1, le=LARGEST_AGE, description="Days open, at least.")] = None,
    hardship: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Points, at least.")] = None,
    q: Annotated[Text, Query(description="Words of a name, or a number.")] = None,
    sort: Literal["due", "hardship"] = "due",
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> CasePage:
    """List cases, by default the one due first on top; without `state` those not closed.

    The reading is logged.
    """
    wanted = Wanted(
        programme=programme,
        cycle=cycle,
        verdict=(verdict,) if verdict else (),
        area=area,
        hamlet=tidy_hamlet(hamlet) if hamlet else None,
        state=state,
        parked=True,
        assignee=assignee,
        reason=reason,
        kind=kind,
        incident=incident,
        bank=bank,
        due=due,
        age=(age, None) if age else None,
        hardship=hardship,
        q=q,
        sort=sort,
    )
    with database.reading() as session:
        page = worklist(session, staff.scope, wanted, cursor=cursor, limit=limit)
    with database.session() as session:
        audit.note(session, staff.who, "cases.read", "cases", cases=[row["id"] for row in page.items])
    return CasePage(items=[CaseRow.model_validate(dict(row)) for row in page.items], next=page.next)


@router.post("", status_code=201, responses={200: {"model": CaseShape}})
def post_case(
    response: Response, database: DatabaseDep, staff: Working, language: LanguageDep, told: CaseIn
) -> CaseShape:
    """Open a case that a person told of; where one of its kind is open already, 200 and that one."""
    with database.session() as session:
        case, new = open_by_hand(
            session, told.kind, told.line_ref, staff.scope, by=staff.username, words=told.reason
        )
        audit.note(session, staff.who, "case.opened", f"case {case.id}", kind=told.kind)
        view = view_case(session, case.id or 0, staff.scope)
    response.status_code = 201 if new else 200
    return _answer(response, view, language)


@router.get("/{case_id}", responses=ETAGS)
def get_case(
    response: Response, database: DatabaseDep, staff: Seeing, language: LanguageDep, case_id: Id
) -> CaseShape:
    """Give a case: what was owed, what banks said of it, what happened so far. The reading is logged."""
    with database.reading() as session:
        view = view_case(session, case_id, staff.scope)
    with database.session() as session:
        audit.note(session, staff.who, "case.read", f"case {case_id}")
    return _answer(response, view, language)


@router.patch("/{case_id}", responses=ETAGS)
def patch_case(
    response: Response,
    database: DatabaseDep,
    staff: Working,
    language: LanguageDep,
    case_id: Id,
    patch: CasePatch,
    if_match: IfMatch = None,
) -> CaseShape:
    """Change a case as it was when it was read: 428 without If-Match, 412 when somebody changed it since."""
    given = patch.model_dump(exclude_unset=True)
    for name in NEVER_NULL:
        if name in given and given[name] is None:
            raise RefusedError("null_not_taken", f"“{name}” không được để trống.")
    with database.session() as session:
        change_case(
            session,
            case_id,
            staff.scope,
            version=version_asked(session, staff, case_id, if_match),
            by=staff.username,
            role=staff.role,
            change=cast("CaseChange", given),
        )
        audit.note(session, staff.who, "case.changed", f"case {case_id}", fields=sorted(given))
        view = view_case(session, case_id, staff.scope)
    return _answer(response, view, language)


@router.post("/{case_id}/release")
def release_people(
    response: Response,
    database: DatabaseDep,
    staff: Annotated[Staff, staff_with("incidents.release")],
    case_id: Id,
    told: ReleaseIn,
    if_match: IfMatch = None,
) -> Released:
    """Let who hangs under an incident go to the desks of their wards: 428 without If-Match."""
    with database.session() as session:
        version = version_asked(session, staff, case_id, if_match)
        count = release(
            session,
            case_id,
            staff.scope,
            version=version,
            by=staff.username,
            role=staff.role,
            reason=told.reason,
            area=told.area,
        )
        audit.note(session, staff.who, "incident.released", f"case {case_id}", people=count)
    response.headers["ETag"] = f'"{version + 1}"'
    return Released(released=count)


@router.post("/{case_id}/notes", status_code=201)
def note_case(
    database: DatabaseDep, staff: Working, language: LanguageDep, case_id: Id, note: NoteIn
) -> CaseEventShape:
    """Write something down about a case."""
    with database.session() as session:
        event = add_note(session, case_id, staff.scope, by=staff.username, note=note.note)
        audit.note(session, staff.who, "case.noted", f"case {case_id}")
    return _event(event, language)


def version_asked(session: Session, staff: Staff, case_id: int, if_match: str | None) -> int:
    """Read the version of a case that is about to change out of If-Match, as `version_read` does."""
    return version_read(find_case(session, case_id, staff.scope).version, if_match)


def version_read(now: int, if_match: str | None) -> int:
    """Read the version of a case out of If-Match; `*` is whatever version there is (RFC 9110, 13.1.1).

    Args:
        now: the version that stands
        if_match: the header

    Raises:
        ProtocolError: 428, there is no header
        StaleError: another version was read
    """
    if if_match is None:
        said = ("Hãy gửi If-Match với ETag đã đọc.", "Send If-Match with the ETag that was read.")
        raise ProtocolError(428, "if_match_needed", said)
    if if_match.strip() == "*" or now in {
        int(tag) for tag in re.findall(r'(?<!W/)"([0-9]{1,18})"', if_match)
    }:
        return now
    raise StaleError("case_changed", "Người khác vừa sửa việc này. Hãy tải lại, xem thay đổi rồi làm lại.")


def _answer(response: Response, view: CaseView, language: Language) -> CaseShape:
    """Make the shape of a case; of a stranger's numbers the ends are shown, as on its page."""
    response.headers["ETag"] = f'"{view.case.version}"'
    line = view.line.model_dump() if view.line else {}
    said = {**line, **view.verdict.model_dump(), "area_code": view.case.area_code} if view.verdict else None
    return CaseShape.model_validate(
        {
            **{name: line.get(name) for name in CaseRow.model_fields if name in line},
            **view.case.model_dump(),
            "verdict_now": verdict_row(said, language) if said else None,
            "evidence": [{**row, "file": row["label"]} for row in _cut(view, view.evidence)],
            "suggestions": [
                {**row, "file": row["label"], "compared": split(row["compared"])}
                for row in _cut(view, view.suggestions)
            ],
            "events": [_event(event, language) for event in view.events],
            "hanging": [dict(row) for row in view.hanging],
        }
    )


def _cut(view: CaseView, told: list[RowMapping]) -> list[dict[str, Any]]:
    return [without_strangers(view.line, row) for row in told] if view.line else []


def _event(event: CaseEvent, language: Language) -> CaseEventShape:
    """Make the shape of an event; what a run wrote of it is said in the asker's language."""
    note = explained(event.note, language) if event.run_id and event.note else event.note
    return CaseEventShape.model_validate({**event.model_dump(), "note": note})
