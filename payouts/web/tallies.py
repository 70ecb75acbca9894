"""Lays sums by ward, bank or month out as rows of a table, each figure with the worklist behind it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from payouts.cases.rules import NEEDS_CASE
from payouts.core.alphabet import in_alphabet
from payouts.runs.totals import Tally
from payouts.web.words import N_


@dataclass(frozen=True, slots=True)
class Group:
    """Verdicts that stand in one column of a table and in one colour of a plot."""

    code: str
    words: str
    colour: str
    verdicts: tuple[str, ...]


GROUPS = (
    Group("failed", N_("Failed"), "red", ("failed",)),
    Group("missing", N_("No answer"), "orange", ("missing",)),
    Group("unconfirmed", N_("To be enquired"), "purple", ("unconfirmed",)),
    Group(
        "unclear",
        N_("Differs or unclear"),
        "yellow",
        ("amount_differs", "account_differs", "name_differs", "paid_twice", "review"),
    ),
    Group("offline", N_("In person"), "brown", ("offline",)),
    Group("pending", N_("No answer yet"), "grey", ("pending",)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what its payout lines add up to; money in đồng.

    Attributes:
        key: area code, bank or month; empty where none is named
        name: as shown
        lines: all payout lines
        groups: code of a group -> payout lines
        links: code of a group -> address of the worklist behind it; groups without cases have none
        owed: what was owed
        unpaid: what of it has not reached the right person
        cases: open cases, None where they are not counted
        worklist: address of the worklist behind the whole row; None where no filter says it
    """

    key: str
    name: str
    lines: int
    groups: dict[str, int]
    links: dict[str, str]
    owed: int
    unpaid: int
    cases: int | None = None
    worklist: str | None = None

    @property
    def open_lines(self) -> int:
        """Payout lines that stand in some group: all that are not simply paid."""
        return sum(self.groups.values())

    @property
    def paid_lines(self) -> int:
        """Payout lines that are paid."""
        return self.lines - self.open_lines


def row(
    key: str, name: str, tally: Tally, filters: Mapping[str, str] | None, *, cases: int | None = None
) -> Row:
    """Make a row of a tally.

    Args:
        key: area code, bank or month
        name: as shown
        tally: its figures
        filters: of the worklist behind its figures; None where no filter says them
        cases: open cases
    """
    groups = {each.code: sum(tally.verdicts.get(verdict, 0) for verdict in each.verdicts) for each in GROUPS}
    links = {
        each.code: worklist_at(verdict=",".join(each.verdicts), **filters)
        for each in GROUPS
        if filters is not None
        and groups[each.code]
        and any(NEEDS_CASE[verdict] != "no" for verdict in each.verdicts)
    }
    return Row(
        key=key,
        name=name,
        lines=tally.lines,
        groups=groups,
        links=links,
        owed=tally.owed,
        unpaid=tally.owed - tally.paid,
        cases=cases,
        worklist=worklist_at(**filters) if filters is not None else None,
    )


def worklist_at(**filters: str) -> str:
    """Give the address of the worklist with filters."""
    return f"/cases?{urlencode({name: value for name, value in filters.items() if value}, safe=',')}"


SORTS = ("name", "lines", "share", *(each.code for each in GROUPS), "unpaid", "cases")


def sorted_by(rows: Iterable[Row], wished: str) -> tuple[list[Row], str]:
    """Sort rows by a column, a minus before its name for the largest first.

    Returns:
        the rows, and the sort that was used: money not paid, the largest first, where the wish is none
    """
    column = wished.removeprefix("-")
    used = wished if column in SORTS else "-unpaid"
    keys: dict[str, Callable[[Row], Any]] = {
        "name": lambda each: in_alphabet(each.name),
        "lines": lambda each: each.lines,
        "share": lambda each: each.paid_lines / each.lines if each.lines else 0,
        "unpaid": lambda each: each.unpaid,
        "cases": lambda each: each.cases or 0,
    }
    column = used.removeprefix("-")
    key = keys.get(column, lambda each: each.groups[column])
    in_order = sorted(rows, key=lambda each: in_alphabet(each.name))
    return sorted(in_order, key=key, reverse=used.startswith("-")), used
