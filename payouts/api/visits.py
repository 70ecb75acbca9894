"""/v1/visits: the people whom a visitor is to visit, and what came of it; nobody else's."""

from typing import Annotated

from fastapi import APIRouter, Response

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.cases import IfMatch, version_read
from payouts.api.coverage_shapes import ContactIn, ContactShape, VisitList, VisitRow, VisitShape
from payouts.api.parameters import Id
from payouts.coverage.visits import Visit, log_visit, visit_of, visits_of
from payouts.identity import audit
from payouts.identity.rules import Staff

router = APIRouter(prefix="/v1/visits", tags=["visits"])

Visiting = Annotated[Staff, staff_with("visits.make")]


@router.get("")
def list_visits(database: DatabaseDep, staff: Visiting) -> VisitList:
    """List the people whom who asks is to visit; the reading is logged."""
    with database.reading() as session:
        found = visits_of(session, staff)
    with database.session() as session:
        audit.note(session, staff.who, "visits.read", "visits", cases=[each.row["id"] for each in found])
    return VisitList(items=[VisitRow.model_validate(dict(each.row)) for each in found])


@router.get("/{case_id}")
def get_visit(response: Response, database: DatabaseDep, staff: Visiting, case_id: Id) -> VisitShape:
    """Show a person to visit; the reading is logged. The ETag goes into If-Match of what came of it."""
    with database.session() as session:
        found = visit_of(session, staff, case_id)
        audit.note(session, staff.who, "visit.read", f"case {case_id}")
    return _answer(response, found)


@router.post("/{case_id}/contacts", status_code=201)
def add_contact(
    response: Response,
    database: DatabaseDep,
    staff: Visiting,
    case_id: Id,
    told: ContactIn,
    if_match: IfMatch = None,
) -> VisitShape:
    """Write down what came of a visit: 428 without If-Match, 412 when somebody else wrote since."""
    with database.session() as session:
        now = visit_of(session, staff, case_id).row["version"]
        version = version_read(now, if_match)
        log_visit(session, staff, case_id, version=version, **told.model_dump())
        audit.note(session, staff.who, "case.contacted", f"case {case_id}")
        found = visit_of(session, staff, case_id)
    return _answer(response, found)


def _answer(response: Response, found: Visit) -> VisitShape:
    response.headers["ETag"] = f'"{found.row["version"]}"'
    return VisitShape.model_validate(
        {
            **found.row,
            "phones": [each.model_dump() for each in found.phones],
            "contacts": [ContactShape.model_validate(each.model_dump()) for each in found.contacts],
        }
    )
