"""Puts people on record of whom a list or file tells first, and holds accounts against lines."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, insert, literal, select, text
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.models import Beneficiary, WelfareAccount

BENEFICIARY = table_behind(Beneficiary)
ACCOUNT = table_behind(WelfareAccount)
NEW, OLD = ACCOUNT.alias("new_account"), ACCOUNT.alias("old_account")
PERSON = ("full_name", "date_of_birth", "category_code", "area_code", "channel")


def add_people(session: Session, told: FromClause, columns: Sequence[str] = PERSON) -> int:
    """Put people on record whom nobody knew; who is known stays as they are.

    Args:
        session: the transaction
        told: rows of id, citizen_id and the columns
        columns: of beneficiary

    Returns:
        the greatest key of a beneficiary before: whoever has a greater one is new
    """
    newest = int(session.execute(select(func.coalesce(func.max(BENEFICIARY.c.id), 0))).scalar_one())
    session.execute(
        insert(BENEFICIARY).from_select(
            ["citizen_id", *columns],
            select(told.c.citizen_id, *(told.c[name] for name in columns)).where(
                told.c.id.in_(first_of(told, told.c.citizen_id)),
                ~select(BENEFICIARY.c.id).where(BENEFICIARY.c.citizen_id == told.c.citizen_id).exists(),
            ),
        )
    )
    return newest


def lost_zeros(session: Session, told: FromClause, programme: str) -> list[tuple[int, str, str]]:
    """Find payout lines whose account is the one on record but for zeros at its front, which it lacks.

    Args:
        session: the transaction
        told: rows of row, citizen_id, bank_code, account_no
        programme: the programme that pays them

    Returns:
        row number, the account as the line has it, and as it is on record
    """
    rows = session.execute(
        select(told.c.row, told.c.account_no, ACCOUNT.c.account_no)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .join(ACCOUNT, ACCOUNT.c.beneficiary_id == BENEFICIARY.c.id)
        .where(
            ACCOUNT.c.valid_to.is_(None),
            ACCOUNT.c.programme == programme,
            ACCOUNT.c.bank_code == func.coalesce(told.c.bank_code, ""),
            ACCOUNT.c.account_no.startswith("0"),
            told.c.account_no != "",
            func.length(ACCOUNT.c.account_no) > func.length(told.c.account_no),
            func.ltrim(ACCOUNT.c.account_no, "0") == func.ltrim(told.c.account_no, "0"),
        )
        .order_by(told.c.row)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def corrected_accounts(session: Session, told: FromClause, programme: str) -> list[tuple[int, str]]:
    """Find payout lines whose account was corrected since: the list still names the one before.

    Args:
        session: the transaction
        told: rows of id, row, citizen_id, bank_code, account_no
        programme: the programme that pays them

    Returns:
        row number, and the account as the line has it
    """
    if not _any_corrected(session):
        return []
    rows = session.execute(
        select(told.c.row, told.c.account_no)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .join(NEW, NEW.c.beneficiary_id == BENEFICIARY.c.id)
        .where(*_in_force(NEW, programme), _named_again(told, NEW).correlate(told, NEW).exists())
        .order_by(told.c.row)
    )
    return [(row[0], row[1]) for row in rows]


def _named_again(told: FromClause, new: FromClause) -> Select[tuple[int]]:
    """Select the account that a correction ended, where a line of the person still names it."""
    return select(OLD.c.id).where(
        OLD.c.id == new.c.replaces,
        OLD.c.bank_code == func.coalesce(told.c.bank_code, ""),
        OLD.c.account_no == told.c.account_no,
        BENEFICIARY.c.id == new.c.beneficiary_id,
        BENEFICIARY.c.citizen_id == told.c.citizen_id,
    )


def _in_force(new: FromClause, programme: str) -> list[ColumnElement[bool]]:
    return [new.c.replaces.is_not(None), new.c.valid_to.is_(None), new.c.programme == programme]


def _any_corrected(session: Session) -> bool:
    """Say whether there is any correction at all: nearly all lists are read without one."""
    return (
        session.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.replaces.is_not(None)).limit(1)).first()
        is not None
    )


def first_of(told: FromClause, *by: ColumnElement[Any]) -> Select[tuple[int]]:
    """Select the first line of each person, or of each account of a person; a list may leave both empty."""
    return select(func.min(told.c.id)).where(told.c.citizen_id != "").group_by(*by)


def add_accounts(
    session: Session, told: FromClause, *, programme: str, on: dt.date, people: Select[tuple[int]]
) -> None:
    """Put the accounts of people on record whom a programme begins to pay, save what a correction took away.

    Args:
        session: the transaction
        told: rows of id, citizen_id, channel, bank_code, account_no, account_name, payee_citizen_id
        programme: the programme that pays them
        on: the first day of the accounts
        people: the keys of those people; of others a new account is proposed, see registry.proposing
    """
    bank = func.coalesce(told.c.bank_code, "")
    if session.get_bind().dialect.name == "postgresql":  # it knows nothing yet of rows of this transaction
        session.execute(text("ANALYZE beneficiary, enrolment, payout_line"))
    session.execute(
        insert(ACCOUNT).from_select(
            [
                *("beneficiary_id", "programme", "channel", "bank_code", "account_no", "account_name"),
                *("payee_citizen_id", "valid_from", "source_line_id", "recorded_at"),
            ],
            select(
                *(BENEFICIARY.c.id, literal(programme), told.c.channel, bank, told.c.account_no),
                *(told.c.account_name, told.c.payee_citizen_id, literal(on), told.c.id),
                literal(clock.now(), Moment()),
            ).where(
                BENEFICIARY.c.citizen_id == told.c.citizen_id,
                among(BENEFICIARY.c.id, people),
                told.c.account_no != "",
                told.c.id.in_(first_of(told, told.c.citizen_id, bank, told.c.account_no)),
                ~on_record(told, programme).exists(),
                *not_corrected(session, told, programme),
            ),
        )
    )


def among(column: ColumnElement[int], people: Select[tuple[int]]) -> ColumnElement[bool]:
    """Say whether a person is one of those selected, asked row by row through the index of their keys.

    A list just taken in has no statistics: asked as a set, SQLite begins with the people and PostgreSQL
    reads them anew for each line.
    """
    key = next(iter(people.selected_columns))
    return people.where(key == column).correlate(BENEFICIARY).exists()


def on_record(told: FromClause, programme: str) -> Select[tuple[int]]:
    """Select the account on record today that a line of its person names."""
    return (
        select(ACCOUNT.c.id)
        .where(
            ACCOUNT.c.beneficiary_id == BENEFICIARY.c.id,
            ACCOUNT.c.programme == programme,
            ACCOUNT.c.valid_to.is_(None),
            ACCOUNT.c.bank_code == func.coalesce(told.c.bank_code, ""),
            ACCOUNT.c.account_no == told.c.account_no,
        )
        .correlate(told, BENEFICIARY)
    )


def not_corrected(session: Session, told: FromClause, programme: str) -> list[ColumnElement[bool]]:
    """Leave out lines that name an account which a correction has ended: they change nothing."""
    if not _any_corrected(session):
        return []
    again = _named_again(told, NEW).where(
        *_in_force(NEW, programme), NEW.c.beneficiary_id == BENEFICIARY.c.id
    )
    return [~again.correlate(told, BENEFICIARY).exists()]
