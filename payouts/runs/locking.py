"""Keeps what runs read as it was: nobody else keeps a run, or takes evidence away, in the same moment."""

from sqlmodel import Session, func, select

from payouts.runs.models import Run
from payouts.settlements.models import FileDecision


def let_nobody_keep(session: Session) -> None:
    """Let no run be kept by anybody else until this transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE standing IN SHARE ROW EXCLUSIVE MODE")


def kept_so_far(session: Session) -> int:
    """Count the runs done and the decisions made on files: where there are more, gathered facts are old."""
    runs = session.exec(select(func.count()).where(Run.state == "done")).one()
    return runs + session.exec(select(func.count()).where(FileDecision.state == "done")).one()
