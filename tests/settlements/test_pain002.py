"""pain.002: the status that each transaction has or inherits, and the controls of group and payment."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.formats.base import FileReport


@pytest.fixture
def status_report(files: Path) -> str:
    return (files / "pain002.xml").read_text(encoding="utf-8")


def _codes(report: FileReport) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_status_is_inherited_from_the_payment_then_the_group(read: Any, status_report: str) -> None:
    report, rows = read(status_report)
    assert (report.outcome, report.format, report.statements, report.lines) == ("accepted", "pain.002", 0, 4)
    assert [row["status"] for row in rows] == ["settled", "rejected", "rejected", "pending"]
    assert [row["reason_code"] for row in rows] == [None, "AC01", "AC04", None]
    assert (report.sender, report.written_on, report.totals) == ("VCB", dt.date(2026, 11, 21), {})


def test_a_transaction_tells_what_the_order_said(read: Any, status_report: str) -> None:
    _, rows = read(status_report)
    line = rows[0]
    assert (line["end_to_end_id"], line["bank_ref"], line["amount"]) == ("CT2611000001", "FT1", 930000)
    assert (line["account_no"], line["account_name"], line["bank_code"]) == (
        "0190001112223",
        "NGUYEN VAN AN",
        "ICB",
    )
    assert (line["booked_on"], rows[1]["booked_on"]) == (dt.date(2026, 11, 20), None)
    assert (rows[1]["end_to_end_id"], rows[1]["remittance_info"]) == (None, "CT2611000002")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RCVD", "pending"),
        ("ACTC", "pending"),
        ("ACCP", "pending"),
        ("ACSP", "pending"),
        ("ACWC", "pending"),
        ("PDNG", "pending"),
        ("ACSC", "settled"),
        ("ACCC", "settled"),
        ("RJCT", "rejected"),
        ("PART", "unknown"),
        ("CANC", "unknown"),
        ("XXXX", "unknown"),
    ],
)
def test_only_two_codes_say_that_money_arrived(read: Any, code: str, status: str) -> None:
    _, rows = read(
        f"<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><GrpSts>{code}</GrpSts></OrgnlGrpInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    )
    assert [(row["status"], row["amount"]) for row in rows] == [(status, None)]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("<OrgnlNbOfTxs>3<", "<OrgnlNbOfTxs>2<", "count_differs"),
        ("<OrgnlNbOfTxs>4<", "<OrgnlNbOfTxs>3<", "count_differs"),
        ("<OrgnlNbOfTxs>4<", "<OrgnlNbOfTxs>four<", "count_differs"),
        ("<OrgnlCtrlSum>2540000<", "<OrgnlCtrlSum>2540001<", "sum_differs"),
        ("<OrgnlCtrlSum>3220000<", "<OrgnlCtrlSum>3219999<", "sum_differs"),
        ("<DtldNbOfTxs>1<", "<DtldNbOfTxs>2<", "count_differs"),
        ("<DtldCtrlSum>930000<", "<DtldCtrlSum>930001<", "sum_differs"),
        ('"VND">930000<', '"VND">930000.5<', "amount_fraction"),
        ('"VND">930000<', '"USD">930000<', "currency_other"),
        ("<Dt>2026-11-20<", "<Dt>2026-11-31<", "date_unreadable"),
        ("pain.002.001.10", "pain.002.001.99", "unknown_version"),
    ],
)
def test_a_control_that_does_not_tie_holds_the_file_back(
    read: Any, status_report: str, before: str, after: str, code: str
) -> None:
    assert before in status_report
    report, _ = read(status_report.replace(before, after))
    assert report.outcome == "quarantined"
    assert code in _codes(report)
    assert report.lines == 4


def test_a_report_may_list_fewer_than_the_order_held(read: Any, status_report: str) -> None:
    fewer = status_report.replace("<OrgnlNbOfTxs>4<", "<OrgnlNbOfTxs>9<").replace(">3220000<", ">9000000<")
    report, rows = read(fewer)
    assert (report.outcome, _codes(report), len(rows)) == ("accepted", {"fewer_listed"}, 4)


def test_a_payment_without_transactions_is_one_line(read: Any, status_report: str) -> None:
    start, end = status_report.index("   <TxInfAndSts>"), status_report.index("  </OrgnlPmtInfAndSts>")
    report, rows = read(status_report[:start] + status_report[end:])
    assert report.lines == 2
    assert (rows[0]["status"], rows[0]["reason_code"], rows[0]["original_ref"]) == (
        "rejected",
        "AC01",
        "LO-1",
    )
