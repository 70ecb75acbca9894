"""When people were paid first and last, and what was said of them last, many people at once."""

import datetime as dt
from typing import Any

from payouts.runs.paid_months import TO_ACCOUNTS, paid_months
from tests.facts import OWED, Office

BINH = "001045003418"
USUAL = {**OWED, "date_of_birth": "1945-01-02"}


def rows(office: Office, *channels: str, **how: Any) -> dict[tuple[str, ...], tuple[object, ...]]:
    with office.database.reading() as session:
        query = paid_months(*channels, **how)
        return {(row[1], *row[2:-5]): tuple(row[-5:]) for row in session.execute(query).all()}


def test_the_first_and_last_paid_month_and_the_last_word_are_told(office: Office) -> None:
    for cycle, status, reason in (
        ("2026-08", "settled", ""),
        ("2026-09", "settled", ""),
        ("2026-10", "rejected", "AC04"),
    ):
        day = f"{cycle}-05"
        office.owe({"line_ref": f"A{cycle[-2:]}", "period": cycle}, cycle=cycle)
        said = {"end_to_end_id": f"A{cycle[-2:]}", "booked_on": day, "status": status, "reason_code": reason}
        office.say(f"{cycle}.csv", said | {"bank_ref": f"R{cycle}"})
        office.run(cycle, as_of=f"{cycle}-25")
    assert rows(office) == {("BTXH",): ("2026-08", "2026-09", "2026-10", "failed", "AC04")}


def test_a_pending_line_says_nothing_and_of_two_lines_the_paid_one_counts(office: Office) -> None:
    office.owe({"line_ref": "A1"}, {"line_ref": "A2", "amount": "90000"})
    office.say("b.csv", {"end_to_end_id": "A1", "bank_ref": "R1"})
    office.say("c.csv", {"end_to_end_id": "A2", "bank_ref": "R2", "status": "rejected", "amount": "90000"})
    office.owe({"line_ref": "A3", "period": "2026-12"}, cycle="2026-12", deadline=dt.date(2026, 12, 20))
    office.run()
    office.run("2026-12", as_of="2026-12-01")
    assert rows(office) == {("BTXH",): ("2026-11", "2026-11", "2026-11", "paid", None)}


def test_accounts_are_told_apart_and_cash_is_no_payment_to_an_account(office: Office) -> None:
    office.owe(
        {"line_ref": "A1"},
        {"line_ref": "B1", "citizen_id": BINH, "channel": "cash", "account_no": "", "bank_code": ""},
    )
    office.say("b.csv", {"end_to_end_id": "A1", "bank_ref": "R1"})
    office.run()
    assert rows(office, *TO_ACCOUNTS, by_account=True) == {
        ("BTXH", "VBA", "1500205004417"): ("2026-11", "2026-11", "2026-11", "paid", None)
    }


def test_who_had_another_number_before_is_one_person(office: Office) -> None:
    office.owe({"line_ref": "A1", "citizen_id": "012345678"}, cycle="2026-10", usual=USUAL)
    office.say("b.csv", {"end_to_end_id": "A1", "bank_ref": "R1", "booked_on": "2026-10-05"})
    office.run("2026-10", as_of="2026-10-25")
    office.owe({"line_ref": "A2"}, usual=USUAL)
    office.run()
    assert rows(office) == {("BTXH",): ("2026-10", "2026-10", "2026-11", "missing", None)}
