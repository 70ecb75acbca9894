"""Reads payout lines with what a run says of them, for reports, a batch at a time."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, String, case, func, literal_column, select
from sqlmodel import Session

from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.core.bulk import read_batches, read_table
from payouts.core.problems import Language
from payouts.core.tables import table_behind
from payouts.core.terms import VERDICT_TERMS, Words
from payouts.lists.models import PayoutLine
from payouts.reports.asking import Asked
from payouts.reports.document import ARROW, Column, schema_of
from payouts.reports.document import Table as Shown
from payouts.runs.models import Verdict
from payouts.runs.rules import RIGHT_PERSON
from reconciliation.explain import reasons

LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)

CHANNELS = {
    "account": Words("Tài khoản", "Account"),
    "wallet": Words("Ví", "Wallet"),
    "cash": Words("Tiền mặt", "Cash"),
    "home": Words("Tại nhà", "At home"),
}
# Of the settled money, what the right person was owed; see runs.keep.
PAID: ColumnElement[int] = case(
    (VERDICT.c.verdict.not_in(sorted(RIGHT_PERSON)), 0),
    (VERDICT.c.settled < VERDICT.c.owed, VERDICT.c.settled),
    else_=VERDICT.c.owed,
)
# Spelled out, so that PostgreSQL takes what is selected and what is grouped by for the same.
EMPTY: ColumnElement[str] = literal_column("''", String())
AREA: ColumnElement[str] = func.coalesce(VERDICT.c.area_code, EMPTY)
PERSON: ColumnElement[str] = func.coalesce(LINE.c.citizen_id, LINE.c.line_ref)

# What a column of a report reads, where it is not a column of the payout line.
READS: dict[str, ColumnElement[Any]] = {
    **{name: VERDICT.c[name] for name in ("verdict", "owed", "settled", "explanation", "evidence")},
    "area_code": VERDICT.c.area_code,
    "reason_code": VERDICT.c.reason_code,
    "ward": VERDICT.c.area_code,
    "bank": LINE.c.bank_code,
    "verdict_name": VERDICT.c.verdict,
    "reason": VERDICT.c.reason_code,
    "channel_name": LINE.c.channel,
    "paid": PAID,
    "left": VERDICT.c.owed - PAID,
}


@functools.cache
def reason_names() -> dict[str, dict[str, str]]:
    """Give what reason codes are called: code -> language -> words."""
    return {row["code"]: row for row in reasons()}


# How a code is said in words: by the name of the column.
SAYS: dict[str, Callable[[str, Language], str]] = {
    "ward": lambda code, _language: ward_name(code),
    "bank": lambda code, _language: banks()[code].short_name if code in banks() else code,
    "verdict_name": lambda code, language: VERDICT_TERMS[code][language],
    "reason": lambda code, language: reason_names().get(code, {}).get(language, code),
    "channel_name": lambda code, language: CHANNELS[code].said(language) if code in CHANNELS else code,
}


def lines(asked: Asked, *wanted: Any) -> Select[Any]:
    """Select what the run says, with the payout lines; add columns with `with_only_columns`."""
    both = VERDICT.join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
    query: Select[Any] = (
        select(VERDICT.c.payout_line_id)
        .select_from(both)
        .where(VERDICT.c.run_id == asked.run_id, *asked.scope.conditions(area=VERDICT.c.area_code), *wanted)
    )
    return query


def listed(
    session: Session,
    asked: Asked,
    title: Words,
    columns: Sequence[Column],
    *wanted: Any,
    name: str = "lines",
    note: Words | None = None,
    reads: dict[str, ColumnElement[Any]] | None = None,
) -> Shown:
    """Make a table of payout lines, a row a line, by ward and reference.

    Args:
        session: the transaction, which has to stay open until the table is read
        asked: what the report is about
        title: of the table
        columns: named as READS or the columns of a payout line
        wanted: which lines
        name: of the table, in formulas
        note: a sentence below the title
        reads: further columns
    """
    known = {**LINE.c, **READS, **(reads or {})}
    cells = [known[column.key].label(column.key) for column in columns]
    query = lines(asked, *wanted)
    added = [column for column in columns if column.total]
    sums = [func.coalesce(func.sum(known[each.key]), 0) for each in added]
    count, *totals = session.execute(query.with_only_columns(func.count(), *sums)).one()
    ordered = query.with_only_columns(*cells).order_by(VERDICT.c.area_code, LINE.c.line_ref)
    return Shown(
        name,
        title,
        tuple(columns),
        said(read_batches(session, ordered), columns, asked.language),
        count,
        {each.key: int(total) for each, total in zip(added, totals, strict=True)},
        note,
    )


def said(
    batches: Iterable[pa.RecordBatch], columns: Sequence[Column], language: Language
) -> Iterator[pa.RecordBatch]:
    """Say codes in words, column by column, and type all as a report does."""
    schema = schema_of(columns)
    for batch in batches:
        cells = [
            _in_words(batch[column.key], SAYS[column.key], language)
            if column.key in SAYS
            else batch[column.key].cast(ARROW[column.kind])
            for column in columns
        ]
        yield pa.record_batch(cells, schema=schema)


def _in_words(codes: pa.Array, say: Callable[[str, Language], str], language: Language) -> pa.Array:
    known = pc.dictionary_encode(codes)
    words = [say(code, language) for code in known.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(known.indices)


def frame_of(session: Session, query: Select[*tuple[Any, ...]]) -> pd.DataFrame:
    """Read sums, a few rows, into pandas; whole numbers stay whole numbers."""
    made: pd.DataFrame = read_table(session, query).to_pandas(types_mapper=pd.ArrowDtype)
    return made


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame, by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
