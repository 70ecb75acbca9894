"""What a run would say, for those who ask from a page or over HTTP: their own cycles, one at a time."""

import datetime as dt
import threading

from payouts.core.database import Database
from payouts.core.errors import ConflictError, ForbiddenError
from payouts.core.rulebook import RuleBook
from payouts.identity.scope import Scope
from payouts.runs.again import WhatIf, what_if
from payouts.runs.store import find_cycle

_ALONE = threading.Lock()  # a judgement takes all processors of a machine, and the memory of a cycle


def try_rules(
    database: Database,
    *,
    programme: str,
    cycle: str,
    scope: Scope,
    as_of: dt.date | None = None,
    book: RuleBook | None = None,
) -> WhatIf:
    """Judge a cycle as a run would do now, and keep nothing.

    Args:
        database: where the cycle is
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the programmes of who asks, and all areas: the sums are over all of them
        as_of: the day on which the question is asked, today in Vietnam by default
        book: the rules to go by, those in force on that day by default

    Raises:
        NotFoundError: there is no such cycle in the scope
        ForbiddenError: the scope has some areas only
        ConflictError: somebody else tries rules at this moment
        RefusedError: a rule file is broken
    """
    if scope.areas is not None:
        raise ForbiddenError("all_areas_needed", "Việc này cần quyền xem mọi xã, phường.")
    with database.reading() as session:
        find_cycle(session, programme, cycle, scope)
    if not _ALONE.acquire(blocking=False):
        raise ConflictError(
            "somebody_tries", "Đang có người khác thử quy tắc trên máy này. Xin thử lại sau ít phút."
        )
    try:
        return what_if(database, programme=programme, cycle=cycle, as_of=as_of, book=book)
    finally:
        _ALONE.release()
