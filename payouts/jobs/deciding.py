"""Decisions on matches as doors make them: what counts otherwise from now on leads to a run of its cycle."""

from sqlmodel import Session

from payouts.identity.scope import Scope
from payouts.jobs.carrying import judge_again
from payouts.lists.models import PayoutLine
from payouts.runs import matches
from payouts.runs.models import MatchDecision


def decide_match(
    session: Session,
    payout_line_id: int,
    settlement_line_id: int,
    kind: str,
    scope: Scope,
    *,
    by: str,
    reason: str = "",
) -> tuple[MatchDecision, bool]:
    """Decide of a match and have its cycle judged anew where the decision counts.

    Args, return value, errors: as runs.matches.decide
    """
    decision, new = matches.decide(
        session, payout_line_id, settlement_line_id, kind, scope, by=by, reason=reason
    )
    if new and decision.state == "done":
        _judge_again(session, decision, by)
    return decision, new


def answer_match(
    session: Session, decision_id: int, given: str, scope: Scope, *, by: str, note: str = ""
) -> MatchDecision:
    """Answer what was proposed of a match; approved, its cycle is judged anew.

    Args, errors: as runs.matches.answer
    """
    decision = matches.answer(session, decision_id, given, scope, by=by, note=note)
    if decision.state == "done":
        _judge_again(session, decision, by)
    return decision


def undo_match(session: Session, decision_id: int, scope: Scope, *, by: str, reason: str) -> MatchDecision:
    """Undo a decision on a match and have its cycle judged anew.

    Args, errors: as runs.matches.undo
    """
    decision = matches.undo(session, decision_id, scope, by=by, reason=reason)
    _judge_again(session, decision, by)
    return decision


def _judge_again(session: Session, decision: MatchDecision, by: str) -> None:
    judge_again(session, session.get_one(PayoutLine, decision.payout_line_id).cycle_id, by)
