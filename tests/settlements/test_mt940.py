"""MT940: field 61 with all its parts, field 86 in its habits, and balances from page to page."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.formats.base import FileReport


@pytest.fixture
def statement(files: Path) -> str:
    return (files / "mt940.sta").read_text(encoding="utf-8")


def _codes(report: FileReport) -> set[str]:
    return {problem.code for problem in report.problems}


def _message(movements: str, *, moved: str = "C0,", opening: str = "C261119VND0,") -> str:
    closing = f"{moved[0]}261120{opening[7:10]}{moved[1:]}"
    return f":20:A\n:25:B\n:28C:1\n:60F:{opening}\n{movements}\n:62F:{closing}\n"


def test_pages_of_a_statement_are_accepted(read: Any, statement: str) -> None:
    report, rows = read(statement)
    assert (report.outcome, report.format, report.statements, report.lines) == ("accepted", "mt940", 2, 5)
    assert (report.sender, report.written_on) == ("ICB", dt.date(2026, 12, 31))
    assert report.balanced == {1, 2}
    assert [row["statement"] for row in rows] == [1, 1, 1, 1, 2]
    total = report.totals["VND"]
    assert (total.debit_lines, total.debit) == (3, Decimal(1615000))
    assert (total.credit_lines, total.credit) == (2, Decimal(685000))


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems_read_the_same(read: Any, statement: str, ending: str) -> None:
    _, same = read(statement)
    report, rows = read(statement.replace("\n", ending))
    assert (report.outcome, rows) == ("accepted", same)


def test_reversals_go_against_what_they_reverse(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert [row["status"] for row in rows] == ["settled", "settled", "settled", "returned", "returned"]
    assert (rows[3]["reason_code"], rows[3]["fee"]) == ("AC04", 1100)


def test_the_entry_date_takes_the_year_that_is_near(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert [row["booked_on"] for row in rows[:2]] == [dt.date(2026, 11, 20)] * 2
    assert rows[4]["booked_on"] == dt.date(2026, 12, 31)  # valued 2027-01-02, entered 12-31


def test_slash_fields_tell_who_received_the_money(read: Any, statement: str) -> None:
    _, rows = read(statement)
    line = rows[0]
    assert (line["account_no"], line["account_name"], line["bank_code"]) == (
        "0190001112223",
        "NGUYEN VAN AN",
        "VCB",
    )
    assert (line["end_to_end_id"], line["bank_ref"]) == ("CT2611000001", "FT26324000001")


def test_question_mark_fields_are_unfolded(read: Any, statement: str) -> None:
    _, rows = read(statement)
    line = rows[1]
    assert (line["account_no"], line["account_name"]) == ("0209998887776", "TRAN THI MY LE NGUYEN HOANG LAN")
    assert line["end_to_end_id"] is None


def test_a_reference_broken_over_two_lines_is_found_as_a_word(read: Any, statement: str) -> None:
    _, rows = read(statement)
    assert "CT2611000001" in rows[0]["remittance_info"].split()
    assert "CT2611000002" in rows[1]["remittance_info"].split()


def test_words_at_the_end_of_a_line_stay_words(read: Any) -> None:
    report, rows = read(_message(":61:261120D1,NTRFNONREF\n:86:CHI CT2611000003\nNGUYEN VAN A", moved="D1,"))
    assert report.outcome == "accepted"
    assert {"CT2611000003", "NGUYEN"} <= set(rows[0]["remittance_info"].split())


@pytest.mark.parametrize(
    ("field", "end_to_end_id", "bank_ref"),
    [
        ("261120D1,NTRFREF1//BANK1", "REF1", "BANK1"),
        ("261120D1,NTRFNONREF//BANK1", None, "BANK1"),
        ("261120D1,NTRFREF1", "REF1", None),
        ("261120D1,NTRF", None, None),
        ("2611201120DD1,NTRFREF1//", "REF1", None),
        ("261120    D1,S   REF1", "REF1", None),
        ("261120D000000000001,00N044REF1            NGUYEN VAN A", "REF1", None),
        ("261120D1,NTRF20-11-2026 10:05//B4", "20-11-2026 10:05", "B4"),
    ],
)
def test_field_61_is_read_with_and_without_its_optional_parts(
    read: Any, field: str, end_to_end_id: str | None, bank_ref: str | None
) -> None:
    report, rows = read(_message(f":61:{field}", moved="D1,"))
    assert report.outcome == "accepted", report.problems
    assert (rows[0]["end_to_end_id"], rows[0]["bank_ref"], rows[0]["amount"]) == (end_to_end_id, bank_ref, 1)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("VND4070000", "VND4070001", "balance_does_not_tie"),
        (":62F:C261231VND4070000,", ":62F:C261231VND4070000", "balance_unreadable"),
        (":62F:C261231", ":62F:C261131", "balance_unreadable"),
        (":62F:C261231VND4070000,\n:64:C261231VND4070000,\n", "", "no_closing_balance"),
        (":60M:C261120VND3390000,\n", "", "no_opening_balance"),
        ("D930000,NTRF", "D930000NTRF", "movement_unreadable"),
        ("D930000,NTRF", "D93 0000,NTRF", "movement_unreadable"),
        ("D930000,NTRF", "X930000,NTRF", "movement_unreadable"),
        ("D930000,NTRF", "D930000,50NTRF", "amount_fraction"),
        (":61:2611201120D930000", ":61:2602301120D930000", "date_unreadable"),
        (":61:2611201120D930000", ":61:2611201131D930000", "date_unreadable"),
        (":86:HOAN TRA", ":25:HOAN TRA", "field_out_of_place"),
        ("TRO CA\nP", "TRO\0CA\nP", "control_characters"),
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


def test_another_currency_is_told_and_no_evidence(read: Any) -> None:
    report, rows = read(_message(":61:261120D300,75NTRFREF", moved="D300,75", opening="C261119EUR0,"))
    assert (report.outcome, rows) == ("quarantined", [])
    assert report.totals["EUR"].debit == Decimal("300.75")


def test_a_movement_behind_the_closing_balance_is_counted_and_holds_the_file_back(read: Any) -> None:
    report, _ = read(_message(":61:261120D1,NTRFREF", moved="D1,") + "-\n:61:261120C5,NTRFREF\n")
    assert report.outcome == "quarantined"
    assert {"field_out_of_place", "balance_does_not_tie"} <= _codes(report)
    assert (report.statements, report.lines) == (1, 2)


def test_text_that_is_not_utf8_is_read_and_said_so(read: Any) -> None:
    text = _message(":61:261120D1,NTRFREF1\n:86:Gehalt für MÜLLER", moved="D1,")
    report, rows = read(text.encode("cp1252"))
    assert (report.outcome, _codes(report)) == ("accepted", {"text_not_utf8"})
    assert rows[0]["remittance_info"] == "Gehalt für MÜLLER"


@pytest.mark.parametrize("field", [":34F:VNDD0,", ":13D:2611201733+0700", ":90D:0VND0,00"])
def test_an_interim_report_is_refused(read: Any, field: str) -> None:
    report, _ = read(f":20:A\n:25:B\n:28C:1\n{field}\n:61:261120C1,NTRFNONREF\n")
    assert (report.outcome, report.format, _codes(report)) == ("refused", "mt942", {"interim_report"})
    assert report.lines == 1


@pytest.mark.parametrize("text", [":20:A\n", ":86:words\n", ":61:261120C1,NTRFNONREF\n", ":62F:C261120VND1,"])
def test_a_fragment_is_refused(read: Any, text: str) -> None:
    report, _ = read(text)
    assert (report.outcome, report.format) == ("refused", "mt940")
    assert "fragment" in _codes(report)


def test_an_envelope_that_is_never_closed_is_a_file_cut_short(read: Any, statement: str) -> None:
    report, _ = read(statement.removesuffix("-}{5:{CHK:0123456789AB}}\n"))
    assert (report.outcome, _codes(report)) == ("refused", {"file_truncated"})
