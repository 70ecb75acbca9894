"""The people on the payout lists and their welfare accounts, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from payouts.core.fields import ByBytes, Key, Moment


class Beneficiary(SQLModel, table=True):
    """Who is owed: the person as the latest payout list names them."""

    __tablename__ = "beneficiary"
    __table_args__ = (
        Index(
            "ix_beneficiary_not_searchable",
            "id",
            sqlite_where=text("NOT searchable"),
            postgresql_where=text("NOT searchable"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    citizen_id: str = Field(unique=True)
    full_name: str
    date_of_birth: dt.date | None = None
    category_code: str | None = None
    area_code: str | None = Field(default=None, index=True)
    sex: str | None = None  # male or female, as told; what an identity number says of it stands in the number
    channel: str | None = None  # account, wallet, cash or home: how the person is paid, or wishes to be
    vneid_level: int | None = Field(default=None, sa_type=SmallInteger)  # 0: none, 1, 2; null: not known
    card_expires_on: dt.date | None = None  # the last day of their identity card
    searchable: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # their search keys are those of now


class PersonKey(SQLModel, table=True):
    """A word of a beneficiary's name, or a number of theirs: how a search finds them. See core.searching."""

    __tablename__ = "person_key"
    __table_args__ = (
        Index("ix_person_key_beneficiary_id_key", "beneficiary_id", "key"),
        {"sqlite_with_rowid": False},
    )

    key: str = Field(primary_key=True, sa_type=ByBytes)
    beneficiary_id: int = Field(primary_key=True, foreign_key="beneficiary.id", sa_type=Key)


class EarlierId(SQLModel, table=True):
    """An identity number that a beneficiary had before, a CMND of 9 digits; a bank may still know it."""

    __tablename__ = "earlier_id"
    __table_args__ = (UniqueConstraint("beneficiary_id", "earlier_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    earlier_id: str
    known_by: (
        str  # list: a list told it; account: name, birth date and account are those of the earlier number
    )
    source_line_id: int = Field(sa_type=BigInteger)  # the payout line from which it is known
    recorded_at: dt.datetime = Field(sa_type=Moment)


class WelfareAccount(SQLModel, table=True):
    """The account or wallet on record for a beneficiary or their payee, from one day to another.

    A row is never changed but for its last day; a new account is a new row.
    """

    __tablename__ = "welfare_account"
    __table_args__ = (
        Index(
            "uq_welfare_account_current",
            "beneficiary_id",
            "programme",
            "bank_code",
            "account_no",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    programme: str
    channel: str
    bank_code: str  # empty where the list names none
    account_no: str
    account_name: str | None = None
    payee_citizen_id: str | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None  # the last day; null: still valid
    source_line_id: int = Field(sa_type=BigInteger)  # the payout line that first named it
    recorded_at: dt.datetime = Field(sa_type=Moment)
    replaces: int | None = Field(default=None, sa_type=BigInteger)  # the row that a correction ended for it
    approval_id: int | None = Field(default=None, sa_type=BigInteger)  # that let the correction be


class Suspension(SQLModel, table=True):
    """The allowance of a beneficiary is suspended who did not collect it; reinstated it gets an end."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(
            "uq_suspension_current",
            "beneficiary_id",
            "programme",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    programme: str
    since: str  # the first month that was not collected, 2026-09
    approval_id: int = Field(sa_type=BigInteger)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    arrears: int | None = Field(default=None, sa_type=BigInteger)  # đồng owed since, once reinstated
    ended_approval_id: int | None = Field(default=None, sa_type=BigInteger)


class DisclosureMark(SQLModel, table=True):
    """Whether a beneficiary's family may be told of their payments; a change of mind is a new row."""

    __tablename__ = "disclosure_mark"
    __table_args__ = (UniqueConstraint("beneficiary_id", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    number: int = Field(sa_type=BigInteger)  # from 1, of the person; the highest one counts
    withheld: bool  # true: the family is told nothing
    reason: str
    at: dt.datetime = Field(sa_type=Moment)
    by: str


class Phone(SQLModel, table=True):
    """A telephone number at which a beneficiary can be reached; a number that serves no more gets an end."""

    __tablename__ = "phone"
    __table_args__ = (
        Index(
            "uq_phone_current",
            "beneficiary_id",
            "number",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    number: str  # digits, with + before a country's
    whose: str  # of phones.WHOSE
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None


class Stop(SQLModel, table=True):
    """Nothing is owed to somebody after a month, because they died or moved away; undone it ends, and stays.

    One stop of a person stands at a time, held by the database.
    """

    __tablename__ = "stop"
    __table_args__ = (
        Index(
            "uq_stop_standing",
            "citizen_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    citizen_id: str
    why: str  # died or moved
    happened_on: dt.date
    document_no: str  # of the extract of the civil register, or of the decision
    document_on: dt.date
    last_month: str  # 2026-10, the last month that is owed: the one in which it happened
    approval_id: int = Field(sa_type=Key)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str  # who approved it last
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    ended_approval_id: int | None = Field(default=None, sa_type=Key)
    arrears: int | None = Field(default=None, sa_type=BigInteger)  # đồng owed for the months between


class Enrolment(SQLModel, table=True):
    """A beneficiary belongs to a programme, from the first month to the last; who comes back gets a new row.

    Who has a row without an end is on the programme today: coverage and quality count these people.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_current",
            "beneficiary_id",
            "programme",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    programme: str
    since: str  # the first month, 2026-11
    until: str | None = None  # the last month; null: still on the programme
    category_code: str | None = None  # for which this programme pays them
    channel: str | None = None  # by which it does
    recorded_at: dt.datetime = Field(sa_type=Moment)


class Payee(SQLModel, table=True):
    """Who receives for a beneficiary: a guardian, or somebody whom they authorised, from one day to another.

    A row is never changed but for its last day; one of a beneficiary stands at a time.
    """

    __tablename__ = "payee"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="days"),
        Index(
            "uq_payee_current",
            "beneficiary_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    relation: str  # a code of data/payee_relations.csv
    full_name: str
    citizen_id: str | None = None
    document: str | None = None  # number and day of the paper; none where a list told it
    valid_from: dt.date
    valid_to: dt.date | None = None  # the last day on the paper; null: until it is ended
    source: str  # of RegistryChange
    source_id: int = Field(sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None


class OptOut(SQLModel, table=True):
    """A beneficiary is not asked to open an account, for a reason of data/opt_out_reasons.csv.

    The table of reasons says which of them are force majeure. One of a person stands at a time.
    """

    __tablename__ = "opt_out"
    __table_args__ = (
        Index(
            "uq_opt_out_current",
            "beneficiary_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    reason: str
    note: str | None = None
    since: dt.date
    look_again_on: dt.date | None = None  # the day by which somebody asks the person again
    source: str  # of RegistryChange
    source_id: int = Field(sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None


class Dossier(SQLModel, table=True):
    """The papers by which a beneficiary gets an account: completed, sent to the bank, opened or refused.

    The days are filled in once each. One of a person is under way at a time; opened or refused it is closed,
    and stays. An account that is on record counts as opened whether or not there is a dossier of it.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index(
            "uq_dossier_current",
            "beneficiary_id",
            unique=True,
            sqlite_where=text("opened_on IS NULL AND refused_on IS NULL"),
            postgresql_where=text("opened_on IS NULL AND refused_on IS NULL"),
        ),
        Index("ix_dossier_beneficiary_id", "beneficiary_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    bank_code: str  # empty where it is not said
    completed_on: dt.date
    sent_on: dt.date | None = None
    opened_on: dt.date | None = None
    refused_on: dt.date | None = None
    refused_why: str | None = None
    source: str  # of RegistryChange
    source_id: int = Field(sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str


class RegistryChange(SQLModel, table=True):
    """What changed of a beneficiary, when, by whom and on which proof; rows are only added."""

    __tablename__ = "registry_change"
    __table_args__ = (Index("ix_registry_change_beneficiary_id_id", "beneficiary_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    field: str  # of rules.FIELDS
    before: str | None = None
    after: str | None = None
    programme: str | None = None
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    source: str  # list, file, hand or approval
    source_id: int = Field(sa_type=BigInteger)  # the list, registry file or approval; 0: by hand
    row: int | None = Field(default=None, sa_type=BigInteger)  # of the list or file
    proof: str | None = None  # number and day of the paper, in words
    reason: str | None = None


class Proposal(SQLModel, table=True):
    """What a list or registry file says otherwise than the registry: it counts once a person has decided.

    One of a person, programme and field waits at a time; a later list that says something else again takes
    its place. Who sent the list or file decides nothing that moves money to another account or person.
    """

    __tablename__ = "registry_proposal"
    __table_args__ = (
        CheckConstraint(
            "kind NOT IN ('account', 'payee') OR state <> 'done' OR decided_by <> asked_by",
            name="another_person",
        ),
        Index(
            "uq_registry_proposal_waiting",
            *("beneficiary_id", "programme", "field"),
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_registry_proposal_state_kind_id", "state", "kind", "id"),
        Index("ix_registry_proposal_source_id", "source", "source_id"),
        Index("ix_registry_proposal_decided_at", "decided_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    beneficiary_id: int = Field(foreign_key="beneficiary.id", sa_type=Key)
    kind: str  # of rules.KINDS: new, gone, changed, moved, two_wards, account, payee
    field: str  # of rules.FIELDS
    before: str | None = None
    after: str | None = None
    programme: str  # empty where the file names none
    month: str | None = None  # of the list, 2026-11
    area_code: str | None = None  # the ward that is to decide
    source: str  # list or file
    source_id: int = Field(sa_type=BigInteger)
    row: int | None = Field(default=None, sa_type=BigInteger)
    told_id: int | None = Field(default=None, sa_type=BigInteger)  # the payout line, or the row of the file
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )  # of an account or payee: all that is to be on record
    asked_at: dt.datetime = Field(sa_type=Moment)
    asked_by: str  # who sent the list or file
    state: str = "waiting"  # then done, declined, or replaced by a later list or file
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str | None = None
    reason: str | None = None
