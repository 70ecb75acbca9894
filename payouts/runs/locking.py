"""Keeps what runs read as it was: nobody else keeps a run, or takes evidence away, in the same moment."""

from sqlmodel import Session, col, func, select

from payouts.runs.models import MatchDecision, Run
from payouts.settlements.models import FileDecision


def let_nobody_keep(session: Session) -> None:
    """Let no run be kept by anybody else until this transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE standing IN SHARE ROW EXCLUSIVE MODE")


def kept_so_far(session: Session) -> int:
    """Count the runs done and the decisions made and undone: where there are more, gathered facts are old."""
    counts = (
        select(func.count()).where(Run.state == "done"),
        select(func.count()).where(FileDecision.state == "done"),
        select(func.count()).where(col(MatchDecision.state).in_(("done", "undone"))),
        select(func.count()).where(MatchDecision.state == "undone"),
    )
    return sum(session.exec(count).one() for count in counts)
