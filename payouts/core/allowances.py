"""What an allowance comes to by law: a base amount in force on a day, times the coefficient of a category.

The base is the highest of the country's and the area's own, as a province may grant more than the country
(Decree 20/2021/ND-CP Art. 4). An allowance is a month's: the base in force on the first day of the month
counts for the whole of it, and nothing is divided by days.
"""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from pathlib import Path

from payouts.core.errors import RefusedError

COUNTRY = "VN"
MOST_TIMES = 20  # of one category on one line: an allowance for each child


@dataclass(frozen=True, slots=True)
class Rate:
    """A base amount: of which scheme and area, from which day to which, in đồng, by which text."""

    scheme: str
    area: str
    valid_from: dt.date
    valid_to: dt.date | None
    amount: int
    legal_basis: str
    status: str

    def holds(self, day: dt.date) -> bool:
        """Say whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of allowance: its name, its coefficient (None: no table says it), whether it is monthly."""

    code: str
    name: str
    coefficient: Decimal | None
    monthly: bool


@functools.cache
def categories() -> dict[str, Category]:
    """Give the kinds of allowance by code."""
    text = (resources.files("payouts.core") / "data" / "welfare_categories.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Category(
            row["code"],
            row["name_vi"],
            Decimal(row["coefficient"]) if row["coefficient"] else None,
            bool(row["monthly"]),
        )
        for row in csv.DictReader(text.splitlines())
    }


@functools.lru_cache(8)
def rates(path: Path | None = None) -> tuple[Rate, ...]:
    """Read the table of base amounts.

    Args:
        path: the installation's own, with the columns of data/standard_amounts.csv; that by default

    Raises:
        RefusedError: `bad_standard_amounts`, it cannot be read
    """
    source = path or resources.files("payouts.core") / "data" / "standard_amounts.csv"
    try:
        rows = csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines())
        return tuple(_rate(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise RefusedError(
            "bad_standard_amounts",
            f"Không đọc được bảng mức chuẩn {path}: {why}. "
            "Cần các cột scheme, area, valid_from, valid_to, amount.",
        ) from None


def _rate(row: dict[str, str]) -> Rate:
    until = row["valid_to"]
    return Rate(
        row["scheme"],
        row["area"],
        dt.date.fromisoformat(row["valid_from"]),
        dt.date.fromisoformat(until) if until else None,
        int(row["amount"]),
        row.get("legal_basis") or "",
        row.get("status") or "",
    )


@dataclass(frozen=True, slots=True)
class Tariff:
    """The base amounts of one programme in one area, the country's among them."""

    rates: tuple[Rate, ...]

    def base(self, month: str) -> Rate | None:
        """Find the base of a month like 2026-11; None where the table has none."""
        first = dt.date.fromisoformat(f"{month}-01")
        return max(
            (each for each in self.rates if each.holds(first)), key=lambda each: each.amount, default=None
        )

    def monthly(self, category: str | None, month: str) -> int | None:
        """Say what a category comes to in a month, in đồng; None where the tables do not say."""
        rate = self.base(month)
        return _times(rate.amount, category) if rate else None

    def times(self, category: str | None, amount: int, month: str) -> int | None:
        """Say how many times a category an amount of a month is; None where no base gives it.

        The base of the month is tried first, then those before it, the latest first: a list may not have
        followed a raise yet.
        """
        bases = [rate.amount for rate in (self.base(month),) if rate]
        first = dt.date.fromisoformat(f"{month}-01")
        earlier = sorted(self.rates, key=lambda each: each.valid_from, reverse=True)
        bases += [each.amount for each in earlier if each.valid_from <= first]
        for base in bases:
            one = _times(base, category)
            if one and amount % one == 0 and amount // one <= MOST_TIMES:
                return amount // one
        return None

    def within(self, month: str) -> list[Rate]:
        """List the rates that begin in a month after its first day: they count from the next month on."""
        return [
            each for each in self.rates if f"{each.valid_from:%Y-%m}" == month and each.valid_from.day > 1
        ]


def tariff(programme: str, area: str, path: Path | None = None) -> Tariff:
    """Find the base amounts of a programme.

    Args:
        programme: e.g. BTXH; schemes are called as programmes are
        area: whose own amounts count beside the country's, e.g. HN
        path: as `rates`

    Raises:
        RefusedError: as `rates`
    """
    return Tariff(
        tuple(each for each in rates(path) if each.scheme == programme and each.area in {COUNTRY, area})
    )


def _times(base: int, category: str | None) -> int | None:
    known = categories().get(category or "")
    if known is None or not known.monthly or known.coefficient is None:
        return None
    return int((base * known.coefficient).quantize(Decimal(1), ROUND_HALF_UP))
