"""What one run says as tables, with the very columns that `chitra match` writes."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, String, func, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.explained import explained
from payouts.core.problems import Language
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutLine
from payouts.runs.models import Disposition, Suggestion, Verdict
from payouts.settlements.models import SettlementFile, SettlementLine
from reconciliation.tables import DISPOSITION_COLUMNS, SUGGESTION_COLUMNS, VERDICT_COLUMNS

NUMBERS = frozenset({"owed", "settled"})
VERDICT = table_behind(Verdict)
SAID = table_behind(Disposition)
OWED = table_behind(PayoutLine)
LINE = table_behind(SettlementLine)
MAYBE = table_behind(Suggestion)
FILE = table_behind(SettlementFile)


def verdict_table(session: Session, run_id: int, scope: Scope = EVERYTHING) -> pa.Table:
    """Give what a run says of each payout line, in the order of line_ref.

    Args:
        session: the transaction
        run_id: the run
        scope: the areas to show

    Returns:
        a table of VERDICT_COLUMNS; money in đồng
    """
    columns = [OWED.c.line_ref, *(_told(VERDICT.c[name]) for name in VERDICT_COLUMNS[1:])]
    return read_table(
        session,
        select(*columns)
        .join(OWED, OWED.c.id == VERDICT.c.payout_line_id)
        .where(VERDICT.c.run_id == run_id, *scope.conditions(area=VERDICT.c.area_code))
        .order_by(OWED.c.line_ref),
    )


def disposition_table(session: Session, run_id: int) -> pa.Table:
    """Give what a run says of each settlement line that it looked at, by file and line.

    Only for those who may see all areas: a settlement line belongs to no area.

    Args:
        session: the transaction
        run_id: the run

    Returns:
        a table of DISPOSITION_COLUMNS; money in đồng
    """
    known: dict[str, ColumnElement[Any]] = {
        "file": FILE.c.label.label("file"),
        **{name: LINE.c[name] for name in ("line", "status", "amount")},
    }
    columns = [known[name] if name in known else _told(SAID.c[name]) for name in DISPOSITION_COLUMNS]
    return read_table(
        session,
        select(*columns)
        .join(LINE, LINE.c.id == SAID.c.settlement_line_id)
        .join(FILE, FILE.c.id == LINE.c.file_id)
        .where(SAID.c.run_id == run_id)
        .order_by(FILE.c.label, LINE.c.line),
    )


def suggestion_table(session: Session, run_id: int) -> pa.Table:
    """Give which settlement lines a run suggested for which payout lines: a table of SUGGESTION_COLUMNS."""
    known = {
        "line_ref": OWED.c.line_ref,
        "file": FILE.c.label.label("file"),
        "line": LINE.c.line,
        **{name: MAYBE.c[name] for name in ("score", "compared")},
    }
    return read_table(
        session,
        select(*(known[name] for name in SUGGESTION_COLUMNS))
        .join(OWED, OWED.c.id == MAYBE.c.payout_line_id)
        .join(LINE, LINE.c.id == MAYBE.c.settlement_line_id)
        .join(FILE, FILE.c.id == LINE.c.file_id)
        .where(MAYBE.c.run_id == run_id)
        .order_by(OWED.c.line_ref, FILE.c.label, LINE.c.line),
    )


def in_language(verdicts: pa.Table, language: Language) -> pa.Table:
    """Say the explanations of a table of VERDICT_COLUMNS in a language."""
    words = pc.dictionary_encode(verdicts["explanation"]).combine_chunks()
    said = pa.array([explained(each, language) for each in words.dictionary.to_pylist()], pa.string())
    place = verdicts.schema.get_field_index("explanation")
    return verdicts.set_column(place, "explanation", said.take(words.indices))


def _told(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write empty text for what is not known, as `chitra match` does."""
    if column.key in NUMBERS:
        return column
    return func.coalesce(column, "", type_=String()).label(column.key)
