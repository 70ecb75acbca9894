"""One beneficiary with all that is known: accounts, payments, cases, changes, as far as one may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, or_
from sqlmodel import Session, col, select

from payouts.cases.life import Change, by_approval, by_hand, in_lists, recorded
from payouts.cases.models import Case
from payouts.core.errors import NotFoundError
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.registry.changes import changes_of
from payouts.registry.marks import marks_of
from payouts.registry.models import (
    Beneficiary,
    DisclosureMark,
    EarlierId,
    Phone,
    Stop,
    Suspension,
    WelfareAccount,
)
from payouts.registry.record import is_enrolled
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict
from payouts.runs.store import Page, place

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
LIST = table_behind(PayoutList)
VERDICT = table_behind(Verdict)
CASES = table_behind(Case)

PAYMENTS_A_PAGE = 36  # a year and its arrears
MOST_LOOKED_AT = 400  # lines of one person of which changes are told: decades
OF_LINE = (
    *("id", "line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "amount"),
    *("period", "channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id"),
    *("list_id", "row", "ended_by"),
)
OF_CASE = (
    *("id", "kind", "payout_line_id", "programme", "cycle", "area_code", "verdict", "reason_code", "state"),
    *("due", "outcome", "opened_at"),
)


@dataclass(frozen=True, slots=True)
class PersonView:
    """One beneficiary, as far as who asks may see them.

    Attributes:
        person: as the latest list names them
        whole: whether who asks sees all of their programmes; else it is the person's former ward, which sees
            the payments that it made alone
        earlier_ids: identity numbers of before
        accounts: on record, those still valid first
        phones: all numbers, those that serve first
        payments: rows of OF_LINE, programme, cycle, verdict, settled and reason_code, the latest first
        cases: rows of OF_CASE, the latest first
        changes: what changed and when, the latest first
        marks: what was said of telling the family, the latest first
    """

    person: Beneficiary
    whole: bool
    earlier_ids: list[str]
    accounts: list[WelfareAccount]
    phones: list[Phone]
    payments: Page
    cases: list[RowMapping]
    changes: list[Change]
    marks: Sequence[DisclosureMark]

    @property
    def withheld(self) -> bool:
        """Whether the family is told nothing."""
        return bool(self.marks) and self.marks[0].withheld


def person_with(session: Session, number: str, scope: Scope) -> int | None:
    """Find a beneficiary within a scope by their identity number, or by one that they had before.

    Args:
        session: the transaction
        number: 12 digits, or the 9 of before
        scope: the areas and programmes of who asks

    Returns:
        the beneficiary's key; None where there is nobody
    """
    before = select(EarlierId.beneficiary_id).where(EarlierId.earlier_id == number)
    found = session.exec(
        select(Beneficiary.id)
        .where(or_(col(Beneficiary.citizen_id) == number, col(Beneficiary.id).in_(before)))
        .order_by(col(Beneficiary.citizen_id) == number)
    ).all()
    return next((key for key in found if key and _may_see(session, key, scope)), None)


def find_person(session: Session, person_id: int, scope: Scope, *, whole: bool = False) -> Beneficiary:
    """Find a beneficiary.

    Args:
        session: the transaction
        person_id: the key
        scope: the areas and programmes of who asks
        whole: whether the person must live in these areas today

    Raises:
        NotFoundError: there is none, or none of whose payments lies within the scope
    """
    found = session.get(Beneficiary, person_id)
    if found is None or not _may_see(session, person_id, scope) or (whole and not _whole(found, scope)):
        raise NotFoundError("no_such_person", "Không có người này trong phạm vi của bạn.")
    return found


def view_person(session: Session, person_id: int, scope: Scope, *, cursor: str | None = None) -> PersonView:
    """Gather what the page of a beneficiary shows.

    Args:
        session: the transaction
        person_id: the key of the beneficiary
        scope: the areas and programmes of who asks
        cursor: where the page of payments begins: `next` of the page before

    Raises:
        NotFoundError: there is no such person within the scope, or no such place to begin
    """
    person = find_person(session, person_id, scope)
    whole = _whole(person, scope)
    mine = _within(person, scope)
    numbers = _numbers(session, person)
    told = _told(session, _of(numbers, mine))
    payments = payments_of(session, person, scope, cursor=cursor)
    seen = PersonView(person, whole, numbers[1:], [], [], payments, _cases(session, numbers, mine), [], [])
    if not whole:
        return replace(seen, changes=in_lists(told))
    phones = list(session.exec(select(Phone).where(Phone.beneficiary_id == person_id)))
    marks = marks_of(session, person_id)
    accounts = _accounts(session, person_id, mine)
    held = select(Suspension).where(
        Suspension.beneficiary_id == person_id, *mine.conditions(programme=Suspension.programme)
    )
    stops = select(Stop).where(col(Stop.citizen_id).in_(numbers))
    changes = [
        *in_lists(told),
        *by_hand(phones, marks),
        *by_approval(accounts, session.exec(held), session.exec(stops)),
        *recorded(changes_of(session, person_id), scope.programmes),
    ]
    return replace(
        seen,
        accounts=accounts,
        phones=sorted(phones, key=lambda each: (each.ended_at is not None, -(each.id or 0))),
        changes=sorted(changes, key=lambda each: each.at, reverse=True),
        marks=marks,
    )


def payments_of(
    session: Session,
    person: Beneficiary,
    scope: Scope,
    *,
    cursor: str | None = None,
    limit: int = PAYMENTS_A_PAGE,
) -> Page:
    """List a person's payout lines that count, with what the last run of each cycle says, the latest first.

    Args:
        session: the transaction
        person: the beneficiary
        scope: the areas and programmes of who asks
        cursor: where the page begins
        limit: most rows

    Returns:
        rows of OF_LINE, programme, cycle, verdict, settled and reason_code; the last three null where no run
        has judged the line

    Raises:
        NotFoundError: there is no such place to begin
    """
    last = last_runs()
    said = (VERDICT.c.verdict, VERDICT.c.settled, VERDICT.c.reason_code)
    query = (
        _of(_numbers(session, person), _within(person, scope), *said)
        .outerjoin(last, last.c.cycle_id == LINE.c.cycle_id)
        .outerjoin(VERDICT, and_(VERDICT.c.run_id == last.c.run_id, VERDICT.c.payout_line_id == LINE.c.id))
        .where(LINE.c.ended_by == COUNTS)
    )
    if cursor:
        month, _, key = cursor.partition("_")
        after = and_(CYCLE.c.cycle == month, LINE.c.id < place(key))
        query = query.where(or_(CYCLE.c.cycle < month, after))
    ordered = query.order_by(CYCLE.c.cycle.desc(), LINE.c.id.desc()).limit(limit + 1)
    rows = list(session.execute(ordered).mappings())
    more = f"{rows[limit - 1]['cycle']}_{rows[limit - 1]['id']}" if len(rows) > limit else None
    return Page(rows[:limit], more)


def _whole(person: Beneficiary, scope: Scope) -> bool:
    return scope.areas is None or person.area_code in scope.areas


def _within(person: Beneficiary, scope: Scope) -> Scope:
    """Give what of a person lies within a scope: their ward of today sees what other wards paid, too."""
    return Scope(None, scope.programmes) if _whole(person, scope) else scope


def _numbers(session: Session, person: Beneficiary) -> list[str]:
    """Give the identity numbers of a person, the one of now first."""
    earlier = select(EarlierId.earlier_id).where(EarlierId.beneficiary_id == person.id)
    return [person.citizen_id, *session.exec(earlier.order_by(col(EarlierId.id)))]


def _may_see(session: Session, person_id: int, scope: Scope) -> bool:
    """Say whether a person, or one of their payments, lies within a scope; a list may come later."""
    person = session.get_one(Beneficiary, person_id)
    lines = _of(_numbers(session, person), _within(person, scope))
    return session.execute(lines.limit(1)).first() is not None or is_enrolled(session, person, scope)


def _of(numbers: Sequence[str], scope: Scope, *more: ColumnElement[Any]) -> Select[Any]:
    """Select the payout lines of a person within a scope."""
    shown = [*(LINE.c[name] for name in OF_LINE), CYCLE.c.programme, CYCLE.c.cycle, *more]
    query: Select[Any] = select(*shown)
    return query.join(CYCLE, CYCLE.c.id == LINE.c.cycle_id).where(
        LINE.c.citizen_id.in_(numbers), *scope.conditions(area=LINE.c.area_code, programme=CYCLE.c.programme)
    )


def _told(session: Session, lines: Select[Any]) -> list[RowMapping]:
    """Read a person's lines with the lists that told them, and those that ended them."""
    ender = LIST.alias("ender")
    told = lines.add_columns(
        *(LIST.c.filename, LIST.c.received_at, LIST.c.received_by),
        *(ender.c.filename.label("ended_in"), ender.c.decided_at, ender.c.decided_by),
    )
    query = told.join(LIST, LIST.c.id == LINE.c.list_id).outerjoin(ender, ender.c.id == LINE.c.ended_by)
    ordered = query.order_by(CYCLE.c.cycle.desc(), LINE.c.id.desc()).limit(MOST_LOOKED_AT)
    return list(session.execute(ordered).mappings())


def _cases(session: Session, numbers: Sequence[str], scope: Scope) -> list[RowMapping]:
    """Find the cases of a person: those of their payout lines, and those about the person."""
    lines = select(LINE.c.id).where(LINE.c.citizen_id.in_(numbers))
    query = select(*(CASES.c[name] for name in OF_CASE)).where(
        or_(CASES.c.payout_line_id.in_(lines), CASES.c.subject.in_(numbers)),
        *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
    )
    return list(session.execute(query.order_by(CASES.c.id.desc())).mappings())


def _accounts(session: Session, person_id: int, scope: Scope) -> list[WelfareAccount]:
    query = select(WelfareAccount).where(
        WelfareAccount.beneficiary_id == person_id, *scope.conditions(programme=WelfareAccount.programme)
    )
    found = session.exec(query.order_by(col(WelfareAccount.id).desc()))
    return sorted(found, key=lambda each: each.valid_to is not None)
