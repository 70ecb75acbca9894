"""Real files are read as two readers of other people read them; where they differ, it is known why."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import mt940
import pytest
from pycamt.parser import Camt053Parser

from payouts.settlements.formats.standard import units
from payouts.settlements.reading import open_settlement

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
Totals = dict[str, tuple[int, Decimal, int, Decimal]]

# What the other reader makes of a file otherwise, and why ours is right. A name is what it raises.
MT_940: dict[str, tuple[str, str]] = {
    "fixtures_mt940-headers.txt": ("ValueError", "month 22 in one line: it gives up on the file; we read on"),
    "fixtures_mt940-iso8859-1.txt": (
        "ValueError",
        "a closing balance of 31 November: it gives up; we tell it",
    ),
    "ASNB_mt940.txt": ("RuntimeError", "an owner's reference longer than 16 characters: it gives up"),
    "ASNB_mt940_with_spaces_for_entry_date.txt": ("RuntimeError", "the same, entry dates left blank"),
    "self-provided_sparkassen.sta": (
        "1 ?",
        "the field 61 is broken over lines: it takes 30.00 of the pieces",
    ),
}
PYCAMT: dict[str, tuple[str, str]] = {
    "data_camt053.v2.wrong.xml": ("Camt053ParseError", "no statement: it raises, we refuse"),
    "data_camt053.v3.xml": ("1 EUR", "it takes the first Amt anywhere in a detail: a tax, not what moved"),
    "data_camt053.v4.xml": ("1 EUR", "the same: a tax of 0"),
    "data_camt053.v8.xml": ("1 EUR", "the same: a tax of 0"),
    "goldman_sachs_camt_053_uk_v2_1.xml": ("6 GBP", "the same: the amount instructed, before charges"),
    "goldman_sachs_camt_053_us_v2_sample.xml": ("15 EUR USD", "the same: the amount instructed"),
    "data_camt054.v2.xml": ("3 SEK", "a detail states no amount: it takes the whole entry's for it"),
    "data_camt054.v4.xml": ("3 SEK", "details are in CHF: it names the currency of the entry, SEK"),
    "data_camt054.v8.xml": ("3 SEK", "the same: CHF 9.5 called SEK"),
}


def _named(path: Path) -> str:
    return path.name.rpartition("__")[2]


def _files(*formats: str) -> list[Path]:
    return [path for name in formats for path in sorted((SAMPLES / name).glob("*"))]


def _ours(path: Path, currency: str = "VND") -> tuple[int, Totals, list[dict[str, Any]]]:
    reading = open_settlement(path, currency=currency)
    rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    totals = reading.report.totals.items()
    told = {unit: (sums.credit_lines, sums.credit, sums.debit_lines, sums.debit) for unit, sums in totals}
    return reading.report.lines, told, rows


def _added(movements: Iterator[tuple[str, Decimal, bool]]) -> tuple[int, Totals]:
    lines, totals = 0, dict[str, tuple[int, Decimal, int, Decimal]]()
    for currency, amount, credit in movements:
        was = totals.get(currency, (0, Decimal(0), 0, Decimal(0)))
        now = (was[0] + 1, was[1] + amount, *was[2:]) if credit else (*was[:2], was[2] + 1, was[3] + amount)
        totals[currency] = now
        lines += 1
    return lines, totals


def _by_mt_940(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return [movement.data for movement in mt940.parse(text)]


def _mt_movements(path: Path) -> Iterator[tuple[str, Decimal, bool]]:
    for movement in _by_mt_940(path):
        amount = movement["amount"]
        yield amount.currency or "?", abs(amount.amount), movement["status"] in {"C", "RD"}


def _camt_movements(path: Path) -> Iterator[tuple[str, Decimal, bool]]:
    """Read a camt.053; an advice has the same entries, only its statement has another name."""
    content = path.read_bytes().replace(b"Ntfctn>", b"Stmt>")
    for movement in Camt053Parser(content).get_transactions():
        credit = movement["CreditDebitIndicator"] == "CRDT"
        yield movement["Currency"] or "?", Decimal(movement["Amount"]), credit


def _compare(
    path: Path, movements: Iterator[tuple[str, Decimal, bool]], known: dict[str, tuple[str, str]]
) -> None:
    lines, totals, _ = _ours(path)
    try:
        theirs = _added(movements)
    except Exception as error:  # noqa: BLE001  # whatever another reader raises is what it makes of the file
        said = type(error).__name__
    else:
        if theirs == (lines, totals):
            assert _named(path) not in known
            return
        said = f"{theirs[0]} {' '.join(sorted(theirs[1]))}"
    assert known.get(_named(path), ("", ""))[0] == said


@pytest.mark.parametrize("path", _files("mt940"), ids=_named)
def test_mt_940_counts_the_same_lines_and_sums(path: Path) -> None:
    _compare(path, _mt_movements(path), MT_940)


@pytest.mark.parametrize("path", _files("camt.053", "camt.054"), ids=_named)
def test_pycamt_counts_the_same_lines_and_sums(path: Path) -> None:
    _compare(path, _camt_movements(path), PYCAMT)


@pytest.mark.parametrize("path", [path for path in _files("mt940") if _named(path) not in MT_940], ids=_named)
def test_each_movement_has_the_day_amount_and_reference_that_mt_940_gives_it(path: Path) -> None:
    movements = _by_mt_940(path)
    for currency in {movement["amount"].currency for movement in movements} - {None}:
        mine = [movement for movement in movements if movement["amount"].currency == currency]
        _, _, rows = _ours(path, currency)
        if len(rows) < len(mine):  # lines in error, which the tests of the samples look at
            continue
        assert [_fact(movement, currency) for movement in mine] == [
            (row["booked_on"], row["amount"], row["status"], row["bank_ref"]) for row in rows
        ]


def _fact(movement: dict[str, Any], currency: str) -> tuple[dt.date, int | None, str, str | None]:
    day = movement.get("guessed_entry_date") or movement.get("entry_date") or movement["date"]
    status = "returned" if movement["status"] in {"C", "RD"} else "settled"
    reference = (movement.get("bank_reference") or "").strip()
    amount = units(abs(movement["amount"].amount), currency)
    return (
        dt.date(day.year, day.month, day.day),
        amount,
        status,
        None if reference in {"", "NONREF"} else reference,
    )
