"""Holders' names that two people accepted: from then on the bank's name is right for that account."""

from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.errors import ConflictError
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.models import MatchDecision, Verdict
from payouts.runs.rules import NAMES
from payouts.runs.store import evidence_lines, last_run
from payouts.settlements.models import SettlementLine
from reconciliation.tables import ACCEPTED_NAMES

DECISION = table_behind(MatchDecision)
OWED = table_behind(PayoutLine)
LINE = table_behind(SettlementLine)


def accepted_names(session: Session) -> pa.Table:
    """Give the names that count: schema reconciliation.tables.ACCEPTED_NAMES."""
    columns: dict[str, ColumnElement[Any]] = {
        "account_no": OWED.c.account_no,
        "bank_code": OWED.c.bank_code,
        "listed_name": func.coalesce(func.nullif(OWED.c.account_name, ""), OWED.c.full_name),
        "told_name": LINE.c.account_name,
    }
    query = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(DECISION)
        .join(OWED, OWED.c.id == DECISION.c.payout_line_id)
        .join(LINE, LINE.c.id == DECISION.c.settlement_line_id)
        .where(DECISION.c.kind.in_(NAMES), DECISION.c.state == "done")
        .order_by(DECISION.c.id)
    )
    return read_table(session, query).cast(ACCEPTED_NAMES)


def named_otherwise(session: Session, line: PayoutLine) -> list[RowMapping]:
    """List the bank lines by which the last run says that a payout line's holder is named otherwise.

    Returns:
        rows of runs.store.evidence_lines; none where the list names no account
    """
    said = _last_verdict(session, line)
    if not line.account_no or said is None or "name" not in (said.differences or "").split(";"):
        return []
    return [row for row in evidence_lines(session, said.evidence) if row["account_name"]]


def check_name(session: Session, line: PayoutLine, settlement_line_id: int) -> None:
    """Refuse to accept a name that the last run does not hold to differ.

    Raises:
        ConflictError: it does not, or the list names no account
    """
    if settlement_line_id not in {row["id"] for row in named_otherwise(session, line)}:
        raise ConflictError(
            "name_differs_not", "Lần đối chiếu mới nhất không thấy tên ở dòng này khác. Hãy tải lại trang."
        )


def cycles_named_so(session: Session, line: PayoutLine, settlement_line_id: int) -> list[int]:
    """Find the cycles in which a bank names the holder of a person's account as a bank line does.

    Returns:
        ids of cycles, that of the payout line among them
    """
    name = session.get_one(SettlementLine, settlement_line_id).account_name
    same = select(PayoutLine).where(
        OWED.c.citizen_id == line.citizen_id,
        OWED.c.account_no == line.account_no,
        OWED.c.ended_by == COUNTS,
    )
    found = {line.cycle_id}
    for each in session.execute(same).scalars():
        said = _last_verdict(session, each)
        evidence = evidence_lines(session, said.evidence) if said else []
        if any(row["account_name"] == name for row in evidence):
            found.add(each.cycle_id)
    return sorted(found)


def _last_verdict(session: Session, line: PayoutLine) -> Verdict | None:
    run = last_run(session, line.cycle_id)
    return session.get(Verdict, (run.id, line.id)) if run else None
