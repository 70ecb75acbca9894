"""Registry files and their rows, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, SmallInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class RegistryFile(SQLModel, table=True):
    """The receipt of a registry file: kept whatever became of the file; the same bytes have one."""

    __tablename__ = "registry_file"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    sha256: str
    size: int = Field(sa_type=BigInteger)  # bytes
    filename: str
    state: str = "received"  # then accepted, quarantined or refused
    format: str | None = None
    lines: int = Field(default=0, sa_type=BigInteger)
    good_lines: int = Field(default=0, sa_type=BigInteger)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    problem_count: int = Field(default=0, sa_type=BigInteger)
    outcome: dict[str, int] = Field(default_factory=dict, sa_type=JSON)  # people by what became of them
    received_at: dt.datetime = Field(sa_type=Moment)
    received_by: str
    read_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class RegistryRow(SQLModel, table=True):
    """What one row of a registry file says of a beneficiary. Its id is core.keys.line_key; it never changes.

    An empty cell says nothing of the person.
    """

    __tablename__ = "registry_row"

    id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    file_id: int = Field(foreign_key="registry_file.id", sa_type=Key)
    row: int = Field(sa_type=BigInteger)  # as a spreadsheet shows it
    citizen_id: str
    full_name: str | None = None
    date_of_birth: dt.date | None = None
    sex: str | None = None
    category_code: str | None = None
    area_code: str | None = None
    programme: str | None = None
    since: str | None = None  # the first month on the programme
    channel: str | None = None
    bank_code: str | None = None
    account_no: str | None = None
    account_name: str | None = None
    payee_name: str | None = None
    payee_citizen_id: str | None = None
    payee_relation: str | None = None
    payee_document: str | None = None
    payee_valid_to: dt.date | None = None
    vneid_level: int | None = Field(default=None, sa_type=SmallInteger)
    card_expires_on: dt.date | None = None
    phone: str | None = None
    opt_out: str | None = None  # a code of data/opt_out_reasons.csv
    dossier_completed_on: dt.date | None = None
    dossier_sent_on: dt.date | None = None
    dossier_opened_on: dt.date | None = None
    other_ids: str | None = None  # an earlier identity number
    document: str | None = None  # the paper on which the row rests
