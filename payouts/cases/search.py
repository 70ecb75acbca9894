"""Finds cases by what a person types: a name with or without marks, a number, a reference."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping
from sqlmodel import Session, col, func, select

from payouts.cases.models import Case
from payouts.cases.store import worklist
from payouts.core.words import folded, folded_words
from payouts.identity.scope import Scope
from payouts.runs.store import Page

MOST_LOOKED_AT = 5_000  # cases that one search reads, the first due first
STEP = 500

# Columns whose whole value may be typed, blanks and punctuation left out.
NUMBERS = ("line_ref", "citizen_id", "account_no")


def search(
    session: Session,
    scope: Scope,
    text: str,
    *,
    cursor: str | None = None,
    limit: int = 50,
    **only: Any,
) -> Page:
    """List the cases of the worklist that a text fits, in the worklist's order.

    Args:
        session: the transaction
        scope: the areas and programmes to show
        text: words of a name in any order, with or without marks; or a whole line reference, identity number,
            account number, or at least its last four digits
        cursor: where the page begins: `next` of the page before
        limit: most rows of a page
        only: the other filters of `cases.store.worklist`

    Raises:
        NotFoundError: there is no such place to begin
    """
    if not folded(text):
        return worklist(session, scope, cursor=cursor, limit=limit, **only)
    found: list[RowMapping] = []
    looked_at = 0
    while True:
        page = worklist(session, scope, cursor=cursor, limit=STEP, **only)
        found.extend(row for row in page.items if fits(row, text))
        looked_at += len(page.items)
        cursor = page.next
        if cursor is None or len(found) > limit or looked_at >= MOST_LOOKED_AT:
            break
    more = len(found) > limit
    shown = found[:limit]
    return Page(shown, _place(shown[-1]["due"], shown[-1]["id"]) if more else cursor)


def place_of(case: Case) -> str:
    """Return the cursor behind a case: the page that begins there goes on with what follows it."""
    return _place(case.due, case.id or 0)


def _place(due: dt.date, case_id: int) -> str:
    return f"{due.toordinal()}-{case_id}"


def fits(row: RowMapping, text: str) -> bool:
    """Say whether a row of the worklist is one that a text looks for."""
    wanted = folded_words(text).split()
    words = folded_words(row["full_name"] or "").split()
    if all(any(word.startswith(each) for word in words) for each in wanted):
        return True
    return any(number == folded(text) or _ends(number, text) for number in _numbers(row))


def _ends(number: str, text: str) -> bool:
    tail = folded(text)
    return tail.isdecimal() and len(tail) >= 4 and number.endswith(tail)  # noqa: PLR2004  # fewer would fit anybody


def _numbers(row: RowMapping) -> Iterator[str]:
    return (folded(row[name]) for name in NUMBERS if row[name])


def reasons_in_use(session: Session, scope: Scope) -> dict[str, int]:
    """Count the cases that are not closed by the bank's reason, within a scope, the commonest first."""
    rows = session.execute(
        select(Case.reason_code, func.count())
        .where(
            Case.state != "closed",
            col(Case.reason_code).is_not(None),
            *scope.conditions(area=Case.area_code, programme=Case.programme),
        )
        .group_by(col(Case.reason_code))
        .order_by(func.count().desc(), col(Case.reason_code))
    )
    return {row[0]: row[1] for row in rows if row[0]}
