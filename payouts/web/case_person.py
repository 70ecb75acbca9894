"""What the page of a case knows of the person: earlier months, accounts, how to reach them, papers."""

from typing import Any

from sqlmodel import Session

from payouts.cases.before import accounts_of, past_of, person_numbered, person_of
from payouts.cases.contacts import WAYS, contacts_of, next_days, results
from payouts.cases.messages import suggested
from payouts.cases.next_steps import next_step
from payouts.cases.proofs import WHAT, proofs_of
from payouts.cases.store import CaseView
from payouts.core import clock
from payouts.identity.models import ContactPoint
from payouts.identity.rules import Staff
from payouts.lists.dates import rules_today
from payouts.registry.marks import withheld
from payouts.registry.phones import WHOSE, phones_of
from payouts.web.render import area_name, day, month


def before(session: Session, staff: Staff, view: CaseView) -> dict[str, Any]:
    """Read the person's last months with the two counts, and the accounts on record."""
    if view.line is None or view.cycle is None:
        return {"past": None, "accounts": []}
    person = person_of(session, view.line)
    return {
        "past": past_of(session, view.line, view.cycle, staff.scope),
        "accounts": accounts_of(session, person, view.cycle.programme) if person else [],
    }


def reach(session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    """Read the numbers, what came of contacts, and when to come back by each result."""
    person = person_of(session, view.line) if view.line else person_numbered(session, view.case.subject)
    calendar = rules_today().dates_of(view.case.programme).calendar
    days = next_days(clock.today(), calendar)
    return {
        "person": person,
        "phones": phones_of(session, person.id or 0) if person else [],
        "withheld": withheld(session, person.citizen_id) if person else False,
        "owners": WHOSE,
        "ways": WAYS,
        "results": [(each, days[code]) for code, each in results().items()],
        "contacts": contacts_of(session, view.case.id or 0),
        "suggested_text": _text(session, view),
    }


def papers(session: Session, _staff: Staff, view: CaseView) -> dict[str, Any]:
    """Read what proves something of the case."""
    return {"proofs": proofs_of(session, view.case.id or 0), "proof_kinds": WHAT}


def _text(session: Session, view: CaseView) -> str:
    case, line = view.case, view.line
    step = next_step(case.verdict, case.reason_code)
    if line is None or step is None:
        return ""
    office = session.get(ContactPoint, case.area_code or "")
    ward = area_name(case.area_code)
    return suggested(
        step.message,
        {
            "office": ward,
            "name": line.full_name,
            "month": month(line.period or case.cycle),
            "phone": office.phone if office else ward,
            "place": (office.place if office else None) or ward,
            "day": day(case.due),
        },
    )
