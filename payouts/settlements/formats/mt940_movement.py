"""Reads field 61 of an MT940, a movement, and makes it and its field 86 a row."""

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import NamedTuple

from payouts.core.limits import LONGEST_TEXT
from payouts.settlements.formats.mt940_details import read_details
from payouts.settlements.formats.standard import (
    Row,
    bank_known_as,
    reason_in,
    reference,
    swift_amount,
    units,
)

# Value date, entry date, mark, third letter of the currency, amount, type, references. The comma of the
# amount is a must: without one the amount is told, and the line is in error.
_MOVEMENT = re.compile(r"([0-9]{6})([0-9]{4}|    )?(R?[CD])[A-Z]?([0-9]+(?:,[0-9]*)?)[A-Z][A-Z0-9 ]{3}(.*)")
_CHARGES = re.compile(r"/CHGS/([A-Z]{3})([0-9]+,[0-9]*)")
_REFERENCE = 16  # characters of the reference for the account owner
_CENTURY = 80  # two digits of a year from here on are of the 1900s

# Money in (True) or out, and the status: money in is never a payout, only a return.
MARKS = {"C": (True, "returned"), "RD": (True, "returned"), "D": (False, "settled"), "RC": (False, "settled")}


class Movement(NamedTuple):
    """A field 61.

    Attributes:
        amount: without sign
        comma: whether the amount was written with its comma
        credit: money in
        status: settled or returned
        dates: as they stand
        booked_on: the entry date, else the value date; None where there is no such day
        references: what stands behind the type of the transaction
    """

    amount: Decimal
    comma: bool
    credit: bool
    status: str
    dates: str
    booked_on: dt.date | None
    references: str


def read_movement(text: str) -> Movement | None:
    """Read the first line of a field 61; None where it is none."""
    match = _MOVEMENT.fullmatch(text.rstrip())
    if match is None:
        return None
    value, entry, mark, figures, references = match.groups()
    comma = "," in figures
    amount = swift_amount(figures if comma else f"{figures},")
    if amount is None:
        return None
    credit, status = MARKS[mark]
    dates = f"{value}{entry or ''}"
    return Movement(amount, comma, credit, status, dates, _booked_on(dates), references)


def movement_row(
    place: tuple[int, int], movement: Movement, money: tuple[int, str], more: list[str], details: list[str]
) -> Row:
    """Make a movement a row.

    Args:
        place: number of the line and of the statement
        movement: its field 61
        money: the amount in the currency's smallest unit, and the currency
        more: the further lines of field 61
        details: the lines of field 86
    """
    told = read_details(details, more, credit=movement.credit)
    customer, bank_ref, rest = _references(movement.references)
    text = f"{rest} {told.text or ''}".strip() if rest else told.text
    return (
        *place,
        bank_known_as(told.bank) if told.bank else None,
        None,
        reference(bank_ref),
        reference(customer) or reference(told.reference),
        told.account,
        told.name,
        None,
        *money,
        movement.booked_on,
        movement.status,
        told.reason or (reason_in(text) if movement.credit and text else None),
        None,
        _fee("".join((*more, *details)), money[1]),
        None,
        text[:LONGEST_TEXT] if text else None,
    )


def _fee(text: str, currency: str) -> int | None:
    charges = _CHARGES.search(text) if "/CHGS/" in text else None
    amount = swift_amount(charges[2]) if charges and charges[1] == currency else None
    return units(amount, currency) if amount is not None else None


def _references(text: str) -> tuple[str, str | None, str | None]:
    """Split what follows the type: the owner's reference, the bank's behind `//`, and text."""
    customer, slashes, bank_ref = text.partition("//")
    if slashes:
        return customer, bank_ref, None
    customer, _, rest = customer.partition("  ")  # a reference filled up with blanks, a name behind it
    if not rest and len(customer) > _REFERENCE and " " in customer:
        customer, rest = customer[:_REFERENCE], customer[_REFERENCE:]
    return customer, None, rest.strip() or None


@functools.lru_cache(maxsize=1024)
def read_day(text: str) -> dt.date | None:
    """Read YYMMDD; None where there is no such day."""
    year = int(text[:2])
    try:
        return dt.date(year + (1900 if year >= _CENTURY else 2000), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


@functools.lru_cache(maxsize=1024)
def _booked_on(dates: str) -> dt.date | None:
    """Give the entry date (MMDD, in the year nearest to the value date), else the value date."""
    day, entry = read_day(dates[:6]), dates[6:].strip()
    if day is None or not entry:
        return day
    days = []
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            days.append(dt.date(year, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    return min(days, key=lambda one: abs(one - day)) if days else None
