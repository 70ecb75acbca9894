"""What an accepted payout list tells of people: who they are, and the account on record from now on."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, func, insert, literal, or_, select, update
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.registry.models import Beneficiary, WelfareAccount

BENEFICIARY: Table = Beneficiary.__table__  # type: ignore[attr-defined]  # SQLModel adds it
ACCOUNT: Table = WelfareAccount.__table__  # type: ignore[attr-defined]  # the same
NEW, OLD = ACCOUNT.alias("new_account"), ACCOUNT.alias("old_account")
PERSON = ("full_name", "date_of_birth", "category_code", "area_code")


def record_people(session: Session, told: FromClause, *, programme: str, on: dt.date) -> None:
    """Bring beneficiaries and their accounts up to what payout lines tell.

    A person not yet known is added; of one known the name, birth date, category and area become those of the
    line. An account not on record for the person and programme is added from that day; one on record that
    the lines no longer name ends the day before. All in a few statements, whatever the number of lines.

    Args:
        session: the transaction
        told: rows of id, citizen_id, full_name, date_of_birth, category_code, area_code, channel, bank_code,
            account_no, account_name, payee_citizen_id
        programme: the programme that pays them
        on: the first day for which they are told
    """
    first = _first_of(told, told.c.citizen_id)
    session.execute(
        insert(BENEFICIARY).from_select(
            ["citizen_id", *PERSON],
            select(told.c.citizen_id, *(told.c[name] for name in PERSON)).where(
                told.c.id.in_(first),
                ~select(BENEFICIARY.c.id).where(BENEFICIARY.c.citizen_id == told.c.citizen_id).exists(),
            ),
        )
    )
    session.execute(
        update(BENEFICIARY)
        .values({"searchable": False, **{name: told.c[name] for name in PERSON}})
        .where(
            BENEFICIARY.c.citizen_id == told.c.citizen_id,
            told.c.id.in_(first),
            or_(*(BENEFICIARY.c[name].is_distinct_from(told.c[name]) for name in PERSON)),
        )
    )
    _end_accounts(session, told, programme, on)
    _add_accounts(session, told, programme, on)
    newly = select(ACCOUNT.c.beneficiary_id).where(ACCOUNT.c.source_line_id.in_(select(told.c.id)))
    session.execute(
        update(BENEFICIARY)
        .values(searchable=False)
        .where(BENEFICIARY.c.searchable, BENEFICIARY.c.id.in_(newly))
    )


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


def _first_of(told: FromClause, *by: ColumnElement[Any]) -> Select[tuple[int]]:
    """Select the first line of each person, or of each account of a person; a list may leave both empty."""
    return select(func.min(told.c.id)).where(told.c.citizen_id != "").group_by(*by)


def _end_accounts(session: Session, told: FromClause, programme: str, on: dt.date) -> None:
    """End what is on record where the lines name another account of the person instead."""
    of_person = (
        select(told.c.id)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .where(BENEFICIARY.c.id == ACCOUNT.c.beneficiary_id, told.c.account_no != "")
        .correlate(ACCOUNT)
    )
    session.execute(
        update(ACCOUNT)
        .values(valid_to=on - dt.timedelta(days=1))
        .where(
            ACCOUNT.c.valid_to.is_(None),
            ACCOUNT.c.programme == programme,
            ACCOUNT.c.valid_from < on,
            of_person.exists(),
            ~of_person.where(*_same_account(told)).exists(),
            or_(ACCOUNT.c.replaces.is_(None), ~_named_again(told, ACCOUNT).correlate(ACCOUNT).exists()),
        )
    )


def _add_accounts(session: Session, told: FromClause, programme: str, on: dt.date) -> None:
    """Put on record what is not yet there, save what a correction has taken away."""
    corrected = [
        ~_named_again(told, NEW)
        .where(*_in_force(NEW, programme), NEW.c.beneficiary_id == BENEFICIARY.c.id)
        .correlate(told, BENEFICIARY)
        .exists()
    ] * _any_corrected(session)
    bank = func.coalesce(told.c.bank_code, "")
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
                told.c.account_no != "",
                told.c.id.in_(_first_of(told, told.c.citizen_id, bank, told.c.account_no)),
                ~select(ACCOUNT.c.id)
                .where(
                    ACCOUNT.c.beneficiary_id == BENEFICIARY.c.id,
                    ACCOUNT.c.programme == programme,
                    ACCOUNT.c.valid_to.is_(None),
                    *_same_account(told),
                )
                .exists(),
                *corrected,
            ),
        )
    )


def _same_account(told: FromClause) -> list[ColumnElement[bool]]:
    return [
        ACCOUNT.c.bank_code == func.coalesce(told.c.bank_code, ""),
        ACCOUNT.c.account_no == told.c.account_no,
    ]
