"""Who needs it most goes first: how hard a missed payment hits somebody, as points of data/hardship.csv."""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.cases.months import NOT_PAID
from payouts.core.problems import Language

# Verdicts of a month in which the money did not reach the person, through no doing of theirs.
NOT_RECEIVED = NOT_PAID | {"account_differs"}
# Verdicts of which what is settled has reached the right person, be it too little.
REACHED = frozenset({"paid", "amount_differs", "name_differs", "paid_twice"})


@dataclass(frozen=True, slots=True)
class Weight:
    """One row of data/hardship.csv.

    Attributes:
        factor: months (in a row without money), share (of the amount that is short, in percent), age (years)
            or category (the beginning of a category code)
        since: from which number on it holds, or the beginning of the code
        points: what it adds; of each factor the last row that holds counts
        vi: what it says of the person, in Vietnamese; empty where it says nothing
        en: the same in English
    """

    factor: str
    since: str
    points: int
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en

    def holds(self, value: int | str | None) -> bool:
        """Say whether it holds for a number or a code; an unknown one holds nowhere."""
        if value is None:
            return False
        return value.startswith(self.since) if isinstance(value, str) else value >= int(self.since)


@dataclass(frozen=True, slots=True)
class Plight:
    """What is known of a person whose payment is an exception.

    Attributes:
        months: in a row, this one counted, in which they got no money; 0 where this month's reached them
        share: of this payment that is short, in percent
        age: in full years
        category: code of the category
    """

    months: int
    share: int
    age: int | None
    category: str | None


@functools.cache
def weights() -> tuple[Weight, ...]:
    """Read data/hardship.csv."""
    return tuple(
        Weight(row["factor"], row["from"], int(row["points"]), row["vi"], row["en"])
        for row in _rows("hardship")
    )


def reasons(plight: Plight) -> list[Weight]:
    """Return what makes it hard for a person: of each factor the last row that holds and counts."""
    found: dict[str, Weight] = {}
    for weight in weights():
        if weight.holds(getattr(plight, weight.factor)):
            found[weight.factor] = weight
    return [weight for weight in found.values() if weight.points]


def points(plight: Plight) -> int:
    """Return the hardship as a number to sort by; more is worse."""
    return sum(weight.points for weight in reasons(plight))


def days_to_act(usual: int, hardship: int) -> int:
    """Return the banking days there are to act: as usual, or fewer where it is hard (data/due.csv)."""
    return min([usual, *(int(row["days"]) for row in _rows("due") if hardship >= int(row["hardship"]))])


def share_short(verdict: str, owed: int, settled: int) -> int:
    """Return how much of what is owed has not reached the person, in percent, rounded down but never to 0.

    Args:
        verdict: of the payment
        owed: in đồng
        settled: what stands, in đồng; it counts where the verdict says that it reached the person
    """
    short = owed - settled if verdict in REACHED else owed
    return max(1, 100 * short // owed) if short > 0 and owed > 0 else 0


def age_on(born: dt.date | None, day: dt.date) -> int | None:
    """Return somebody's age in full years."""
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@functools.cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("payouts.cases") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
