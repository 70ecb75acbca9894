"""The table of jobs: what is to be done by itself, once each, whatever is killed meanwhile."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class Job(SQLModel, table=True):
    """One piece of work; (name, key) makes it the same work however often it is asked for."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("name", "key"), Index("ix_job_state_due_at", "state", "due_at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str
    key: str
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = "waiting"  # then running, done or failed
    due_at: dt.datetime = Field(sa_type=Moment)
    holder: str | None = None  # host and process of the worker that has it
    lease_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    fence: int = Field(
        default=0, sa_type=BigInteger
    )  # one more with each claim; an older holder may write no more
    failure: str | None = None
    made_at: dt.datetime = Field(sa_type=Moment)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
