"""Works coverage out of the facts: where each person stands, and what changed of it and of its sums today."""

import datetime as dt
import time
from collections.abc import Sequence
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from payouts.core import clock
from payouts.core.bulk import ALL_KEYS, insert_table, read_keys, read_table, weigh
from payouts.core.database import Database
from payouts.core.hold import Hold, nobody_else
from payouts.core.tables import table_behind
from payouts.coverage.campaign import close_campaign
from payouts.coverage.gather import gather, mark_of_facts
from payouts.coverage.models import CoverageCell, CoverageDay, CoveragePerson
from payouts.coverage.rules import BY

PERSON = table_behind(CoveragePerson)
CELL = table_behind(CoverageCell)
DAY = table_behind(CoverageDay)
OF_PERSON = tuple(name for name in PERSON.c.keys() if name != "since")  # noqa: SIM118  # of columns
OF_CELL = ("dimension", "area_code", "key", "programmes", "stage", "force_majeure")
COLUMN_OF = {name: {"area": "area_code", "bank": "bank_code"}.get(name, name) for name in BY}
AT_ONCE = 5_000  # ids of one statement
RESTS = 20  # times as long as it takes


def refresh(database: Database, hold: Hold = nobody_else) -> CoverageDay:
    """Work coverage out for today, and keep what changed since it was last worked out.

    All is read and reckoned before the first row is written, so that nobody waits for it.

    Args:
        database: where the facts are
        hold: refuses to write where somebody else has taken the job over
    """
    began = time.perf_counter()
    today = clock.today()
    with database.reading() as session:
        facts = mark_of_facts(session)
        tables = gather(session)
        before = read_keys(session, select(PERSON), PERSON.c.beneficiary_id, *ALL_KEYS)
        cells = read_table(session, select(CELL).where(CELL.c.until.is_(None)))
    with duckdb.connect(config={"threads": 2}) as reckoner:
        for name, rows in (tables | {"before": before, "cells": cells}).items():
            reckoner.register(name, rows)
        reckoner.execute(_sql("people.sql"), {"today": today})
        people = _changes_of_people(reckoner, today)
        sums = _changes_of_cells(reckoner, today)
        count = reckoner.execute("SELECT count(*) FROM now").fetchall()[0][0]
    with database.session() as session:
        hold(session)
        _keep_people(session, *people)
        _keep_cells(session, *sums, today=today)
        close_campaign(session)
        return _keep_day(session, today, count, facts, time.perf_counter() - began)


def due(session: Session) -> str | None:
    """Say whether coverage is to be worked out anew: it is another day, or facts have come since.

    Where it takes long, it rests twenty times as long in between.

    Returns:
        what tells this time from every other; None where nothing is to be done
    """
    today = clock.today()
    last = session.get(CoverageDay, today)
    if last and (clock.now() - last.made_at).total_seconds() < RESTS * last.seconds:
        return None
    facts = mark_of_facts(session)
    if last and last.facts == facts:
        return None
    return f"{today} {last.made_at.isoformat() if last else ''} {facts}"


def _sql(name: str) -> str:
    return (resources.files("payouts.coverage") / name).read_text(encoding="utf-8")


def _changes_of_people(reckoner: duckdb.DuckDBPyConnection, today: dt.date) -> tuple[list[int], pa.Table]:
    """Find whose row goes, and the rows that come; a stage or cause that stays keeps the day it began."""
    names = ", ".join(OF_PERSON)
    coming = reckoner.sql(
        f"""
        SELECT {", ".join(f"now.{name}" for name in OF_PERSON)},
            CASE WHEN before.stage = now.stage AND before.cause = now.cause THEN before.since
                ELSE $today END AS since
        FROM (SELECT {names} FROM now EXCEPT SELECT {names} FROM before) AS now
        LEFT JOIN before USING (beneficiary_id)
        ORDER BY beneficiary_id
        """,  # noqa: S608  # names of our own columns
        params={"today": today},
    ).to_arrow_table()
    reckoner.register("coming", coming)
    going = reckoner.execute(
        """
        SELECT beneficiary_id FROM before
        WHERE beneficiary_id IN (SELECT beneficiary_id FROM coming)
            OR beneficiary_id NOT IN (SELECT beneficiary_id FROM now)
        """
    ).fetchall()
    return [row[0] for row in going], coming


def _changes_of_cells(reckoner: duckdb.DuckDBPyConnection, today: dt.date) -> tuple[list[int], pa.Table]:
    """Find which cells end today, and which begin; those of an earlier month all begin anew."""
    each = " UNION ALL ".join(
        f"SELECT '{by}' AS dimension, area_code, {COLUMN_OF[by]} AS key, programmes, stage, force_majeure, "  # noqa: S608  # names of our own columns
        f"count(*) AS people FROM now WHERE {COLUMN_OF[by]} <> '' GROUP BY ALL"
        for by in BY
    )
    names = ", ".join(OF_CELL)
    reckoner.execute(f"CREATE TEMP TABLE sums AS {each}")
    going = reckoner.execute(
        f"""
        SELECT cells.id FROM cells LEFT JOIN sums USING ({names})
        WHERE sums.people IS DISTINCT FROM cells.people OR cells.since < $month
        """,  # noqa: S608  # the same
        {"month": today.replace(day=1)},
    ).fetchall()
    ended = [row[0] for row in going]
    reckoner.register("ended", pa.table({"id": pa.array(ended, pa.int64())}))
    coming = reckoner.sql(
        f"""
        SELECT {names}, people, $today AS since FROM sums
        ANTI JOIN (SELECT * FROM cells WHERE id NOT IN (SELECT id FROM ended)) USING ({names})
        """,  # noqa: S608  # the same
        params={"today": today},
    ).to_arrow_table()
    return ended, coming


def _keep_people(session: Session, going: Sequence[int], coming: pa.Table) -> None:
    for some in _pieces(going):
        session.execute(delete(PERSON).where(PERSON.c.beneficiary_id.in_(some)))
    if insert_table(session, PERSON, coming):
        weigh(session, PERSON)


def _keep_cells(session: Session, going: Sequence[int], coming: pa.Table, *, today: dt.date) -> None:
    """End cells; what began today was never the last word of a day, and goes without a trace."""
    for some in _pieces(going):
        session.execute(delete(CELL).where(CELL.c.id.in_(some), CELL.c.since == today))
        session.execute(update(CELL).values(until=today).where(CELL.c.id.in_(some)))
    if insert_table(session, CELL, coming):
        weigh(session, CELL)


def _keep_day(session: Session, today: dt.date, people: int, facts: str, seconds: float) -> CoverageDay:
    told: dict[str, Any] = {"made_at": clock.now(), "people": people, "facts": facts, "seconds": seconds}
    if not session.execute(update(DAY).values(told).where(DAY.c.day == today)).rowcount:  # type: ignore[attr-defined]  # of an update
        session.execute(insert(DAY).values(day=today, **told))
    return session.get_one(CoverageDay, today)


def _pieces(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE)]
