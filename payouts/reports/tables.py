"""The results of a cycle's last run as tables, with the very columns that `chitra match` writes."""

from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, String, Table, func, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.errors import ConflictError
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.runs.models import Disposition, Run, Verdict
from payouts.runs.store import find_cycle, last_run
from payouts.settlements.models import SettlementFile, SettlementLine
from reconciliation.tables import DISPOSITION_COLUMNS, VERDICT_COLUMNS

NUMBERS = frozenset({"owed", "settled"})


def verdicts(session: Session, programme: str, cycle: str, scope: Scope) -> pa.Table:
    """Give what the last run of a cycle says of each payout line, in the order of line_ref.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to show

    Returns:
        a table of VERDICT_COLUMNS; money in đồng

    Raises:
        NotFoundError: there is no such cycle in the scope
        ConflictError: no run of it is done
    """
    run = run_of(session, programme, cycle, scope)
    verdict, line = _table(Verdict), _table(PayoutLine)
    columns = [line.c.line_ref, *(_told(verdict.c[name]) for name in VERDICT_COLUMNS[1:])]
    return read_table(
        session,
        select(*columns)
        .join(line, line.c.id == verdict.c.payout_line_id)
        .where(verdict.c.run_id == run.id, *scope.conditions(area=verdict.c.area_code))
        .order_by(line.c.line_ref),
    )


def settlement_lines(session: Session, programme: str, cycle: str) -> pa.Table:
    """Give what the last run of a cycle says of each settlement line it looked at, by file and line.

    Only for those who may see all areas: a settlement line belongs to no area.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11

    Returns:
        a table of DISPOSITION_COLUMNS; money in đồng

    Raises:
        NotFoundError: there is no such cycle
        ConflictError: no run of it is done
    """
    run = run_of(session, programme, cycle, Scope(areas=None, programmes=None))
    said, line, file = _table(Disposition), _table(SettlementLine), _table(SettlementFile)
    known: dict[str, ColumnElement[Any]] = {
        "file": file.c.label.label("file"),
        **{name: line.c[name] for name in ("line", "status", "amount")},
    }
    columns = [known[name] if name in known else _told(said.c[name]) for name in DISPOSITION_COLUMNS]
    return read_table(
        session,
        select(*columns)
        .join(line, line.c.id == said.c.settlement_line_id)
        .join(file, file.c.id == line.c.file_id)
        .where(said.c.run_id == run.id)
        .order_by(file.c.label, line.c.line),
    )


def run_of(session: Session, programme: str, cycle: str, scope: Scope) -> Run:
    """Find the last run of a cycle.

    Raises:
        NotFoundError: there is no such cycle in the scope
        ConflictError: no run of it is done
    """
    run = last_run(session, find_cycle(session, programme, cycle, scope).id or 0)
    if run is None:
        raise ConflictError(
            "not_reconciled",
            f"Kỳ {cycle} của chương trình {programme} chưa được đối chiếu. Hãy chạy đối chiếu trước.",
        )
    return run


def _told(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write empty text for what is not known, as `chitra match` does."""
    if column.key in NUMBERS:
        return column
    return func.coalesce(column, "", type_=String()).label(column.key)


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table
