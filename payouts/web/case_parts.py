"""What each part of the page of a case reads; a part is a template case_*.html and one line of this table."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from payouts.cases.enquiries.rules import answer_kinds
from payouts.cases.enquiries.store import letters_of_case
from payouts.cases.hardship import reasons
from payouts.cases.incidents import bank_of, files_held
from payouts.cases.kinds import WAYS, kinds
from payouts.cases.next_steps import next_step
from payouts.cases.rules import OUTCOMES, moves
from payouts.cases.store import CaseView
from payouts.cases.weighing import plight_of
from payouts.core.alphabet import in_alphabet
from payouts.core.areas import wards
from payouts.identity.rules import Staff, permissions
from payouts.identity.users import list_users
from payouts.runs.beside import beside
from payouts.runs.offers import offers
from payouts.runs.proposals import decisions_of
from payouts.runs.rules import STANDS
from payouts.web.case_money import money
from payouts.web.case_names import names
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


def _route(_session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    case, own = view.case, staff.scope.areas
    if not staff.may("cases.route") or case.state == "closed" or case.kind == "incident":
        return {"wards_to_give": []}
    offered = [(code, ward.name) for code, ward in wards().items() if own is None or code in own]
    return {"wards_to_give": sorted(offered, key=lambda each: in_alphabet(each[1]))}


def _close(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    offered = {code: each for code, each in OUTCOMES.items() if each.by_hand and not each.confirmed}
    return {
        "outcomes": offered if view.line else {"no_action": OUTCOMES["no_action"]},
        "confirmed_by": WAYS,
        "kind": kinds()[view.case.kind],
        "outcome": OUTCOMES.get(view.case.outcome or ""),
    }


def _compare(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    evidence = in_order(view.evidence)
    return {"evidence": evidence, "rows": compare(view, evidence)}


def _next(_session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    return {"step": next_step(view.case.verdict, view.case.reason_code, view.case.kind)}


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


def _incident(session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    held = files_held(session, view.case) if view.case.kind == "incident" else []
    return {"held_files": held, "may_release": staff.may("incidents.release"), "bank_of": bank_of}


def _plight(session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    """Say why it is urgent; of the category only where it shows nothing but a disability."""
    if view.line is None or view.case.state == "closed":
        return {"plight": []}
    without_money = kinds()[view.case.kind].without_money
    return {"plight": reasons(plight_of(session, view.line, view.verdict, without_money=without_money))}


def _further(session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    return {"asked_in": letters_of_case(session, view.case.id or 0), "answer_kinds": answer_kinds()}


PARTS: tuple[Part, ...] = (
    _further,
    _next,
    _compare,
    _matches,
    names,
    _follow,
    _route,
    _close,
    _incident,
    _plight,
    before,
    reach,
    papers,
    money,
)
