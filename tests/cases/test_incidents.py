"""A bank whose whole file is absent floods no ward: its lines hang under one incident of the province."""

import datetime as dt

import pytest
from sqlmodel import Session, select

from payouts.cases.counts import counts
from payouts.cases.handle import change_case
from payouts.cases.incidents import files_held, release, silent_banks
from payouts.cases.models import Case, CaseEvent
from payouts.cases.store import hanging_by_area
from payouts.cases.worklist import Wanted, worklist
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.identity.scope import EVERYTHING, Scope
from tests.facts import Office

HOA = {"line_ref": "BT1", "citizen_id": "001145003417", "account_no": "1500205004417", "area_code": "00004"}
BINH = {"line_ref": "BT2", "citizen_id": "001052008826", "account_no": "1500205008826", "area_code": "00008"}
LAN = {"line_ref": "BT3", "citizen_id": "001152001111", "account_no": "88001", "bank_code": "MB"}


def cases(session: Session) -> dict[str, Case]:
    return {case.subject: case for case in session.exec(select(Case))}


def kinds_of_events(session: Session, case: Case) -> list[str]:
    events = select(CaseEvent).where(CaseEvent.case_id == case.id)
    return [event.kind for event in session.exec(events.order_by(CaseEvent.id))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "silent"),
    [
        ({"missing": 3}, True),
        ({"missing": 3, "offline": 2}, True),
        ({"missing": 3, "paid": 1}, False),
        ({"missing": 3, "failed": 1}, False),
        ({"missing": 20_000, "paid": 1}, True),
        ({"missing": 99, "paid": 1}, False),
        ({"pending": 5}, False),
        ({"paid": 5}, False),
    ],
)
def test_a_bank_is_silent_where_a_stray_return_at_most_speaks_of_the_cycle(
    lines: dict[str, int], *, silent: bool
) -> None:
    assert silent_banks({"MB": lines}) == (frozenset({"MB"}) if silent else frozenset())


def test_lines_of_a_silent_bank_hang_under_one_incident_until_its_file_omits_them(office: Office) -> None:
    office.owe(HOA, BINH, LAN)
    office.say("vba.csv", {"end_to_end_id": "BT1", "bank_ref": "F1"})
    _, opened = office.run()
    assert opened.opened == 2
    with office.database.reading() as session:
        found = cases(session)
        incident = found["BTXH/2026-11/MB"]
        assert (incident.kind, incident.state, incident.area_code) == ("incident", "open", None)
        assert (found["BT3"].state, found["BT3"].incident_id, found["BT2"].state) == (
            "parked",
            incident.id,
            "open",
        )
        assert "incident" not in {row["kind"] for row in worklist(session, EVERYTHING).items}
        assert [row["id"] for row in worklist(session, EVERYTHING, Wanted(kind="incident")).items] == [
            incident.id
        ]
        now = counts(session, Scope(frozenset({"00004"}), None), "an")
        assert (now.at_work, now.parked) == (0, 1)
        assert counts(session, EVERYTHING, "an").incidents == 1

    office.run()  # changes nothing
    office.say("mb.csv", {"end_to_end_id": "BT9", "bank_ref": "M0", "bank_code": "MB"}, bank="MB")
    office.run()  # a file that speaks of none of these lines is not theirs
    with office.database.reading() as session:
        assert kinds_of_events(session, cases(session)["BT3"]) == ["opened", "parked"]

    office.owe({**LAN, "line_ref": "BT4", "citizen_id": "001152002222", "account_no": "88002"}, name="2.csv")
    office.say("mb2.csv", {"end_to_end_id": "BT4", "bank_ref": "M1", "bank_code": "MB"}, bank="MB")
    office.run()
    with office.database.reading() as session:
        found = cases(session)
        assert (found["BT3"].state, found["BTXH/2026-11/MB"].outcome) == ("open", "file_came")
        assert kinds_of_events(session, found["BT3"]) == ["opened", "parked", "released"]
        assert found["BT3"].hardship > 0


def test_the_file_of_a_silent_bank_closes_what_it_pays_and_opens_what_it_rejects(office: Office) -> None:
    office.owe(HOA, BINH)
    office.run()
    office.say(
        "vba.csv",
        {"end_to_end_id": "BT1", "bank_ref": "F1"},
        {"end_to_end_id": "BT2", "bank_ref": "F2", "status": "rejected", "reason_code": "AC04"},
    )
    office.run()
    with office.database.reading() as session:
        found = cases(session)
    assert (found["BT1"].state, found["BT1"].outcome) == ("closed", "found_paid")
    assert (found["BT2"].state, found["BT2"].verdict) == ("open", "failed")
    assert found["BTXH/2026-11/VBA"].state == "closed"


def test_the_province_releases_a_ward_and_runs_do_not_park_it_again(office: Office) -> None:
    office.owe(HOA, BINH)
    office.run()
    with office.database.session() as session:
        incident = cases(session)["BTXH/2026-11/VBA"]
        key, version = incident.id or 0, incident.version
        assert [
            (row["area_code"], row["people"], row["amount"]) for row in hanging_by_area(session, key)
        ] == [
            ("00004", 1, 810000),
            ("00008", 1, 810000),
        ]
        assert files_held(session, incident) == []
        closing = {"state": "closed", "outcome": "no_action", "reason": "x"}
        with pytest.raises(ConflictError):
            change_case(
                session,
                key,
                EVERYTHING,
                version=version,
                by="an",
                role="province",
                change=closing,  # type: ignore[arg-type]
            )
        with pytest.raises(ForbiddenError):
            release(session, key, EVERYTHING, version=version, by="an", role="ward", reason="Ngân hàng hẹn")
        with pytest.raises(RefusedError):
            release(session, key, EVERYTHING, version=version, by="an", role="province", reason=" ")
        assert (
            release(
                session,
                key,
                EVERYTHING,
                version=version,
                by="an",
                role="province",
                reason="Bận",
                area="00008",
            )
            == 1
        )
        with pytest.raises(ConflictError):
            release(
                session,
                key,
                EVERYTHING,
                version=version + 1,
                by="an",
                role="province",
                reason="x",
                area="00008",
            )
    office.run()
    with office.database.reading() as session:
        found = cases(session)
        assert (found["BT1"].state, found["BT2"].state) == ("parked", "open")
        assert found["BT2"].due > dt.date(2026, 1, 1)


def test_what_somebody_works_on_is_not_parked_when_a_file_is_taken_away(office: Office) -> None:
    office.owe(HOA, BINH, LAN)
    office.run()
    with office.database.session() as session:
        case = cases(session)["BT1"]
        taken = change_case(
            session,
            case.id or 0,
            EVERYTHING,
            version=case.version,
            by="an",
            role="ward",
            change={"state": "in_progress", "assignee": "an"},
        )
        assert taken.due > dt.date(2026, 1, 1)
    office.run()
    with office.database.reading() as session:
        assert cases(session)["BT1"].state == "in_progress"
