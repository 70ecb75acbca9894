"""Holds the statements of an account to each other: pages join, balances go on, no number is missing."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport, StatementBalance

_BETWEEN = re.compile(r"[\s.-]")


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as it is held to others; `where` says which it is, in words."""

    where: str
    currency: str
    number: int | None
    page: int | None
    opening: Decimal
    closing: Decimal
    opened_on: dt.date | None
    closed_on: dt.date | None
    goes_on: bool = False


def account_key(text: str) -> str:
    """Write an account as it is compared: without what stands between its signs."""
    return _BETWEEN.sub("", text).upper()


def check_inside(report: FileReport) -> None:
    """Report statements of one account that do not join within a file."""
    for told in by_account(report.balances).values():
        for before, after in pairwise(in_order(told)):
            for problem in differences(before, after):
                report.add(problem)


def by_account(balances: Iterable[StatementBalance]) -> dict[tuple[str, str], list[Told]]:
    """Put statements that name their account together by account and currency."""
    found: dict[tuple[str, str], list[Told]] = {}
    for each in balances:
        if each.account:
            told = Told(
                str(each.statement),
                each.currency,
                each.number or None,  # 0 stands for none
                each.page,
                each.opening,
                each.closing,
                each.opened_on,
                each.closed_on,
                each.goes_on,
            )
            found.setdefault((account_key(each.account), each.currency), []).append(told)
    return found


def in_order(told: list[Told]) -> list[Told]:
    """Put statements in the order of their days, numbers and pages; those without any stay as they stand."""
    return sorted(told, key=lambda each: (each.closed_on or dt.date.min, each.number or 0, each.page or 0))


def differences(before: Told, after: Told) -> Iterator[Problem]:
    """Say where a statement does not follow the one before it."""
    if _same(before, after):
        return
    values = {"statement": after.where, "before": before.where}
    same_number = before.number is not None and before.number == after.number
    if before.closing != after.opening:
        code = "page_not_carried" if same_number or before.goes_on else "opening_not_carried"
        balances = {"expected": _money(before.closing, before), "found": _money(after.opening, after)}
        yield Problem(code, None, "60", values | balances)
    if before.number is None or after.number is None or same_number:
        return
    if after.number > before.number + 1 and _same_year(before, after):
        numbers = {"expected": str(before.number), "found": str(after.number)}
        yield Problem("statement_gap", None, "28", values | numbers)


def _same(before: Told, after: Told) -> bool:
    """Say whether two are one statement, told again."""
    return (before.number, before.page, before.closed_on, before.opening, before.closing) == (
        (after.number, after.page, after.closed_on, after.opening, after.closing)
    )


def _same_year(before: Told, after: Told) -> bool:
    """Say whether two close in one year: numbers begin anew with each."""
    return bool(before.closed_on and after.closed_on and before.closed_on.year == after.closed_on.year)


def _money(amount: Decimal, told: Told) -> str:
    return f"{amount:f} {told.currency}"
