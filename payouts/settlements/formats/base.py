"""What every reader of a settlement file yields: batches of good lines, and a report of the whole file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from payouts.core.findings import Findings
from reconciliation.tables import REPORTED

# A reader fills these columns; file, sender, movement, cash and written_on come from the report.
_OF_THE_FILE = frozenset({"file", "sender", "movement", "cash", "written_on"})
LINES = pa.schema([f for f in REPORTED if f.name not in _OF_THE_FILE])

MOST_BALANCES = 1_000  # statements of a file whose balances a receipt tells

MOVEMENT_FORMATS = frozenset({"camt.053", "camt.054", "mt940"})


@dataclass(slots=True)
class Total:
    """What a file itself says moved in one currency, by line, in the file's own decimals."""

    credit_lines: int = 0
    credit: Decimal = Decimal(0)
    debit_lines: int = 0
    debit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class StatementBalance:
    """What a statement says it began and ended with, money owed by the bank as a plus, in its own decimals.

    Attributes:
        statement: its number in the file, from 1
        currency: of both balances
        opening: before its first line
        closing: after its last line
        ties: opening and lines give closing
        account: whose statement it is, as it stands there
        number: as the bank counts the account's statements
        page: of the statement, from 1
        begun: the opening balance is that of the page before (:60M:)
        goes_on: the closing balance is carried to the next page (:62M:)
        opened_on: the day of the opening balance
        closed_on: the day of the closing balance
    """

    statement: int
    currency: str
    opening: Decimal
    closing: Decimal
    ties: bool
    account: str | None = None
    number: int | None = None
    page: int | None = None
    begun: bool = False
    goes_on: bool = False
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None


@dataclass(slots=True)
class FileReport(Findings):
    """What is known of a settlement file; final once its batches are read to the end.

    Attributes:
        format: camt.053, camt.054, pain.002, mt940, csv, xlsx, or what else it was recognised as
        profile: the bank layout by which a csv or xlsx was read
        cash: whether a payer of cash tells in it who collected
        statements: statements in the file (0 for pain.002)
        lines: all lines, those in error too
        good_lines: lines that were yielded
        totals: currency -> what moved, over all lines whose amount could be read
        sender: code of the bank that the file itself names as servicer or sender
        written_on: the date written in the file
        balances: opening and closing of statements that tell both, of the first MOST_BALANCES
        balanced: the statements (counted from 1) whose balance counts their lines and ties
    """

    format: str | None = None
    profile: str | None = None
    cash: bool = False
    statements: int = 0
    lines: int = 0
    good_lines: int = 0
    totals: dict[str, Total] = field(default_factory=dict)
    sender: str | None = None
    written_on: dt.date | None = None
    balances: list[StatementBalance] = field(default_factory=list)
    balanced: set[int] = field(default_factory=set)

    def add_balance(self, balance: StatementBalance) -> None:
        """Note what a statement began and ended with, and whether its lines lead from one to the other."""
        if balance.ties:
            self.balanced.add(balance.statement)
        if len(self.balances) < MOST_BALANCES:
            self.balances.append(balance)


class Reader(Protocol):
    """A format: how it is recognised and how it is read."""

    def identify(self, head: bytes) -> bool:
        """Say whether the first bytes (64 KiB) of a file are this format's."""

    def read(self, path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
        """Yield batches of good lines (schema LINES), noting all else; streams, never raises on bad input."""
