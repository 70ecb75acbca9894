"""Lays coverage out for its page: the funnel, the table with its plot, how far the target is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from payouts.core import clock
from payouts.core.alphabet import in_alphabet
from payouts.coverage.hiding import hidden
from payouts.coverage.models import CoverageTarget
from payouts.coverage.naming import name_of
from payouts.coverage.rules import FAILED_LAST, FUNNEL, STAGES
from payouts.coverage.store import Figures, Tally, day_before, figures, tallies, together
from payouts.coverage.targets import EVERYWHERE, Progress, progress, targets
from payouts.identity.rules import Staff
from payouts.web.words import Language

FORTNIGHT = dt.timedelta(days=14)
SORTS = ("share", "name", "people", "left", "behind")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes:
        name: of the key, as shown
        now: its figures
        failed_last: people whose last payment failed; None where cells are hidden
        before: the figures of the day that is compared
        progress: how far its target is, of wards alone
    """

    name: str
    now: Figures
    failed_last: int | None
    before: Figures | None
    progress: Progress | None

    @property
    def unverified(self) -> int | None:
        """How many have an account to which the last payment did not come, or none was made yet."""
        if self.now.with_account is None or self.now.verified is None:
            return None
        return self.now.with_account - self.now.verified

    @property
    def without(self) -> int | None:
        """How many have no account."""
        if self.now.people is None or self.now.with_account is None:
            return None
        return self.now.people - self.now.with_account

    @property
    def points(self) -> float | None:
        """By how many percentage points the share changed since."""
        if self.before is None or self.before.share is None or self.now.share is None:
            return None
        return (self.now.share - self.before.share) * 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: the day, the day to compare with, by what, without force majeure or not."""

    on: dt.date
    since: dt.date | None
    by: str
    but_force_majeure: bool
    sort: str


def coverage_parts(session: Session, staff: Staff, asked: Asked, language: Language) -> dict[str, Any]:
    """Gather what the page shows; nothing but `day` where there are no figures yet."""
    day = day_before(session, asked.on)
    if day is None:
        return {"day": None}
    all_cells = staff.may("coverage.people")
    found = tallies(session, staff.scope, asked.by, day)
    whole = together(found.values())
    since = day_before(session, asked.since) if asked.since else None
    earlier = tallies(session, staff.scope, asked.by, since) if since else {}
    set_for = targets(session)
    rows = _rows(
        session,
        staff,
        asked,
        day=day,
        found=found,
        earlier=earlier,
        set_for=set_for,
        language=language,
    )
    return {
        "day": day,
        "since_day": since,
        "whole": figures({"": whole}, all_cells=all_cells, but_force_majeure=asked.but_force_majeure)[0],
        "was": figures(
            {"": together(earlier.values())}, all_cells=all_cells, but_force_majeure=asked.but_force_majeure
        )[0]
        if earlier
        else None,
        "kept_away": sum(whole.kept_away.values()) if all_cells else None,
        "funnel": _funnel(whole, all_cells=all_cells),
        "failed_last": whole.of(FAILED_LAST) if all_cells else None,
        "far": _far(session, staff, day, whole, set_for) if all_cells else None,
        "rows": rows,
        "behind": sum(bool(row.progress and row.progress.behind) for row in rows),
    }


def _rows(
    session: Session,
    staff: Staff,
    asked: Asked,
    *,
    day: dt.date,
    found: Mapping[str, Tally],
    earlier: Mapping[str, Tally],
    set_for: Mapping[str, CoverageTarget],
    language: Language,
) -> list[Row]:
    all_cells = staff.may("coverage.people")
    how = {"all_cells": all_cells, "but_force_majeure": asked.but_force_majeure}
    before = {row.key: row for row in figures(dict(earlier), **how)}
    far = _far_by_ward(session, staff, day, found, set_for) if asked.by == "area" and all_cells else {}
    rows = [
        Row(
            name_of(asked.by, row.key, language),
            row,
            found[row.key].of(FAILED_LAST) if all_cells else None,
            before.get(row.key),
            far.get(row.key),
        )
        for row in figures(dict(found), **how)
    ]
    rows.sort(key=lambda row: in_alphabet(row.name))
    keys = {
        "share": lambda row: 2 if row.now.share is None else row.now.share,
        "people": lambda row: -(row.now.people or 0),
        "left": lambda row: -(row.without or 0),
        "behind": lambda row: -(row.progress.behind if row.progress else 0),
    }
    return sorted(rows, key=keys[asked.sort]) if asked.sort in keys else rows


def _funnel(whole: Tally, *, all_cells: bool) -> list[dict[str, Any]]:
    """Give the steps of the funnel; one that holds a hidden stage is not told."""
    stages = tuple(STAGES)
    mask = [False] * (len(stages) + 1)
    if not all_cells:
        [mask] = hidden([[whole.of((stage,)) for stage in stages]])
    covered = dict(zip(stages, mask, strict=False))
    people = None if mask[-1] else whole.people()
    return [
        {
            "code": code,
            "vi": vi,
            "en": en,
            "people": people
            if code == "people"
            else None
            if any(covered[stage] for stage in counted)
            else whole.of(counted),
            "of": people,
        }
        for code, (vi, en, counted) in FUNNEL.items()
    ]


def _far(
    session: Session, staff: Staff, day: dt.date, whole: Tally, set_for: Mapping[str, CoverageTarget]
) -> Progress | None:
    """Say how far the target is of all that somebody works for: their ward's own, else the one for all."""
    areas = staff.scope.areas
    own = set_for.get(next(iter(areas))) if areas and len(areas) == 1 else None
    target = own or set_for.get(EVERYWHERE)
    if target is None:
        return None
    start, fortnight = _days(session, target, day)
    return progress(
        target,
        whole,
        today=clock.today(),
        at_start=_whole(session, staff, start),
        before=(fortnight, _whole(session, staff, fortnight)) if fortnight else None,
    )


def _far_by_ward(
    session: Session,
    staff: Staff,
    day: dt.date,
    found: Mapping[str, Tally],
    set_for: Mapping[str, CoverageTarget],
) -> dict[str, Progress]:
    began: dict[dt.date, dict[str, Tally]] = {}
    far = {}
    for key, tally in found.items():
        target = set_for.get(key, set_for.get(EVERYWHERE))
        if target is None:
            continue
        start, _ = _days(session, target, day)
        if start not in began:
            began[start] = tallies(session, staff.scope, "area", start)
        far[key] = progress(target, tally, today=clock.today(), at_start=began[start].get(key))
    return far


def _days(session: Session, target: CoverageTarget, day: dt.date) -> tuple[dt.date, dt.date | None]:
    """Find the days with figures on which a target began, and about a fortnight ago."""
    return day_before(session, target.starts_on) or day, day_before(session, day - FORTNIGHT)


def _whole(session: Session, staff: Staff, day: dt.date) -> Tally:
    return together(tallies(session, staff.scope, "sex", day).values())
