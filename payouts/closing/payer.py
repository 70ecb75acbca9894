"""The payer's account in a month, by the bank's statements and by the payer's own papers, side by side.

opening + drawdown (rút dự toán) + returned credits + other in = gross paid + returned to budget + other out
+ closing. What a bank's line is follows from what runs say of it; of a line that no run connects with a
payment, from its words (data/payer_words.csv), and else it is another movement, listed one by one.
"""

import calendar
import csv
import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import Any

from sqlalchemy import RowMapping, and_, func, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.closing.models import PayerEntry
from payouts.core.keys import keys_of_file
from payouts.core.tables import table_behind
from payouts.core.words import folded_words
from payouts.lists.models import PayoutCycle
from payouts.runs.models import BankTotal, Disposition, Standing
from payouts.runs.rules import SERVING
from payouts.runs.store import last_run
from payouts.settlements.models import SettlementFile, SettlementLine, Statement
from payouts.settlements.rules import counts

DISPOSITION = table_behind(Disposition)
LINE = table_behind(SettlementLine)
STANDING = table_behind(Standing)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the payer's account.

    Attributes:
        left: whether it stands on the left side, of what comes in
        by_hand: whether the payer's papers say it; the others follow from runs
        vi: on screen
        en: on screen
    """

    left: bool
    by_hand: bool
    vi: str
    en: str


KINDS = {
    "opening": Kind(True, True, "Số dư đầu kỳ", "Opening balance"),
    "drawdown": Kind(True, True, "Rút dự toán trong kỳ", "Treasury drawdown"),
    "returned": Kind(True, False, "Ngân hàng trả lại", "Returned credits"),
    "other_in": Kind(True, True, "Thu khác", "Other money in"),
    "paid": Kind(False, False, "Đã chuyển chi (gộp)", "Gross paid"),
    "to_budget": Kind(False, True, "Nộp trả ngân sách", "Returned to the budget"),
    "other_out": Kind(False, True, "Chi khác, phí", "Other money out, fees"),
    "closing": Kind(False, True, "Số dư cuối kỳ", "Closing balance"),
}


@dataclass(slots=True)
class PayerMonth:
    """The account of a month.

    Attributes:
        statement: what the bank's statements say, a key of KINDS -> đồng; None where there is none
        books: what the payer's papers and the runs say
        others: the movements on the statements that no run connects with a payment
        accounts: whose statements these are, bank and account
    """

    statement: dict[str, int] | None = None
    books: dict[str, int] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    @property
    def entered(self) -> bool:
        """Whether the payer's papers say anything."""
        return any(self.books.get(name) for name, kind in KINDS.items() if kind.by_hand)

    @property
    def differences(self) -> list[int]:
        """What does not tie, in đồng: the statements, the books where there are any, and the two."""
        sides = [each for each in (self.statement, self.books if self.entered else None) if each is not None]
        found = [left_less_right(side) for side in sides]
        if self.statement is not None and self.entered:
            found += [self.statement[name] - self.books.get(name, 0) for name in KINDS]
        return [each for each in found if each]

    def as_dict(self) -> dict[str, Any]:
        """Give the sums, without the single movements."""
        return {"statement": self.statement, "books": self.books, "accounts": self.accounts}


def left_less_right(side: dict[str, int]) -> int:
    """Say by how much what came in differs from what went out and what is left, in đồng."""
    return sum(side.get(name, 0) * (1 if kind.left else -1) for name, kind in KINDS.items())


def payer_month(session: Session, cycle: PayoutCycle) -> PayerMonth:
    """Put the payer's account of a cycle's calendar month together.

    Args:
        session: the transaction
        cycle: the cycle; its payer's statements that closed in its month count, whatever they paid
    """
    made = PayerMonth(books=_entered(session, cycle))
    statements = _statements(session, cycle)
    if statements:
        made.statement = dict.fromkeys(KINDS, 0)
        made.accounts = sorted({f"{each.bank_code} {each.account}" for each in statements})
        _add_balances(made.statement, statements)
        for each in statements:
            _add_lines(session, made, each)
    run = last_run(session, cycle.id or 0)
    settled = pick(func.sum(BankTotal.settled)).where(
        BankTotal.run_id == ((run and run.id) or 0), BankTotal.bank_code != ""
    )
    made.books["returned"] = (made.statement or {}).get("returned", 0)
    made.books["paid"] = int(session.exec(settled).one() or 0) + made.books["returned"]
    return made


def entries_of(session: Session, cycle: PayoutCycle) -> list[PayerEntry]:
    """List what was entered of the payer's papers, the earliest first."""
    query = pick(PayerEntry).where(PayerEntry.cycle_id == cycle.id)
    return list(session.exec(query.order_by(col(PayerEntry.id))))


def _entered(session: Session, cycle: PayoutCycle) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in entries_of(session, cycle):
        found[each.kind] = found.get(each.kind, 0) + each.amount
    return found


def _statements(session: Session, cycle: PayoutCycle) -> list[Statement]:
    """Find the statements that closed in the calendar month of a cycle, the earliest first."""
    year, month = int(cycle.cycle[:4]), int(cycle.cycle[5:])
    first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    query = (
        pick(Statement)
        .join(SettlementFile, col(SettlementFile.id) == Statement.file_id)
        .where(counts(), col(Statement.closed_on).between(first, last))
        .order_by(
            col(Statement.closed_on), col(Statement.number), col(Statement.page), col(Statement.file_id)
        )
    )
    return list(session.exec(query))


def _add_balances(side: dict[str, int], statements: Iterable[Statement]) -> None:
    """Add the first opening and the last closing balance of each account."""
    by_account: dict[tuple[str, str], list[Statement]] = {}
    for each in statements:
        by_account.setdefault((each.bank_code, each.account), []).append(each)
    for told in by_account.values():
        side["opening"] += int(Decimal(told[0].opening))
        side["closing"] += int(Decimal(told[-1].closing))


def _add_lines(session: Session, made: PayerMonth, statement: Statement) -> None:
    """Add the movements of one statement by what runs, or else their words, say that they are."""
    said = and_(
        STANDING.c.settlement_line_id == LINE.c.id, LINE.c.id.between(*keys_of_file(statement.file_id))
    )
    lines = (
        LINE.join(STANDING, said, isouter=True)
        .join(
            DISPOSITION,
            and_(
                DISPOSITION.c.run_id == STANDING.c.run_id,
                DISPOSITION.c.settlement_line_id == STANDING.c.settlement_line_id,
            ),
            isouter=True,
        )
    )  # fmt: skip
    mine = (
        LINE.c.id.between(*keys_of_file(statement.file_id)),
        LINE.c.statement == statement.statement,
        LINE.c.status.in_(("settled", "returned")),
    )
    serves = func.coalesce(DISPOSITION.c.disposition, "").in_(sorted(SERVING))
    side = made.statement or {}
    sums = select(LINE.c.status, func.sum(LINE.c.amount)).select_from(lines).where(*mine, serves)
    for status, amount in session.execute(sums.group_by(LINE.c.status)):
        side["paid" if status == "settled" else "returned"] += int(amount)
    single = select(
        *(LINE.c[name] for name in ("status", "amount", "booked_on", "remittance_info", "reason_text")),
        DISPOSITION.c.disposition,
    )
    for row in session.execute(
        single.select_from(lines).where(*mine, ~serves).order_by(LINE.c.id)
    ).mappings():
        kind = _kind_by_words(row)
        side[kind] += row["amount"] or 0
        made.others.append({**row, "kind": kind})


def _kind_by_words(row: RowMapping) -> str:
    direction = "in" if row["status"] == "returned" else "out"
    said = folded_words(f"{row['remittance_info'] or ''} {row['reason_text'] or ''}")
    known = (kind for kind, where, words in _words() if where == direction and words in said)
    return next(known, f"other_{direction}")


@functools.cache
def _words() -> tuple[tuple[str, str, str], ...]:
    text = (resources.files("payouts.closing") / "data" / "payer_words.csv").read_text(encoding="utf-8")
    return tuple((row["kind"], row["direction"], row["words"]) for row in csv.DictReader(text.splitlines()))
