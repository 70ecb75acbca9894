"""Each check of the table finds whom it should, nobody else, and a person failing twice counts once."""

import datetime as dt

from sqlmodel import select

from payouts.identity.scope import EVERYTHING, Scope
from payouts.quality.measure import measure
from payouts.quality.rules import SCORES, WHO, checks, filled
from payouts.quality.store import by_area, by_check, checks_of_person, found_by, measured, together
from payouts.registry.models import Beneficiary, Stop
from tests.facts import OWED, Office

ON = dt.date(2026, 11, 24)
USUAL = {
    **OWED,
    "date_of_birth": "1945-03-02",
    "category_code": "BTXH_5_6_N_TE_NCT",
    "account_name": "",
    "payee_name": "",
    "payee_citizen_id": "",
}

# Whom each check is to find: what is odd about them.
ODD = {
    "id_old": {"citizen_id": "012345678"},
    "id_province": {"citizen_id": "003045003401"},
    "id_birth": {"date_of_birth": "1944-03-02"},
    "birth_impossible": {"citizen_id": "001002003403", "date_of_birth": "1902-01-01"},
    "age_category": {"category_code": "HTXH_70_75"},
    "name_form": {"full_name": "Nguyễn Th? Hoa"},
    "account_form": {"account_no": "12345"},
    "id_missing": {"citizen_id": ""},
    "birth_missing": {"date_of_birth": ""},
    "category_missing": {"category_code": ""},
    "area_missing": {"area_code": ""},
    "account_missing": {"account_no": "", "channel": "account"},
    "bank_missing": {"bank_code": ""},
    "payee_id_missing": {"payee_name": "Lê Thị Mai", "account_name": "LE THI MAI"},
    "holder_differs": {"account_name": "PHAM VAN LONG"},
}
NAMES = [
    *("An", "Bình", "Cúc", "Dung", "Giang", "Hà", "Khánh", "Lan", "Mai", "Nga", "Oanh", "Phúc", "Quý", "Sen"),
    *("Thu", "Uyên"),
]


def people() -> list[dict[str, str]]:
    """Give a person for each check, otherwise like everybody, and those whom only others make odd."""
    found = [
        {
            "line_ref": f"Q{at:03}",
            "citizen_id": f"0011450034{at:02}",
            "full_name": f"Nguyễn Thị {NAMES[at]}",
            "account_no": f"15002050044{at:02}",
            **odd,
        }
        for at, odd in enumerate(ODD.values())
    ]
    twin = {"full_name": "Vũ Thị Tuyết", "date_of_birth": "1945-05-05"}
    shared = {"account_no": "1500205009999", "account_name": "DO VAN TUAN"}
    mother = {"full_name": "Bùi Thị Hiền", "account_no": "1500205008888", "account_name": "BUI THI HIEN"}
    payee = {"payee_name": "Bùi Thị Hiền", "payee_citizen_id": "001145003473"}
    return [
        *found,
        {"line_ref": "T1", "citizen_id": "001145003470", "account_no": "1500205007001", **twin},
        {"line_ref": "T2", "citizen_id": "001145003471", "account_no": "1500205007002", **twin},
        {"line_ref": "S1", "citizen_id": "001145003475", "full_name": "Đỗ Văn Tuấn", **shared},
        {
            "line_ref": "S2",
            "citizen_id": "001145003476",
            "full_name": "Hồ Thị Vui",
            "area_code": "00070",
            **shared,
        },
        {"line_ref": "H1", "citizen_id": "001145003473", **mother},
        {"line_ref": "H2", "citizen_id": "001145003474", **mother, **payee, "full_name": "Trần Thị Nụ"},
        {"line_ref": "W1", "citizen_id": "001145003478", "full_name": "Lý Thị Sim"},
        {"line_ref": "W2", "citizen_id": "001145003478", "full_name": "Lý Thị Sim", "area_code": "00070"},
        {
            "line_ref": "D1",
            "citizen_id": "001145003479",
            "full_name": "Mai Thị Gấm",
            "account_no": "1500205007003",
        },
    ]


def test_each_check_finds_whom_it_should(office: Office) -> None:
    office.owe(*people(), usual=USUAL)
    with office.database.session() as session:
        session.add(
            Stop(
                citizen_id="001145003479",
                why="died",
                happened_on=dt.date(2026, 9, 3),
                document_no="TLKT 1",
                document_on=dt.date(2026, 9, 5),
                last_month="2026-09",
                approval_id=1,
                made_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
                made_by="test",
            )
        )
    kept = measure(office.database, on=ON, by="test")
    with office.database.reading() as session:
        rows = {code: found_by(session, code, EVERYTHING) for code in checks()}
        assert by_check(session, kept.id or 0, EVERYTHING) == {
            code: len(people) for code, people in rows.items() if people
        }
    expected = {code: {f"Nguyễn Thị {NAMES[at]}"} for at, code in enumerate(ODD)}
    expected["name_form"] = {"Nguyễn Th? Hoa"}
    expected["holder_differs"] |= {"Hồ Thị Vui"}
    expected |= {
        "person_twice": {"Vũ Thị Tuyết"},
        "account_shared": {"Đỗ Văn Tuấn", "Hồ Thị Vui"},
        "two_wards": {"Lý Thị Sim"},
        "dead_on_list": {"Mai Thị Gấm"},
    }
    found = {code: {row["full_name"] for row in people} for code, people in rows.items() if people}
    assert found == expected


def test_scores_count_each_person_once_and_stay_within_the_areas_of_who_asks(office: Office) -> None:
    two = {"full_name": "Nguyễn", "account_no": "12345", "date_of_birth": ""}  # wrong twice, incomplete once
    other = {"citizen_id": "001145003418", "full_name": "Lê Thị Lan", "account_no": "1500205004418"}
    office.owe(
        {"line_ref": "A1", **two},
        {"line_ref": "A2", **other, "area_code": "00070"},
        {"line_ref": "A3", "citizen_id": "", "full_name": "Trần Văn Ba", "account_no": "1500205004419"},
        usual=USUAL,
    )
    kept = measure(office.database, on=ON, by="test")
    with office.database.reading() as session:
        rows = {each.area_code: each for each in by_area(session, kept.id or 0, EVERYTHING)}
        assert (rows["00004"].people, rows["00004"].right, rows["00004"].complete) == (2, 1, 0)
        assert [rows["00070"].passing(score) for score in SCORES] == [1, 1, 1, 1]
        assert together(list(rows.values())).people == kept.people == 3
        mine = Scope(areas=frozenset({"00070"}), programmes=None)
        assert [each.area_code for each in by_area(session, kept.id or 0, mine)] == ["00070"]
        assert found_by(session, "id_missing", mine) == []
        assert by_check(session, kept.id or 0, mine) == {}
        [nobody] = found_by(session, "id_missing", EVERYTHING)
        assert (nobody["full_name"], nobody["beneficiary_id"]) == ("Trần Văn Ba", None)
        person = session.exec(
            select(Beneficiary.id).where(Beneficiary.citizen_id == OWED["citizen_id"])
        ).one()
        assert {row["code"] for row in checks_of_person(session, person or 0)} == {
            "account_form",
            "birth_missing",
            "name_form",
        }


def test_who_got_nothing_for_months_is_not_live_and_the_last_measurement_of_a_day_counts(
    office: Office,
) -> None:
    for month in ("2026-09", "2026-10", "2026-11"):
        line_ref = f"M{month[-2:]}"
        office.owe({"line_ref": line_ref, "period": month}, cycle=month, usual=USUAL)
        told = {"end_to_end_id": line_ref, "bank_ref": f"R{line_ref}", "booked_on": f"{month}-05"}
        office.say(f"{month}.csv", {**told, "status": "rejected", "reason_code": "AC04"})
        office.run(cycle=month)
    measure(office.database, on=ON, by="test")
    last = measure(office.database, on=ON, by="again")
    with office.database.reading() as session:
        assert {row["code"] for row in checks_of_person(session, 1)} == {"months_unpaid", "account_closed"}
        [row] = found_by(session, "months_unpaid", EVERYTHING)
        assert row["value"] == "3"
        assert measured(session, on=ON).id == last.id
        assert measured(session, on=ON - dt.timedelta(days=1)) is None


def test_each_check_says_everything_that_a_person_needs() -> None:
    for check in checks().values():
        assert check.score in SCORES
        assert check.about in {"person", "line"}
        assert check.who in WHO
        for words in (check.said_vi, check.said_en, check.mend_vi, check.mend_en, check.vi, check.en):
            assert words
            assert "$" not in filled(words, "x", "y")
