"""A case that no ward has is given to one by the province, and stays there."""

import pytest
from sqlmodel import col, select

from payouts.cases.handle import CaseChange, change_case
from payouts.cases.models import Case, CaseEvent
from payouts.cases.store import find_case
from payouts.cases.worklist import NO_WARD, Wanted, worklist
from payouts.core.errors import DomainError, NotFoundError
from payouts.identity.scope import EVERYTHING, Scope
from tests.facts import Office

REJECTED = {"end_to_end_id": "A1", "bank_ref": "F1", "status": "rejected", "reason_code": "AC04"}
BA_DINH = Scope(areas=frozenset({"00004"}), programmes=None)


def the_case(office: Office) -> Case:
    with office.database.reading() as session:
        return session.exec(select(Case)).one()


def give(office: Office, area: str, *, role: str = "province") -> None:
    case = the_case(office)
    with office.database.session() as session:
        change = CaseChange(area_code=area)
        change_case(
            session, case.id or 0, EVERYTHING, version=case.version, by="tp", role=role, change=change
        )


def refused(office: Office, area: str, *, role: str = "province") -> str:
    with pytest.raises(DomainError) as error:
        give(office, area, role=role)
    return error.value.code


def test_the_province_gives_a_case_without_a_ward_to_one(office: Office) -> None:
    office.owe({"line_ref": "A1", "area_code": "00025"}, cycle="2025-06")
    office.say("k.csv", {**REJECTED, "booked_on": "2025-06-05"})
    office.run(cycle="2025-06", as_of="2025-06-25")
    case = the_case(office)
    assert case.area_code is None, "00025 of before July 2025 lies in three wards of today"
    with office.database.reading() as session:
        assert [row["id"] for row in worklist(session, EVERYTHING, Wanted(area=NO_WARD)).items] == [case.id]
        with pytest.raises(NotFoundError):
            find_case(session, case.id or 0, BA_DINH)
    assert refused(office, "00004", role="ward") == "not_permitted"
    assert refused(office, "00001") == "no_such_ward"
    give(office, "00004")
    with office.database.reading() as session:
        found = find_case(session, case.id or 0, BA_DINH)
        told = session.exec(select(CaseEvent).order_by(col(CaseEvent.id).desc())).first()
    assert told is not None
    assert (told.kind, told.before, told.after, told.by) == ("routed", None, "00004", "tp")
    assert found.version == case.version + 1
    office.run(cycle="2025-06", as_of="2025-06-26")
    assert the_case(office).area_code == "00004", "a run leaves it where it was given"
