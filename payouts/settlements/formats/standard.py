"""What the standard formats (camt, pain, MT940) share: amounts, days, and rows made into batches."""

import csv
import datetime as dt
import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa

from payouts.core.banks import bank_code
from payouts.core.money import LARGEST, UnreadableError, exponent
from payouts.core.problems import Problem
from payouts.core.reasons import reason_code_in
from payouts.settlements.formats.base import LINES, FileReport, Total
from reconciliation.tables import DAY, MONEY, TEXT

BATCH_ROWS = 10_000
VIETNAM = dt.timezone(dt.timedelta(hours=7))
MOST_DIGITS = 18  # ISO 20022 ActiveCurrencyAndAmount: totalDigits 18
UNKNOWN_CURRENCY = "?"
MOST_CURRENCIES = 300  # that a file is told of by name; ISO 4217 has fewer

_LONGEST_AMOUNT = 60  # characters, zeros in front and behind included
_XML_AMOUNT = re.compile(r"\+?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")
_SWIFT_AMOUNT = re.compile(r"([0-9]+),([0-9]*)")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_WORD = re.compile(r"\b[A-Z]{2}[0-9]{2}\b")  # as AC04; codes of four letters are words of languages too
NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "N/A", "NA", "NOREF", "KREF+"})

# One row: the values of LINES, in its order.
Row = tuple[object, ...]


def batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Make rows (values in the order of LINES) a batch."""
    columns = zip(*rows, strict=True) if rows else [()] * len(LINES)
    arrays = [_MAKERS[field.type](values) for values, field in zip(columns, LINES, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=LINES)


# pa.array would load pandas to see whether it is handed something of it: 40 MB and half a second for nothing.
def _texts(values: Sequence[Any]) -> pa.Array:
    builder = pa.lib.StringBuilder()
    builder.append_values(values)
    return builder.finish()


def numbers(values: Sequence[Any], kind: pa.DataType = MONEY, width: str = "int64") -> pa.Array:
    """Make whole numbers and nulls a column."""
    known = np.fromiter((value is not None for value in values), bool, len(values))
    numbers = np.fromiter((0 if value is None else value for value in values), width, len(values))
    buffers = [pa.py_buffer(np.packbits(known, bitorder="little")), pa.py_buffer(numbers)]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _days(values: Sequence[Any]) -> pa.Array:
    return numbers([None if day is None else day.toordinal() - _EPOCH for day in values], DAY, "int32")


_MAKERS = {TEXT: _texts, MONEY: numbers, DAY: _days}
_EPOCH = dt.date(1970, 1, 1).toordinal()


def xml_amount(text: str) -> Decimal | None:
    """Read an amount as ISO 20022 writes it: `930.000` is 930. None where it is none, as with a minus."""
    return _decimal(text, _XML_AMOUNT) if len(text) <= _LONGEST_AMOUNT else None


def swift_amount(text: str) -> Decimal | None:
    """Read an amount as SWIFT writes it: the comma is a must, decimals may follow. None where it is none."""
    return _decimal(text, _SWIFT_AMOUNT) if len(text) <= _LONGEST_AMOUNT else None


@functools.lru_cache(maxsize=65536)
def _decimal(text: str, form: re.Pattern[str]) -> Decimal | None:
    return _decimal_of(form.fullmatch(text))


def _decimal_of(match: re.Match[str] | None) -> Decimal | None:
    if match is None:
        return None
    whole, fraction = match[1], match[2] or ""
    if len(whole.lstrip("0")) + len(fraction.rstrip("0")) > MOST_DIGITS:
        return None
    return Decimal(f"{whole or '0'}.{fraction or '0'}") if fraction else Decimal(whole)


@functools.lru_cache(maxsize=256)
def decimals(currency: str) -> int:
    """Give how many decimals a currency has; a code that ISO 4217 no longer lists (DEM) has two."""
    try:
        return exponent(currency)
    except UnreadableError:
        return 2


@functools.lru_cache(maxsize=65536)
def units(amount: Decimal, currency: str) -> int | None:
    """Count an amount in the currency's smallest unit.

    None where it holds a part of one (930.50 VND) or is more than the database can keep.
    """
    scaled = amount.scaleb(decimals(currency))
    counted = int(scaled)
    return counted if counted == scaled and counted <= LARGEST else None


@functools.lru_cache(maxsize=4096)
def iso_day(text: str) -> dt.date | None:
    """Read an ISO date or moment as a day, a moment with an offset in Vietnam's time; else None."""
    day = _DAY.fullmatch(text)
    try:
        if day is not None:
            return dt.date.fromisoformat(day[1])
        if _MOMENT.fullmatch(text) is None:
            return None
        moment = dt.datetime.fromisoformat(text)
        return moment.date() if moment.tzinfo is None else moment.astimezone(VIETNAM).date()
    except (ValueError, OverflowError):
        return None


def reference(text: str | None) -> str | None:
    """Give a reference, or None where the words for "there is none" stand in its place."""
    if text is None:
        return None
    trimmed = text.strip()
    return None if trimmed.upper() in NO_REFERENCE else trimmed


@functools.lru_cache(maxsize=4096)
def bank_known_as(text: str) -> str:
    """Give the one code of a bank; a bank that nobody knows keeps what it is called."""
    return bank_code(text) or text


@functools.lru_cache(maxsize=4096)
def reason_in(text: str) -> str | None:
    """Find the reason that a text tells: an ISO 20022 code standing in it as a word, else a known phrase."""
    return next((word for word in _WORD.findall(text) if word in _codes()), None) or reason_code_in(text)


@functools.cache
def _codes() -> frozenset[str]:
    text = (resources.files("payouts.core") / "data" / "iso_return_reasons.csv").read_text(encoding="utf-8")
    return frozenset(row["code"] for row in csv.DictReader(text.splitlines()))


def add_total(report: FileReport, currency: str, amount: Decimal, lines: int = 1, *, credit: bool) -> None:
    """Add a line to what the file says moved, or some lines and what they move together."""
    total = report.totals.get(currency)
    if total is None:
        named = currency if len(report.totals) < MOST_CURRENCIES else UNKNOWN_CURRENCY
        total = report.totals.setdefault(named, Total())
    if credit:
        total.credit_lines += lines
        total.credit += amount
    else:
        total.debit_lines += lines
        total.debit += amount


def plain(amount: Decimal) -> str:
    """Write a decimal without an exponent, for messages."""
    return format(amount, "f")


def amount_problem(line: int, field: str, amount: Decimal, currency: str, service: str) -> Problem:
    """Say why a readable amount cannot be counted in the service's currency."""
    if currency != service:
        return Problem("currency_other", line, field, {"value": currency, "expected": service})
    if amount.scaleb(decimals(currency)) > LARGEST:
        return Problem("amount_too_large", line, field, {"value": plain(amount)})
    return Problem("amount_fraction", line, field, {"value": plain(amount), "currency": currency})
