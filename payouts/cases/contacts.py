"""Reaching a person: who called or visited, what came of it, and the day to come back to it."""

import csv
import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from sqlmodel import Session, col, select

from payouts.cases.deaths import BY_CONTACT, check_death
from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, Contact
from payouts.cases.rules import moves
from payouts.core import clock
from payouts.core.calendar import Calendar, after_banking_days
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.notes import tidied
from payouts.core.problems import Language
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine

WAYS = ("called", "visited", "came")
LONGEST_WAIT = dt.timedelta(days=90)  # to come back to a case


@dataclass(frozen=True, slots=True)
class ContactResult:
    """One row of data/contact_results.csv.

    Attributes:
        code: as kept
        days: banking days until somebody comes back to the case, where they name no day
        state: the state that the case moves to; empty: in_progress, where it is new
        opens: death_check, where it opens the case that asks to verify a death
        vi: on screen
        en: on screen
    """

    code: str
    days: int
    state: str
    opens: str
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def results() -> dict[str, ContactResult]:
    """Read what may come of a contact, by code, the commonest first."""
    text = (resources.files("payouts.cases") / "data" / "contact_results.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: ContactResult(**{**row, "days": int(row["days"])}) for row in rows}  # type: ignore[arg-type]  # the rest is text


def next_days(today: dt.date, calendar: Calendar) -> dict[str, dt.date]:
    """Say when to come back to a case by each result, where nobody names another day."""
    return {
        code: after_banking_days(today + dt.timedelta(days=1), each.days - 1, calendar)
        for code, each in results().items()
    }


def log_contact(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    role: str,
    way: str,
    result: str,
    next_on: dt.date,
    note: str | None = None,
) -> Contact:
    """Write down that somebody reached the person of a case, or tried to, and when to come back to it.

    A new case is in progress from then on; where the person is to act, it waits. Word that the person
    died opens a case that asks to verify it.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who writes
        version: the version that was read
        by: the username
        role: theirs, by which the case moves
        way: of WAYS
        result: of results()
        next_on: the day to come back to it, today or later
        note: what else was said

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed it since
        ConflictError: it is closed
        RefusedError: a value is not acceptable
    """
    case = case_as_read(session, case_id, scope, version)
    if case.state == "closed":
        raise ConflictError("case_closed", "Việc này đã đóng. Hãy mở lại trước khi ghi liên hệ.")
    if way not in WAYS or result not in results():
        raise RefusedError("no_such_result", "Hãy chọn kết quả liên hệ có trong danh sách.")
    today = clock.today()
    if not today <= next_on <= today + LONGEST_WAIT:
        raise RefusedError("bad_next_day", "Ngày hẹn lại phải từ hôm nay và trong vòng 90 ngày.")
    words = tidied(note) or None
    contact = Contact(
        case_id=case_id, at=clock.now(), by=by, way=way, result=result, note=words, next_on=next_on
    )
    case.next_on = next_on
    session.add(contact)
    _move_on(session, case, by, role, results()[result].state)
    tell(session, case, "contacted", by=by, before=way, after=result, note=words)
    changed(session, case)
    if results()[result].opens and case.payout_line_id:
        line = session.get_one(PayoutLine, case.payout_line_id)
        check_death(session, line, by=by, note=f"{BY_CONTACT} {words or ''}".strip())
    return contact


def contacts_of(session: Session, case_id: int) -> Sequence[Contact]:
    """List the contacts of a case, the latest first."""
    query = select(Contact).where(Contact.case_id == case_id)
    return session.exec(query.order_by(col(Contact.id).desc())).all()


def _move_on(session: Session, case: Case, by: str, role: str, wished: str) -> None:
    before, after = case.state, wished or ("in_progress" if case.state == "open" else case.state)
    if after in moves(before, role):
        case.state = after
        tell(session, case, "moved", by=by, before=before, after=after)
