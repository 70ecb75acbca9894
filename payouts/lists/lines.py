"""Turns the blocks of one sheet into payout lines, and takes apart what is a line, a heading and a sum."""

from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import keep_others
from payouts.core.controls import Controls
from payouts.core.faults import report_faults
from payouts.core.listwards import KINDS, Wards
from payouts.core.problems import Problem
from payouts.core.tabular import Block, Header
from payouts.core.texts import Texts
from payouts.lists.cells import LONGEST_REFERENCE, Cells
from payouts.lists.sums import Sums
from payouts.lists.table import LIST_LINES, ListReport

__all__ = ["GROUP_WORDS", "LIST_LINES", "LONGEST_REFERENCE", "TOTAL_WORDS", "ListLines"]

TOTAL_WORDS = (
    "tổng cộng",
    "tổng số",
    "tổng tiền",
    "tổng",
    "cộng",
    "total",
    "grand total",
    "subtotal",
    "tong cong",
)
# How the heading of a group of lines begins: no person is called so.
GROUP_WORDS = (
    *KINDS,
    *(
        "quận",
        "huyện",
        "thành phố",
        "tổ dân phố",
        "tdp",
        "tổ",
        "thôn",
        "xóm",
        "khu phố",
        "khu dân cư",
        "cụm dân cư",
    ),
    *("địa bàn", "đối tượng"),
)


@dataclass(slots=True)
class ListLines:
    """Reads the blocks of one sheet in their order.

    Attributes:
        header: where its columns stand
        currency: ISO 4217 code of the amounts
        cycle: the period of lines that name none
        report: takes the count of lines and the problems
        wards: of the whole list
        sums: of the whole list
        told: what was told once of a bank and need not be told again
        texts: looks at the text of the whole list
        after: row number after which the rows of this sheet begin
        last: row number of the last row that was read
        controls: takes out what is no line
    """

    header: Header
    currency: str
    cycle: str | None
    report: ListReport
    wards: Wards
    sums: Sums
    told: set[tuple[str, str]]
    texts: Texts
    after: int = 0
    last: int = 0
    controls: Controls = field(init=False)

    def __post_init__(self) -> None:
        self.controls = Controls(
            self.header, "citizen_id", TOTAL_WORDS, self.currency, sections=True, headings=GROUP_WORDS
        )
        self.last = self.after + self.header.row

    def read(self, block: Block) -> pa.RecordBatch | None:
        """Read one block: the good lines, or None where it has none."""
        block = self._numbered(self.controls.set_aside(block))
        for problem in block.problems:
            self.report.add(problem)
        self.report.lines += block.lost + len(block.rows)
        if not len(block.rows):
            return None
        self.last = block.rows[-1].as_py()
        headings = [(row + self.after, said) for row, said in self.controls.groups]
        given = self.currency, self.cycle, self.wards, headings, self.told, self.texts
        cells = Cells(block, self.header, *given)
        columns = cells.columns()
        self.sums.count(block.rows, columns["amount"])
        batch = pa.record_batch([columns[name] for name in LIST_LINES.names], schema=LIST_LINES)
        keep = keep_others(len(block.rows), report_faults(self.report, block.rows, cells.faults))
        return batch if keep is None else batch.filter(keep)

    def finish(self) -> None:
        """Hand on the sums that the sheet states, and say which cannot be read or state nothing."""
        controls = self.controls
        self.sums.borders += [self.after + self.header.row, *(self.after + row for row, _ in controls.groups)]
        if controls.trailer is None:
            return
        told = [*controls.earlier, (controls.trailer, controls.told)]
        self.sums.told += [(self.after + row, said) for row, said in told]
        self.last = max(self.last, self.after + controls.trailer)
        unreadable = {row for row, _ in controls.unreadable}
        for row, said in told[:-1]:
            if not said and row not in unreadable:
                self.report.add(Problem("subtotal_skipped", self.after + row))
        for row, text in controls.unreadable:
            self.report.add(Problem("control_unreadable", self.after + row, None, {"value": text[:80]}))

    def _numbered(self, block: Block) -> Block:
        """Let the row numbers of a further sheet go on from the one before."""
        if not self.after:
            return block
        return replace(
            block,
            rows=pc.add(block.rows, arrays.one(self.after)),
            problems=[replace(each, line=(each.line or 0) + self.after) for each in block.problems],
        )
