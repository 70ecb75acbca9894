"""Real files of many banks are read as a careful reader reads them: outcome, statements, lines and totals."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.formats.base import FileReport
from payouts.settlements.reading import open_settlement

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
_COLUMNS = ("file", "format", "currency", "outcome", "also", "statements", "lines", "totals", "why")
_HOW_MANY = 117

# A file of bare numbers: nothing in it says MT940, and files are never recognised by their names.
_FORMAT_IS_IN_THE_NAME_ONLY = {"mt940/wolph-mt940__self-provided_invalid_statement.sta"}


def _expected() -> list[dict[str, str]]:
    if not SAMPLES.is_dir():
        return []
    with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _totals(text: str) -> dict[str, tuple[int, Decimal, int, Decimal]] | None:
    """Read "EUR 3 2.50 5 1.00; USD ..."; None where they are not to be checked."""
    if not text or "*" in text:
        return None
    parts = (part.split() for part in text.split(";"))
    return {part[0]: (int(part[1]), Decimal(part[2]), int(part[3]), Decimal(part[4])) for part in parts}


def _read(path: Path, currency: str) -> tuple[FileReport, int]:
    reading = open_settlement(path, currency=currency)
    good = 0
    for batch in reading.batches():
        batch.validate(full=True)
        good += batch.num_rows
    return reading.report, good


def _facts(report: FileReport) -> dict[str, Any]:
    return {
        name: (total.credit_lines, total.credit, total.debit_lines, total.debit)
        for name, total in report.totals.items()
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside the project")
def test_every_sample_is_there() -> None:
    assert len(_expected()) == _HOW_MANY


@pytest.mark.parametrize("sample", _expected(), ids=lambda sample: sample["file"].rpartition("__")[2])
def test_a_sample_is_read_right_in_its_own_currency(sample: dict[str, str]) -> None:
    currencies = sample["currency"].split("+") if sample["currency"] else ["VND"]
    for currency in currencies:
        report, good = _read(SAMPLES / sample["file"], currency)
        allowed = {sample["outcome"], *filter(None, [sample["also"]])}
        if len(currencies) > 1:
            allowed |= {"quarantined"}
        assert report.outcome in allowed, [problem.message("en") for problem in report.problems[:3]]
        _check_content(report, sample)
        assert good == report.good_lines <= report.lines
        if report.outcome == "accepted":
            assert good == report.lines


@pytest.mark.parametrize(
    "sample",
    [sample for sample in _expected() if sample["currency"] and sample["lines"] != "0"],
    ids=lambda sample: sample["file"].rpartition("__")[2],
)
def test_a_sample_in_another_currency_is_no_evidence_and_still_told(sample: dict[str, str]) -> None:
    report, good = _read(SAMPLES / sample["file"], "VND")
    assert report.outcome == ("refused" if sample["outcome"] == "refused" else "quarantined")
    _check_content(report, sample)
    assert good == 0


def _check_content(report: FileReport, sample: dict[str, str]) -> None:
    if sample["file"] not in _FORMAT_IS_IN_THE_NAME_ONLY:
        assert report.format == sample["format"]
    statements = 0 if sample["format"] == "pain.002" else int(sample["statements"])
    assert (report.statements, report.lines) == (statements, int(sample["lines"]))
    totals = _totals(sample["totals"])
    if totals is not None:
        assert _facts(report) == {name: total for name, total in totals.items() if any((total[0], total[2]))}
