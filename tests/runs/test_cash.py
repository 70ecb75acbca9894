"""Reports of payers of cash through the database: over the months, told again, withdrawn with their file."""

import pytest
from sqlmodel import select

from payouts.identity.scope import EVERYTHING
from payouts.runs.store import verdict_page
from payouts.settlements.intake import keep_file
from payouts.settlements.models import SettlementFile
from tests.facts import Office

HOA = {"citizen_id": "001145003417", "channel": "cash", "account_no": "", "bank_code": ""}
HEADER = "citizen_id,line_ref,amount,collected_on,collected,reason\n"


def report(office: Office, name: str, *rows: str, payer: str = "VNPOST") -> SettlementFile:
    path = office.settings.data_dir / name
    path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    kept = keep_file(office.database, office.settings, path, bank_code=payer, by="test")
    assert kept.state == "accepted", kept.problems
    assert kept.cash
    return kept


def verdicts(office: Office, cycle: str) -> dict[str, tuple[str, str | None]]:
    with office.database.reading() as session:
        page = verdict_page(session, "BTXH", cycle, EVERYTHING)
    return {row["line_ref"]: (row["verdict"], row["rule"]) for row in page.items}


@pytest.fixture
def two_months(office: Office) -> Office:
    """One person is owed the same sum in cash in October and in November, and collected October's late."""
    october = {"line_ref": "BT10", "period": "2026-10", **HOA}
    office.owe(october, cycle="2026-10", name="oct.csv")
    report(office, "bc-1.csv", "001145003417,,810000,2026-10-28,yes,")
    office.run(cycle="2026-10", as_of="2026-10-31")
    assert verdicts(office, "2026-10") == {"BT10": ("paid", "voucher")}
    office.owe({"line_ref": "BT11", **HOA})
    return office


def test_a_late_collection_told_again_a_month_later_pays_no_second_month(two_months: Office) -> None:
    report(
        two_months, "bc-2.csv", "001145003417,,810000,2026-10-28,yes,", "001052008826,,540000,2026-11-03,yes,"
    )
    two_months.run()
    assert verdicts(two_months, "2026-11") == {"BT11": ("offline", None)}


def test_the_second_month_is_paid_by_its_own_collection(two_months: Office) -> None:
    rows = "001145003417,,810000,2026-10-28,yes,", "001145003417,,810000,2026-11-05,yes,"
    report(two_months, "bc-2.csv", *rows)
    two_months.run()
    two_months.run(cycle="2026-10")
    assert verdicts(two_months, "2026-11") == {"BT11": ("paid", "voucher")}
    assert verdicts(two_months, "2026-10") == {"BT10": ("paid", "voucher")}


def test_a_late_collection_closes_the_older_month_and_not_the_newer(office: Office) -> None:
    office.owe({"line_ref": "BT10", "period": "2026-10", **HOA}, cycle="2026-10", name="oct.csv")
    office.run(cycle="2026-10", as_of="2026-11-01")
    office.owe({"line_ref": "BT11", **HOA})
    report(office, "bc.csv", "001145003417,BT10,810000,2026-11-05,yes,")
    office.run()
    office.run(cycle="2026-10")
    assert verdicts(office, "2026-10") == {"BT10": ("paid", "voucher")}
    assert verdicts(office, "2026-11") == {"BT11": ("offline", None)}


def test_the_receipt_says_that_it_is_a_cash_report(office: Office) -> None:
    office.owe({"line_ref": "BT11", **HOA})
    kept = report(office, "bc.csv", ",BT11,810000,2026-11-05,yes,")
    with office.database.reading() as session:
        told = session.exec(select(SettlementFile)).one()
    assert (told.read_by_profile, told.cash, told.movement) == ("cash_result", True, False)
    assert kept.bank_code == "VNPOST"
