"""What banks paid of payout lines, by the last run of each cycle: for those who change what is owed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, Select
from sqlmodel import Session, col, select

from payouts.core.tables import table_behind
from payouts.lists.models import PayoutListChange
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

VERDICT = table_behind(Verdict)
SAID = ("payout_line_id", "verdict", "settled", "evidence", "explanation")


def settled_of(session: Session, lines: Sequence[int]) -> dict[int, RowMapping]:
    """Find what the last runs say of payout lines for which money settled that stands.

    Args:
        session: the transaction
        lines: keys of payout lines

    Returns:
        key -> verdict, settled (đồng), evidence (`file:line` joined by ";") and explanation; lines of which
        nothing settled are left out
    """
    found: dict[int, RowMapping] = {}
    for chunk in in_chunks(lines):
        rows = session.execute(_settled(VERDICT.c.payout_line_id.in_(chunk)))
        found.update((row["payout_line_id"], row) for row in rows.mappings())
    return found


def evidence_of(session: Session, lines: Sequence[int]) -> dict[int, str]:
    """Give the evidence of the payout lines for which money settled; see lists.carried.Paid."""
    return {line: row["evidence"] or row["verdict"] for line, row in settled_of(session, lines).items()}


def settled_changes(list_id: int) -> Select[tuple[int]]:
    """Select the keys of the lines that a corrected list ends and for which money settled that stands."""
    ended = select(col(PayoutListChange.old_id)).where(PayoutListChange.list_id == list_id)
    query = _settled(VERDICT.c.payout_line_id.in_(ended))
    keys: Select[tuple[int]] = query.with_only_columns(VERDICT.c.payout_line_id)
    return keys


def _settled(which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    last = last_runs()
    query: Select[tuple[object, ...]] = select(*(VERDICT.c[name] for name in SAID))
    return query.join(last, last.c.run_id == VERDICT.c.run_id).where(which, VERDICT.c.settled > 0)
