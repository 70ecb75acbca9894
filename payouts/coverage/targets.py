"""Targets: which share of people is to have an account by when, how many a day that takes, who is behind."""

import datetime as dt
import math
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.calendar import ONE_DAY, USUAL, Calendar, is_banking_day
from payouts.core.errors import RefusedError
from payouts.core.notes import tidied
from payouts.coverage.models import CoverageTarget
from payouts.coverage.rules import WITH_ACCOUNT
from payouts.coverage.store import Tally
from payouts.identity.scope import Scope

EVERYWHERE = ""
WHOLE = 10_000  # hundredths of a percent
LONGEST = dt.timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a target is, in people and working days.

    Attributes:
        target: what is to be reached
        people: who counts: all, or all but whom force majeure keeps from an account
        with_account: of these, those with an account
        goal: how many are to have one by the day of the target
        expected: how many should have one today, had it gone evenly from the first day on; None where
            nothing is known of the first day
        days: working days left, today not among them
        lately: accounts more than a fortnight ago, a working day; None where nothing is known of then
    """

    target: CoverageTarget
    people: int
    with_account: int
    goal: int
    expected: int | None
    days: int
    lately: float | None = None

    @property
    def left(self) -> int:
        """How many still lack an account."""
        return max(0, self.goal - self.with_account)

    @property
    def a_day(self) -> int:
        """How many a working day are needed; all that are left where no day is."""
        return math.ceil(self.left / self.days) if self.days else self.left

    @property
    def behind(self) -> int:
        """By how many it lags, 0 where it does not; after the day of the target by all that are left."""
        if not self.days:
            return self.left
        return max(0, (self.expected or 0) - self.with_account)

    @property
    def share(self) -> float:
        """The part with an account, 0 to 1; 0 where nobody counts."""
        return self.with_account / self.people if self.people else 0.0


def set_target(
    session: Session,
    scope: Scope,
    *,
    area_code: str,
    share: int,
    due: dt.date,
    but_force_majeure: bool,
    reason: str,
    by: str,
) -> CoverageTarget:
    """Set a target from today on; the one before stays on record.

    Args:
        session: the transaction
        scope: of who sets it
        area_code: a ward of today, or EVERYWHERE
        share: hundredths of a percent of the people
        due: the day by which it is to be reached
        but_force_majeure: whether people whom force majeure keeps from an account are left out
        reason: the decision on which it rests
        by: the username

    Raises:
        RefusedError: a value is not acceptable
    """
    today = clock.today()
    if area_code and (area_code not in wards() or (scope.areas is not None and area_code not in scope.areas)):
        raise RefusedError("no_such_ward", "Hãy chọn một xã/phường hiện nay trong phạm vi của bạn.")
    if not area_code and scope.areas is not None:
        raise RefusedError("no_such_ward", "Chỉ tiêu chung do cấp thành phố/tỉnh đặt. Hãy chọn xã/phường.")
    if not 1 <= share <= WHOLE:
        raise RefusedError("bad_share", "Chỉ tiêu phải trên 0 và không quá 100 %.")
    if not today < due <= today + LONGEST:
        raise RefusedError("bad_target_day", "Ngày phải đạt phải sau hôm nay, trong vòng 3 năm.")
    target = CoverageTarget(
        area_code=area_code,
        share=share,
        but_force_majeure=but_force_majeure,
        starts_on=today,
        due=due,
        reason=tidied(reason, needed=True),
        set_at=clock.now(),
        set_by=by,
    )
    session.add(target)
    session.flush()
    return target


def targets(session: Session) -> dict[str, CoverageTarget]:
    """Return the targets that count: ward, or EVERYWHERE -> the latest one."""
    latest = select(func.max(CoverageTarget.id)).group_by(col(CoverageTarget.area_code))
    rows = session.exec(select(CoverageTarget).where(col(CoverageTarget.id).in_(latest)))
    return {each.area_code: each for each in rows}


def progress(
    target: CoverageTarget,
    now: Tally,
    *,
    today: dt.date,
    at_start: Tally | None = None,
    before: tuple[dt.date, Tally] | None = None,
    calendar: Calendar = USUAL,
) -> Progress:
    """Reckon how far a target is.

    Args:
        target: what is to be reached
        now: where people stand today
        today: the day
        at_start: where they stood on the first day of the target
        before: a day some time ago, and where they stood then
        calendar: the days on which people work
    """
    people = now.people(but_force_majeure=target.but_force_majeure)
    with_account = now.of(WITH_ACCOUNT)
    goal = math.ceil(people * target.share / WHOLE)
    whole = working_days(target.starts_on, target.due, calendar)
    gone = working_days(target.starts_on, min(today, target.due), calendar)
    first = None if at_start is None else at_start.of(WITH_ACCOUNT)
    expected = None if first is None else first + math.floor((goal - first) * gone / whole) if whole else goal
    since = working_days(before[0], today, calendar) if before else 0
    return Progress(
        target=target,
        people=people,
        with_account=with_account,
        goal=goal,
        expected=expected,
        days=working_days(today, target.due, calendar),
        lately=(with_account - before[1].of(WITH_ACCOUNT)) / since if before and since else None,
    )


def working_days(after: dt.date, until: dt.date, calendar: Calendar = USUAL) -> int:
    """Count the working days behind one day up to another, that one included."""
    days = range(1, (until - after).days + 1)
    return sum(is_banking_day(after + ONE_DAY * each, calendar) for each in days)
