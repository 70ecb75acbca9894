"""What somebody asks a report of: a cycle as it was known at a moment, within what they may see."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from payouts.closing.store import close_of
from payouts.core import clock
from payouts.core.areas import ward_name
from payouts.core.clock import VIETNAM
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.problems import Language
from payouts.core.terms import Words
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.models import Run
from payouts.runs.store import done_run, find_cycle, rules_of

FEW_AREAS = 5  # named one by one
SHORT_HASH = 16  # signs of a digest that tell one from another on paper


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked of.

    Attributes:
        cycle: the cycle
        run: the last run that was done of it at the moment
        at: the moment whose knowledge is asked for
        scope: the areas and programmes to show
        made_at: when the report is made
        by: who asks for it
        language: in which it is written
        options: what else a report takes, as its kind says
    """

    cycle: PayoutCycle
    run: Run
    at: dt.datetime
    scope: Scope
    made_at: dt.datetime
    by: str
    language: Language = "vi"
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def run_id(self) -> int:
        """The key of the run."""
        return self.run.id or 0


def ask(
    session: Session,
    programme: str,
    cycle: str,
    scope: Scope,
    *,
    by: str,
    run: int | None = None,
    on: dt.date | None = None,
    language: Language = "vi",
    options: Mapping[str, str] | None = None,
    made_at: dt.datetime | None = None,
) -> Asked:
    """Find what a report is about.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to show
        by: who asks
        run: as known when this run was done
        on: as known at the end of this day, in Vietnam
        language: in which the report is written
        options: what else it takes
        made_at: when it is made; now by default

    Raises:
        NotFoundError: there is no such cycle in the scope, or no such run
        ConflictError: no run of it was done by then
        RefusedError: both a run and a day are given
    """
    if run is not None and on is not None:
        raise RefusedError("run_or_day", "Hãy chọn lần đối chiếu hoặc ngày, không chọn cả hai.")
    found = find_cycle(session, programme, cycle, scope)
    now = made_at or clock.now()
    if run is not None:
        chosen = done_run(session, found, run)
        at = (chosen.done_at if chosen else None) or now
    else:
        at = min(now, _end_of(on)) if on else now
        chosen = run_known(session, found, at)
    if chosen is None:
        raise ConflictError(
            "not_reconciled",
            f"Kỳ {cycle} của chương trình {programme} chưa được đối chiếu. Hãy chạy đối chiếu trước.",
        )
    return Asked(found, chosen, at, scope, now, by, language, options or {})


def run_known(session: Session, cycle: PayoutCycle, at: dt.datetime) -> Run | None:
    """Find the last run of a cycle that was done at a moment."""
    return session.exec(
        select(Run)
        .where(Run.cycle_id == cycle.id, Run.state == "done", col(Run.done_at) <= at)
        .order_by(col(Run.number).desc())
        .limit(1)
    ).one_or_none()


def stated(session: Session, asked: Asked) -> tuple[tuple[Words, str], ...]:
    """Say what a report states of itself: cycle, run, rules, moment, scope, hash, who and when."""
    run, rules = asked.run, rules_of(session, [asked.run_id]).get(asked.run_id)
    vietnamese = asked.language == "vi"
    told = {
        Words(
            "Chương trình, kỳ", "Programme, cycle"
        ): f"{asked.cycle.programme}, {_month(asked.cycle.cycle)}",
        Words("Lần đối chiếu", "Run"): (
            f"số {run.number}, tính đến {run.as_of:%d/%m/%Y}, xong lúc {moment(run.done_at)}"
            if vietnamese
            else f"number {run.number}, as of {run.as_of:%d/%m/%Y}, done {moment(run.done_at)}"
        ),
        Words("Quy tắc đối chiếu", "Rules"): (
            f"{rules.version} ({rules.hash[:SHORT_HASH]})" if rules else "–"
        ),
        Words("Theo những gì biết đến", "As known on"): moment(asked.at),
        Words("Khóa sổ", "Closed"): _closed(session, asked),
        Words("Phạm vi", "Scope"): _scope(asked),
        Words("Lập lúc", "Made"): f"{moment(asked.made_at)}, {asked.by}",
    }
    return tuple(told.items())


def _closed(session: Session, asked: Asked) -> str:
    """Say when the month was closed, and the hash of what was, where it was at the moment."""
    close = close_of(session, asked.cycle, asked.at)
    if close is None:
        return "chưa khóa sổ" if asked.language == "vi" else "not closed"
    return f"{moment(close.closed_at)}, SHA-256 {close.hash}"


def moment(at: dt.datetime | None) -> str:
    """Write a moment by the clock in Vietnam: 22/11/2026 14:05."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at else "–"


def _month(cycle: str) -> str:
    return f"{cycle[5:]}/{cycle[:4]}"


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM).astimezone(dt.UTC)


def _scope(asked: Asked) -> str:
    areas = asked.scope.areas
    if areas is None:
        return "Toàn thành phố" if asked.language == "vi" else "All wards"
    named = [ward_name(code) for code in sorted(areas)]
    more = len(named) - FEW_AREAS
    return ", ".join(named[:FEW_AREAS]) + (f" (+{more})" if more > 0 else "")
