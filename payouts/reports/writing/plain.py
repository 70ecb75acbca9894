"""Writes the first table of a report as CSV for programs: names of columns as headings, plain values."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from payouts.reports.document import Column, Report, schema_of

# A spreadsheet that opens a CSV takes a text that begins so for a formula.
_FORMULA = r"^[=+\-@\t\r]"


def write_csv(report: Report, path: Path) -> None:
    """Write the rows of a report's first table as UTF-8.

    Money is a whole number of đồng, days are ISO dates, shares lie between 0 and 1; a text that a spreadsheet
    would take for a formula gets an apostrophe in front.
    """
    table = report.tables[0]
    schema, options = schema_of(table.columns), csv.WriteOptions(quoting_style="needed")
    with csv.CSVWriter(str(path), schema, write_options=options) as writer:
        for batch in table.batches:
            harmless = [_harmless(batch[column.key], column) for column in table.columns]
            writer.write_batch(pa.record_batch(harmless, schema=schema))


def _harmless(values: pa.Array, column: Column) -> pa.Array:
    if column.kind != "text":
        return values
    return pc.replace_substring_regex(values, _FORMULA, r"'\0")
