"""The results of a cycle's last run as tables, with the very columns that `chitra match` writes."""

import pyarrow as pa
from sqlmodel import Session

from payouts.core.errors import ConflictError
from payouts.identity.scope import Scope
from payouts.runs.models import Run
from payouts.runs.said import disposition_table, verdict_table
from payouts.runs.store import find_cycle, last_run


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
    return verdict_table(session, run_of(session, programme, cycle, scope).id or 0, scope)


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
    return disposition_table(session, run.id or 0)


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
