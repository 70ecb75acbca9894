"""Money as a whole number of a currency's smallest unit: how it is read from text, and how it is shown."""

import csv
import functools
import re
from importlib import resources
from typing import Literal

from payouts.core.terms import grouped
from payouts.core.words import folded

LARGEST = 2**63 - 1  # what a BIGINT of the database holds

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:(?P<mark>[.,])(?P<fraction>[0-9]+))?")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<separator>[., ])[0-9]{3}(?:(?P=separator)[0-9]{3})*)"
    r"(?:(?!(?P=separator))(?P<mark>[.,])(?P<fraction>[0-9]+))?"
)
_LONGEST = 40  # characters of an amount; int() of a longer text costs more than it can be worth
_ZEROS_AFTER_POINT = 2  # one or two zeros after a single separator are decimals in every currency
DecimalMark = Literal["either", "point", "comma"]
_MARKS = {"point": ".", "comma": ","}
_DONG = frozenset({"d", "₫", "vnd", "dong"})


# What is odd about a text that is no amount -> the problem that it is; the first that fits.
_ODDITIES = (
    (re.compile(r"="), "amount_formula"),
    (re.compile(r"[+-]?[0-9][0-9.,]*[eE][+-]?[0-9]+$"), "amount_exponent"),
    (re.compile(r"[0-9]+_[0-9_.,]+$"), "amount_underscore"),
    (re.compile(r"(?=.*\d)[\d.,\s]*[^\D0-9][\d.,\s]*$"), "amount_other_digits"),
    (re.compile(r"\+?[0-9]{19,}(?:[.,][0-9]*)?$"), "amount_too_large"),
)


class UnreadableError(ValueError):
    """A text is no value of the asked kind; `code` says which problem of problems.csv it is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@functools.cache
def _exponents() -> dict[str, int]:
    text = (resources.files("reconciliation") / "data" / "currencies.csv").read_text(encoding="utf-8")
    return {row["code"]: int(row["exponent"]) for row in csv.DictReader(text.splitlines())}


def is_currency(code: str) -> bool:
    """Say whether ISO 4217 knows the three-letter code."""
    return code in _exponents()


def exponent(currency: str) -> int:
    """Give how many decimals a currency has by ISO 4217: VND 0, USD 2, KWD 3.

    Raises:
        UnreadableError: `currency_unknown`, when ISO 4217 has no such code
    """
    try:
        return _exponents()[currency]
    except KeyError:
        raise UnreadableError("currency_unknown") from None


def parse_money(
    text: str, currency: str = "VND", *, signed: bool = False, decimal: DecimalMark = "either"
) -> int:
    """Read an amount of a CSV or XLSX cell as a count of the currency's smallest unit.

    Groups of exactly three digits are thousands; one or two zeros after a single separator are decimals. So
    `930000`, `930.000`, `930,000`, `930000.0` and `930.000 đ` are 930000 đồng, and `930.5` is an error.

    Args:
        text: what stands in the cell
        currency: ISO 4217 code; its sign or code may stand before or behind the number
        signed: whether a leading + or - is allowed
        decimal: which mark is the decimal one, where the sender is known to use only one

    Raises:
        UnreadableError: `amount_two_ways` (`1.234` in a currency of three decimals), `amount_sign`,
            `amount_too_large` (above 2^63 - 1), or what `why_no_amount` says
    """
    number = _without_unit(text.translate(_SPACES).strip(), currency)
    sign = number[:1] if number[:1] in {"-", "+"} else ""
    if sign and not signed:
        raise UnreadableError("amount_sign")
    readings = _readings(number.removeprefix(sign), exponent(currency), decimal)
    if len(readings) != 1:
        raise UnreadableError("amount_two_ways" if readings else why_no_amount(number))
    amount = readings.pop()
    if amount > LARGEST:
        raise UnreadableError("amount_too_large")
    return -amount if sign == "-" else amount


def why_no_amount(text: str) -> str:
    """Say which problem a text is that is no amount: `amount_unreadable` where nothing more is known."""
    return next((code for form, code in _ODDITIES if form.match(text)), "amount_unreadable")


def _without_unit(text: str, currency: str) -> str:
    units = _DONG if currency == "VND" else {currency.casefold()}
    head, tail = re.match(r"^([^\d+-]*)", text), re.search(r"([^\d.,]*)$", text)
    before, after = (head[1] if head else ""), (tail[1] if tail else "")
    if before.strip() and not after.strip() and _is_unit(before, units):
        return text[len(before) :]
    if after.strip() and not before.strip() and _is_unit(after, units):
        return text[: len(text) - len(after)].rstrip()
    return text


def _is_unit(text: str, units: frozenset[str] | set[str]) -> bool:
    return text.strip() in units or folded(text) in units


def _readings(number: str, decimals: int, decimal: DecimalMark) -> set[int]:
    """Give every value that the digits and separators may mean."""
    found = set()
    for form in (_PLAIN, _GROUPED):
        match = form.fullmatch(number)
        if match is None or len(number) > _LONGEST:
            continue
        fraction, groups = match["fraction"] or "", match.groupdict()
        if decimal != "either" and (
            groups.get("separator") == _MARKS[decimal] or groups["mark"] not in {None, _MARKS[decimal]}
        ):
            continue
        if len(fraction) <= max(decimals, _ZEROS_AFTER_POINT) and not fraction[decimals:].strip("0"):
            digits = re.sub(r"[^0-9]", "", match["whole"]) + fraction[:decimals].ljust(decimals, "0")
            found.add(int(digits))
    return found


def format_money(amount: int, currency: str = "VND") -> str:
    """Show an amount as people in Vietnam write it: 930000 đồng "930.000 đ", 12345 US cents "123,45 USD"."""
    decimals = exponent(currency)
    whole, minor = divmod(abs(amount), 10**decimals)
    number = grouped(whole) + (f",{minor:0{decimals}d}" if decimals else "")
    return f"{'-' if amount < 0 else ''}{number} {'đ' if currency == 'VND' else currency}"
