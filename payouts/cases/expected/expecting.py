"""What banks owe is written down when a list comes; what is late is noticed, once, by the clock."""

import datetime as dt

import structlog
from sqlmodel import Session, col, func, select

from payouts.cases.expected.models import ExpectedFile, ExpectedFileEvent
from payouts.cases.expected.store import Expected, expected_of
from payouts.core import clock
from payouts.core.calendar import next_banking_day
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.orders.models import OrderExport, PaymentOrder
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import COUNTING, standing

BY = "chitra"
OVER = frozenset({"come", "answered"})  # states in which nobody waits any more
THROUGH_BANKS = ("account", "wallet")
WATCHED = dt.timedelta(days=100)  # cycles whose files are looked after since they opened

log = structlog.get_logger()


def expect_files(session: Session, cycle: PayoutCycle) -> list[ExpectedFile]:
    """Write down which bank owes a file of a cycle, as orders and lists are now; twice changes nothing more.

    A bank to which an order went out owes an answer to the order; any other to which the list leads owes one
    to the list.

    Args:
        session: the transaction
        cycle: the cycle

    Returns:
        the files that are new
    """
    known = {each.bank_code: each for each in _known(session, cycle)}
    ordered = _ordered(session, cycle)
    owed = {**_owed(session, cycle), **ordered}
    due_on = _due_on(cycle)
    for bank, file in known.items():
        file.lines, file.amount = owed.get(bank, (0, 0))
        file.source = "order" if bank in ordered else file.source
        file.due_on = file.due_on if file.agreed else due_on
        session.add(file)
    new = [
        ExpectedFile(
            cycle_id=cycle.id or 0,
            bank_code=bank,
            source="order" if bank in ordered else "list",
            due_on=due_on,
            lines=lines,
            amount=amount,
            made_at=clock.now(),
            made_by=BY,
        )
        for bank, (lines, amount) in sorted(owed.items())
        if bank not in known
    ]
    session.add_all(new)
    session.flush()
    return new


def look_after_files(session: Session) -> list[Expected]:
    """Bring what is expected up to date for all cycles of late, and notice what has become late.

    Args:
        session: the transaction

    Returns:
        the files that were not known to be late before
    """
    since = clock.today() - WATCHED
    cycles = session.exec(
        select(PayoutCycle).where(PayoutCycle.opens_on >= since).order_by(col(PayoutCycle.id))
    ).all()
    return [late for cycle in cycles for late in look_after(session, cycle)]


def look_after(session: Session, cycle: PayoutCycle) -> list[Expected]:
    """Do the same for one cycle, and notice what was late and is waited for no longer."""
    expect_files(session, cycle)
    noticed = []
    for each in expected_of(session, cycle):
        file = each.file
        if each.standing.state == "late" and file.missed_at is None:
            file.missed_at = clock.now()
            note(session, file, "missed", by=BY, due_on=file.due_on)
            log.warning("file_missing", bank=file.bank_code, cycle=cycle.cycle, lines=file.lines)
            noticed.append(each)
        elif each.standing.state in OVER and file.missed_at is not None and file.came_at is None:
            file.came_at = clock.now()
            note(session, file, "came", by=BY)
    return noticed


def note_come(session: Session, file_id: int) -> list[ExpectedFile]:
    """Note for which cycles a file that counts is the first of its bank.

    Args:
        session: the transaction
        file_id: the file, read

    Returns:
        the files that were expected and have come now
    """
    file = session.get_one(SettlementFile, file_id)
    if file.test or standing(file) not in COUNTING:
        return []
    day = file.received_at.astimezone(clock.VIETNAM).date()
    cycles = select(col(PayoutCycle.programme), func.max(PayoutCycle.opens_on)).where(
        PayoutCycle.opens_on <= day
    )
    current = {
        (programme, opens)
        for programme, opens in session.execute(cycles.group_by(col(PayoutCycle.programme)))
    }
    waiting = session.execute(
        select(ExpectedFile, PayoutCycle)
        .join(PayoutCycle, col(PayoutCycle.id) == ExpectedFile.cycle_id)
        .where(ExpectedFile.bank_code == file.bank_code, col(ExpectedFile.came_at).is_(None))
    )
    come = [each for each, cycle in waiting if (cycle.programme, cycle.opens_on) in current]
    for each in come:
        each.came_at, each.came_file_id = file.received_at, file_id
        note(session, each, "came", by=BY, file_id=file_id)
    return come


def note(
    session: Session,
    file: ExpectedFile,
    kind: str,
    *,
    by: str,
    due_on: dt.date | None = None,
    reason: str | None = None,
    file_id: int | None = None,
) -> None:
    """Write down what happened to an expected file, now."""
    session.add(file)
    session.flush()
    session.add(
        ExpectedFileEvent(
            expected_id=file.id or 0,
            at=clock.now(),
            by=by,
            kind=kind,
            due_on=due_on,
            reason=reason,
            file_id=file_id,
        )
    )
    session.flush()


def _known(session: Session, cycle: PayoutCycle) -> list[ExpectedFile]:
    return list(session.exec(select(ExpectedFile).where(ExpectedFile.cycle_id == cycle.id)))


def _owed(session: Session, cycle: PayoutCycle) -> dict[str, tuple[int, int]]:
    """Add up what goes through each bank that lines name: bank -> lines and đồng."""
    bank = func.coalesce(col(PayoutLine.bank_code), "")
    rows = session.execute(
        select(bank, func.count(), func.sum(PayoutLine.amount))
        .where(
            PayoutLine.cycle_id == cycle.id,
            PayoutLine.ended_by == COUNTS,
            col(PayoutLine.channel).in_(THROUGH_BANKS),
            bank != "",
        )
        .group_by(bank)
    )
    return {code: (int(lines), int(amount)) for code, lines, amount in rows}


def _ordered(session: Session, cycle: PayoutCycle) -> dict[str, tuple[int, int]]:
    """Add up the orders that went out to each bank: bank -> lines and đồng."""
    out = select(OrderExport.order_id)
    rows = session.execute(
        select(col(PaymentOrder.bank_code), func.sum(PaymentOrder.lines), func.sum(PaymentOrder.amount))
        .where(
            PaymentOrder.cycle_id == cycle.id,
            col(PaymentOrder.cancelled_at).is_(None),
            col(PaymentOrder.id).in_(out),
        )
        .group_by(col(PaymentOrder.bank_code))
    )
    return {code: (int(lines), int(amount)) for code, lines, amount in rows}


def _due_on(cycle: PayoutCycle) -> dt.date:
    """Return the last day for a bank's file: the cycle's deadline, else the day on which payment opens."""
    calendar = rules_today().dates_of(cycle.programme).calendar
    return cycle.deadline or next_banking_day(cycle.opens_on, calendar)
