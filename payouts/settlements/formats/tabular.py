"""Reads a bank's result file or statement in CSV or XLSX, by the profile of its layout."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from payouts.core.listheadings import list_layout
from payouts.core.parts import open_parts
from payouts.core.problems import Problem
from payouts.core.tabular import (
    BrokenTableError,
    Header,
    Part,
    find_header,
    header_problems,
    other_tables,
)
from payouts.core.texts import Texts, encoding_of, sounds_right
from payouts.core.vietnamese import LEGACY, NAMES
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.tabular_lines import Lines
from payouts.settlements.profiles import Profile, profile_named, profiles

_ONLY_IN_LISTS = frozenset(
    {"line_ref", "category_code", "area_code", "commune", "period", "channel", "payee_name"}
)
_FEW = 3  # headings that are no accident
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Table:
    """A part of a file that may be read by a profile; `right` says that its words could be Vietnamese."""

    part: Part
    header: Header
    profile: Profile
    right: bool


@dataclass(frozen=True, slots=True)
class TabularReader:
    """Reader of one kind of file; see formats.base.Reader.

    Attributes:
        kind: csv or xlsx
        profile: the layout to read by, or its name; without one it is found by the header
        bank: code of the bank that sends the file, where it is known
    """

    kind: Literal["csv", "xlsx"]
    profile: str | Profile | None = None
    bank: str | None = None

    def identify(self, head: bytes) -> bool:
        """Say whether the first bytes may be of this kind; a CSV is any text with a delimiter in it."""
        if self.kind == "xlsx":
            return head.startswith(_ZIP)
        return not head.startswith(_ZIP) and any(mark in head for mark in (b",", b";", b"\t"))

    def read(self, path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
        """Yield batches of good lines (schema LINES), noting in the report all else.

        Raises:
            NotFoundError: there is no profile of the name
        """
        report.format = self.kind
        try:
            yield from self._batches(path, report, currency)
        except BrokenTableError as broken:
            report.add(broken.problem)
        if self.kind == "csv" and report.outcome == "refused" and "encoding_wrong" not in report.codes:
            for problem in _other_encoding(path):
                report.add(problem)

    def _batches(self, path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
        if isinstance(self.profile, Profile):
            known = [self.profile]
        else:
            found = [profile_named(self.profile)] if self.profile else profiles().values()
            # A layout without headings fits any file: it reads those for which it is named.
            known = [profile for profile in found if self.profile or not profile.layout.columns]
        table = self._table(path, known, report)
        if table is None:
            return
        part, header, profile = table.part, table.header, table.profile
        report.profile, report.sender = profile.name, profile.bank
        for problem in header_problems(header):
            report.add(problem)
        if report.outcome == "refused":
            return
        lines = Lines(profile, header, currency, report, Texts(part.encoding))
        for block in part.blocks(header.row, header.width):
            batch = lines.read(block)
            if batch is not None:
                yield batch
        lines.finish()

    def _table(self, path: Path, known: Iterable[Profile], report: FileReport) -> _Table | None:
        """Find the table of the file, its header and the profile that knows it; None after refusing it."""
        fitting = [profile for profile in known if self.kind in profile.formats]
        found: list[_Table] = []
        lists = False
        for encoding, alike in self._by_encoding(fitting).items():
            for part in open_parts(path, self.kind, encoding):
                rows = part.preview()
                lists = lists or _is_list(find_header(rows, list_layout()))
                right = sounds_right(rows)
                found += [
                    _Table(part, header, profile, right)
                    for profile in alike
                    if (header := find_header(rows, profile.layout))
                ]
        best = max(found, key=self._fit, default=None)
        if best is not None:
            near = not lists and (self.profile or _is_near(best.header))
            if not best.header.missing or near:
                complete = (table.part for table in found if not table.header.missing)
                for problem in other_tables(best.part, complete) if self.kind == "xlsx" else ():
                    report.add(problem)
                return best
        report.add(Problem("list_as_settlement") if lists else Problem("header_unknown"))
        return None

    def _fit(self, table: _Table) -> tuple[int | str, ...]:
        """Tell how well a table fits: complete, visible, right words, its bank's, much known, few unknown.

        So a profile of one bank never takes the files of another that a profile for all reads. Where several
        fit alike, one that comes with the service is taken; then the last name wins.
        """
        header, bank = table.header, table.profile.bank
        return (
            -len(header.missing),
            int(table.part.visible),
            int(table.right),
            0 if not bank or not self.bank else 1 if bank == self.bank else -1,
            len(header.columns),
            -len(header.unknown),
            int(table.profile.shipped),
            table.profile.name,
        )

    def _by_encoding(self, fitting: Iterable[Profile]) -> dict[str, list[Profile]]:
        """Put profiles together that read the same text."""
        found: dict[str, list[Profile]] = {}
        for profile in fitting:
            found.setdefault(profile.encoding, []).append(profile)
        return found


def _other_encoding(path: Path) -> Iterator[Problem]:
    """Say in which encoding a file seems to be that was not read and is not UTF-8."""
    encoding = encoding_of(path)
    if encoding in LEGACY:
        yield Problem("encoding_likely", values={"looks": NAMES[encoding]})


def _is_near(header: Header) -> bool:
    """Say whether a header that lacks a column is meant for the layout all the same."""
    return len(header.columns) >= max(_FEW, len(header.unknown))


def _is_list(header: Header | None) -> bool:
    """Say whether a header is that of a payout list, even one that lacks a column."""
    if header is None:
        return False
    return not header.missing or len(_ONLY_IN_LISTS & header.columns.keys()) >= _FEW
