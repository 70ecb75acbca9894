"""What was measured, as queries: scores by ward, counts by check, the people behind a check page by page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func
from sqlmodel import Session, col, select

from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList
from payouts.quality.models import QualityCount, QualityFinding, QualityMeasure, QualityTotal
from payouts.quality.rules import SCORES
from payouts.registry.people import BENEFICIARY

OLD_WARDS = ("area_mapped", "area_split")  # problems of a list that tell of a ward of the old scheme
FINDING = table_behind(QualityFinding)
LINE = table_behind(PayoutLine)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people of an area there are, and how many of them pass all checks of each score."""

    area_code: str
    people: int
    right: int
    complete: int
    clean: int
    live: int

    def passing(self, score: str) -> int:
        """Give the people who pass the checks of a score."""
        count: int = getattr(self, score)
        return count


def measured(session: Session, *, on: dt.date) -> QualityMeasure | None:
    """Find the last measurement up to and with a day."""
    return session.exec(
        select(QualityMeasure)
        .where(col(QualityMeasure.day) <= on)
        .order_by(col(QualityMeasure.day).desc(), col(QualityMeasure.id).desc())
        .limit(1)
    ).one_or_none()


def by_area(session: Session, measure_id: int, scope: Scope) -> list[Tally]:
    """List the scores of the areas within a scope, by area code."""
    names = ("area_code", "people", *SCORES)
    rows = session.execute(
        select(*(getattr(QualityTotal, name) for name in names))
        .where(col(QualityTotal.measure_id) == measure_id, *scope.conditions(area=QualityTotal.area_code))
        .order_by(col(QualityTotal.area_code))
    )
    return [Tally(*row) for row in rows]


def together(tallies: Sequence[Tally]) -> Tally:
    """Add areas up."""
    return Tally("", *(sum(getattr(each, name) for each in tallies) for name in ("people", *SCORES)))


def by_check(session: Session, measure_id: int, scope: Scope, *, area: str | None = None) -> dict[str, int]:
    """Count whom each check found within a scope: code -> people; checks that found nobody are left out."""
    rows = session.execute(
        select(col(QualityCount.code), func.sum(col(QualityCount.people)))
        .where(
            col(QualityCount.measure_id) == measure_id,
            *scope.conditions(area=QualityCount.area_code),
            *([col(QualityCount.area_code) == area] if area is not None else []),
        )
        .group_by(col(QualityCount.code))
    )
    return {code: int(people) for code, people in rows}


def old_wards(session: Session, scope: Scope, *, on: dt.date) -> list[tuple[PayoutList, int]]:
    """Give the last lists of each programme that name wards of before July 2025, and in how many lines.

    Args:
        session: the transaction
        scope: the programmes to look at
        on: the day; later cycles are not looked at
    """
    last = (
        select(PayoutList.programme, func.max(PayoutList.cycle).label("cycle"))
        .where(PayoutList.state == "accepted", PayoutList.cycle <= f"{on:%Y-%m}")
        .group_by(PayoutList.programme)
        .subquery()
    )
    lists = session.exec(
        select(PayoutList)
        .join(last, (last.c.programme == PayoutList.programme) & (last.c.cycle == PayoutList.cycle))
        .where(
            PayoutList.state == "accepted",
            col(PayoutList.superseded_by).is_(None),
            *scope.conditions(programme=PayoutList.programme),
        )
        .order_by(col(PayoutList.id))
    )
    counted = [
        (each, sum(int(row["values"]["count"]) for row in each.problems if row["code"] in OLD_WARDS))
        for each in lists
    ]
    return [(each, lines) for each, lines in counted if lines]


def found_by(
    session: Session, code: str, scope: Scope, *, area: str | None = None, after: int = 0, limit: int = 100
) -> list[RowMapping]:
    """List the people whom a check found in the last measurement, by area and name.

    Args:
        session: the transaction
        code: of the check
        scope: the areas to show
        area: only this one
        after: only findings with a greater id
        limit: most rows

    Returns:
        rows of id, area_code, beneficiary_id, payout_line_id, value, other, citizen_id, full_name, born,
        channel, bank_code and account_no
    """
    wanted: list[ColumnElement[bool]] = [FINDING.c.code == code, FINDING.c.id > after]
    wanted += scope.conditions(area=FINDING.c.area_code)
    if area is not None:
        wanted.append(FINDING.c.area_code == area)
    shown: list[Any] = [
        *(
            FINDING.c[name]
            for name in ("id", "area_code", "beneficiary_id", "payout_line_id", "value", "other")
        ),
        func.coalesce(BENEFICIARY.c.citizen_id, LINE.c.citizen_id).label("citizen_id"),
        func.coalesce(BENEFICIARY.c.full_name, LINE.c.full_name).label("full_name"),
        func.coalesce(BENEFICIARY.c.date_of_birth, LINE.c.date_of_birth).label("born"),
        *(LINE.c[name] for name in ("channel", "bank_code", "account_no")),
    ]
    rows = session.execute(
        select(*shown)
        .select_from(FINDING)
        .outerjoin(BENEFICIARY, BENEFICIARY.c.id == FINDING.c.beneficiary_id)
        .outerjoin(LINE, LINE.c.id == FINDING.c.payout_line_id)
        .where(*wanted)
        .order_by(FINDING.c.id)
        .limit(limit)
    )
    return list(rows.mappings())


def checks_of_person(session: Session, beneficiary_id: int) -> list[RowMapping]:
    """List what the last measurement found of one person: code, value, other."""
    rows = session.execute(
        select(FINDING.c.code, FINDING.c.value, FINDING.c.other)
        .where(FINDING.c.beneficiary_id == beneficiary_id)
        .order_by(FINDING.c.id)
    )
    return list(rows.mappings())
