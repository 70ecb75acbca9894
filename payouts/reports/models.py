"""Reports that were given out, and those that are made by themselves, as kept in the database."""

import datetime as dt

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class ReportPlan(SQLModel, table=True):
    """A report that is made by itself each month, from a day on; one that is given up gets an end."""

    __tablename__ = "report_plan"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str  # of the report, in catalogue.py
    programme: str
    form: str  # xlsx, pdf or csv
    language: str
    day: int  # of the month: from then on the report of the month's cycle is made
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None


class ReportIssue(SQLModel, table=True):
    """A report as it was given out: all that it takes to make the same bytes again, and their digest."""

    __tablename__ = "report_issue"
    __table_args__ = (
        UniqueConstraint("plan_id", "cycle"),
        Index("ix_report_issue_programme_cycle_id", "programme", "cycle", "id"),
        Index("ix_report_issue_sha256", "sha256"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str
    programme: str
    cycle: str
    run_id: int = Field(foreign_key="run.id", sa_type=Key)
    run_number: int = Field(sa_type=BigInteger)
    known_at: dt.datetime = Field(sa_type=Moment)  # as known at this moment
    form: str
    language: str
    options: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    areas: list[str] | None = Field(default=None, sa_type=JSON)  # it was limited to these
    program: str  # the version of chitra
    sha256: str
    size: int = Field(sa_type=BigInteger)  # bytes
    kept: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # its bytes lie in the data folder
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    plan_id: int | None = Field(default=None, foreign_key="report_plan.id", sa_type=Key)
