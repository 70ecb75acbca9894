"""Coverage as queries: what it adds up to on a day, by ward, category, age, sex, bank or cause."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from payouts.core.errors import NotFoundError, RefusedError
from payouts.core.tables import table_behind
from payouts.coverage.hiding import hidden
from payouts.coverage.models import CoverageCell, CoverageDay
from payouts.coverage.rules import BY, STAGES, VERIFIED, WITH_ACCOUNT
from payouts.identity.scope import Scope

CELL = table_behind(CoverageCell)
DAY = table_behind(CoverageDay)


@dataclass(slots=True)
class Tally:
    """How many people stand at each stage, and how many of them force majeure keeps from an account."""

    stages: dict[str, int] = field(default_factory=dict)
    kept_away: dict[str, int] = field(default_factory=dict)

    def of(self, stages: Iterable[str], *, but_force_majeure: bool = False) -> int:
        """Count the people at some stages."""
        return sum(
            self.stages.get(stage, 0) - (self.kept_away.get(stage, 0) if but_force_majeure else 0)
            for stage in stages
        )

    def people(self, *, but_force_majeure: bool = False) -> int:
        """Count all people."""
        return self.of(STAGES, but_force_majeure=but_force_majeure)

    def add(self, stage: str, people: int, *, force_majeure: bool = False) -> None:
        """Count people in."""
        self.stages[stage] = self.stages.get(stage, 0) + people
        if force_majeure:
            self.kept_away[stage] = self.kept_away.get(stage, 0) + people


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table of coverage; None where so few people are meant that they may not be shown.

    Attributes:
        key: the ward, category, ...
        people: all
        with_account: of these, those with an account on record, opened
        verified: of these, those whose last payment reached the account
    """

    key: str
    people: int | None
    with_account: int | None
    verified: int | None

    @property
    def share(self) -> float | None:
        """The part of the people with an account, 0 to 1; None where it may not be shown or nobody is."""
        if not self.people or self.with_account is None:
            return None
        return round(self.with_account / self.people, 4)


def day_before(session: Session, on: dt.date) -> dt.date | None:
    """Find the last day up to `on` for which coverage was worked out."""
    found: dt.date | None = session.execute(select(func.max(DAY.c.day)).where(on >= DAY.c.day)).scalar_one()
    return found


def made(session: Session, day: dt.date) -> CoverageDay:
    """Return when and of what coverage of a day was worked out."""
    return session.get_one(CoverageDay, day)


def tallies(
    session: Session, scope: Scope, by: str, on: dt.date, *, areas: Sequence[str] | None = None
) -> dict[str, Tally]:
    """Add coverage of a day up within a scope: key -> tally.

    Args:
        session: the transaction
        scope: the areas and programmes to count; who is on several programmes counts once
        by: of BY
        on: a day for which it was worked out, see day_before
        areas: only these wards

    Raises:
        RefusedError: there is nothing like `by`
    """
    if by not in BY:
        raise RefusedError("no_such_grouping", f"Không có cách nhóm “{by}”. Hãy chọn: {', '.join(BY)}.")
    within: list[ColumnElement[bool]] = scope.conditions(area=CELL.c.area_code)
    if areas is not None:
        within.append(CELL.c.area_code.in_(areas))
    rows = session.execute(
        select(CELL.c.key, CELL.c.stage, CELL.c.force_majeure, CELL.c.programmes, func.sum(CELL.c.people))
        .where(CELL.c.dimension == by, *_on(on), *within)
        .group_by(CELL.c.key, CELL.c.stage, CELL.c.force_majeure, CELL.c.programmes)
    )
    found: dict[str, Tally] = defaultdict(Tally)
    for key, stage, force_majeure, programmes, people in rows:
        if serves(scope, programmes):
            found[key].add(stage, int(people), force_majeure=force_majeure)
    return dict(found)


def serves(scope: Scope, programmes: str) -> bool:
    """Say whether somebody works for a programme of a person."""
    return scope.programmes is None or not scope.programmes.isdisjoint(programmes.split(";"))


def together(found: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    whole = Tally()
    for tally in found:
        for stage, people in tally.stages.items():
            whole.add(stage, people)
        for stage, people in tally.kept_away.items():
            whole.kept_away[stage] = whole.kept_away.get(stage, 0) + people
    return whole


def figures(found: dict[str, Tally], *, all_cells: bool, but_force_majeure: bool = False) -> list[Figures]:
    """Lay tallies out as rows, in the order of their keys.

    Args:
        found: key -> tally
        all_cells: whether cells of fewer than five people may be shown; else they are hidden, and others
            with them, so that nobody works them out
        but_force_majeure: leave out whom force majeure keeps from an account; where cells are hidden nobody
            may choose that, for the difference would tell of them

    Raises:
        RefusedError: force majeure is to be left out of a table with hidden cells
    """
    if but_force_majeure and not all_cells:
        raise RefusedError(
            "cells_hidden", "Bạn chỉ xem được số liệu tính cả bất khả kháng, vì các ô dưới 5 người bị ẩn."
        )
    keys = sorted(found)
    parts = [
        (
            people - with_account,
            with_account - verified,
            verified,
        )
        for tally in (found[key] for key in keys)
        for people, with_account, verified in [
            (
                tally.people(but_force_majeure=but_force_majeure),
                tally.of(WITH_ACCOUNT, but_force_majeure=but_force_majeure),
                tally.of(VERIFIED, but_force_majeure=but_force_majeure),
            )
        ]
    ]
    mask = [[False] * 4 for _ in parts] if all_cells else hidden(parts)
    return [
        Figures(
            key,
            None if covered[3] else sum(row),
            None if covered[1] or covered[2] else row[1] + row[2],
            None if covered[2] else row[2],
        )
        for key, row, covered in zip(keys, parts, mask, strict=True)
    ]


def days_known(session: Session, *, limit: int = 400) -> list[dt.date]:
    """List the days for which coverage was worked out, the latest first."""
    return list(session.execute(select(DAY.c.day).order_by(DAY.c.day.desc()).limit(limit)).scalars())


def day_or_refuse(session: Session, on: dt.date) -> dt.date:
    """Find the last day up to `on` with figures.

    Raises:
        NotFoundError: there is none
    """
    found = day_before(session, on)
    if found is None:
        raise NotFoundError("no_coverage_yet", f"Chưa có số liệu bao phủ nào đến ngày {on:%d/%m/%Y}.")
    return found


def _on(day: dt.date) -> list[ColumnElement[bool]]:
    """Say in a query which cells hold on a day; all of them began in its month."""
    return [
        CELL.c.since.between(day.replace(day=1), day),
        or_(CELL.c.until.is_(None), CELL.c.until > day),
    ]
