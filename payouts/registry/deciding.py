"""Decides what lists and files propose: approved it goes on record, declined it is not asked again."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlmodel import Session

from payouts.core import clock
from payouts.core.errors import ForbiddenError, RefusedError
from payouts.core.fields import Moment
from payouts.core.notes import tidied
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.registry.changes import CHANGE
from payouts.registry.enrolments import ENROLMENT, OF_PROGRAMME
from payouts.registry.people import ACCOUNT, BENEFICIARY
from payouts.registry.proposing import PAYEE, PROPOSAL, WAITING
from payouts.registry.rules import COMPARED, KINDS

ONE_BY_ONE = frozenset({"two_wards"})  # nobody can say of all at once in which ward each lives
_TYPED: dict[str, Callable[[str], Any]] = {"date_of_birth": dt.date.fromisoformat}
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which proposals somebody decides on.

    Attributes:
        ids: these alone; None for all that the rest says
        kind: of rules.KINDS; None for all
        programme: None for all
        source: kind and number of the list or file; None for all
        area_code: None for all
    """

    ids: Collection[int] | None = None
    kind: str | None = None
    programme: str | None = None
    source: tuple[str, int] | None = None
    area_code: str | None = None

    def conditions(self, scope: Scope) -> list[ColumnElement[bool]]:
        """Say which waiting proposals of a scope are meant."""
        found = [PROPOSAL.c.state == WAITING, *in_scope(scope)]
        if self.ids is not None:
            found.append(PROPOSAL.c.id.in_(list(self.ids)))
        if self.source is not None:
            found += [PROPOSAL.c.source == self.source[0], PROPOSAL.c.source_id == self.source[1]]
        for name in ("kind", "programme", "area_code"):
            if (wanted := getattr(self, name)) is not None:
                found.append(PROPOSAL.c[name] == wanted)
        return found


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Say which proposals somebody may see: of their wards and programmes, and of no programme."""
    within = scope.conditions(area=PROPOSAL.c.area_code)
    if scope.programmes is not None:
        within.append(PROPOSAL.c.programme.in_([*sorted(scope.programmes), ""]))
    return within


def decide(session: Session, chosen: Chosen, staff: Staff, *, approve: bool, reason: str = "") -> int:
    """Approve or decline proposals, all in one transaction and a few statements.

    What would move money to another account or person takes another than who sent the list or file; of those
    among many they are left to wait.

    Args:
        session: the transaction
        chosen: which ones
        staff: who decides
        approve: whether they go on record
        reason: why, in words; needed to decline

    Returns:
        how many were decided; the same form sent twice decides nothing the second time

    Raises:
        RefusedError: nobody is chosen, no reason to decline, or all at once of a kind decided one by one
        ForbiddenError: all of them take another person
    """
    if chosen.ids is not None and not chosen.ids:
        raise RefusedError("nobody_chosen", "Hãy chọn ít nhất một người, rồi chọn duyệt hoặc không duyệt.")
    if chosen.ids is None and chosen.kind in ONE_BY_ONE | {None}:
        raise RefusedError("one_by_one", "Hãy chọn từng người: loại thay đổi này không duyệt hàng loạt.")
    said = tidied(reason, needed=not approve) or None
    wanted = chosen.conditions(staff.scope)
    others = or_(
        PROPOSAL.c.kind.in_([kind for kind, two in KINDS.items() if not two]),
        PROPOSAL.c.asked_by != staff.username,
    )
    at = clock.now()
    done = session.execute(
        update(PROPOSAL)
        .values(
            state="done" if approve else "declined", decided_at=at, decided_by=staff.username, reason=said
        )
        .where(*wanted, *([others] if approve else []))
    ).rowcount  # type: ignore[attr-defined]  # an UPDATE has it
    if not done and approve and _any(session, wanted):
        raise ForbiddenError("same_person", "Người gửi danh sách không được tự duyệt. Cần một người khác.")
    batch = and_(
        PROPOSAL.c.decided_at == at, PROPOSAL.c.decided_by == staff.username, PROPOSAL.c.state != "replaced"
    )
    if approve:
        _apply(session, batch)
    else:
        _end_new(session, batch)
    _tell(session, batch, approve=approve)
    what = "registry.approved" if approve else "registry.declined"
    audit.note(session, staff.who, what, "registry proposals", kind=chosen.kind, proposals=done)
    return int(done)


def _any(session: Session, conditions: list[ColumnElement[bool]]) -> bool:
    return session.execute(select(PROPOSAL.c.id).where(*conditions).limit(1)).first() is not None


def _apply(session: Session, batch: ColumnElement[bool]) -> None:
    for field in COMPARED:
        _set(session, batch, field)
    _end_enrolments(session, and_(batch, PROPOSAL.c.kind == "gone"), PROPOSAL.c.after)
    by_kind = _details(session, batch)
    _set_accounts(session, batch, by_kind["account"])
    _set_payees(session, batch, by_kind["payee"])
    told = select(PROPOSAL.c.beneficiary_id, PROPOSAL.c.field, PROPOSAL.c.after).where(batch).subquery()
    session.execute(  # the same told by another programme's list is settled too
        update(PROPOSAL)
        .values(state="replaced", decided_at=clock.now())
        .where(
            *(PROPOSAL.c.state == WAITING, PROPOSAL.c.beneficiary_id == told.c.beneficiary_id),
            *(PROPOSAL.c.field == told.c.field, PROPOSAL.c.after == told.c.after),
            PROPOSAL.c.field.in_([name for name in COMPARED if name not in OF_PROGRAMME]),
        )
    )


def _set(session: Session, batch: ColumnElement[bool], field: str) -> None:
    """Write one field of people, and of their programme where it is the programme's."""
    of_field = and_(batch, PROPOSAL.c.field == field)
    if field in _TYPED:
        rows = session.execute(select(PROPOSAL.c.beneficiary_id, PROPOSAL.c.after).where(of_field)).all()
        values = [{"person": person, "value": _TYPED[field](after)} for person, after in rows]
        if values:
            written = {field: bindparam("value"), "searchable": False}
            session.execute(
                update(BENEFICIARY).where(BENEFICIARY.c.id == bindparam("person")).values(written), values
            )
        return
    session.execute(
        update(BENEFICIARY)
        .values({field: PROPOSAL.c.after, "searchable": False})
        .where(BENEFICIARY.c.id == PROPOSAL.c.beneficiary_id, of_field)
    )
    if field in OF_PROGRAMME:
        session.execute(
            update(ENROLMENT)
            .values({field: PROPOSAL.c.after})
            .where(
                ENROLMENT.c.beneficiary_id == PROPOSAL.c.beneficiary_id,
                *(ENROLMENT.c.programme == PROPOSAL.c.programme, ENROLMENT.c.until.is_(None), of_field),
            )
        )


def _end_new(session: Session, batch: ColumnElement[bool]) -> None:
    """Take off a programme who was declined as new to it: as if never on it."""
    _end_enrolments(session, and_(batch, PROPOSAL.c.kind == "new"), literal("0000-00"))


def _end_enrolments(session: Session, chosen: ColumnElement[bool], until: ColumnElement[Any]) -> None:
    session.execute(
        update(ENROLMENT)
        .values(until=until)
        .where(
            *(ENROLMENT.c.beneficiary_id == PROPOSAL.c.beneficiary_id, ENROLMENT.c.until.is_(None)),
            *(ENROLMENT.c.programme == PROPOSAL.c.programme, chosen),
        )
    )


def _details(session: Session, batch: ColumnElement[bool]) -> dict[str, list[dict[str, Any]]]:
    """Read what is to be on record of accounts and payees."""
    columns = (
        "beneficiary_id",
        "kind",
        "programme",
        "told_id",
        "details",
        "source",
        "source_id",
        "decided_by",
        "month",
    )
    query = select(*(PROPOSAL.c[name] for name in columns)).where(
        batch, PROPOSAL.c.kind.in_(["account", "payee"])
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(query).mappings():
        found[row["kind"]].append({**row, **row["details"]})
    return found


def _set_accounts(session: Session, batch: ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    """Put accounts on record, each in the place of the person's others where it replaces them."""
    ends: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row["replaces"]:
            ends[row["on"]].append(row["beneficiary_id"])
    for told_on, people in ends.items():
        on = dt.date.fromisoformat(told_on)
        last = on - dt.timedelta(days=1)
        for first in range(0, len(people), _AT_ONCE):
            session.execute(
                update(ACCOUNT)
                .values(valid_to=case((ACCOUNT.c.valid_from < on, last), else_=ACCOUNT.c.valid_from))
                .where(
                    *(ACCOUNT.c.valid_to.is_(None), ACCOUNT.c.beneficiary_id == PROPOSAL.c.beneficiary_id),
                    *(ACCOUNT.c.programme == PROPOSAL.c.programme, batch, PROPOSAL.c.kind == "account"),
                    ACCOUNT.c.beneficiary_id.in_(people[first : first + _AT_ONCE]),
                )
            )
    made = [
        {
            **{
                name: row[name]
                for name in ("beneficiary_id", "programme", "channel", "bank_code", "account_no")
            },
            **{name: row[name] for name in ("account_name", "payee_citizen_id")},
            "valid_from": dt.date.fromisoformat(row["on"]),
            "source_line_id": row["told_id"],
            "recorded_at": clock.now(),
        }
        for row in rows
    ]
    if made:
        session.execute(insert(ACCOUNT), made)
        given = select(PROPOSAL.c.beneficiary_id).where(batch, PROPOSAL.c.kind == "account")
        session.execute(update(BENEFICIARY).values(searchable=False).where(BENEFICIARY.c.id.in_(given)))


def _set_payees(session: Session, batch: ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    of_payees, now = and_(batch, PROPOSAL.c.kind == "payee"), clock.now()
    session.execute(
        update(PAYEE)
        .values(ended_at=now, ended_by=PROPOSAL.c.decided_by)
        .where(PAYEE.c.ended_at.is_(None), PAYEE.c.beneficiary_id == PROPOSAL.c.beneficiary_id, of_payees)
    )
    made = [
        {
            "beneficiary_id": row["beneficiary_id"],
            "relation": row.get("payee_relation") or "listed",
            "full_name": row["payee_name"] or row["payee_citizen_id"],
            "citizen_id": row["payee_citizen_id"],
            "document": row.get("payee_document"),
            "valid_from": clock.today(),
            "valid_to": dt.date.fromisoformat(row["payee_valid_to"]) if row.get("payee_valid_to") else None,
            "source": row["source"],
            "source_id": row["source_id"],
            "recorded_at": now,
            "recorded_by": row["decided_by"],
        }
        for row in rows
    ]
    if made:
        session.execute(insert(PAYEE), made)


def _tell(session: Session, batch: ColumnElement[bool], *, approve: bool) -> None:
    """Write what went on record into the history; of what was declined only that somebody is not new."""
    told = batch if approve else and_(batch, PROPOSAL.c.kind == "new")
    same = ("beneficiary_id", "field", "before", "after", "source", "source_id", "row", "reason")
    session.execute(
        insert(CHANGE).from_select(
            [*same, "programme", "at", "by"],
            select(
                *(PROPOSAL.c[name] for name in ("beneficiary_id", "field")),
                *(
                    (PROPOSAL.c.before, PROPOSAL.c.after)
                    if approve
                    else (PROPOSAL.c.after, literal(None, String()))
                ),
                *(PROPOSAL.c[name] for name in ("source", "source_id", "row", "reason")),
                *(
                    func.nullif(PROPOSAL.c.programme, ""),
                    literal(clock.now(), Moment()),
                    PROPOSAL.c.decided_by,
                ),
            ).where(told),
        )
    )
