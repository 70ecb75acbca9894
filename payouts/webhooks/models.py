"""Who listens, what each is told, and every attempt to tell it, as kept in the database.

What is told is written down where it happens, in the same transaction: the rows of `run`, `case_event` and
`expected_file_event` say themselves whether subscribers were told of them.
"""

import datetime as dt

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class Subscriber(SQLModel, table=True):
    """A program that is told, at one address."""

    __tablename__ = "webhook_subscriber"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    url: str
    events: str  # of data/events.csv, joined by ";"
    programmes: str | None = None  # that it is told of, joined by ";"; null: all
    areas: str | None = None  # the same
    secret: str = Field(repr=False)  # whsec_…; it signs, so it cannot be kept as a hash
    old_secret: str | None = Field(default=None, repr=False)  # signs too, until
    old_secret_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    failures: int = Field(default=0, sa_type=BigInteger)  # in a row: the address, not a message, is at fault
    paused_until: dt.datetime | None = Field(default=None, sa_type=Moment)  # nothing is sent before
    disabled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    disabled_by: str | None = None
    disabled_why: str | None = None


class Message(SQLModel, table=True):
    """What one subscriber is told of one thing; made once, sent until it is taken or given up."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "source"),
        Index("ix_webhook_message_subscriber_id_id", "subscriber_id", "id"),
        Index(
            "ix_webhook_message_due_at",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    subscriber_id: int = Field(foreign_key="webhook_subscriber.id", sa_type=Key)
    uid: str = Field(unique=True)  # the header webhook-id: the same at every attempt
    source: str  # what it tells of: case_event 12, run 3/0
    type: str  # of data/events.csv
    body: str  # JSON, as it is signed and sent
    made_at: dt.datetime = Field(sa_type=Moment)
    state: str = "waiting"  # then delivered, given_up or dropped
    attempts: int = Field(default=0, sa_type=BigInteger)
    due_at: dt.datetime = Field(sa_type=Moment)  # of the next attempt
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class Attempt(SQLModel, table=True):
    """One attempt to deliver a message; rows are only ever added."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_message_id_id", "message_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    message_id: int = Field(foreign_key="webhook_message.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    took_ms: int = Field(sa_type=BigInteger)
    status: int | None = Field(default=None, sa_type=BigInteger)  # of the answer
    problem: str | None = None  # a key of rules.PROBLEMS, where there was no answer
    answer: str | None = None  # its beginning


class Disbursal(SQLModel, table=True):
    """A batch of payments that an upstream system asked for in the words of G2P Connect; it became a list."""

    __tablename__ = "g2p_transaction"
    __table_args__ = (UniqueConstraint("sender_id", "transaction_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    sender_id: str
    transaction_id: str
    correlation_id: str = Field(unique=True)  # given by this service
    message_id: str
    sha256: str  # of the request, whose bytes are kept
    list_id: int = Field(foreign_key="payout_list.id", sa_type=Key)
    received_at: dt.datetime = Field(sa_type=Moment)
    received_by: str
