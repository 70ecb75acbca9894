"""From which month to which one people were paid, and what was said of them last: many people at once."""

from sqlalchemy import ColumnElement, Select, String, case, func, literal_column, select

from payouts.core.fields import Key
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.registry.models import Beneficiary, EarlierId
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

BENEFICIARY = table_behind(Beneficiary)
CYCLE = table_behind(PayoutCycle)
EARLIER = table_behind(EarlierId)
LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)

TO_ACCOUNTS = ("account", "wallet")  # channels
_SAYS_NOTHING = ("pending", "offline")  # verdicts by which nobody has said anything yet
_MONTH = 7  # letters of 2026-11
_VERDICT = 16  # letters: more than any verdict has


def paid_months(*channels: str, by_account: bool = False) -> Select[tuple[object, ...]]:
    """Select, of each person and programme, when they were paid and what was said of them last.

    Read are the payout lines that count, as the last run of their cycle judges them. A person who stands on
    earlier lists under another identity number is one person. Of several lines in a month a paid one goes
    before the others: money that came shows that money can come.

    Args:
        channels: only lines of these channels, e.g. TO_ACCOUNTS; all by default
        by_account: a row for each account of a person that lines name, not one for all

    Returns:
        a query of rows beneficiary_id, programme, first_paid and last_paid (months like 2026-11, the first
        and the last with a line that is paid; None where there is none), last_month (the last of which
        anything is known: a line that is pending, or cash without a word of it, says nothing), last_verdict
        and last_reason (the bank's reason code, or None) of that month; by account bank_code and account_no
        too. People of whom nothing is known yet have no row.
    """
    paid = case((VERDICT.c.verdict == "paid", CYCLE.c.cycle))
    last = func.max(_said())
    account = [func.coalesce(LINE.c.bank_code, "").label("bank_code"), LINE.c.account_no] * by_account
    person = func.coalesce(EARLIER.c.beneficiary_id, BENEFICIARY.c.id, type_=Key())
    runs = last_runs()
    return (
        select(
            person.label("beneficiary_id"),
            CYCLE.c.programme,
            *account,
            func.min(paid).label("first_paid"),
            func.max(paid).label("last_paid"),
            func.substr(last, 1, _MONTH, type_=String).label("last_month"),
            func.rtrim(func.substr(last, _MONTH + 2, _VERDICT), type_=String).label("last_verdict"),
            func.nullif(func.substr(last, _MONTH + 2 + _VERDICT), "", type_=String).label("last_reason"),
        )
        .select_from(runs)
        .join(CYCLE, CYCLE.c.id == runs.c.cycle_id)
        .join(VERDICT, VERDICT.c.run_id == runs.c.run_id)
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == LINE.c.citizen_id)
        .outerjoin(EARLIER, EARLIER.c.earlier_id == LINE.c.citizen_id)
        .where(
            LINE.c.ended_by == COUNTS,
            VERDICT.c.verdict.not_in(_SAYS_NOTHING),
            *([LINE.c.channel.in_(channels)] if channels else []),
        )
        .group_by(person, CYCLE.c.programme, *account)
    )


def _said() -> ColumnElement[str]:
    """Put month, whether paid, verdict and reason into one text, the greatest of which came last."""
    paid = case((VERDICT.c.verdict == "paid", literal_column("'1'")), else_=literal_column("'0'"))
    padded = func.substr(VERDICT.c.verdict + literal_column(f"'{' ' * _VERDICT}'"), 1, _VERDICT)
    return CYCLE.c.cycle + paid + padded + func.coalesce(VERDICT.c.reason_code, "")
