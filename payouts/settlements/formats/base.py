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

# A reader fills these columns; file, sender, movement and written_on come from the report.
LINES = pa.schema([f for f in REPORTED if f.name not in {"file", "sender", "movement", "written_on"}])

MOVEMENT_FORMATS = frozenset({"camt.053", "camt.054", "mt940"})


@dataclass(slots=True)
class Total:
    """What a file itself says moved in one currency, by line, in the file's own decimals."""

    credit_lines: int = 0
    credit: Decimal = Decimal(0)
    debit_lines: int = 0
    debit: Decimal = Decimal(0)


@dataclass(slots=True)
class FileReport(Findings):
    """What is known of a settlement file; final once its batches are read to the end.

    Attributes:
        format: camt.053, camt.054, pain.002, mt940, csv, xlsx, or what else it was recognised as
        profile: the bank layout by which a csv or xlsx was read
        statements: statements in the file (0 for pain.002)
        lines: all lines, those in error too
        good_lines: lines that were yielded
        totals: currency -> what moved, over all lines whose amount could be read
        sender: code of the bank that the file itself names as servicer or sender
        written_on: the date written in the file
        balanced: the statements (counted from 1) whose balance counts their lines and ties
    """

    format: str | None = None
    profile: str | None = None
    statements: int = 0
    lines: int = 0
    good_lines: int = 0
    totals: dict[str, Total] = field(default_factory=dict)
    sender: str | None = None
    written_on: dt.date | None = None
    balanced: set[int] = field(default_factory=set)


class Reader(Protocol):
    """A format: how it is recognised and how it is read."""

    def identify(self, head: bytes) -> bool:
        """Say whether the first bytes (64 KiB) of a file are this format's."""

    def read(self, path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
        """Yield batches of good lines (schema LINES), noting all else; streams, never raises on bad input."""
