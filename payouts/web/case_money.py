"""What the page of a case shows of money and rights: what stands, and what may be asked for."""

from typing import Any

from sqlmodel import Session

from payouts.approvals.rules import KINDS
from payouts.approvals.store import approvals_of_case
from payouts.cases.recovery import refunded, standing_recovery
from payouts.cases.store import CaseView
from payouts.identity.rules import Staff
from payouts.lists.reissues import open_reissue
from payouts.registry.stops import standing_stop
from payouts.web.money_acts import offered, option_words


def money(session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    """Read the part of the page of a case that is about money and rights."""
    acts, not_again = offered(session, view)
    recovery = standing_recovery(session, view.case.subject)
    return {
        "approvals": approvals_of_case(session, view.case.id or 0),
        "approval_kinds": KINDS,
        "money_acts": acts,
        "not_again": not_again,
        "option_words": option_words,
        "standing_reissue": open_reissue(session, view.case.subject),
        "standing_stopped": standing_stop(session, view.line.citizen_id) if view.line else None,
        "recovery": recovery,
        "recovered": refunded(session, recovery) if recovery else 0,
    }
