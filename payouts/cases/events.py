"""The one timeline of a case: every act on it, whoever does it and wherever else it is kept, writes here."""

from sqlmodel import Session

from payouts.cases.models import Case, CaseEvent
from payouts.core import clock


def tell(
    session: Session,
    case: Case,
    kind: str,
    *,
    by: str,
    before: str | None = None,
    after: str | None = None,
    note: str | None = None,
    run_id: int | None = None,
) -> CaseEvent:
    """Write down one thing that happened to a case, now.

    Args:
        session: the transaction
        case: the case, with its id
        kind: what happened; its words stand in payouts.web.labels.EVENTS
        by: a username, or "run 3" for a run
        before: what it was before, where something changed
        after: what it is now
        note: why, in words
        run_id: the run that did it
    """
    event = CaseEvent(
        case_id=case.id or 0,
        at=clock.now(),
        by=by,
        kind=kind,
        before=before,
        after=after,
        note=note,
        run_id=run_id,
    )
    session.add(event)
    session.flush()
    return event
