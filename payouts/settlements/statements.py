"""Keeps the statements of files, and holds a new file to what the bank's earlier files told."""

import datetime as dt
from decimal import Decimal

from sqlmodel import Session, col, select

from payouts.settlements.formats.base import FileReport
from payouts.settlements.joins import Told, account_key, by_account, differences, in_order
from payouts.settlements.models import SettlementFile, Statement
from payouts.settlements.rules import counts

MOST_DAYS_APART = 62  # a statement that closed longer ago is no neighbour


def check_against_kept(session: Session, report: FileReport, bank: str) -> None:
    """Report statements that do not join the ones that the bank's earlier files told.

    Args:
        session: the transaction
        report: of the file, read to its end; gets the problems
        bank: whose earlier files
    """
    for (account, _), told in by_account(report.balances).items():
        first = in_order(told)[0]
        before = _last_before(session, bank, account, first)
        if before is not None:
            for problem in differences(before, first):
                report.add(problem)


def statement_rows(report: FileReport, file: SettlementFile) -> list[Statement]:
    """Make rows of the statements that later ones can be held to."""
    return [
        Statement(
            file_id=file.id or 0,
            statement=each.statement,
            bank_code=file.bank_code,
            account=account_key(each.account),
            currency=each.currency,
            number=each.number,
            page=each.page,
            opened_on=each.opened_on,
            closed_on=each.closed_on,
            opening=f"{each.opening:f}",
            closing=f"{each.closing:f}",
        )
        for each in report.balances
        if each.account and each.closed_on
    ]


def _last_before(session: Session, bank: str, account: str, first: Told) -> Told | None:
    """Find the statement that closed last before one opened, in files that count."""
    begins = first.opened_on or first.closed_on
    if begins is None:
        return None
    row = session.exec(
        select(Statement, SettlementFile.label)
        .join(SettlementFile, col(SettlementFile.id) == Statement.file_id)
        .where(
            Statement.bank_code == bank,
            Statement.account == account,
            Statement.currency == first.currency,
            col(Statement.closed_on) <= begins,
            col(Statement.closed_on) >= begins - dt.timedelta(MOST_DAYS_APART),
            counts(),
        )
        .order_by(
            col(Statement.closed_on).desc(),
            col(Statement.number).desc(),
            col(Statement.page).desc(),
            col(Statement.file_id).desc(),
        )
        .limit(1)
    ).first()
    if row is None:
        return None
    kept, label = row
    return Told(
        f"{label}, {kept.statement}",
        kept.currency,
        kept.number,
        kept.page,
        Decimal(kept.opening),
        Decimal(kept.closing),
        kept.opened_on,
        kept.closed_on,
    )
