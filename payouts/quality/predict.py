"""Foretells which lines of a payout list will fail and why, and keeps it to be held against what came."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlmodel import Session

from payouts.core import clock
from payouts.core.bulk import insert_table, read_table
from payouts.core.database import Database
from payouts.core.errors import ConflictError
from payouts.core.hold import Hold, nobody_else
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.lists.store import find_list, lines_of
from payouts.quality.gather import KEPT, PAYEE, folded, known, payees, stops
from payouts.quality.history import accounts_with_zeros, failed_lines, paid_lines
from payouts.quality.measure import names_rules, sql
from payouts.quality.models import PredictedLine, Prediction
from payouts.quality.signs import lasting_reasons, signs
from payouts.registry.people import BENEFICIARY
from reconciliation.engines.duckdb import DuckDBEngine

LINE = table_behind(PayoutLine)
PREDICTED = table_behind(PredictedLine)
FORETOLD = ("line_ref", "area_code", "sign", "reason_code", "value")


def foretell(
    database: Database, list_id: int, scope: Scope, *, by: str, hold: Hold = nobody_else
) -> Prediction:
    """Foretell which lines of a list will fail, and keep it.

    Only what earlier months say is looked at, so that a list may be foretold at any time before or after.

    Args:
        database: that is read first and written to at the end
        list_id: the list
        scope: the programmes of who asks
        by: the username, or the name of the job
        hold: called in the transaction that writes; what it raises ends the work

    Raises:
        NotFoundError: no such list in the scope
        ConflictError: none of its lines counts
    """
    with database.reading() as session:
        receipt = find_list(session, list_id, scope)
        lines = _lines(session, receipt)
        if not lines.num_rows:
            raise ConflictError(
                "nothing_to_foretell", "Danh sách này không có dòng nào đang được tính nên không dự báo được."
            )
        found = look_ahead(session, lines, programme=receipt.programme, cycle=receipt.cycle)
    banked = int(pc.sum(_banked(lines)).as_py() or 0)
    kept = Prediction(
        list_id=list_id, made_at=clock.now(), made_by=by, lines=banked, predicted=found.num_rows
    )
    with database.session() as session:
        hold(session)
        session.add(kept)
        session.flush()
        rows = found.append_column("prediction_id", pa.repeat(kept.id, found.num_rows))
        if found.num_rows:
            insert_table(session, PREDICTED, rows)
    return kept


def look_ahead(session: Session, lines: pa.Table, *, programme: str, cycle: str) -> pa.Table:
    """Find the lines that will likely fail, each with its strongest sign.

    Args:
        session: the transaction
        lines: columns of lists.table.LIST_LINES, and an id
        programme: of the list
        cycle: of the list, 2026-11; only earlier months are looked at

    Returns:
        a table of FORETOLD, in the order of the lines
    """
    banked = lines.filter(_banked(lines))
    with DuckDBEngine() as engine:
        tables = {
            "told_line": folded(banked.append_column("born", banked["date_of_birth"])),
            "failed_line": failed_lines(session, cycle),
            "beneficiary": _with_payee(session),
            "payee": payees(session),
            "stop": stops(session),
            "on_record": accounts_with_zeros(session, programme),
            "account_reason": pa.table({"code": [code for code, own in lasting_reasons().items() if own]}),
            "rules": names_rules(),
            **known(),
        }
        for name, rows in tables.items():
            engine.put(name, rows)
        engine.execute(
            "CREATE TABLE accepted_name (acct_key TEXT, bank TEXT, listed_key TEXT, told_key TEXT)"
        )
        engine.execute(sql("line"))
        engine.run("names")
        engine.execute(sql("doubted"))
        doubted = [row[0] for row in engine.rows("SELECT citizen_id FROM doubted ORDER BY 1")]
        engine.put("paid_line", paid_lines(session, cycle, doubted))
        engine.execute(sql("signs"))
        return engine.table(_query())


def _query() -> str:
    """Write the query over all signs: of a line the strongest is told."""
    each = " UNION ALL ".join(
        f"SELECT id, {at} AS place, '{sign.code}' AS sign, {sign.reason} AS reason_code,"  # noqa: S608  # our own table
        f" {sign.value or 'NULL'} AS value FROM line WHERE {sign.rule}"
        for at, sign in enumerate(signs().values())
    )
    return (
        "SELECT l.line_ref, l.area_code, f.sign, f.reason_code, f.value"  # noqa: S608  # the same
        f" FROM line l JOIN ({each}) f ON f.id = l.id"
        " QUALIFY row_number() OVER (PARTITION BY l.id ORDER BY f.place) = 1 ORDER BY l.id"
    )


def _banked(lines: pa.Table) -> Any:
    return pc.is_in(lines["channel"], pa.array(["account", "wallet"]))


def _with_payee(session: Session) -> pa.Table:
    """Read the people for whom somebody receives, by the registry."""
    query = select(BENEFICIARY.c.id, BENEFICIARY.c.citizen_id).where(
        BENEFICIARY.c.id.in_(select(PAYEE.c.beneficiary_id).where(PAYEE.c.ended_at.is_(None)))
    )
    return read_table(session, query)


def _lines(session: Session, receipt: PayoutList) -> pa.Table:
    """Read the lines that a list states, as far as they count."""
    counting = [*lines_of(session, receipt), LINE.c.ended_by == COUNTS]
    names = ("id", "line_ref", "period", "date_of_birth", *KEPT)
    return read_table(session, select(*(LINE.c[name] for name in names)).where(*counting))
