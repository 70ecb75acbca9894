"""Where each person stands on the way to a working account, what it adds up to each day, and targets."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment

LEFT = "cause <> ''"


class CoveragePerson(SQLModel, table=True):
    """Where a beneficiary stands, as worked out of the facts last: no fact itself, made anew at any time."""

    __tablename__ = "coverage_person"
    __table_args__ = (
        Index(
            "ix_coverage_person_left",
            *("area_code", "cause", "beneficiary_id"),
            sqlite_where=text(LEFT),
            postgresql_where=text(LEFT),
        ),
        Index(
            "ix_coverage_person_causes",
            *("cause", "area_code", "programmes", "bank_code", "stage", "force_majeure", "since"),
            sqlite_where=text(LEFT),
            postgresql_where=text(LEFT),
        ),
    )

    beneficiary_id: int = Field(
        primary_key=True,
        foreign_key="beneficiary.id",
        sa_type=Key,
        sa_column_kwargs={"autoincrement": False},
    )
    programmes: str  # all that the person is on, in order, joined by ";"
    area_code: str  # of a ward, or "none", as in all that follow
    category: str
    age: str  # of rules.AGES
    sex: str
    bank_code: str  # of the account, else of the dossier
    stage: str  # of rules.STAGES
    cause: str  # of rules.causes(); empty where the account works
    force_majeure: bool  # does not count against the target "everyone but force majeure"
    since: dt.date  # the day from which stage and cause are these


class CoverageDay(SQLModel, table=True):
    """A day for which coverage was worked out; done again on the same day it is that day's last word."""

    __tablename__ = "coverage_day"

    day: dt.date = Field(primary_key=True)
    made_at: dt.datetime = Field(sa_type=Moment)
    people: int = Field(sa_type=BigInteger)
    facts: str  # what marks the facts it was worked out of; others mean that it may have changed
    seconds: float  # that it took


class CoverageCell(SQLModel, table=True):
    """How many people of a ward and programmes stand at a stage, by one of rules.BY, from day to day.

    A cell that does not change has one row for many days, at most a month.
    """

    __tablename__ = "coverage_cell"
    __table_args__ = (
        Index("ix_coverage_cell_dimension_since", "dimension", "since", "until"),
        Index(
            "uq_coverage_cell_current",
            *("dimension", "area_code", "key", "programmes", "stage", "force_majeure"),
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    dimension: str  # of rules.BY
    area_code: str
    key: str  # the ward, category, ...
    programmes: str
    stage: str
    force_majeure: bool
    people: int = Field(sa_type=BigInteger)
    since: dt.date
    until: dt.date | None = None  # the first day on which it is something else


class CoverageTarget(SQLModel, table=True):
    """A share of people who are to have an account by a day; the latest of an area counts, others stay."""

    __tablename__ = "coverage_target"
    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 10000", name="share"),
        CheckConstraint("starts_on < due", name="days"),
        Index("ix_coverage_target_area_code_id", "area_code", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    area_code: str  # empty: everywhere
    share: int = Field(sa_type=BigInteger)  # in hundredths of a percent
    but_force_majeure: bool  # whether people whom force majeure keeps from it are left out
    starts_on: dt.date
    due: dt.date
    reason: str
    set_at: dt.datetime = Field(sa_type=Moment)
    set_by: str
