"""Looks at lines while they are read: is each accounted for, are days sane, does one stand there twice."""

import datetime as dt
from array import array
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from payouts.core import arrays, clock
from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport
from reconciliation.tables import STATUSES

DAYS_BEFORE, DAYS_AFTER = 400, 31  # booked so many days before or after the file was written is odd

# What makes two lines the same: these texts, and the amount, day and status.
_TEXTS = ("bank_ref", "end_to_end_id", "account_no")
_STATUSES = arrays.texts(STATUSES)
_BETWEEN, _NOTHING = arrays.one("\x1f"), "\x1e"
_ODD = 0x9E37_79B9_7F4A_7C15  # the golden ratio in 64 bits: spreads small numbers over all of them


class Watch:
    """The checks of one file; 13 bytes a line are kept.

    Args:
        report: of the file
    """

    def __init__(self, report: FileReport) -> None:
        self._report = report
        self._posted = 0
        self._good = np.zeros(1 << 16, np.bool_)  # by line number
        self._hashes = array("q")  # of what lines say
        self._numbers = array("i")  # of these lines
        self._days: Counter[dt.date] = Counter()  # booking day -> lines

    def see(self, batch: pa.RecordBatch) -> None:
        """Look at a batch of good lines."""
        if not batch.num_rows:
            return
        numbers = _whole(batch["line"])
        self._posted += len(numbers)
        if (last := int(numbers.max())) >= len(self._good):
            self._good = np.concatenate([self._good, np.zeros(last, np.bool_)])
        self._good[numbers] = True
        days = pc.value_counts(batch["booked_on"].drop_null())
        self._days.update({each["values"]: each["counts"] for each in days.to_pylist()})
        named = pc.or_(_filled(batch["bank_ref"]), _filled(batch["end_to_end_id"]))
        if pc.any(named).as_py():
            lines = batch if pc.all(named).as_py() else batch.filter(named)
            self._hashes.frombytes(_hashes(lines).tobytes())
            self._numbers.frombytes(_whole(lines["line"]).astype(np.int32).tobytes())

    def finish(self) -> None:
        """Add to the report what was found; of a refused file nothing is worth telling."""
        if self._report.gravest == "refuse":
            return
        self._check_all_there()
        self._check_days()
        self._check_twice()

    def _check_all_there(self) -> None:
        """Raw lines = parsed + reported bad; else nothing counts."""
        report, seen = self._report, self._good
        bad = np.frombuffer(report.in_error, np.bool_)
        both = min(len(bad), len(seen))
        seen[:both] |= bad[:both]
        found = int(np.count_nonzero(seen)) + int(np.count_nonzero(bad[both:]))
        if found < report.lines or self._posted != report.good_lines:
            values = {"lines": str(report.lines), "found": str(found)}
            report.add(Problem("lines_unaccounted", values=values))

    def _check_days(self) -> None:
        around = self._report.written_on or clock.today()
        first, last = around - dt.timedelta(DAYS_BEFORE), around + dt.timedelta(DAYS_AFTER)
        odd = sorted(day for day in self._days if not first <= day <= last)
        if odd:
            values = {"count": str(sum(self._days[day] for day in odd)), "around": _said(around)}
            values |= {"first": _said(odd[0]), "last": _said(odd[-1])}
            self._report.add(Problem("dates_unusual", None, "booked_on", values))

    def _check_twice(self) -> None:
        """Find lines that carry a reference and say the very same as an earlier one."""
        hashes, numbers = np.frombuffer(self._hashes, np.int64), np.frombuffer(self._numbers, np.int32)
        in_order = np.sort(hashes)
        twice = in_order[1:][in_order[1:] == in_order[:-1]]
        if not len(twice):
            return
        often = np.isin(hashes, twice)
        first: dict[int, int] = {}
        for said, number in sorted(
            zip(hashes[often].tolist(), numbers[often].tolist(), strict=True), key=lambda pair: pair[1]
        ):
            if said in first:
                self._report.add(Problem("line_twice", number, None, {"other": str(first[said])}))
            else:
                first[said] = number


def _hashes(lines: pa.RecordBatch) -> NDArray[np.uint64]:
    """Make one number of what each line says."""
    texts = pc.binary_join_element_wise(
        *(lines[name] for name in _TEXTS), _BETWEEN, null_handling="replace", null_replacement=_NOTHING
    )
    said = np.fromiter(map(hash, texts.to_pylist()), np.int64, len(lines)).astype(np.uint64)
    numbers = (
        lines["amount"],
        lines["booked_on"].cast(pa.int32()).cast(pa.int64()),
        pc.index_in(lines["status"], value_set=_STATUSES).cast(pa.int64()),
    )
    for column in numbers:
        said = (said ^ _whole(pc.fill_null(column, arrays.one(-1))).astype(np.uint64)) * np.uint64(_ODD)
    return said


def _whole(column: pa.Array) -> NDArray[np.int64]:
    """Look at numbers without nulls as numpy does; to_numpy would import pandas."""
    return np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + len(column)]


def _filled(column: pa.Array) -> pa.Array:
    return pc.and_kleene(pc.is_valid(column), pc.greater(pc.binary_length(column), arrays.one(0)))


def _said(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
