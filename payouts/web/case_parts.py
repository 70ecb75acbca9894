"""What each part of the page of a case reads; a part is a template case_*.html and one line of this table."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from payouts.cases.next_steps import next_step
from payouts.cases.rules import OUTCOMES, moves
from payouts.cases.store import CaseView
from payouts.identity.rules import Staff, permissions
from payouts.identity.users import list_users
from payouts.runs.beside import beside
from payouts.runs.offers import offers
from payouts.runs.proposals import decisions_of
from payouts.runs.rules import STANDS
from payouts.web.case_person import before, papers, reach
from payouts.web.comparison import compare, in_order
from payouts.web.timeline import timeline

# A part takes the session, who asks, and the case as it stands; it gives the names that its template shows.
Part = Callable[[Session, Staff, CaseView], dict[str, Any]]


def colleagues(session: Session, view: CaseView) -> list[str]:
    """List who may work on a case: the staff of its area and programme."""
    area, programme, workers = view.case.area_code, view.case.programme, permissions()["cases.work"]
    return [
        user.username
        for user in list_users(session)
        if not user.disabled
        and user.role in workers
        and (area in user.areas or not user.areas)
        and (programme in user.programmes or not user.programmes)
    ]


def _follow(session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    state = view.case.state
    return {
        "moves": [state, *sorted(moves(state, staff.role) - {"closed"})],
        "colleagues": colleagues(session, view) if staff.may("cases.work") else [],
    }


def _close(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    return {
        "outcomes": {code: outcome for code, outcome in OUTCOMES.items() if outcome.by_hand},
        "outcome": OUTCOMES.get(view.case.outcome or ""),
    }


def _compare(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    evidence = in_order(view.evidence)
    return {"evidence": evidence, "rows": compare(view, evidence)}


def _next(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    return {"step": next_step(view.case.verdict, view.case.reason_code)}


def _matches(session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    """What happened is told here too: decisions on bank lines stand in the same row of time."""
    offered = offers(session, view.line) if view.line and view.counts else []
    decided = decisions_of(session, view.line) if view.line else []
    return {
        "offered": [(row, beside(view.line, row)) for row in offered if view.line],
        "decided": [each for each in decided if each.decision.state in STANDS],
        "may_match": staff.may("matches.decide") and view.counts,
        "happened": timeline(view.events, decided),
    }


PARTS: tuple[Part, ...] = (_next, _compare, _matches, _follow, _close, before, reach, papers)
