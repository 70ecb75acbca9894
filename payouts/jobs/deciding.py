"""Decisions on matches and files as doors make them: what counts otherwise from now on leads to new runs."""

from sqlmodel import Session

from payouts.identity.scope import Scope
from payouts.jobs.carrying import judge_again
from payouts.jobs.models import Job
from payouts.lists.models import PayoutLine
from payouts.runs import fallen, matches
from payouts.runs.concerned import concerned_by_decision
from payouts.runs.models import MatchDecision
from payouts.runs.names import cycles_named_so
from payouts.runs.rules import NAMES
from payouts.settlements.models import FileDecision


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


def answer_file(
    session: Session, file_id: int, given: str, *, by: str, note: str = ""
) -> tuple[FileDecision, list[Job]]:
    """Answer what was proposed of a file; approved, the cycles that it concerns are judged anew.

    Args, errors: as settlements.desk.answer

    Returns:
        the decision, and the jobs that judge, the oldest month first
    """
    decision = fallen.answer(session, file_id, given, by=by, note=note)
    cycles = concerned_by_decision(session, file_id) if decision.state == "done" else []
    return decision, [judge_again(session, cycle_id, by) for cycle_id in cycles]


def _judge_again(session: Session, decision: MatchDecision, by: str) -> None:
    """Judge the payout line's cycle anew; for a name also other months in which the bank says it."""
    line = session.get_one(PayoutLine, decision.payout_line_id)
    named = cycles_named_so(session, line, decision.settlement_line_id) if decision.kind in NAMES else []
    for cycle_id in named or [line.cycle_id]:
        judge_again(session, cycle_id, by)
