"""What lists say otherwise than the registry: shown, approved or declined, and nothing overwritten before."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import RowMapping
from sqlmodel import Session, col, select

from payouts.core.errors import ForbiddenError, RefusedError
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.intake import read_received, take_all_the_same
from payouts.registry.changes import changes_of
from payouts.registry.deciding import Chosen, decide
from payouts.registry.models import Beneficiary, Enrolment, Payee, WelfareAccount
from payouts.registry.proposals import proposals_page, waiting_by_kind
from payouts.registry.rules import differences
from tests.facts import OWED, Office

HOA = OWED["citizen_id"]
SENDER, OTHER = Staff(1, "test", "province", EVERYTHING), Staff(2, "lan", "province", EVERYTHING)
FIELDS = {**OWED, "date_of_birth": "", "payee_name": "", "payee_citizen_id": ""}


def line(number: int, **more: Any) -> dict[str, Any]:
    who = {
        "citizen_id": f"0011600{number:05}",
        "account_no": f"15002050{number:05}",
        "full_name": f"Bà {number}",
    }
    return {**who, "line_ref": f"N{number}", **more}


def waiting(office: Office, **chosen: Any) -> list[RowMapping]:
    with office.database.reading() as session:
        return proposals_page(session, EVERYTHING, Chosen(**chosen))


def on_record(session: Session, citizen_id: str = HOA) -> Beneficiary:
    return session.exec(select(Beneficiary).where(Beneficiary.citizen_id == citizen_id)).one()


def test_a_list_overwrites_nothing_before_somebody_else_approves(office: Office) -> None:
    office.owe({}, line(1), usual=FIELDS)
    assert waiting(office) == []  # the first list of a programme is where it begins

    changed = {"line_ref": "L2", "full_name": "Nguyễn Thị Hoà", "account_no": "19001", "area_code": "00008"}
    payee = {"payee_name": "Trần Văn An", "payee_citizen_id": "001080000123"}
    december = office.owe({**changed, **payee}, line(2, line_ref="M2"), usual=FIELDS, cycle="2026-12")
    found = {(row["kind"], row["field"]): (row["before"], row["after"]) for row in waiting(office)}
    assert found == {
        ("changed", "full_name"): ("Nguyễn Thị Hoa", "Nguyễn Thị Hoà"),
        ("moved", "area_code"): ("00004", "00008"),
        ("account", "account"): ("VBA 1500205004417", "VBA 19001"),
        ("payee", "payee"): (None, "Trần Văn An 001080000123"),
        ("new", "enrolment"): (None, "2026-12"),
        ("gone", "enrolment"): (None, "2026-11"),
    }
    with office.database.reading() as session:
        person = on_record(session)
        assert (person.full_name, person.area_code) == ("Nguyễn Thị Hoa", "00004")
        ward = Scope(frozenset({"00008"}), None)
        assert waiting_by_kind(session, ward, Chosen()) == {"moved": 1}  # who comes is for their new ward

    with office.database.session() as session, pytest.raises(ForbiddenError) as same:
        decide(session, Chosen(kind="account"), SENDER, approve=True)
    assert same.value.code == "same_person"
    with office.database.session() as session:
        of_list = ("list", december.id or 0)
        assert decide(session, Chosen(kind="changed", source=of_list), SENDER, approve=True) == 1
        for kind in ("moved", "account", "payee", "new", "gone"):
            assert decide(session, Chosen(kind=kind), OTHER, approve=True) == 1
        assert decide(session, Chosen(kind="gone"), OTHER, approve=True) == 0  # the form sent twice
    with office.database.reading() as session:
        person = on_record(session)
        assert (person.full_name, person.area_code) == ("Nguyễn Thị Hoà", "00008")
        accounts = session.exec(
            select(WelfareAccount)
            .where(WelfareAccount.beneficiary_id == person.id)
            .order_by(col(WelfareAccount.id))
        ).all()
        assert [(each.account_no, each.valid_to) for each in accounts] == [
            ("1500205004417", dt.date(2026, 11, 24)),
            ("19001", None),
        ]
        assert session.exec(select(Payee.full_name, Payee.relation)).one() == ("Trần Văn An", "listed")
        gone = on_record(session, line(1)["citizen_id"])
        assert (
            session.exec(select(Enrolment.until).where(Enrolment.beneficiary_id == gone.id)).one()
            == "2026-11"
        )
        told = {change.field: change for change in changes_of(session, person.id or 0)}
        assert set(told) == {"full_name", "area_code", "account", "payee"}
        name = told["full_name"]
        assert (name.by, name.source, name.source_id, name.row) == ("test", "list", december.id, 2)


def test_what_was_declined_is_not_asked_again_and_a_later_list_takes_the_place_of_an_earlier(
    office: Office,
) -> None:
    office.owe({})
    office.owe({"line_ref": "L2", "full_name": "Nguyễn Thị Hoàn"}, cycle="2026-12")
    with office.database.session() as session, pytest.raises(RefusedError):
        decide(session, Chosen(kind="changed"), OTHER, approve=False)
    with office.database.session() as session:
        assert decide(session, Chosen(kind="changed"), OTHER, approve=False, reason="Gõ sai") == 1
    office.owe({"line_ref": "L3", "full_name": "Nguyễn Thị Hoàn", "area_code": "00008"}, cycle="2027-01")
    assert [row["kind"] for row in waiting(office)] == ["moved"]
    office.owe({"line_ref": "L4", "full_name": "NGUYỄN THỊ  HOA", "area_code": "00070"}, cycle="2027-02")
    assert [(row["after"], row["month"]) for row in waiting(office)] == [("00070", "2027-02")]
    office.owe({"line_ref": "L0", "area_code": "00013"}, cycle="2026-10")  # late: February has spoken
    assert [row["after"] for row in waiting(office)] == ["00070"]


def test_a_person_in_two_wards_lists_is_asked_about_one_by_one(office: Office) -> None:
    office.owe({}, line(1))
    second = office.owe({"line_ref": "L9", "area_code": "00008"}, name="ward-2.csv")
    assert [row["code"] for row in second.problems] == ["person_in_two_wards"]
    assert [(row["kind"], row["before"], row["after"]) for row in waiting(office)] == [
        ("two_wards", "00004", "00008")
    ]
    with office.database.session() as session, pytest.raises(RefusedError):
        decide(session, Chosen(kind="two_wards"), OTHER, approve=True)
    assert office.approve() == 1
    with office.database.reading() as session:
        assert on_record(session).area_code == "00008"


def test_a_list_that_drops_forty_percent_stops_and_asks(office: Office) -> None:
    office.owe(*(line(number) for number in range(30)))
    few = tuple(line(number, line_ref=f"D{number}") for number in range(17))
    stopped = office.owe(*few, cycle="2026-12")
    assert stopped.state == "quarantined"
    [asked] = stopped.problems
    assert (asked["code"], asked["values"]) == (
        "people_dropped",
        {"value": "13", "other": "30", "share": "43"},
    )
    with office.database.session() as session, pytest.raises(RefusedError):
        take_all_the_same(session, stopped.id or 0, EVERYTHING, by="lan", reason=" ")
    with office.database.session() as session:
        take_all_the_same(session, stopped.id or 0, EVERYTHING, by="lan", reason="Xã chuyển 13 người đi")
    taken = read_received(office.database, office.settings, stopped.id or 0)
    assert (taken.state, taken.decided_by, [row["code"] for row in taken.problems]) == (
        *("accepted", "lan"),
        ["people_dropped"],
    )
    assert len(waiting(office, kind="gone")) == 13


def test_lists_that_come_ward_by_ward_speak_of_their_ward_alone(office: Office) -> None:
    wards = ("00004", "00008", "00070")
    office.owe(*(line(number, area_code=wards[number % 3]) for number in range(45)))
    first = office.owe(
        *(line(number, area_code="00004", line_ref=f"W{number}") for number in range(0, 42, 3)),
        cycle="2026-12",
    )
    assert (first.state, first.problems) == ("accepted", [])
    assert [row["area_code"] for row in waiting(office)] == ["00004"]  # one is gone; two wards are to come


def test_a_corrected_list_proposes_what_it_leaves_out(office: Office) -> None:
    from payouts.lists.supersede import confirm  # noqa: PLC0415  # the only test that needs it

    first = office.owe({}, line(1))
    better = office.owe({"full_name": "Nguyễn Thị Hoan"}, name="better.csv", supersedes=first.id)
    with office.database.session() as session:
        confirm(session, better.id or 0, EVERYTHING, by="lan")
    assert sorted((row["kind"], row["after"]) for row in waiting(office)) == [
        ("changed", "Nguyễn Thị Hoan"),
        ("gone", "2026-10"),
    ]


def test_silence_is_no_difference_and_neither_is_case() -> None:
    record = {"full_name": "Lê Thị Bốn", "date_of_birth": dt.date(1950, 2, 1), "area_code": "00004"}
    told = {"full_name": "LÊ THỊ BỐN", "date_of_birth": None, "area_code": "", "payee_name": ""}
    assert list(differences(record, told)) == []
