"""Who needs it most is due first: months missed, what is short, age and disability."""

import datetime as dt

import pytest
from sqlmodel import select

from payouts.cases.hardship import Plight, age_on, days_to_act, points, share_short
from payouts.cases.models import Case
from tests.facts import Office

HOA = {"citizen_id": "001145003417", "account_no": "1500205004417", "date_of_birth": "1940-02-29"}
CHI = {"line_ref": "CHI", "citizen_id": "001150009999", "account_no": "1500205009999"}
USUAL = {
    "line_ref": "",
    "citizen_id": "",
    "full_name": "Nguyễn Thị Hoa",
    "date_of_birth": "1960-01-01",
    "category_code": "",
    "area_code": "00004",
    "amount": "810000",
    "period": "2026-11",
    "channel": "account",
    "bank_code": "VBA",
    "account_no": "",
}


@pytest.mark.parametrize(
    ("plight", "expected"),
    [
        (Plight(0, 0, None, None), 0),
        (Plight(1, 100, None, None), 30),
        (Plight(3, 100, 91, "BTXH_5_6_DBN_TE_NCT"), 130),
        (Plight(1, 100, 15, "BTXH_5_6_N"), 50),
        (Plight(1, 100, 16, "BTXH_5_1_U4"), 30),
        (Plight(0, 40, 80, None), 20),
    ],
)
def test_of_each_factor_the_last_row_that_holds_counts(plight: Plight, expected: int) -> None:
    assert points(plight) == expected


def test_a_harder_case_has_fewer_days_and_never_more_than_usual() -> None:
    assert [days_to_act(5, each) for each in (0, 49, 50, 80, 100, 200)] == [5, 5, 3, 2, 1, 1]
    assert days_to_act(10, 0) == 10


@pytest.mark.parametrize(
    ("verdict", "settled", "share"),
    [
        ("failed", 0, 100),
        ("account_differs", 810000, 100),
        ("amount_differs", 806700, 1),
        ("amount_differs", 900000, 0),
        ("name_differs", 810000, 0),
        ("amount_differs", 400000, 50),
    ],
)
def test_what_is_short_is_what_did_not_reach_the_person(verdict: str, settled: int, share: int) -> None:
    assert share_short(verdict, 810000, settled) == share


def test_age_is_counted_in_full_years() -> None:
    born = dt.date(1944, 2, 29)
    assert age_on(born, dt.date(2026, 2, 28)) == 81
    assert age_on(born, dt.date(2026, 3, 1)) == 82
    assert age_on(None, dt.date(2026, 3, 1)) is None


def test_months_in_a_row_raise_hardship_and_bring_the_due_date_forward(office: Office) -> None:
    for month in ("2026-08", "2026-09", "2026-10", "2026-11"):
        ref = month[-2:]
        office.owe(
            {**HOA, "line_ref": f"H{ref}"},
            {**CHI, "line_ref": f"C{ref}"},
            {**CHI, "line_ref": f"D{ref}", "citizen_id": "001160007777", "account_no": f"77{ref}"},
            cycle=month,
            deadline=dt.date.fromisoformat(f"{month}-20"),
            usual=USUAL,
        )
        told = [{"end_to_end_id": f"C{ref}", "bank_ref": f"F{ref}", "booked_on": f"{month}-05"}]
        if month == "2026-09":  # received after all
            told.append({"end_to_end_id": f"H{ref}", "bank_ref": f"G{ref}", "booked_on": f"{month}-05"})
        office.say(f"{month}.csv", *told)
        office.run(month, as_of=f"{month}-25")
    with office.database.reading() as session:
        found = {case.subject: case for case in session.exec(select(Case))}
    hoa, duc = found["H11"], found["D11"]
    assert (found["H10"].hardship, hoa.hardship) == (45, 75)  # 86 years old: 10, then 40 for months
    assert (found["D08"].hardship, duc.hardship) == (35, 95)  # 66 years old: 10, then 70
    assert duc.due < hoa.due <= found["H10"].due
    assert "H09" not in found
