"""Approvals, what was answered, who decides for a ward and in whose stead, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class Approval(SQLModel, table=True):
    """Something that somebody asks for and other people decide: one that waits for a kind and a subject.

    Only its state moves, once; who said what stands in its answers.
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("id", "asked_by"),  # for the key that ties answers to who asked
        Index(
            "uq_approval_waiting",
            *("kind", "subject"),
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_approval_state_id", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    kind: str  # a key of rules.KINDS
    subject: str  # what it is about: "case 17"
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Key, index=True)
    programme: str
    area_code: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)  # đồng that move
    citizen_ids: str | None = None  # of those whom it concerns, joined by ";": none of them may decide
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # the fields of its kind
    reason: str
    asked_at: dt.datetime = Field(sa_type=Moment)
    asked_by: str
    state: str = "waiting"  # then done, declined or taken_back
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class ApprovalAnswer(SQLModel, table=True):
    """What one person said of an approval; one answer a person, never their own but to take it back.

    Neither who asked nor anybody in whose stead they speak may be the same person: the database holds it.
    """

    __tablename__ = "approval_answer"
    __table_args__ = (
        UniqueConstraint("approval_id", "by"),
        ForeignKeyConstraint(["approval_id", "asked_by"], ["approval.id", "approval.asked_by"]),
        CheckConstraint(
            "(answer = 'take_back' AND \"by\" = asked_by)"
            " OR (answer <> 'take_back' AND \"by\" <> asked_by AND (giver IS NULL OR giver <> asked_by))",
            name="another_person",
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    approval_id: int = Field(sa_type=Key)
    asked_by: str  # as the approval has it
    by: str
    answer: str  # approve, decline or take_back
    note: str | None = None
    at: dt.datetime = Field(sa_type=Moment)
    delegation_id: int | None = Field(default=None, foreign_key="delegation.id", sa_type=Key)
    giver: str | None = None  # in whose stead


class Delegation(SQLModel, table=True):
    """An authorisation in writing (ủy quyền): somebody decides in another's stead for some days."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("giver <> taker", name="two_people"),
        CheckConstraint("valid_from <= valid_to", name="days"),
        Index("ix_delegation_taker_valid_to", "taker", "valid_to"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    giver: str = Field(index=True)
    taker: str
    document: str  # number of the paper that says so
    kinds: str | None = None  # keys of rules.KINDS joined by ";"; null: all that the giver may decide
    areas: str | None = None  # ward codes joined by ";"; null: all of the giver's
    most: int | None = Field(default=None, sa_type=BigInteger)  # đồng an approval may move; null: no limit
    valid_from: dt.date
    valid_to: dt.date  # the last day
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    revoked_by: str | None = None
    revoked_why: str | None = None


class Approver(SQLModel, table=True):
    """Who is named to decide for a ward; while anybody is, nobody else decides there but in their stead."""

    __tablename__ = "approver"
    __table_args__ = (
        Index(
            "uq_approver_named",
            *("area_code", "username"),
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    area_code: str
    username: str
    document: str  # number of the decision that names them
    named_at: dt.datetime = Field(sa_type=Moment)
    named_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
