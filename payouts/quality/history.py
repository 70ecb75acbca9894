"""What became of earlier payments to accounts: which failed last for a reason that lasts, which were paid."""

from typing import Any

import pyarrow as pa
from sqlalchemy import Select, func, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.quality.gather import MONTHS_BACK, month_before
from payouts.quality.signs import lasting_reasons
from payouts.registry.people import ACCOUNT, BENEFICIARY
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Verdict
from reconciliation import normalise as fold

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
VERDICT = table_behind(Verdict)
REACHED = (
    "paid",
    "name_differs",
    "paid_twice",
    "amount_differs",
)  # verdicts by which the account takes money


def failed_lines(session: Session, cycle: str) -> pa.Table:
    """Read payments of the months before a cycle that failed for a reason that lasts."""
    query = _judged(cycle).where(
        VERDICT.c.verdict == "failed", NOT_PAID, VERDICT.c.reason_code.in_(lasting_reasons())
    )
    return _folded(read_table(session, query))


def paid_lines(session: Session, cycle: str, citizen_ids: list[str]) -> pa.Table:
    """Read payments of the months before a cycle that reached the accounts of some people."""
    query = _judged(cycle).where(VERDICT.c.verdict.in_(REACHED))
    parts = [
        read_table(session, query.where(LINE.c.citizen_id.in_(chunk))) for chunk in in_chunks(citizen_ids)
    ]
    return _folded(pa.concat_tables(parts or [read_table(session, query.where(LINE.c.id < 0))]))


def accounts_with_zeros(session: Session, programme: str) -> pa.Table:
    """Read the accounts on record that begin with a zero, which spreadsheets lose."""
    query = (
        select(BENEFICIARY.c.citizen_id, ACCOUNT.c.bank_code, ACCOUNT.c.account_no)
        .join(BENEFICIARY, BENEFICIARY.c.id == ACCOUNT.c.beneficiary_id)
        .where(
            ACCOUNT.c.valid_to.is_(None),
            ACCOUNT.c.programme == programme,
            ACCOUNT.c.account_no.startswith("0"),
        )
    )
    return read_table(session, query)


def _judged(cycle: str) -> Select[Any]:
    """Select payout lines of the months before a cycle, as the last run of each judged them."""
    runs = last_runs()
    return (
        select(
            LINE.c.citizen_id,
            LINE.c.full_name,
            func.coalesce(LINE.c.bank_code, "").label("bank_code"),
            func.coalesce(LINE.c.account_no, "").label("account_no"),
            CYCLE.c.cycle,
            VERDICT.c.reason_code,
        )
        .select_from(runs)
        .join(CYCLE, CYCLE.c.id == runs.c.cycle_id)
        .join(VERDICT, VERDICT.c.run_id == runs.c.run_id)
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .where(
            CYCLE.c.cycle < cycle,
            CYCLE.c.cycle >= month_before(cycle, MONTHS_BACK),
            LINE.c.ended_by == COUNTS,
        )
    )


def _folded(lines: pa.Table) -> pa.Table:
    account = fold.without_leading_zeros(fold.fold_account(lines["account_no"]))
    return lines.append_column("name_key", fold.fold_name(lines["full_name"])).append_column(
        "account_key", account
    )
