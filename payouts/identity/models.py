"""Staff, bank clients, what they sign in with, and the audit trail, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, false, text, true
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class User(SQLModel, table=True):
    """A member of staff."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    username: str = Field(unique=True)  # lower case
    password_hash: str
    role: str  # a column of data/permissions.csv
    must_change_password: bool = True
    password_ends_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # of a one-time password
    made_at: dt.datetime = Field(sa_type=Moment)
    disabled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    shortcuts: bool = Field(
        default=True, sa_column_kwargs={"server_default": true()}
    )  # single keys of the pages do something


class UserArea(SQLModel, table=True):
    """An area that a user works for."""

    __tablename__ = "user_area"

    user_id: int = Field(
        primary_key=True, foreign_key="users.id", sa_type=Key, sa_column_kwargs={"autoincrement": False}
    )
    area_code: str = Field(primary_key=True)


class UserProgramme(SQLModel, table=True):
    """A programme that a user is limited to; a user without any works for all."""

    __tablename__ = "user_programme"

    user_id: int = Field(
        primary_key=True, foreign_key="users.id", sa_type=Key, sa_column_kwargs={"autoincrement": False}
    )
    programme: str = Field(primary_key=True)


class ContactPoint(SQLModel, table=True):
    """Where people reach an office: printed on slips and call sheets; the audit trail keeps what it was."""

    __tablename__ = "contact_point"

    office: str = Field(primary_key=True)  # an area code, or one of offices.CENTRAL
    phone: str
    place: str | None = None  # where, and when it is open
    set_at: dt.datetime = Field(sa_type=Moment)
    set_by: str


class StaffSession(SQLModel, table=True):
    """Somebody signed in on a browser; only a hash of what the browser holds is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="users.id", sa_type=Key, index=True)
    csrf: str
    made_at: dt.datetime = Field(sa_type=Moment)
    seen_at: dt.datetime = Field(sa_type=Moment)
    ends_at: dt.datetime = Field(sa_type=Moment)
    held: str | None = None  # a form that came too late and waits to be sent anew, as web.held writes it


class FormSent(SQLModel, table=True):
    """One sending of a form, kept for a day so that the same form sent again counts once."""

    __tablename__ = "form_sent"

    form: str = Field(primary_key=True)  # a hash of the form's token, its address and what stood in it
    user_id: int = Field(foreign_key="users.id", sa_type=Key, index=True)
    at: dt.datetime = Field(sa_type=Moment, index=True)
    led_to: str | None = None  # the address it was answered with; None: not answered yet


class PersonalToken(SQLModel, table=True):
    """A bearer token with which a program acts for a member of staff."""

    __tablename__ = "personal_token"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", sa_type=Key, index=True)
    token_hash: str = Field(unique=True)
    label: str
    made_at: dt.datetime = Field(sa_type=Moment)
    ends_at: dt.datetime = Field(sa_type=Moment)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class BankKey(SQLModel, table=True):
    """A bearer key bound to one bank; two may be valid at once, so that a bank can change over."""

    __tablename__ = "bank_key"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    bank_code: str = Field(index=True)
    key_hash: str = Field(unique=True)
    label: str
    test: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # for the test space alone
    made_at: dt.datetime = Field(sa_type=Moment)
    ends_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # another took its place; None: stays
    disabled_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class SignInFailure(SQLModel, table=True):
    """A password that was wrong, kept for a day to slow down those who guess."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_username_at", "username", "at"),
        Index("ix_sign_in_failure_address_at", "address", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    username: str
    address: str  # of the network
    at: dt.datetime = Field(sa_type=Moment)


class AuditEvent(SQLModel, table=True):
    """Who did or read what and when; rows are only ever added."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject_id", "subject", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment, index=True)
    who: str = Field(index=True)  # "nguyen.an", "bank MB", "shell root"
    what: str  # "case.read", "user.disabled"
    subject: str  # "case 17", "cycle BTXH 2026-11"
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class DeclaredPerson(SQLModel, table=True):
    """Somebody whose payments a member of staff never decides: themselves, or a relative they declared."""

    __tablename__ = "declared_person"
    __table_args__ = (
        Index(
            "uq_declared_person_current",
            "user_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    citizen_id: str
    relation: str  # self or relative
    declared_at: dt.datetime = Field(sa_type=Moment)
    declared_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
