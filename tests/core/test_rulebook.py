"""Rules are data: versions valid from a day; a wrong file is refused with its key and its line."""

import datetime as dt
from pathlib import Path

import pytest

from payouts.core.calendar import Calendar, is_banking_day
from payouts.core.rulebook import (
    RuleFileError,
    read_rule_file,
    read_rules,
    rule_books,
    rules_in_force,
    shipped_rules,
)
from reconciliation import Rules

GOOD = """version: "2027-1"
valid_from: 2027-01-01
note: QĐ 12/QĐ-SNV
matching:
  fee_tolerance: 11000
  fee_tolerance_by_bank: {Vietcombank: 0}
dates:
  deadline: {day: 20}
programmes:
  NCC: {deadline: {banking_days: 3}, opens_on: {day: 31, month: before}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def test_the_shipped_file_says_what_the_judgement_does_by_itself() -> None:
    book = shipped_rules()
    assert book.matching == Rules()
    assert book.dates_of("BTXH").opens_on.of("2026-11") == dt.date(2026, 10, 25)
    assert book.dates_of("BTXH").deadline_of("2026-11") is None


def test_a_file_says_only_what_differs() -> None:
    book = read_rules("a.yaml", GOOD)
    assert (book.version, book.valid_from, book.note) == ("2027-1", dt.date(2027, 1, 1), "QĐ 12/QĐ-SNV")
    assert book.matching == Rules(fee_tolerance=11_000, fee_tolerance_by_bank={"VCB": 0})
    assert book.dates_of("BTXH").deadline_of("2027-02") == dt.date(2027, 2, 22)  # the 20th is a Saturday
    assert book.dates_of("NCC").opens_on.of("2027-03") == dt.date(2027, 2, 28)
    assert book.dates_of("NCC").deadline_of("2027-03") == dt.date(2027, 3, 4)


def test_a_day_may_be_decided_to_be_a_holiday_or_to_be_worked_on() -> None:
    text = GOOD + "  BTXH: {country: EG, holidays: [2027-03-01], working_days: [2027-03-05]}\n"
    calendar = read_rules("a.yaml", text).dates_of("BTXH").calendar
    assert [is_banking_day(dt.date(2027, 3, day), calendar) for day in (1, 2, 5, 6, 7)] == [
        False, True, True, False, True,
    ]  # fmt: skip
    assert is_banking_day(dt.date(2027, 3, 5), Calendar("EG")) is False  # a Friday


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('"2027-1"', "2027.1", "version", 1),
        ('version: "2027-1"', "", "version", None),
        ("2027-01-01", "soon", "valid_from", 2),
        ("2027-01-01", '"2027-01-01"', "valid_from", 2),
        ("2027-01-01", "2027-01-01 10:00:00", "valid_from", 2),
        ("QĐ 12/QĐ-SNV", '""', "note", 3),
        ("note:", "notes:", "notes", 3),
        ("dates:\n  deadline: {day: 20}", "dates: 5", "dates", 7),
        ("fee_tolerance: 11000", "fee_tolerence: 11000", "matching.fee_tolerence", 5),
        ("11000", "11.000", "matching.fee_tolerance", 5),
        ("11000", "-1", "matching.fee_tolerance", 5),
        ("11000", "true", "matching.fee_tolerance", 5),
        ("11000", "11000\n  sum_most_parts: 13", "matching.sum_most_parts", 6),
        ("11000", "11000\n  steps: [sum, reference]", "matching.steps", 6),
        ("11000", "11000\n  steps: [account_amount]", "matching.steps", 6),
        ("11000", "11000\n  steps: [[reference]]", "matching.steps", 6),
        ("11000", "11000\n  fee_tolerance: 5", "matching.fee_tolerance", 5),
        ("Vietcombank: 0", "Vietcombank: x", "matching.fee_tolerance_by_bank.Vietcombank", 6),
        ("Vietcombank: 0", "Vietcombank: 0, VCB: 5", "matching.fee_tolerance_by_bank.VCB", 6),
        ("{Vietcombank: 0}", "[VCB]", "matching.fee_tolerance_by_bank", 6),
        ("deadline: {day: 20}", "deadline: {day: 32}", "dates.deadline.day", 8),
        ("deadline: {day: 20}", "deadline: {}", "dates.deadline.day", 8),
        ("deadline: {day: 20}", "deadline: 20", "dates.deadline", 8),
        ("deadline: {day: 20}", "deadline: {day: 20, month: [next]}", "dates.deadline.month", 8),
        ("deadline: {day: 20}", "deadlines: none", "dates.deadlines", 8),
        ("deadline: {day: 20}", "holidays: 2027-01-01", "dates.holidays", 8),
        ("deadline: {day: 20}", "holidays: [Tet]", "dates.holidays", 8),
        ("deadline: {day: 20}", "country: Vietnam", "dates.country", 8),
        ("banking_days: 3", "banking_days: 3, day: 2", "programmes.NCC.deadline.day", 10),
        ("banking_days: 3", "banking_days: 999", "programmes.NCC.deadline.banking_days", 10),
        ("NCC:", "ncc:", "programmes.ncc", 10),
        ("NCC:", "NO:", "programmes.False", 9),
        (GOOD, "[]", "", None),
        (GOOD, "a: [", "", 2),
        (GOOD, "a: &a {b: *a}", "a", 1),
        (GOOD, "note: " + "x" * 70_000, "", None),
    ],
)
def test_a_wrong_file_is_refused_with_key_and_line(old: str, new: str, key: str, line: int | None) -> None:
    with pytest.raises(RuleFileError) as refused:
        read_rules("quy-tac.yaml", GOOD.replace(old, new))
    place = f"“quy-tac.yaml”{f', dòng {line}' if line else ''}{f', khóa {key}' if key else ''}: "
    assert place in refused.value.message
    assert "line" in refused.value.said("en") or line is None


def test_the_latest_version_that_is_valid_holds(folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD, encoding="utf-8")
    later = GOOD.replace("2027-1", "2028-1").replace("2027-01-01", "2028-01-01")
    (folder / "0.yaml").write_text(later, encoding="utf-8")
    held = [rules_in_force(dt.date(year, 1, 1)).version for year in (1990, 2026, 2027, 2028)]
    assert held == ["chitra-1", "chitra-1", "2027-1", "2028-1"]
    assert [book.version for book in rule_books()[0]] == ["chitra-1", "2027-1", "2028-1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('"2027-1"', "other"), "valid_from"),
        (GOOD.replace("2027-01-01", "2028-01-01"), "version"),
        (GOOD.replace('"2027-1"', "chitra-1"), "chitra"),
        ("version: [", "YAML"),
    ],
)
def test_while_a_file_is_broken_nothing_is_in_force(folder: Path, text: str, said: str) -> None:
    (folder / "a.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "b.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError, match=said):
        rules_in_force(dt.date(2026, 1, 1))
    (folder / "b.yaml").unlink()
    assert rules_in_force(dt.date(2027, 1, 1)).version == "2027-1"


def test_the_setting_names_a_file_or_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "broken.yaml").write_text("x", encoding="utf-8")
    alone = folder.parent / "alone.yaml"
    alone.write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("CHITRA_RULES", str(alone))
    assert rules_in_force(dt.date(2027, 1, 1)).version == "2027-1"
    monkeypatch.setenv("CHITRA_RULES", str(folder))
    with pytest.raises(RuleFileError, match="broken"):
        rules_in_force(dt.date(2027, 1, 1))
    monkeypatch.setenv("CHITRA_RULES", str(folder / "none.yaml"))
    with pytest.raises(RuleFileError, match="CHITRA_RULES"):
        rules_in_force(dt.date(2027, 1, 1))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="không có tệp"):
        read_rule_file(tmp_path / "none.yaml")
    with pytest.raises(RuleFileError):
        read_rule_file(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(RuleFileError, match="không đọc được"):
        read_rule_file(tmp_path / "a.yaml")
