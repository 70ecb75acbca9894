"""A search finds people as they are spoken of: without marks, by a part of the name, by a number's end."""

import pytest

from payouts.cases.search import reasons_in_use, search
from payouts.identity.scope import EVERYTHING, Scope
from tests.facts import Office


@pytest.fixture
def ward(office: Office) -> Office:
    """Three people with a case each, one of them of another ward."""
    second = {"citizen_id": "001145003418", "account_no": "0011223344"}
    third = {"citizen_id": "001145003419", "account_no": "9", "area_code": "00070"}
    office.owe(
        {"line_ref": "A1", "full_name": "Nguyễn Thị Hòa"},
        {"line_ref": "A2", "full_name": "Đỗ Văn Nguyên", **second},
        {"line_ref": "B1", "full_name": "Hoà Bình", **third},
    )
    office.say(
        "vba.csv", {"bank_ref": "F1", "end_to_end_id": "A1", "status": "rejected", "reason_code": "AC04"}
    )
    office.run()
    return office


def found(office: Office, text: str, scope: Scope = EVERYTHING) -> set[str]:
    with office.database.reading() as session:
        return {row["line_ref"] for row in search(session, scope, text).items}


def test_names_are_found_without_marks_by_parts_in_any_order(ward: Office) -> None:
    assert found(ward, "hoa") == {"A1", "B1"}
    assert found(ward, "Hoà nguyễn") == {"A1"}
    assert found(ward, "do nguyen") == {"A2"}
    assert found(ward, "") == {"A1", "A2", "B1"}
    assert found(ward, "guyen") == set()


def test_numbers_are_found_whole_or_by_their_last_four(ward: Office) -> None:
    assert found(ward, "001145003418") == {"A2"}
    assert found(ward, "0011 2233 44") == {"A2"}
    assert found(ward, "3344") == {"A2"}
    assert found(ward, "344") == set()
    assert found(ward, "b1") == {"B1"}


def test_nobody_is_found_outside_of_the_own_area(ward: Office) -> None:
    own = Scope(areas=frozenset({"00004"}), programmes=None)
    assert found(ward, "hoa", own) == {"A1"}
    assert found(ward, "001145003419", own) == set()


def test_pages_of_a_search_follow_one_another(ward: Office) -> None:
    with ward.database.reading() as session:
        first = search(session, EVERYTHING, "nguy", limit=1)
        second = search(session, EVERYTHING, "nguy", cursor=first.next, limit=1)
    assert {row["line_ref"] for row in [*first.items, *second.items]} == {"A1", "A2"}
    assert (len(first.items), len(second.items), second.next) == (1, 1, None)


def test_reasons_are_counted_within_the_scope(ward: Office) -> None:
    with ward.database.reading() as session:
        assert reasons_in_use(session, EVERYTHING) == {"AC04": 1}
        assert reasons_in_use(session, Scope(areas=frozenset({"00070"}), programmes=None)) == {}
