"""What a report is before it is a file: tables with typed columns, what it states of itself, and checks.

A formula is a text with places in braces: `{paid}` is the cell of that column in the same row,
`{detail.owed}` a whole column of another table. Whoever builds a table computes the values too, so that every
form of a report says the same, and a spreadsheet that calculates anew can be held against it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core.problems import Language
from payouts.core.terms import Words

Kind = Literal["text", "count", "money", "date", "share", "number"]
ARROW = {
    "text": pa.string(),
    "count": pa.int64(),
    "money": pa.int64(),
    "date": pa.date32(),
    "share": pa.float64(),
    "number": pa.float64(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: its name in a CSV, and in formulas
        heading: its name on paper
        kind: text, count (of people, lines), money (đồng), date, share (0 to 1), number (with a decimal)
        width: in letters
        total: whether it is added up; a column with a formula shows the formula of the added-up columns
        formula: how the value follows from others
        paper: whether it stands on paper, where there is little room
    """

    key: str
    heading: Words
    kind: Kind = "text"
    width: int = 14
    total: bool = False
    formula: str = ""
    paper: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report.

    Attributes:
        name: in formulas of other tables
        title: of its sheet
        columns: what its rows hold
        batches: the rows, each column typed as ARROW says; to be read once
        count: how many rows
        totals: what the columns with `total`, and those with a formula, come to
        note: a sentence below the title
        paper: whether it stands on paper; figures that only formulas look up do not
    """

    name: str
    title: Words
    columns: tuple[Column, ...]
    batches: Iterable[pa.RecordBatch]
    count: int
    totals: Mapping[str, Any] = field(default_factory=dict)
    note: Words | None = None
    paper: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """Two sums that have to be the same, as formulas over whole columns, and what each comes to."""

    what: Words
    left: str
    right: str
    values: tuple[int, int]

    @property
    def difference(self) -> int:
        """By how much they differ, in đồng or people."""
        return self.values[0] - self.values[1]


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be written in any form.

    Attributes:
        name: in the catalogue
        title: on its first line
        stated: what it says of itself: cycle, run, time, hash
        tables: the first one is the report, the others tell where its figures come from
        checks: sums that have to be the same
        made_at: the moment of making; the same report made at the same moment is the same bytes
        language: in which it is written
        signed: who signs below it on paper
    """

    name: str
    title: Words
    stated: tuple[tuple[Words, str], ...]
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    made_at: dt.datetime
    language: Language = "vi"
    signed: tuple[Words, ...] = ()


def table_of(
    name: str,
    title: Words,
    columns: tuple[Column, ...],
    rows: Iterable[Mapping[str, Any]],
    *,
    totals: Mapping[str, Any] | None = None,
    note: Words | None = None,
    paper: bool = True,
) -> Table:
    """Make a table of rows that stand in memory; columns with `total` are added up here.

    Args:
        name: in formulas of other tables
        title: of its sheet
        columns: what the rows hold
        rows: key of a column -> value; what is not there is empty
        totals: what the columns with a formula come to in the row of totals
        note: a sentence below the title
        paper: whether it stands on paper
    """
    made = pa.Table.from_pylist([dict(row) for row in rows], schema=schema_of(columns))
    sums = {
        column.key: int(pc.sum(made[column.key]).as_py() or 0)
        for column in columns
        if column.total and not column.formula
    }
    return Table(
        name, title, columns, made.to_batches(), made.num_rows, {**sums, **(totals or {})}, note, paper
    )


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """Give the schema of a table's batches."""
    return pa.schema([(column.key, ARROW[column.kind]) for column in columns])


def share_of(part: int, whole: int) -> float | None:
    """Give a part as a share of a whole, None where there is no whole."""
    return part / whole if whole else None
