"""What the values of a column look like: money, days, accounts, people, banks, words of a status."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from payouts.core.banks import bank_code
from payouts.core.money import DecimalMark, UnreadableError, is_currency, parse_money
from payouts.core.values import DayOrder, parse_date
from payouts.core.words import folded
from payouts.settlements.profiles import profiles

_ACCOUNT = re.compile(r"[0-9](?:[ .-]?[0-9]){7,18}")
_DECIMALS = re.compile(r"[.,][0-9]{1,2}$")
_PERSON = re.compile(r"[0-9]{12}")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'*-]+[^\W\d_]*)+")
_REFERENCE = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[A-Z0-9./-]{6,35}")
_TEXT = re.compile(r".*\w\s+\w.*\s\w.*", re.DOTALL)
# Letters and signs by which a statement tells the direction of each line -> what they mean to who pays.
DIRECTIONS = {
    **dict.fromkeys(("d", "dr", "dbit", "debit", "no", "ghino", "chi"), "settled"),
    **dict.fromkeys(("c", "cr", "crdt", "credit", "co", "ghico", "thu"), "returned"),
}


def status_words() -> Mapping[str, str]:
    """Give the status words of all profiles that come with the service: folded word -> status."""
    found: dict[str, str] = {}
    for profile in profiles().values():
        if profile.shipped:
            found = {**profile.statuses, **found}
    return found


def is_money(text: str) -> bool:
    """Say whether a text is an amount of some currency, with a sign or not."""
    for currency in ("VND", "USD"):
        try:
            parse_money(text, currency, signed=True)
        except UnreadableError:
            continue
        return True
    return False


def _is_much(text: str) -> bool:
    """Say whether a text is an amount and no count: at least four digits, or decimals."""
    digits = sum(letter.isdigit() for letter in text)
    return is_money(text) and (digits > 3 or _DECIMALS.search(text) is not None)  # noqa: PLR2004  # a thousand


def is_day(text: str) -> bool:
    """Say whether a text is a day, whichever of day and month stands first."""
    return any(_reads_as(text, order) for order in ("day_first", "month_first"))


def _reads_as(text: str, order: DayOrder) -> bool:
    try:
        return parse_date(text, order) is not None
    except UnreadableError:
        return False


def _is_account(text: str) -> bool:
    return _ACCOUNT.fullmatch(text) is not None and not _DECIMALS.search(text) and not is_day(text)


def _is_bank(text: str) -> bool:
    return not text.isdigit() and bank_code(text) is not None


# The shape of a field, the narrowest first: a column is the first field whose shape nearly all values have.
SHAPES: dict[str, Callable[[str], bool]] = {
    "booked_on": is_day,
    "status": lambda text: folded(text) in status_words() or folded(text) in DIRECTIONS,
    "currency": is_currency,
    "citizen_id": lambda text: _PERSON.fullmatch(text) is not None and text.startswith("0"),
    "bank_code": _is_bank,
    "account_no": _is_account,
    "amount": _is_much,
    "account_name": lambda text: _NAME.fullmatch(text) is not None,
    "bank_ref": lambda text: _REFERENCE.fullmatch(text) is not None,
    "remittance_info": lambda text: _TEXT.fullmatch(text) is not None,
}  # fmt: skip


def share(values: Sequence[str], shape: Callable[[str], bool]) -> float:
    """Give the share of the values, empty ones aside, that have a shape."""
    said = [value for value in values if value]
    return sum(map(shape, said)) / len(said) if said else 0.0


def number_style(values: Sequence[str]) -> tuple[DecimalMark, bool]:
    """Tell the decimal mark of amounts, and whether the values leave no doubt."""
    found: set[Literal["point", "comma"]] = set()
    for value in values:
        if re.search(r",[0-9]{3}\.[0-9]+$|,[0-9]{3},|\.[0-9]{1,2}$", value):
            found.add("point")
        if re.search(r"\.[0-9]{3},[0-9]+$|\.[0-9]{3}\.|,[0-9]{1,2}$", value):
            found.add("comma")
    if len(found) == 1:
        return found.pop(), True
    return "either", not found


def day_order(values: Sequence[str]) -> tuple[DayOrder, bool]:
    """Tell whether the day or the month stands first, and whether the values leave no doubt."""
    doubtful = [value for value in values if value and not value[:4].isdigit()]
    firsts: list[DayOrder] = ["day_first", "month_first"]
    fitting = [order for order in firsts if all(_reads_as(value, order) for value in doubtful)]
    return (fitting[0] if fitting else "day_first"), len(fitting) == 1 or not doubtful
