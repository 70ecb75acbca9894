"""Brings the faults of cells to the report of their file, and tells which rows are in error for them."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.banks import bank_code
from payouts.core.columns import Column, Fault, read_distinct
from payouts.core.findings import Findings
from payouts.core.problems import Problem

_LONGEST_QUOTE = 80  # characters of a cell that a message quotes


def report_faults(findings: Findings, rows: pa.Array, faults: Iterable[Fault]) -> set[int]:
    """Report faults with their row numbers.

    Args:
        findings: of the file
        rows: the row number of each place
        faults: of the block

    Returns:
        The places of rows in error; warnings put no row in error.
    """
    bad = set()
    for fault in faults:
        row = rows[fault.at].as_py()
        problem = Problem(fault.code, row, fault.field, {"value": fault.value[:_LONGEST_QUOTE]})
        findings.add(problem)
        if problem.severity != "warning":
            bad.add(fault.at)
    return bad


def told_once(
    column: pa.Array, field: str, code: str, values: set[str], told: set[tuple[str, str]]
) -> list[Fault]:
    """Make a fault of the first cell with each value, save for what was told before.

    Args:
        column: texts
        field: what it is called in faults
        code: the problem
        values: texts of the column that are worth telling
        told: code and value of all that was told of the file; grows
    """
    fresh = sorted(value for value in values if (code, value) not in told)
    told.update((code, value) for value in fresh)
    return [Fault(pc.index(column, arrays.one(value)).as_py(), field, code, value) for value in fresh]


def read_banks(column: pa.Array, field: str, told: set[tuple[str, str]]) -> Column:
    """Read banks as their one code; a name that no bank has is kept, and told once in a file."""
    strange: set[str] = set()

    def one(name: str) -> str:
        code = bank_code(name) if name else ""
        if code is None:
            strange.add(name)
        return code or name

    values = read_distinct(column, field, one, pa.string()).values
    return Column(values, told_once(column, field, "bank_unknown", strange, told))
