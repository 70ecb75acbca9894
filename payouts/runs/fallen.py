"""Evidence that falls away: what a file that counts no more leaves open until its cycles are judged again."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, func, select

from payouts.core.keys import keys_of_file
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.evidence import spoken_for
from payouts.runs.gather import last_runs
from payouts.runs.locking import let_nobody_keep
from payouts.runs.models import FallenLine, Standing
from payouts.settlements import desk
from payouts.settlements.models import FileDecision

STANDING = table_behind(Standing)
FALLEN = table_behind(FallenLine)
OWED = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)


def answer(session: Session, file_id: int, given: str, *, by: str, note: str = "") -> FileDecision:
    """Answer what was proposed of a file, and let go of evidence that counts no more.

    Args, errors: as settlements.desk.answer
    """
    decision, stopped = desk.answer(session, file_id, given, by=by, note=note)
    for each in stopped:
        stop_counting(session, each)
    return decision


def fallen_lines(session: Session, programme: str, cycle: str, scope: Scope) -> int:
    """Count the payout lines of a cycle whose verdict lost evidence since its last run, within a scope."""
    runs = last_runs()
    count: int = session.execute(
        select(func.count())
        .select_from(FALLEN)
        .join(runs, runs.c.run_id == FALLEN.c.run_id)
        .join(OWED, OWED.c.id == FALLEN.c.payout_line_id)
        .join(CYCLE, CYCLE.c.id == OWED.c.cycle_id)
        .where(
            CYCLE.c.programme == programme,
            CYCLE.c.cycle == cycle,
            *scope.conditions(area=OWED.c.area_code, programme=CYCLE.c.programme),
        )
    ).scalar_one()
    return count


def stop_counting(session: Session, file_id: int) -> None:
    """Open the payout lines that last runs judged by a file's lines, and let the lines stand nowhere.

    Until the next run of their cycle the payout lines count as open for runs of other cycles: what another
    file says of them must serve them, and not the next month.

    Args:
        session: the transaction in which the file ceased to count
        file_id: the file
    """
    let_nobody_keep(session)
    lines = keys_of_file(file_id)
    _let_fall(session, lines)
    session.execute(delete(STANDING).where(STANDING.c.settlement_line_id.between(*lines)))


def fall(session: Session, settlement_line_id: int, payout_line_id: int) -> None:
    """Open a payout line that its last run judged by a line of a bank, which is its evidence no more.

    The line of the bank goes on to serve the cycle until its next run: no other may take its money meanwhile.
    """
    _let_fall(session, (settlement_line_id, settlement_line_id), payout_line_id)


def _let_fall(session: Session, lines: tuple[int, int], payout_line_id: int | None = None) -> None:
    lost = spoken_for(lines, last_runs(), payout_line_id)
    kind: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        kind.insert(FALLEN).from_select(["run_id", "payout_line_id"], lost).on_conflict_do_nothing()
    )
