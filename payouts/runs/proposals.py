"""Decisions on matches as queries: those of a payout line, and those that wait for a second person."""

from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlmodel import Session, col, select

from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.matches import find_decision
from payouts.runs.models import MatchDecision
from payouts.runs.offers import told_line
from payouts.runs.store import last_run


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision with what it is about.

    Attributes:
        decision: the decision
        line: what was owed
        cycle: the cycle of the line
        told: the line of a bank, as offers.told_line gives it
        not_followed: why the last run could not follow it, one of reconciliation.tables.WHY_NOT_FOLLOWED
    """

    decision: MatchDecision
    line: PayoutLine
    cycle: PayoutCycle
    told: RowMapping
    not_followed: str | None


def show(session: Session, decision_id: int, scope: Scope) -> Shown:
    """Find a decision with what it is about.

    Raises:
        NotFoundError: there is none in the scope
    """
    decision, line = find_decision(session, decision_id, scope)
    return _shown(session, decision, line)


def decisions_of(session: Session, line: PayoutLine) -> list[Shown]:
    """List what was decided of a payout line, and of it as earlier lists had it, the earliest first."""
    query = (
        select(MatchDecision, PayoutLine)
        .join(PayoutLine, col(PayoutLine.id) == MatchDecision.payout_line_id)
        .where(PayoutLine.line_ref == line.line_ref)
        .order_by(col(MatchDecision.id))
    )
    return [_shown(session, decision, of) for decision, of in session.exec(query)]


def decisions_page(
    session: Session, scope: Scope, *, state: str | None = "waiting", after: int = 0, limit: int = 50
) -> list[Shown]:
    """List decisions within a scope, the earliest first.

    Args:
        session: the transaction
        scope: the areas and programmes to show
        state: only in this state; all where None
        after: only those with a greater id
        limit: at most so many
    """
    query = (
        select(MatchDecision, PayoutLine)
        .join(PayoutLine, col(PayoutLine.id) == MatchDecision.payout_line_id)
        .join(PayoutCycle, col(PayoutCycle.id) == PayoutLine.cycle_id)
        .where(
            col(MatchDecision.id) > after,
            *([MatchDecision.state == state] if state else []),
            *scope.conditions(area=PayoutLine.area_code, programme=PayoutCycle.programme),
        )
        .order_by(col(MatchDecision.id))
        .limit(limit)
    )
    return [_shown(session, decision, line) for decision, line in session.exec(query)]


def _shown(session: Session, decision: MatchDecision, line: PayoutLine) -> Shown:
    run = last_run(session, line.cycle_id) if decision.state == "done" else None
    told = run.summary.get("decisions", {}).get("not_followed", {}) if run else {}
    return Shown(
        decision,
        line,
        session.get_one(PayoutCycle, line.cycle_id),
        told_line(session, decision.settlement_line_id),
        told.get(str(decision.id)),
    )
