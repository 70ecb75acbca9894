"""Finds what is to be ordered of a cycle, and what keeps a payment of it back."""

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, and_, func, literal, null, select
from sqlmodel import Session

from payouts.core import arrays
from payouts.core.bulk import read_table
from payouts.core.fields import Key
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, Reissue
from payouts.lists.rules import COUNTS
from payouts.orders.models import PaymentOrderLine
from payouts.orders.rules import ACCOUNT, BY_BANK, HELD, PAID_AGAIN
from payouts.registry.models import Beneficiary, WelfareAccount
from payouts.registry.stops import last_months, suspended_since
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
REISSUE = table_behind(Reissue)
VERDICT = table_behind(Verdict)
ORDERED = table_behind(PaymentOrderLine)
PERSON = table_behind(Beneficiary)
ACCOUNTS = table_behind(WelfareAccount)


def payments(session: Session, cycle: PayoutCycle) -> pa.Table:
    """Find what no order holds yet: the cycle's lines that banks pay, and what is ready to be paid again.

    Args:
        session: the transaction
        cycle: whose lines are meant; of the programme's earlier cycles too what is ready to be paid again

    Returns:
        rows of payout_line_id, reissue_id (null for a line), reference, debt (the line's own reference),
        citizen_id, month, bank_code, account_no, amount (đồng), verdict and evidence (of the last run), and
        `held`: null where it may go out, else a key of rules.HELD
    """
    found = pa.concat_tables(
        [read_table(session, _lines(cycle)), read_table(session, _reissues(cycle))]
    ).combine_chunks()
    return found.append_column("held", _held(session, cycle, found))


def _lines(cycle: PayoutCycle) -> Select[Any]:
    shown = _columns(LINE.c.line_ref, null().cast(Key()), LINE.c, cycle.cycle)
    return _judged(select(*shown).select_from(LINE)).where(
        LINE.c.cycle_id == cycle.id,
        LINE.c.ended_by == COUNTS,
        LINE.c.channel.in_(BY_BANK),
        ~_ordered(LINE.c.line_ref),
    )


def _reissues(cycle: PayoutCycle) -> Select[Any]:
    shown = _columns(REISSUE.c.new_ref, REISSUE.c.id, REISSUE.c, cycle.cycle)
    same = and_(LINE.c.line_ref == REISSUE.c.line_ref, LINE.c.ended_by == COUNTS)
    return _judged(select(*shown).select_from(REISSUE).join(LINE, same)).where(
        REISSUE.c.programme == cycle.programme,
        REISSUE.c.cycle <= cycle.cycle,
        REISSUE.c.ended_at.is_(None),
        REISSUE.c.ordered_at.is_(None),
        ~_ordered(REISSUE.c.new_ref),
    )


def _columns(
    reference: ColumnElement[str], reissue: ColumnElement[int | None], of: Any, month: str
) -> list[ColumnElement[Any]]:
    """Name the columns alike; the account and the amount are of the line, or of the order to pay again."""
    own = ("citizen_id", "bank_code", "account_no", "amount")
    return [
        LINE.c.id.label("payout_line_id"),
        reissue.label("reissue_id"),
        reference.label("reference"),
        LINE.c.line_ref.label("debt"),
        func.coalesce(LINE.c.period, literal(month)).label("month"),
        *(of[name] for name in own),
        VERDICT.c.verdict.label("verdict"),
        VERDICT.c.evidence.label("evidence"),
    ]


def _judged(query: Select[Any]) -> Select[Any]:
    runs = last_runs()
    said = and_(VERDICT.c.run_id == runs.c.run_id, VERDICT.c.payout_line_id == LINE.c.id)
    return query.outerjoin(runs, runs.c.cycle_id == LINE.c.cycle_id).outerjoin(VERDICT, said)


def _ordered(reference: ColumnElement[str]) -> ColumnElement[bool]:
    return (
        select(ORDERED.c.reference).where(ORDERED.c.reference == reference, ORDERED.c.cancelled == 0).exists()
    )


def _held(session: Session, cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    """Say of each payment what keeps it back, the first of rules.HELD that does."""
    held = pa.chunked_array([pa.nulls(found.num_rows, pa.string())])
    for name in reversed(HELD):
        held = pc.if_else(_RULES[name](session, cycle, found), arrays.one(name), held)
    return held


def _answered(_session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    told = pc.not_equal(pc.coalesce(found["evidence"], arrays.one("")), arrays.one(""))
    return pc.and_(pc.is_null(found["reissue_id"]), told)


def _sent_elsewhere(session: Session, cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    banks = pc.unique(found["bank_code"].filter(_answered(session, cycle, found)))
    return pc.and_(pc.is_null(found["reissue_id"]), pc.is_in(found["bank_code"], value_set=banks.drop_null()))


def _carried_over(session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    carried = select(LINE.c.carried_from).where(LINE.c.carried_from.is_not(None), LINE.c.ended_by == COUNTS)
    return _among(found["debt"], session.execute(carried).scalars().all())


def _reissued(session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    standing = select(REISSUE.c.line_ref).where(REISSUE.c.ended_at.is_(None))
    debts = session.execute(standing).scalars().all()
    return pc.and_(pc.is_null(found["reissue_id"]), _among(found["debt"], debts))


def _stopped(session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    last = last_months(session)
    return _behind(found, last, lambda month, limit: month > limit)


def _suspended(session: Session, cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    since = suspended_since(session, cycle.programme)
    return _behind(found, since, lambda month, limit: month >= limit)


def _behind(found: pa.Table, limits: dict[str, str], past: Callable[[str, str], bool]) -> pa.ChunkedArray:
    """Say which payments are of people with a limit, for a month that lies past it."""
    of_people = _among(found["citizen_id"], limits)
    rows = found.select(["citizen_id", "month", "reference"]).filter(of_people).to_pylist()
    refs = [row["reference"] for row in rows if past(row["month"], limits[row["citizen_id"]])]
    return _among(found["reference"], refs)


def _account_corrected(session: Session, cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    """Say which lines still name an account that a correction has ended."""
    new, old = ACCOUNTS.alias("new_account"), ACCOUNTS.alias("old_account")
    rows = session.execute(
        select(PERSON.c.citizen_id, old.c.account_no)
        .join(new, new.c.beneficiary_id == PERSON.c.id)
        .join(old, old.c.id == new.c.replaces)
        .where(new.c.valid_to.is_(None), new.c.programme == cycle.programme)
    )
    ended = {f"{number}|{account}" for number, account in rows}
    named = pc.binary_join_element_wise(found["citizen_id"], found["account_no"], arrays.one("|"))
    return pc.and_(pc.is_null(found["reissue_id"]), _among(named, ended))


def _no_account(_session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    account = pc.coalesce(found["account_no"], arrays.one(""))
    return pc.invert(pc.match_substring_regex(account, f"^{ACCOUNT.pattern}$"))


def _no_bank(_session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    return pc.equal(pc.coalesce(found["bank_code"], arrays.one("")), arrays.one(""))


def _verdict_changed(_session: Session, _cycle: PayoutCycle, found: pa.Table) -> pa.ChunkedArray:
    return pc.and_(pc.is_valid(found["reissue_id"]), pc.invert(_among(found["verdict"], PAID_AGAIN)))


def _among(column: pa.ChunkedArray, values: Iterable[str | None]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array([value for value in values if value], pa.string()))


_RULES: dict[str, Callable[[Session, PayoutCycle, pa.Table], pa.ChunkedArray]] = {
    "answered": _answered,
    "sent_elsewhere": _sent_elsewhere,
    "carried_over": _carried_over,
    "reissued": _reissued,
    "stopped": _stopped,
    "suspended": _suspended,
    "account_corrected": _account_corrected,
    "no_account": _no_account,
    "no_bank": _no_bank,
    "verdict_changed": _verdict_changed,
}
