"""Two or three months open at once on one account: which of them a movement serves."""

import datetime as dt

import pandas as pd

from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SILENT = {"end_to_end_id": "", "remittance_info": ""}


def months(b: Book, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Owe October and November to the same people, the same sum on the same account."""
    october = b.owe(b.invent(n, cycle="2026-10"))
    return october, b.again(october, cycle="2026-11")


@story(lines=2)
def one_credit_october_open(b: Book, n: int) -> None:
    """October is still open, November too; one credit in November: the older first."""
    october, november = months(b, n)
    b.tell(october, **SILENT)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def two_credits_october_open(b: Book, n: int) -> None:
    """Both open, two credits in November."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 4), **SILENT)
    b.tell(november, booked_on=b.days(n, 5, 9), **SILENT)
    b.paid(october, november)


@story(lines=2)
def each_month_its_credit(b: Book, n: int) -> None:
    """October's credit in October, November's in November, no references."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10), **SILENT)
    b.tell(november, **SILENT)
    b.paid(october, november)


@story(lines=2)
def only_october_was_paid(b: Book, n: int) -> None:
    """October's credit in October, none in November: it never serves November."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10), **SILENT)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def october_paid_late_by_reference(b: Book, n: int) -> None:
    """A credit of November names October's line; November got nothing."""
    october, november = months(b, n)
    b.tell(october)
    b.paid(october)
    b.truth(november, "missing")


@story(lines=2)
def october_paid_twice_november_not(b: Book, n: int) -> None:
    """October was paid in October and again in November under its reference."""
    october, november = months(b, n)
    b.tell(october, booked_on=b.days(n, 3, 9, month=10))
    b.tell(october)
    b.truth(october, "paid_twice", october["amount"] * 2, differences="amount")
    b.truth(november, "missing")


@story(lines=2)
def credit_between_the_months(b: Book, n: int) -> None:
    """A credit of 26 October, when both months were open, and one of November."""
    october, november = months(b, n)
    b.tell(october, booked_on=dt.date(2026, 10, 26), **SILENT)
    b.tell(november, **SILENT)
    b.paid(october, november)


@story(lines=2)
def rejected_october_open(b: Book, n: int) -> None:
    """October and November open, one rejection of November by account: the older first."""
    october, november = months(b, n)
    reason = b.reasons(n)
    b.tell(october, "result", status="rejected", reason_code=reason, **SILENT)
    b.truth(october, "failed", reason=reason)
    b.truth(november, "missing")


@story(lines=3)
def three_months_two_credits(b: Book, n: int) -> None:
    """September, October and November open; two credits in November: the two older ones."""
    september = b.owe(b.invent(n, cycle="2026-09"))
    october, november = (b.again(september, cycle=cycle) for cycle in ("2026-10", "2026-11"))
    for day in (4, 6):
        b.tell(september, **SILENT, booked_on=dt.date(2026, 11, day), owners=[september, october])
    b.paid(september, october)
    b.truth(november, "missing")
