"""The search box finds people and payments by what is typed, within the area of who asks."""

import pytest

from payouts.cases.finding import Found, find
from payouts.core.alphabet import by_given_name
from payouts.core.searching import ranges
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.searchable import fill_search_keys
from tests.facts import Office

LAN = {"citizen_id": "001145003418", "account_no": "0011223344", "area_code": "00070"}


@pytest.fixture
def searched(office: Office) -> Office:
    """Three people, one of another ward, one without an identity number; a bank spoke of one."""
    office.owe(
        {"line_ref": "A1", "full_name": "Nguyễn Thị Hòa"},
        {"line_ref": "A2", "full_name": "Đỗ Thị Lan", **LAN},
        {"line_ref": "A3", "full_name": "Hoà Bình", "citizen_id": "", "account_no": "99887766"},
    )
    office.say("vba.csv", {"bank_ref": "FT77", "end_to_end_id": "A2", "account_no": "0011223344"})
    office.run()
    while fill_search_keys(office.database):
        pass
    return office


def found(office: Office, text: str, scope: Scope = EVERYTHING, *, files: bool = False) -> Found:
    with office.database.reading() as session:
        return find(session, text, scope, files=files)


def names(office: Office, text: str, scope: Scope = EVERYTHING) -> set[str]:
    answer = found(office, text, scope)
    return {row["full_name"] for row in [*answer.people, *answer.lines]}


def test_people_and_payments_are_found_by_names_and_numbers(searched: Office) -> None:
    hoa, lan, nameless = "Nguyễn Thị Hòa", "Đỗ Thị Lan", "Hoà Bình"
    told = {
        "hoa": {hoa, nameless},
        "HOÀ ngu": {hoa},
        "do thi": {lan},
        "thi": {hoa, lan},
        "001145003418": {lan},
        "3418": {lan},
        "418": set(),
        "11 22 33 44": {lan},
        "00011223344": {lan},
        "hoa 4417": {hoa},
        "9988.7766": {nameless},
        "a2": {lan},
        "FT77": {lan},
        "": set(),
        "%_'": set(),
    }
    assert {text: names(searched, text) for text in told} == told


def test_a_search_stays_within_the_scope(searched: Office) -> None:
    ward = Scope(areas=frozenset({"00004"}), programmes=None)
    for text in ("lan", "001145003418", "3344", "A2", "FT77"):
        assert names(searched, text, ward) == set(), text
    assert names(searched, "hoa", ward) == {"Nguyễn Thị Hòa", "Hoà Bình"}
    other = Scope(areas=None, programmes=frozenset({"HTXH"}))
    assert names(searched, "hoa", other) == set()
    assert found(searched, "FT77", ward, files=True).told == []
    assert [row["line"] for row in found(searched, "FT77", files=True).told] == [2]


def test_open_cases_stand_beside_who_was_found(searched: Office) -> None:
    answer = found(searched, "hoa")
    assert [row["verdict"] for row in answer.cases["001145003417"]] == ["missing"]
    assert [row["verdict"] for row in answer.cases[answer.lines[0]["id"]]] == ["missing"]
    assert found(searched, "lan").cases == {}


def test_a_new_account_and_a_new_name_are_found_at_once_and_the_old_name_no_more_once_approved(
    searched: Office,
) -> None:
    new = {"line_ref": "B1", "full_name": "Nguyễn Thị Hoa Mai", "account_no": "5550001112"}
    searched.owe(new, cycle="2026-12")
    assert names(searched, "mai") == set()
    assert fill_search_keys(searched.database)
    assert names(searched, "mai") == names(searched, "1112") == names(searched, "4417") == {"Nguyễn Thị Hòa"}
    searched.approve()
    assert fill_search_keys(searched.database)
    assert names(searched, "mai") == names(searched, "1112") == {"Nguyễn Thị Hoa Mai"}


def test_names_stand_by_the_vietnamese_alphabet() -> None:
    given = ["Lê Văn Đạt", "Lê Văn Dũng", "Lê Văn Ân", "Lê Văn An", "Bùi Văn An", "Lê Văn Ánh", "Lê Văn Ăn"]
    assert sorted(given, key=by_given_name) == [
        *("Bùi Văn An", "Lê Văn An", "Lê Văn Ánh", "Lê Văn Ăn", "Lê Văn Ân", "Lê Văn Dũng", "Lê Văn Đạt"),
    ]
    tones = ["má", "mạ", "ma", "mã", "mả", "mà"]
    assert sorted(tones, key=by_given_name) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_hostile_texts_ask_for_nothing_odd() -> None:
    assert ranges("' OR 1=1 --")[0][0][0] == "or"
    assert len(ranges("x " * 100)) == 8
