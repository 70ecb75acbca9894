"""The worklist as a query: what people filter by, in which order the cases stand, page after page."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal_column, or_, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.store import NOT_CLOSED
from payouts.core import clock
from payouts.core.clock import VIETNAM
from payouts.core.errors import NotFoundError
from payouts.core.searching import patterns
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.registry.models import Beneficiary
from payouts.runs.store import Page

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
PERSON = table_behind(Beneficiary)
SHOWN = (
    *("id", "kind", "subject", "payout_line_id", "programme", "cycle", "area_code", "verdict", "reason_code"),
    *(
        "state",
        "assignee",
        "due",
        "next_on",
        "hardship",
        "hamlet",
        "escalated_at",
        "incident_id",
        "outcome",
        "version",
    ),
    *("opened_at", "closed_at"),
)
OF_LINE = ("line_ref", "citizen_id", "full_name", "amount", "channel", "bank_code", "account_no")
OF_PERSON = ("citizen_id", "full_name")  # of the payout line, or of whom a case without one is about

NOT_PARKED = CASES.c.state != literal_column("'parked'")
NOBODY = "-"  # as an assignee: cases that nobody has
NO_WARD = "none"  # as an area: cases that no ward has
WEEK = dt.timedelta(days=7)
DUE = ("now", "overdue", "today", "week", "in_time", "escalated")
SORTS = ("hardship", "due")
EQUAL = {
    "programme": CASES.c.programme,
    "cycle": CASES.c.cycle,
    "kind": CASES.c.kind,
    "incident": CASES.c.incident_id,
    "reason": CASES.c.reason_code,
    "bank": CASES.c.bank_code,
    "hamlet": CASES.c.hamlet,
}
CURSOR = re.compile(r"(?:(?P<hardship>[0-9]{1,18})-)?(?P<due>[1-9][0-9]{5})-(?P<id>[0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist is to show; None or nothing leaves a filter out.

    Attributes:
        programme: e.g. BTXH
        cycle: a month, e.g. 2026-11
        verdict: any of these, of reconciliation.tables.VERDICTS
        kind: of kinds.KINDS; by default all that are about a person, so no incidents
        incident: the incident that they hang under, parked, or hung
        reason: the bank's reason code
        bank: code of the bank of the account on the list
        area: ward code, or NO_WARD
        hamlet: as lists.hamlets writes it; many wards have one of the same name
        state: of rules.STATES; all that somebody can work on by default: neither closed nor parked
        parked: where no state is named, those that wait for a bank's file, too
        assignee: a username, or NOBODY
        due: of DUE: nobody comes back to it on a later day; due before today, today, within the next seven
            days, today or later; or passed up to the province
        age: days since it opened by the clock in Vietnam, at least and at most
        hardship: points, at least
        q: words of the name or numbers, as core.searching.ranges takes them
        sort: of SORTS: the worst hardship first, then those due first; or those due first
    """

    programme: str | None = None
    cycle: str | None = None
    verdict: Sequence[str] = ()
    kind: str | None = None
    incident: int | None = None
    reason: str | None = None
    bank: str | None = None
    area: str | None = None
    hamlet: str | None = None
    state: str | None = None
    parked: bool = False
    assignee: str | None = None
    due: str | None = None
    age: tuple[int, int | None] | None = None
    hardship: int | None = None
    q: str | None = None
    sort: str = "hardship"

    @property
    def order(self) -> str:
        """The order that an index gives: closed cases stand by their due day alone."""
        return "due" if self.state == "closed" else self.sort


def worklist(
    session: Session,
    scope: Scope,
    wanted: Wanted = Wanted(),  # it never changes
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """List cases within a scope.

    Args:
        session: the transaction
        scope: the areas and programmes to show
        wanted: which of them, in which order
        cursor: where the page begins: `next` of the page before
        limit: most rows of a page

    Returns:
        rows of SHOWN, OF_LINE where the case is of a payout line, and OF_PERSON where it is of a person

    Raises:
        NotFoundError: there is no such place to begin
    """
    query = (
        select(
            *(CASES.c[name] for name in SHOWN),
            *(func.coalesce(LINE.c[name], PERSON.c[name]).label(name) for name in OF_PERSON),
            *(LINE.c[name] for name in OF_LINE if name not in OF_PERSON),
        )
        .outerjoin(LINE, LINE.c.id == CASES.c.payout_line_id)
        .outerjoin(PERSON, and_(CASES.c.payout_line_id.is_(None), PERSON.c.citizen_id == CASES.c.subject))
        .where(*conditions(scope, wanted))
    )
    items: list[RowMapping] = []
    for behind in _behind(wanted.order, cursor):
        rows = session.execute(_in_order(query, wanted.order).where(behind).limit(limit + 1 - len(items)))
        items.extend(rows.mappings())
        if len(items) > limit:
            break
    more = len(items) > limit
    return Page(items[:limit], place_of(items[limit - 1], wanted.order) if more else None)


def count_up_to(session: Session, scope: Scope, wanted: Wanted, most: int) -> int:
    """Count the cases of a worklist, but not beyond `most`."""
    some = select(CASES.c.id).where(*conditions(scope, wanted)).limit(most).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def keys_of(session: Session, scope: Scope, wanted: Wanted, most: int) -> dict[int, int]:
    """Give the cases of a worklist, the first `most` in its order: id -> version."""
    query = select(CASES.c.id, CASES.c.version).where(*conditions(scope, wanted))
    return {row[0]: row[1] for row in session.execute(_in_order(query, wanted.order).limit(most))}


def hamlets_in_use(session: Session, scope: Scope, area: str) -> list[str]:
    """List the hamlets of the open cases of a ward, within a scope."""
    query = select(CASES.c.hamlet).where(NOT_CLOSED, CASES.c.area_code == area, CASES.c.hamlet.is_not(None))
    within = scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme)
    return list(session.scalars(query.where(*within).distinct()))


def in_use(session: Session, scope: Scope) -> tuple[dict[str, int], dict[str, int]]:
    """Count open cases within a scope by the bank's reason and by bank, the commonest first."""
    rows = session.execute(
        select(CASES.c.reason_code, CASES.c.bank_code, func.count())
        .where(NOT_CLOSED, *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme))
        .group_by(CASES.c.reason_code, CASES.c.bank_code)
    )
    reasons: Counter[str] = Counter()
    banks: Counter[str] = Counter()
    for reason, bank, count in rows:
        reasons[reason or ""] += count
        banks[bank or ""] += count
    return _commonest(reasons), _commonest(banks)


def _commonest(counts: Counter[str]) -> dict[str, int]:
    return {
        code: count for code, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])) if code
    }


def place_of(row: RowMapping | Case, order: str) -> str:
    """Return the cursor behind a case: the page that begins there goes on with what follows it."""
    values = row if isinstance(row, RowMapping) else row.model_dump()
    place = f"{values['due'].toordinal()}-{values['id']}"
    return f"{values['hardship']}-{place}" if order == "hardship" else place


def conditions(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Say in a query which cases a worklist shows."""
    return [
        *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
        *_states(wanted),
        *([] if wanted.kind else [CASES.c.kind != "incident"]),
        *(column == value for name, column in EQUAL.items() if (value := getattr(wanted, name))),
        *_narrowed(wanted),
    ]


def _states(wanted: Wanted) -> list[ColumnElement[bool]]:
    state = wanted.state
    if state == "closed":
        return [CASES.c.state == state]
    if state:
        return [NOT_CLOSED, CASES.c.state == state]
    return [NOT_CLOSED] if wanted.parked or wanted.incident else [NOT_CLOSED, NOT_PARKED]


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    today = clock.today()
    due = {
        "now": or_(CASES.c.next_on.is_(None), CASES.c.next_on <= today),
        "overdue": CASES.c.due < today,
        "today": CASES.c.due == today,
        "week": CASES.c.due.between(today, today + WEEK),
        "in_time": CASES.c.due >= today,
        "escalated": CASES.c.escalated_at.is_not(None),
    }
    if wanted.assignee:
        nobody = wanted.assignee == NOBODY
        yield CASES.c.assignee.is_(None) if nobody else CASES.c.assignee == wanted.assignee
    if wanted.area:
        no_ward = wanted.area == NO_WARD
        yield CASES.c.area_code.is_(None) if no_ward else CASES.c.area_code == wanted.area
    if wanted.due in due:
        yield due[wanted.due]
    if wanted.verdict:
        yield CASES.c.verdict.in_(wanted.verdict)
    if wanted.age:
        since, until = wanted.age
        yield CASES.c.opened_at < _midnight(since - 1)
        if until is not None:
            yield CASES.c.opened_at >= _midnight(until)
    if wanted.hardship:
        yield CASES.c.hardship >= wanted.hardship
    for pattern in patterns(wanted.q or ""):
        yield CASES.c.search.like(pattern)


def _midnight(days: int) -> dt.datetime:
    """Return when the day began that was so many days ago; of tomorrow by -1."""
    return dt.datetime.combine(clock.today() - dt.timedelta(days=days), dt.time(), VIETNAM)


def _in_order(query: Select[tuple[object, ...]], order: str) -> Select[tuple[object, ...]]:
    worst = [CASES.c.hardship.desc()] if order == "hardship" else []
    return query.order_by(*worst, CASES.c.due, CASES.c.id)


def _behind(order: str, cursor: str | None) -> list[ColumnElement[bool]]:
    """Cut what follows a place into pieces that follow one another, each a range of the index."""
    if cursor is None:
        return [CASES.c.id > 0]
    found = CURSOR.fullmatch(cursor)
    if found is None or (order == "hardship") != (found["hardship"] is not None):
        raise NotFoundError("no_such_page", "Trang này không có. Hãy bắt đầu lại từ trang đầu.")
    due, case_id = dt.date.fromordinal(int(found["due"])), int(found["id"])
    pieces = [and_(CASES.c.due == due, CASES.c.id > case_id), CASES.c.due > due]
    if order == "due":
        return pieces
    points = int(found["hardship"])
    return [*(and_(CASES.c.hardship == points, piece) for piece in pieces), CASES.c.hardship < points]
