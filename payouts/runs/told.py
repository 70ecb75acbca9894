"""The lines of a settlement file with what the run that looked last says of each."""

from sqlalchemy import RowMapping
from sqlmodel import Session, and_, select

from payouts.core.keys import LINES_A_FILE, keys_of_file, line_key
from payouts.core.tables import table_behind
from payouts.runs.models import Disposition, Standing
from payouts.settlements.models import SettlementLine

LINE = table_behind(SettlementLine)
STANDING = table_behind(Standing)
SAID = table_behind(Disposition)
UNSHOWN = frozenset({"id", "file_id"})


def told_lines(session: Session, file_id: int, *, after: int = 0, limit: int = 100) -> list[RowMapping]:
    """List the lines of a file in their order.

    Args:
        session: the transaction
        file_id: the settlement file; whether it may be seen is for the caller to know
        after: only lines with a greater number
        limit: at most so many

    Returns:
        rows of the line's own columns, disposition, line_refs (joined by ";") and rule; these three are None
        as long as no run has looked at the line
    """
    _, last = keys_of_file(file_id)
    shown = [column for column in LINE.c if column.name not in UNSHOWN]
    rows = session.execute(
        select(*shown, *(SAID.c[name] for name in ("disposition", "line_refs", "rule")))
        .outerjoin(STANDING, STANDING.c.settlement_line_id == LINE.c.id)
        .outerjoin(SAID, and_(SAID.c.run_id == STANDING.c.run_id, SAID.c.settlement_line_id == LINE.c.id))
        .where(LINE.c.id > line_key(file_id, min(after, LINES_A_FILE - 1)), LINE.c.id <= last)
        .order_by(LINE.c.id)
        .limit(limit)
    )
    return list(rows.mappings())
