"""Reads what a draft is made from: the cycle before, the registry, decisions on people, and debts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core import clock
from payouts.core.bulk import read_table
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList, Reissue, Voucher
from payouts.lists.rules import COUNTS
from payouts.orders.drafts.rules import CARRIED, UNSETTLED
from payouts.orders.models import CycleDraft
from payouts.registry.models import Beneficiary, Enrolment, Stop, Suspension, WelfareAccount
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Verdict

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
PERSON = table_behind(Beneficiary)
ENROLMENT = table_behind(Enrolment)
ACCOUNT = table_behind(WelfareAccount)
VERDICT = table_behind(Verdict)
REISSUE = table_behind(Reissue)
VOUCHER = table_behind(Voucher)

OF_LINE = (
    *("id", "line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "hamlet"),
    *("period", "channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id"),
    *("carried_from", "amount"),
)
PARTS = ("amount_current", "amount_carried_over", "amount_arrears", "amount_deducted", "amount_one_off")


def base_of(session: Session, programme: str, cycle: str) -> PayoutCycle | None:
    """Find the last cycle before one that has a list which counts."""
    listed = exists().where(PayoutList.cycle_id == CYCLE.c.id, PayoutList.state == "accepted")  # type: ignore[arg-type]  # columns
    query = pick(PayoutCycle).where(PayoutCycle.programme == programme, PayoutCycle.cycle < cycle, listed)
    return session.exec(query.order_by(col(PayoutCycle.cycle).desc()).limit(1)).first()


def lines_of(session: Session, base: PayoutCycle) -> pa.Table:
    """Read the lines of a cycle that count."""
    columns = [LINE.c[name] for name in (*OF_LINE, *PARTS)]
    return read_table(session, select(*columns).where(LINE.c.cycle_id == base.id, LINE.c.ended_by == COUNTS))


def past_lines(session: Session, programme: str, first: str, cycle: str) -> pa.Table:
    """Read what lists owed people in the months from a first one up to a cycle, with each list's month."""
    columns = [
        LINE.c[name] for name in ("citizen_id", "category_code", "period", "amount", "carried_from", *PARTS)
    ]
    query = select(*columns, CYCLE.c.cycle).join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
    return read_table(
        session,
        query.where(
            CYCLE.c.programme == programme,
            CYCLE.c.cycle >= first,
            CYCLE.c.cycle < cycle,
            LINE.c.ended_by == COUNTS,
        ),
    )


def people_of(session: Session, programme: str, cycle: str) -> pa.Table:
    """Read who is on a programme in a month, as the registry has them, and since which month."""
    names = ("citizen_id", "full_name", "date_of_birth", "category_code", "area_code")
    query = (
        select(*(PERSON.c[name] for name in names), ENROLMENT.c.since)
        .join(ENROLMENT, ENROLMENT.c.beneficiary_id == PERSON.c.id)
        .where(ENROLMENT.c.programme == programme, ENROLMENT.c.until.is_(None), ENROLMENT.c.since <= cycle)
    )
    return read_table(session, query)


def ever_listed(session: Session, programme: str, citizen_ids: Iterable[str]) -> set[str]:
    """Find which people stood on any list of a programme."""
    found: set[str] = set()
    for chunk in in_chunks(citizen_ids):
        query = select(LINE.c.citizen_id).join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        query = query.where(CYCLE.c.programme == programme, LINE.c.citizen_id.in_(chunk))
        found.update(session.execute(query).scalars())
    return found


def accounts_of(session: Session, programme: str) -> pa.Table:
    """Read the accounts on record today."""
    names = ("id", "channel", "bank_code", "account_no", "account_name", "payee_citizen_id", "valid_from")
    query = select(PERSON.c.citizen_id, *(ACCOUNT.c[name] for name in names)).join(
        ACCOUNT, ACCOUNT.c.beneficiary_id == PERSON.c.id
    )
    return read_table(session, query.where(ACCOUNT.c.programme == programme, ACCOUNT.c.valid_to.is_(None)))


def ended(session: Session, programme: str) -> dict[str, str]:
    """Give the last month of those who are on a programme no more: identity number -> 2026-10."""
    current = select(ENROLMENT.c.beneficiary_id).where(
        ENROLMENT.c.programme == programme, ENROLMENT.c.until.is_(None)
    )
    rows = session.execute(
        select(PERSON.c.citizen_id, func.max(ENROLMENT.c.until))
        .join(ENROLMENT, ENROLMENT.c.beneficiary_id == PERSON.c.id)
        .where(ENROLMENT.c.programme == programme, PERSON.c.id.not_in(current))
        .group_by(PERSON.c.citizen_id)
    )
    return {row[0]: row[1] for row in rows}


def resumed(session: Session, programme: str, base: PayoutCycle) -> dict[str, int]:
    """Give the arrears decided since the cycle before was made: identity number -> đồng.

    They are of stops that were undone and of suspensions that ended.
    """
    since = _made_at(session, base)
    found: dict[str, int] = {}
    stops = pick(Stop.citizen_id, Stop.arrears).where(col(Stop.ended_at) > since, col(Stop.arrears) > 0)
    paused = (
        pick(Beneficiary.citizen_id, Suspension.arrears)
        .join(Suspension, col(Suspension.beneficiary_id) == Beneficiary.id)
        .where(
            Suspension.programme == programme, col(Suspension.ended_at) > since, col(Suspension.arrears) > 0
        )
    )
    for number, arrears in (*session.exec(stops), *session.exec(paused)):
        found[number] = found.get(number, 0) + (arrears or 0)
    return found


def _made_at(session: Session, base: PayoutCycle) -> dt.datetime:
    draft = pick(CycleDraft.made_at).where(
        CycleDraft.programme == base.programme,
        CycleDraft.cycle == base.cycle,
        CycleDraft.ended_why == "opened",
    )
    received = pick(func.min(PayoutList.received_at)).where(
        PayoutList.cycle_id == base.id, PayoutList.state == "accepted"
    )
    return session.exec(draft).first() or session.exec(received).one()


def debts_of(session: Session, programme: str, cycle: str) -> pa.Table:
    """Read the lines of earlier cycles whose money did not arrive, by the last run of each.

    Left out are those that a later line carries over, that are being paid again, or that have a voucher; and
    what is paid by hand as long as its cycle's deadline has not passed.
    """
    runs = last_runs()
    columns = [LINE.c[name] for name in OF_LINE if name not in {"amount", "carried_from", "period"}]
    query: Select[Any] = (
        select(
            *columns,
            func.coalesce(LINE.c.period, CYCLE.c.cycle).label("month"),
            (VERDICT.c.owed - VERDICT.c.settled).label("lacks"),
            VERDICT.c.verdict,
            VERDICT.c.reason_code,
        )
        .select_from(runs)
        .join(CYCLE, CYCLE.c.id == runs.c.cycle_id)
        .join(VERDICT, VERDICT.c.run_id == runs.c.run_id)
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .where(
            CYCLE.c.programme == programme,
            CYCLE.c.cycle < cycle,
            NOT_PAID,
            VERDICT.c.verdict.in_([*CARRIED, *UNSETTLED]),
            or_(VERDICT.c.verdict != "offline", CYCLE.c.deadline < clock.today(), CYCLE.c.deadline.is_(None)),
            LINE.c.ended_by == COUNTS,
            LINE.c.line_ref.not_in(_carried()),
            LINE.c.line_ref.not_in(select(REISSUE.c.line_ref).where(REISSUE.c.ended_at.is_(None))),
            ~exists().where(VOUCHER.c.payout_line_id == LINE.c.id),
        )
    )
    return read_table(session, query)


def _carried() -> Select[tuple[str]]:
    return select(LINE.c.carried_from).where(
        and_(LINE.c.carried_from.is_not(None), LINE.c.ended_by == COUNTS)
    )


def reissues_ready(session: Session, programme: str) -> Sequence[int]:
    """Give the amounts of the debts that are ready to be paid again, in đồng."""
    query = pick(Reissue.amount).where(
        Reissue.programme == programme, col(Reissue.ended_at).is_(None), col(Reissue.ordered_at).is_(None)
    )
    return session.exec(query).all()


def judged(session: Session, base: PayoutCycle) -> bool:
    """Say whether any run of a cycle is done."""
    runs = last_runs()
    return session.execute(select(runs.c.run_id).where(runs.c.cycle_id == base.id)).first() is not None
