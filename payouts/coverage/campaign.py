"""The campaign: cases of people whose account does not work yet, opened many at once, closed by themselves.

Such a case has a person and no payout line. Contacts, notes and assignments are those of every case.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from payouts.cases.describing import describe
from payouts.cases.kinds import kinds
from payouts.cases.models import CaseEvent
from payouts.core import clock
from payouts.core.calendar import after_banking_days
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.coverage.gather import ENROLMENT
from payouts.coverage.left import BENEFICIARY, CAMPAIGN, CASES, PERSON, Left, ids_left
from payouts.identity.models import User, UserArea
from payouts.identity.scope import Scope
from payouts.lists.dates import rules_today

EVENTS = table_behind(CaseEvent)
MOST_AT_ONCE = 2_000  # people for whom one act opens cases
WORKS = "Tài khoản đã nhận được tiền, hoặc người này không còn trong chương trình."


def open_campaign(
    session: Session, scope: Scope, wanted: Left, *, by: str, assignee: str | None = None
) -> int:
    """Open a case for each of who is left and has none yet, MOST_AT_ONCE at most, and say for how many.

    Args:
        session: the transaction
        scope: the areas and programmes of who opens them
        wanted: of whom
        by: the username
        assignee: who is to visit them; None: nobody yet

    Raises:
        RefusedError: who is to visit them does not work for all of their wards
        ConflictError: somebody else opened some of these cases at this moment
    """
    people = ids_left(session, scope, replace(wanted, asked=False), MOST_AT_ONCE)
    if not people:
        return 0
    if assignee:
        _refuse_elsewhere(session, people, assignee)
    since = session.scalar(select(func.max(CASES.c.id))) or 0
    columns = _columns(scope, assignee)
    wished = (
        select(*columns.values())
        .join(BENEFICIARY, BENEFICIARY.c.id == PERSON.c.beneficiary_id)
        .where(PERSON.c.beneficiary_id.in_(people))
    )
    try:
        with session.begin_nested():
            session.execute(insert(CASES).from_select(list(columns), wished))
    except IntegrityError:
        raise ConflictError(
            "opened_meanwhile", "Người khác vừa mở việc cho một số người này. Hãy xem lại danh sách."
        ) from None
    new = and_(CASES.c.id > since, CASES.c.kind == CAMPAIGN, CASES.c.search.is_(None))
    told: list[tuple[str, Any]] = [
        ("opened", literal(None)),
        *([("assigned", literal(assignee))] * bool(assignee)),
    ]
    for kind, after in told:
        session.execute(
            insert(EVENTS).from_select(
                ["case_id", "at", "by", "kind", "after"],
                select(CASES.c.id, literal(clock.now(), Moment()), literal(by), literal(kind), after).where(
                    new
                ),
            )
        )
    count = session.scalar(select(func.count()).select_from(CASES).where(new)) or 0
    describe(session)
    return count


def close_campaign(session: Session) -> int:
    """Close the cases of people whose account works now, or who left their programmes; say how many."""
    is_left = (
        select(PERSON.c.beneficiary_id)
        .join(BENEFICIARY, BENEFICIARY.c.id == PERSON.c.beneficiary_id)
        .where(BENEFICIARY.c.citizen_id == CASES.c.subject, PERSON.c.cause != "")
        .correlate(CASES)
    )
    done = and_(CASES.c.kind == CAMPAIGN, CASES.c.state != "closed", ~is_left.exists())
    now = clock.now()
    session.execute(
        insert(EVENTS).from_select(
            ["case_id", "at", "by", "kind", "before", "after", "note"],
            select(
                CASES.c.id,
                literal(now, Moment()),
                literal("coverage"),
                literal("closed"),
                CASES.c.state,
                literal("closed"),
                literal(WORKS),
            ).where(done),
        )
    )
    closed = session.execute(
        update(CASES)
        .values(state="closed", outcome="account_works", closed_at=now, version=CASES.c.version + 1)
        .where(done)
    )
    return int(closed.rowcount)  # type: ignore[attr-defined]  # of an update


def visitors(session: Session, scope: Scope) -> list[str]:
    """List who may be sent to visit people of a scope: visitors, and officers, by username."""
    rows = session.exec(
        rows_of(User.username)
        .join(UserArea, col(UserArea.user_id) == User.id)
        .where(
            col(User.role).in_(("visitor", "ward")),
            col(User.disabled_at).is_(None),
            *scope.conditions(area=UserArea.area_code),
        )
        .distinct()
        .order_by(User.username)
    )
    return list(rows)


def _refuse_elsewhere(session: Session, people: Sequence[int], assignee: str) -> None:
    wards = set(
        session.scalars(select(PERSON.c.area_code).where(PERSON.c.beneficiary_id.in_(people)).distinct())
    )
    served = set(
        session.exec(
            rows_of(UserArea.area_code)
            .join(User, col(User.id) == UserArea.user_id)
            .where(User.username == assignee, col(User.disabled_at).is_(None))
        )
    )
    if not wards <= served:
        raise RefusedError("assignee_elsewhere", "Người này không phụ trách xã/phường hoặc chương trình đó.")


def _columns(scope: Scope, assignee: str | None) -> dict[str, Any]:
    """Say what stands in the columns of the case of a person who is left."""
    calendar = rules_today().dates_of("").calendar
    due = after_banking_days(clock.today(), kinds()[CAMPAIGN].days or 0, calendar)
    programme = (
        select(func.min(ENROLMENT.c.programme))
        .where(
            ENROLMENT.c.beneficiary_id == PERSON.c.beneficiary_id,
            ENROLMENT.c.until.is_(None),
            *scope.conditions(programme=ENROLMENT.c.programme),
        )
        .correlate(PERSON)
    )
    return {
        "subject": BENEFICIARY.c.citizen_id,
        "area_code": func.nullif(PERSON.c.area_code, "none"),
        "programme": programme.scalar_subquery(),
        "kind": literal(CAMPAIGN),
        "cycle": literal(f"{clock.today():%Y-%m}"),
        "verdict": literal(""),
        "state": literal("open"),
        "assignee": literal(assignee),
        "due": literal(due),
        "hardship": literal(0),
        "version": literal(1),
        "opened_at": literal(clock.now(), Moment()),
    }
