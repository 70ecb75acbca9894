"""camt.053 and camt.054: what each line says, and which controls hold a file back."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.formats.base import FileReport


@pytest.fixture
def statement(files: Path) -> str:
    return (files / "camt053.xml").read_text(encoding="utf-8")


def _codes(report: FileReport) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_statement_whose_controls_tie_is_accepted(read: Any, statement: str) -> None:
    report, rows = read(statement)
    assert (report.outcome, report.format, report.statements, report.lines) == ("accepted", "camt.053", 1, 5)
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5]
    assert (report.sender, report.written_on, report.balanced) == ("VCB", dt.date(2026, 11, 20), {1})
    total = report.totals["VND"]
    assert (total.debit_lines, total.debit) == (4, Decimal(2570000))
    assert (total.credit_lines, total.credit) == (1, Decimal(680000))


def test_details_of_a_batch_move_their_own_amounts(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert [row["amount"] for row in rows[:2]] == [930000, 930000]
    assert [row["bank_ref"] for row in rows[:2]] == ["FT1", "LO-77"]


def test_a_detail_tells_who_received_the_money_and_what_it_cost(read: Any, statement: str) -> None:
    _, rows = read(statement)
    line = rows[1]
    assert (line["account_no"], line["account_name"], line["bank_code"]) == (
        "0190001112223",
        "TRAN THI HOA",
        "ICB",
    )
    assert (line["citizen_id"], line["fee"], line["branch"]) == ("001155000123", 6050, "HN01")
    assert line["end_to_end_id"] is None
    assert line["remittance_info"] == "TRO CAP T11/2026 RF01 CT2611000002"


def test_money_in_is_a_return_of_the_one_who_was_not_us(read: Any, statement: str) -> None:
    _, rows = read(statement)
    line = rows[2]
    assert (line["status"], line["amount"], line["account_no"]) == ("returned", 680000, "0209998887776")
    assert (line["reason_code"], line["reason_text"]) == ("AC04", "TAI KHOAN DA DONG")
    assert (line["end_to_end_id"], line["original_ref"]) == ("CT2610000007", "FT-OLD")


def test_a_moment_with_an_offset_is_a_day_in_vietnam(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert rows[2]["booked_on"] == dt.date(2026, 11, 20)  # 20:00 on the 19th in London
    assert rows[4]["booked_on"] is None


def test_an_entry_without_details_is_a_line_and_its_text_is_searched(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert rows[3]["remittance_info"] == "PHI DICH VU CT2611000003"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("8110000.00", "8110001", "balance_does_not_tie"),
        ('"VND">8110000.00', '"VND">8,110,000', "balance_unreadable"),
        ("<NbOfNtries>4", "<NbOfNtries>5", "summary_differs"),
        ("<Sum>680000", "<Sum>680001", "summary_differs"),
        ("<Amt>1890000", "<Amt>1890001", "summary_differs"),
        ('"VND">1860000', '"VND">1860001', "details_do_not_add_up"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">10000.50<', "amount_fraction"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">-10000<', "amount_unreadable"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">1e4<', "amount_exponent"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">1_0000<', "amount_underscore"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">١٠٠٠٠<', "amount_other_digits"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">10<b/>000<', "amount_unreadable"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="VND">99999999999999999999<', "amount_too_large"),
        ('<Amt Ccy="VND">10000<', '<Amt Ccy="USD">10000<', "currency_other"),
        ('<Amt Ccy="VND">10000<', "<Amt>10000<", "currency_other"),
        ('<Amt Ccy="VND">10000</Amt>', "", "amount_missing"),
        ("<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<CdtDbtInd>D</CdtDbtInd><Sts>", "direction_unreadable"),
        ("<Cd>BOOK</Cd>", "<Cd>MAYBE</Cd>", "status_unreadable"),
        ("<Dt>2026-11-20</Dt></BookgDt>", "<Dt>2026-11-31</Dt></BookgDt>", "date_unreadable"),
        ("camt.053.001.08", "camt.053.001.99", "unknown_version"),
    ],
)
def test_a_line_or_control_that_is_wrong_holds_the_file_back(
    read: Any, statement: str, before: str, after: str, code: str
) -> None:
    assert before in statement
    report, rows = read(statement.replace(before, after))
    assert report.outcome == "quarantined"
    assert code in _codes(report)
    assert report.lines == 5
    assert len(rows) == report.good_lines


def test_two_servicers_in_a_file_hold_it_back(read: Any, statement: str) -> None:
    start, end = statement.index("<Stmt>"), statement.index("</Stmt>") + len("</Stmt>")
    other = statement[start:end].replace("BFTVVNVX", "ICBVVNVX")
    report, _ = read(statement[:end] + other + statement[end:])
    assert _codes(report) == {"several_servicers", "line_twice"}
    assert (report.statements, report.lines, report.balanced) == (2, 10, {1, 2})


def test_a_comment_cannot_cut_an_amount(read: Any, statement: str) -> None:
    report, rows = read(statement.replace('"VND">10000<', '"VND">10<!-- x --><?y?>000<'))
    assert report.outcome == "accepted"
    assert rows[4]["amount"] == 10000


@pytest.mark.parametrize("version", [f"{number:02d}" for number in range(2, 14)])
def test_every_version_is_read(read: Any, statement: str, version: str) -> None:
    old = statement.replace("camt.053.001.08", f"camt.053.001.{version}")
    if version == "02":
        old = old.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>").replace("BICFI", "BIC")
        old = old.replace("<Pty>", "").replace("</Pty>", "").replace("<Rcrd>", "").replace("</Rcrd>", "")
    _, same = read(statement)
    report, rows = read(old)
    assert report.outcome == "accepted"
    assert rows == same


def test_an_advice_has_no_balance_to_tie(read: Any, statement: str) -> None:
    advice = statement.replace("camt.053", "camt.054").replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    advice = advice.replace("<Stmt>", "<Ntfctn>").replace("</Stmt>", "</Ntfctn>").replace("8110000.00", "1")
    report, rows = read(advice)
    assert (report.outcome, report.format, report.statements) == ("accepted", "camt.054", 1)
    assert len(rows) == 5
    assert not report.balanced


@pytest.mark.parametrize(
    ("status", "direction", "expected"),
    [
        ("BOOK", "DBIT", "settled"),
        ("BOOK", "CRDT", "returned"),
        ("PDNG", "DBIT", "pending"),
        ("PDNG", "CRDT", "informational"),
        ("INFO", "DBIT", "informational"),
        ("INFO", "CRDT", "informational"),
    ],
)
def test_status_and_direction_say_what_a_line_is(
    read: Any, status: str, direction: str, expected: str
) -> None:
    entry = f"<Ntry><Amt Ccy='VND'>1</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts></Ntry>"
    _, rows = read(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt>"
        f"{entry}</Stmt></BkToCstmrStmt></Document>"
    )
    assert [row["status"] for row in rows] == [expected]


def test_a_prefix_or_an_envelope_changes_nothing(read: Any, statement: str) -> None:
    _, same = read(statement)
    prefixed = statement.replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?")
    prefixed = prefixed.replace("<n:!", "<!").replace("xmlns=", "xmlns:n=")
    report, rows = read(prefixed)
    assert (report.outcome, rows) == ("accepted", same)
    body = statement[statement.index("<Document") :]
    report, rows = read(f"<BusMsg xmlns='urn:x'><AppHdr/>{body}</BusMsg>")
    assert (report.outcome, rows) == ("accepted", same)


def test_a_line_that_no_balance_counts_belongs_to_no_statement(read: Any, statement: str) -> None:
    pending = "<Ntry><Amt Ccy='VND'>5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>"
    report, rows = read(statement.replace("</Stmt>", f"{pending}</Stmt>"))
    assert (report.outcome, report.balanced) == ("accepted", {1})
    assert (rows[-1]["status"], rows[-1]["statement"], rows[0]["statement"]) == ("pending", None, 1)
