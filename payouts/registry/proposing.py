"""Finds what a list or registry file says otherwise than the record, and proposes it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    FromClause,
    RowMapping,
    Select,
    String,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session

from payouts.core import clock
from payouts.core.bulk import insert_table
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.changes import Source
from payouts.registry.enrolments import ENROLMENT, OF_PROGRAMME
from payouts.registry.models import Payee, Proposal
from payouts.registry.people import ACCOUNT, BENEFICIARY, among, first_of, not_corrected, on_record
from payouts.registry.rules import COMPARED, KINDS, differences

PROPOSAL = table_behind(Proposal)
PAYEE = table_behind(Payee)
WAITING = "waiting"
_PAYEE = ("payee_name", "payee_citizen_id")
_PAPERS = ("payee_relation", "payee_document", "payee_valid_to")  # that a registry file has
_OF_ACCOUNT = ("channel", "bank_code", "account_no", "account_name", "payee_citizen_id")
_SCHEMA = pa.schema(
    [
        ("beneficiary_id", pa.int64()),
        *((name, pa.string()) for name in ("kind", "field", "before", "after", "programme", "month")),
        *((name, pa.string()) for name in ("area_code", "source")),
        *((name, pa.int64()) for name in ("source_id", "row", "told_id")),
        ("details", pa.string()),
        ("asked_at", pa.timestamp("us", tz="UTC")),
        *((name, pa.string()) for name in ("asked_by", "state")),
    ]
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A list or registry file that tells of people.

    Attributes:
        source: which one, and who sent it
        programme: that it is for; empty where it names none
        month: that it is for, 2026-11; None for a registry file
        on: the first day for which it is told
        fields: of rules.COMPARED that its rows have
    """

    source: Source
    programme: str
    month: str | None
    on: dt.date
    fields: tuple[str, ...] = tuple(name for name in COMPARED if name != "sex")


def propose(
    session: Session, told: FromClause, telling: Telling, *, newest: int, two_wards: Mapping[str, str]
) -> None:
    """Propose what is told otherwise than it is on record; what waited of these people is told anew.

    Args:
        session: the transaction
        told: rows of id, row, citizen_id, the fields, bank_code, account_no, account_name, payee_name and
            payee_citizen_id
        telling: from where they are
        newest: the greatest key of those who were on record before
        two_wards: identity number -> the wards, joined by ";", whose lists of one month both have the person
    """
    people = select(BENEFICIARY.c.id).where(
        BENEFICIARY.c.citizen_id.in_(select(told.c.citizen_id)), BENEFICIARY.c.id <= newest
    )
    replace(session, telling.programme, people, keep=("new",))
    rows = [
        *_of_people(session, told, telling, newest, two_wards),
        *_of_accounts(session, told, telling, newest),
    ]
    _add(session, rows, telling)


def propose_new(session: Session, told: FromClause, telling: Telling, people: Select[tuple[int]]) -> None:
    """Propose to confirm people whom a programme begins to pay; they are on record until somebody says no."""
    first = told.c.id.in_(first_of(told, told.c.citizen_id))
    of_person = (BENEFICIARY.c.citizen_id == told.c.citizen_id, among(BENEFICIARY.c.id, people), first)
    told_by = telling.source
    replace(session, telling.programme, people, fields=("enrolment",))
    session.execute(
        insert(PROPOSAL).from_select(
            [
                *("beneficiary_id", "kind", "field", "after", "programme", "month", "area_code"),
                *("source", "source_id", "row", "told_id", "asked_at", "asked_by", "state"),
            ],
            select(
                *(BENEFICIARY.c.id, literal("new"), literal("enrolment"), literal(telling.month, String())),
                *(literal(telling.programme), literal(telling.month, String()), BENEFICIARY.c.area_code),
                *(literal(told_by.kind), literal(told_by.id), told.c.row, told.c.id),
                *(literal(clock.now(), Moment()), literal(told_by.by), literal(WAITING)),
            ).where(*of_person),
        )
    )


def propose_gone(session: Session, people: pa.Table, telling: Telling, *, last_month: str) -> None:
    """Propose that people are off a programme whom its list names no longer.

    Args:
        session: the transaction
        people: `id` and `area_code` of beneficiaries
        telling: the list that lacks them
        last_month: the last month for which they were paid, 2026-10
    """
    for batch in people.to_batches(max_chunksize=_AT_ONCE):
        keys = select(BENEFICIARY.c.id).where(BENEFICIARY.c.id.in_(batch["id"].to_pylist()))
        replace(session, telling.programme, keys, fields=("enrolment",))
    _add(
        session,
        [
            _row(person["id"], "gone", "enrolment", None, last_month, area=person["area_code"])
            for person in people.select(["id", "area_code"]).to_pylist()
        ],
        telling,
    )


def replace(
    session: Session,
    programme: str | None,
    people: Select[tuple[int]],
    *,
    keep: Iterable[str] = (),
    fields: Iterable[str] | None = None,
) -> None:
    """Let what waits of people wait no longer: it is told anew, or somebody wrote it down by hand.

    Args:
        session: the transaction
        programme: of the proposals; None for all
        people: keys of beneficiaries
        keep: kinds that go on waiting
        fields: only proposals on these
    """
    conditions = [PROPOSAL.c.state == WAITING, PROPOSAL.c.beneficiary_id.in_(people)]
    if programme is not None:
        conditions.append(PROPOSAL.c.programme == programme)
    if fields is not None:
        conditions.append(PROPOSAL.c.field.in_(list(fields)))
    session.execute(
        update(PROPOSAL)
        .values(state="replaced", decided_at=clock.now())
        .where(*conditions, PROPOSAL.c.kind.not_in(list(keep)))
    )


_AT_ONCE = 5_000  # keys that one statement names


def _of_people(
    session: Session, told: FromClause, telling: Telling, newest: int, two_wards: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Compare people with what is told of them; Python looks only at those of whom something differs."""
    record = {
        name: ENROLMENT.c[name] if name in OF_PROGRAMME and telling.programme else BENEFICIARY.c[name]
        for name in telling.fields
    }
    record |= {"payee_name": PAYEE.c.full_name, "payee_citizen_id": PAYEE.c.citizen_id}
    names, papers = [*record], [name for name in _PAPERS if name in told.c]
    differs = [and_(told.c[name].is_not(None), record[name].is_distinct_from(told.c[name])) for name in names]
    query = (
        select(
            *(BENEFICIARY.c.id.label("person"), BENEFICIARY.c.area_code.label("ward")),
            *(told.c.id.label("told_id"), told.c.row, told.c.citizen_id.label("number")),
            *(told.c[name].label(f"told_{name}") for name in names),
            *(record[name].label(f"known_{name}") for name in names),
            *(told.c[name].label(f"told_{name}") for name in papers),
        )
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .outerjoin(
            ENROLMENT,
            and_(
                ENROLMENT.c.beneficiary_id == BENEFICIARY.c.id,
                *(ENROLMENT.c.programme == telling.programme, ENROLMENT.c.until.is_(None)),
            ),
        )
        .outerjoin(PAYEE, and_(PAYEE.c.beneficiary_id == BENEFICIARY.c.id, PAYEE.c.ended_at.is_(None)))
        .where(BENEFICIARY.c.id <= newest, told.c.id.in_(first_of(told, told.c.citizen_id)), or_(*differs))
    )
    found: list[dict[str, Any]] = []
    for row in session.execute(query).mappings():
        for each in differences(_part(row, "known_", names), _part(row, "told_", names)):
            if each.kind == "moved" and row["number"] in two_wards:
                continue
            area = each.after if each.kind == "moved" else row["ward"]
            details = _part(row, "told_", [*_PAYEE, *papers]) if each.kind == "payee" else {}
            found.append(
                _row(
                    *(row["person"], each.kind, each.field, each.before, each.after),
                    area=area,
                    row=row["row"],
                    told_id=row["told_id"],
                    details=details,
                )
            )
    return found + _in_two_wards(session, two_wards)


def _in_two_wards(session: Session, two_wards: Mapping[str, str]) -> list[dict[str, Any]]:
    """Ask in which ward people live whom two wards list in one month."""
    columns = (BENEFICIARY.c.id, BENEFICIARY.c.citizen_id, BENEFICIARY.c.area_code)
    numbers, found = list(two_wards), []
    for first in range(0, len(numbers), _AT_ONCE):
        some = BENEFICIARY.c.citizen_id.in_(numbers[first : first + _AT_ONCE])
        for person, number, ward in session.execute(select(*columns).where(some)):
            other = next(each for each in reversed(two_wards[number].split(";")) if each != ward)
            found.append(_row(person, "two_wards", "area_code", ward, other, area=other))
    return found


def _of_accounts(session: Session, told: FromClause, telling: Telling, newest: int) -> list[dict[str, Any]]:
    """Find accounts that lines name and that are not on record for people who were there before.

    Where the person's other account stands in no line of theirs, the new one is to take its place.
    """
    bank = func.coalesce(told.c.bank_code, "")
    named = told.alias("named_account")
    still = (
        select(ACCOUNT.c.id)
        .where(
            ACCOUNT.c.beneficiary_id == BENEFICIARY.c.id,
            *(ACCOUNT.c.programme == telling.programme, ACCOUNT.c.valid_to.is_(None)),
            *(named.c.citizen_id == told.c.citizen_id, named.c.account_no == ACCOUNT.c.account_no),
            func.coalesce(named.c.bank_code, "") == ACCOUNT.c.bank_code,
        )
        .correlate(told, BENEFICIARY)
    )
    before = (
        select(func.min(ACCOUNT.c.bank_code + " " + ACCOUNT.c.account_no))
        .where(
            ACCOUNT.c.beneficiary_id == BENEFICIARY.c.id,
            *(ACCOUNT.c.programme == telling.programme, ACCOUNT.c.valid_to.is_(None)),
        )
        .correlate(BENEFICIARY)
        .scalar_subquery()
    )
    query = (
        select(
            *(BENEFICIARY.c.id.label("person"), BENEFICIARY.c.area_code.label("ward")),
            *(told.c.id.label("told_id"), told.c.row, *(told.c[name] for name in _OF_ACCOUNT)),
            *(before.label("before"), still.exists().label("still")),
        )
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .where(
            BENEFICIARY.c.id <= newest,
            told.c.account_no != "",
            told.c.id.in_(first_of(told, told.c.citizen_id, bank, told.c.account_no)),
            ~on_record(told, telling.programme).exists(),
            *not_corrected(session, told, telling.programme),
        )
        .order_by(told.c.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in session.execute(query).mappings():
        details = {**{name: row[name] for name in _OF_ACCOUNT}, "on": telling.on.isoformat()}
        details |= {"bank_code": row["bank_code"] or "", "replaces": not row["still"]}
        found.setdefault(
            row["person"],
            _row(
                *(row["person"], "account", "account", (row["before"] or "").strip() or None),
                f"{row['bank_code'] or ''} {row['account_no']}".strip(),
                area=row["ward"],
                row=row["row"],
                told_id=row["told_id"],
                details=details,
            ),
        )
    return list(found.values())


def _row(
    person: int,
    kind: str,
    field: str,
    before: str | None,
    after: str,
    *,
    area: str | None,
    row: int | None = None,
    told_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "beneficiary_id": person,
        "kind": kind,
        "field": field,
        "before": before,
        "after": after,
        "area_code": area,
        "row": row,
        "told_id": told_id,
        "details": json.dumps(details or {}, default=str),
    }


def _part(row: RowMapping, prefix: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[prefix + name] for name in names}


SOUGHT = ("account", "full_name")  # a search finds people by what waits of these, too


def _add(session: Session, rows: list[dict[str, Any]], telling: Telling) -> None:
    """Keep proposals, save those that somebody has declined before and that would change the same."""
    if not rows:
        return
    declined = _declined(session, telling.programme)
    fresh = [
        row
        for row in rows
        if row["kind"] == "gone"
        or (row["beneficiary_id"], row["field"], row["before"], row["after"]) not in declined
    ]
    source = telling.source
    common = {
        "programme": telling.programme,
        "month": telling.month,
        "state": WAITING,
        "source": source.kind,
        "source_id": source.id,
        "asked_at": clock.now(),
        "asked_by": source.by,
    }
    if fresh:
        made = pa.Table.from_pylist([{**row, **common} for row in fresh], schema=_SCHEMA)
        insert_table(session, PROPOSAL, made)
        told_anew = sorted({row["beneficiary_id"] for row in fresh if row["field"] in SOUGHT})
        for start in range(0, len(told_anew), _AT_ONCE):
            some = BENEFICIARY.c.id.in_(told_anew[start : start + _AT_ONCE])
            session.execute(update(BENEFICIARY).values(searchable=False).where(some))


def _declined(session: Session, programme: str) -> set[tuple[int, str, str | None, str | None]]:
    columns = (PROPOSAL.c.beneficiary_id, PROPOSAL.c.field, PROPOSAL.c.before, PROPOSAL.c.after)
    query = select(*columns).where(
        *(PROPOSAL.c.state == "declined", PROPOSAL.c.programme == programme),
        PROPOSAL.c.kind.in_([kind for kind in KINDS if kind not in {"new", "gone"}]),
    )
    return {(row[0], row[1], row[2], row[3]) for row in session.execute(query)}
