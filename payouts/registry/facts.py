"""Telephones, reasons to opt out and dossiers of accounts: what staff and registry files write down."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.changes import CHANGE, Source
from payouts.registry.models import Dossier, OptOut, Phone
from payouts.registry.people import BENEFICIARY
from payouts.registry.rules import opt_out_reasons

PHONE = table_behind(Phone)
OPT_OUT = table_behind(OptOut)
DOSSIER = table_behind(Dossier)
STEPS = ("completed_on", "sent_on", "opened_on")
_DAYS_A_MONTH = 30


def tell_phones(session: Session, told: FromClause, source: Source) -> None:
    """Write down telephone numbers of the people themselves, those that are not known yet."""
    known = select(PHONE.c.id).where(
        PHONE.c.beneficiary_id == BENEFICIARY.c.id, PHONE.c.number == told.c.phone, PHONE.c.ended_at.is_(None)
    )
    session.execute(
        insert(PHONE).from_select(
            ["beneficiary_id", "number", "whose", "recorded_at", "recorded_by"],
            select(
                *(BENEFICIARY.c.id, told.c.phone, literal("own")),
                *(literal(clock.now(), Moment()), literal(source.by)),
            ).where(
                BENEFICIARY.c.citizen_id == told.c.citizen_id,
                told.c.phone.is_not(None),
                ~known.correlate(told, BENEFICIARY).exists(),
            ),
        )
    )


def tell_opt_outs(session: Session, told: FromClause, source: Source) -> None:
    """Write down why people have no account; another reason than the one on record ends that."""
    of_person = and_(BENEFICIARY.c.citizen_id == told.c.citizen_id, told.c.opt_out.is_not(None))
    standing = and_(OPT_OUT.c.beneficiary_id == BENEFICIARY.c.id, OPT_OUT.c.ended_at.is_(None))
    _change(
        session,
        "opt_out",
        source,
        select(BENEFICIARY.c.id, OPT_OUT.c.reason, told.c.opt_out, told.c.row, told.c.document)
        .join(BENEFICIARY, of_person)
        .outerjoin(OPT_OUT, standing)
        .where(OPT_OUT.c.reason.is_distinct_from(told.c.opt_out)),
    )
    session.execute(
        update(OPT_OUT)
        .values(ended_at=clock.now(), ended_by=source.by)
        .where(standing, of_person, OPT_OUT.c.reason != told.c.opt_out)
    )
    for code, reason in opt_out_reasons().items():
        again = clock.today() + dt.timedelta(days=_DAYS_A_MONTH * reason.months_until_asked_again)
        columns = ("beneficiary_id", "reason", "since", "look_again_on", "source", "source_id")
        session.execute(
            insert(OPT_OUT).from_select(
                [*columns, "recorded_at", "recorded_by"],
                select(
                    *(BENEFICIARY.c.id, literal(code), literal(clock.today()), literal(again)),
                    *(literal(source.kind), literal(source.id)),
                    *(literal(clock.now(), Moment()), literal(source.by)),
                ).where(
                    *(of_person, told.c.opt_out == code),
                    ~select(OPT_OUT.c.id).where(standing).correlate(BENEFICIARY).exists(),
                ),
            )
        )


def tell_dossiers(session: Session, told: FromClause, source: Source) -> None:
    """Write down how far the dossiers of accounts are: a new one begins, or one under way goes on."""
    of_person = and_(BENEFICIARY.c.citizen_id == told.c.citizen_id, told.c.dossier_completed_on.is_not(None))
    of_same = and_(
        DOSSIER.c.beneficiary_id == BENEFICIARY.c.id, DOSSIER.c.completed_on == told.c.dossier_completed_on
    )
    for step in STEPS:
        column = told.c[f"dossier_{step}"]
        under_way = select(DOSSIER.c.id).where(
            DOSSIER.c.beneficiary_id == BENEFICIARY.c.id,
            DOSSIER.c.opened_on.is_(None),
            DOSSIER.c.refused_on.is_(None),
        )
        news: list[ColumnElement[bool]] = [of_person, column.is_not(None)]
        known = of_same if step == STEPS[0] else and_(of_same, DOSSIER.c[step].is_not(None))
        query = select(
            BENEFICIARY.c.id,
            literal(None, String()),
            literal(f"{step} ") + cast(column, String),
            told.c.row,
            told.c.document,
        ).join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        fresh = ~select(DOSSIER.c.id).where(known).correlate(told, BENEFICIARY).exists()
        if step != STEPS[0]:
            _change(session, "dossier", source, query.where(*news, fresh))
            session.execute(
                update(DOSSIER).values({step: column}).where(*news, of_same, DOSSIER.c[step].is_(None))
            )
            continue
        begun = [*news, fresh, ~under_way.correlate(BENEFICIARY).exists()]
        _change(session, "dossier", source, query.where(*begun))
        session.execute(
            insert(DOSSIER).from_select(
                [
                    *("beneficiary_id", "bank_code", "completed_on", "source", "source_id"),
                    *("recorded_at", "recorded_by"),
                ],
                select(
                    *(BENEFICIARY.c.id, func.coalesce(told.c.bank_code, ""), column),
                    *(literal(source.kind), literal(source.id)),
                    *(literal(clock.now(), Moment()), literal(source.by)),
                ).where(*begun),
            )
        )


def _change(session: Session, field: str, source: Source, told: Select[Any]) -> None:
    """Write changes: rows of the person, before, after, row and paper."""
    person, before, after, row, paper = told.subquery().c
    session.execute(
        insert(CHANGE).from_select(
            ["beneficiary_id", "field", "before", "after", "at", "by", "source", "source_id", "row", "proof"],
            select(
                *(person, literal(field), before, after, literal(clock.now(), Moment()), literal(source.by)),
                *(literal(source.kind), literal(source.id), row, paper),
            ),
        )
    )
