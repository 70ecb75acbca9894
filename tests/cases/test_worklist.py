"""The worklist shows what is asked for, the worst first, and its pages follow one another."""

import datetime as dt

import pytest
from sqlalchemy import update

from payouts.cases.models import Case
from payouts.cases.worklist import NOBODY, Wanted, count_up_to, in_use, keys_of, worklist
from payouts.core import clock
from payouts.core.errors import NotFoundError
from payouts.identity.scope import EVERYTHING, Scope
from tests.facts import Office

WARD_4 = Scope(areas=frozenset({"00004"}), programmes=None)
TODAY = clock.today()
# line_ref, name, ward, account, hardship, due in days
PEOPLE = (
    ("A1", "Nguyễn Thị Hòa", "00004", "1500205004417", 10, 3),
    ("A2", "Đỗ Văn Nguyên", "00004", "0011223344", 30, 5),
    ("A3", "Trần Thị Mai", "00004", "1500205004419", 30, -1),
    ("A4", "Lê Văn Sáu", "00004", "1500205004420", 0, 0),
    ("B1", "Hoà Bình", "00070", "9", 90, 9),
)


@pytest.fixture
def ward(office: Office) -> Office:
    """Five people with a case each, one of another ward, one rejected by the bank."""
    office.owe(
        *(
            {
                "line_ref": line,
                "full_name": name,
                "area_code": area,
                "account_no": account,
                "citizen_id": f"0011450034{at:02}",
                "hamlet": "TDP số 03" if line == "A2" else "tổ 3" if line == "B1" else "",
            }
            for at, (line, name, area, account, _, _) in enumerate(PEOPLE, start=17)
        )
    )
    office.say(
        "vba.csv", {"bank_ref": "F", "end_to_end_id": "A1", "status": "rejected", "reason_code": "AC04"}
    )
    office.run()
    with office.database.session() as session:
        for line, _, _, _, hardship, days in PEOPLE:
            due = TODAY + dt.timedelta(days=days)
            session.execute(update(Case).where(Case.subject == line).values(hardship=hardship, due=due))  # type: ignore[arg-type]
        session.execute(
            update(Case)
            .where(Case.subject == "A4")
            .values(assignee="an", next_on=TODAY + dt.timedelta(days=2))
        )  # type: ignore[arg-type]
    return office


def found(office: Office, scope: Scope = EVERYTHING, **wanted: object) -> list[str]:
    with office.database.reading() as session:
        return [row["line_ref"] for row in worklist(session, scope, Wanted(**wanted)).items]  # type: ignore[arg-type]


def test_the_worst_hardship_stands_on_top_then_those_due_first(ward: Office) -> None:
    assert found(ward) == ["B1", "A3", "A2", "A1", "A4"]
    assert found(ward, WARD_4) == ["A3", "A2", "A1", "A4"]
    assert found(ward, sort="due") == ["A3", "A4", "A1", "A2", "B1"]


def test_each_filter_leaves_what_it_says(ward: Office) -> None:
    told = {
        ("verdict", ("failed",)): ["A1"],
        ("reason", "AC04"): ["A1"],
        ("bank", "VBA"): ["B1", "A3", "A2", "A1", "A4"],
        ("bank", "MB"): [],
        ("area", "00070"): ["B1"],
        ("hamlet", "Tổ dân phố 3"): ["B1", "A2"],
        ("kind", "exception"): ["B1", "A3", "A2", "A1", "A4"],
        ("kind", "complaint"): [],
        ("state", "closed"): [],
        ("state", "parked"): [],
        ("assignee", "an"): ["A4"],
        ("assignee", NOBODY): ["B1", "A3", "A2", "A1"],
        ("due", "overdue"): ["A3"],
        ("due", "today"): ["A4"],
        ("due", "week"): ["A2", "A1", "A4"],
        ("due", "now"): ["B1", "A3", "A2", "A1"],
        ("due", "escalated"): [],
        ("hardship", 30): ["B1", "A3", "A2"],
        ("age", (7, None)): [],
    }
    assert {asked: found(ward, **dict([asked])) for asked in told} == told


def test_names_and_numbers_are_found_as_they_are_spoken_and_written(ward: Office) -> None:
    told = {
        "hoa": ["B1", "A1"],
        "Hoà nguyễn": ["A1"],
        "do nguyen": ["A2"],
        "guyen": [],
        "001145003418": ["A2"],
        "0011 2233 44": ["A2"],
        "3344": ["A2"],
        "344": [],
        "b1": ["B1"],
        "%": ["B1", "A3", "A2", "A1", "A4"],
    }
    assert {text: found(ward, q=text) for text in told} == told
    assert found(ward, WARD_4, q="hoa") == ["A1"]


@pytest.mark.parametrize("sort", ["hardship", "due"])
def test_pages_follow_one_another_without_gaps_or_doubles(ward: Office, sort: str) -> None:
    seen: list[str] = []
    cursor = None
    with ward.database.reading() as session:
        while True:
            page = worklist(session, EVERYTHING, Wanted(sort=sort), cursor=cursor, limit=1)
            seen += [row["line_ref"] for row in page.items]
            if page.next is None:
                break
            cursor = page.next
        assert seen == found(ward, sort=sort)
        for bad in ("x", "1-2", "999999999999999999999-1", "1-738000-5" if sort == "due" else "738000-5"):
            with pytest.raises(NotFoundError):
                worklist(session, EVERYTHING, Wanted(sort=sort), cursor=bad)


def test_cases_are_counted_and_given_as_far_as_asked(ward: Office) -> None:
    with ward.database.reading() as session:
        assert [count_up_to(session, EVERYTHING, Wanted(), most) for most in (3, 9)] == [3, 5]
        assert list(keys_of(session, WARD_4, Wanted(), 2).values()) == [1, 1]
        assert in_use(session, EVERYTHING) == ({"AC04": 1}, {"VBA": 5})
        assert in_use(session, Scope(areas=frozenset({"00070"}), programmes=None)) == ({}, {"VBA": 1})
