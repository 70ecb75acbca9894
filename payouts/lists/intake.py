"""A payout list, from bytes on disk to payout lines in the database: wholly there, or not at all."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError, NotFoundError
from payouts.core.hold import Hold, nobody_else
from payouts.core.notes import tidied
from payouts.core.problems import Problem
from payouts.core.receipts import problem_rows
from payouts.core.settings import Settings
from payouts.core.storage import Stored, keep_copy, path_of, plain_name
from payouts.identity import audit
from payouts.identity.scope import Scope
from payouts.lists.absent import DROPPED, find_absent
from payouts.lists.carried import Paid, carried_problems, nothing_paid
from payouts.lists.decided import decided_problems
from payouts.lists.keep import clashes, find_cycle, keep_changes, keep_lines
from payouts.lists.models import PayoutList
from payouts.lists.reading import ListReading, open_list
from payouts.lists.rules import check_cycle
from payouts.lists.sheets import name_sheets
from payouts.lists.store import family_of, find_list
from payouts.lists.supersede import may_supersede

# Problems that end when people decide so: an order to pay again is withdrawn, a month is opened again.
PASSING = frozenset({"debt_reissued", "month_closed"})


def receive(
    session: Session,
    stored: Stored,
    *,
    programme: str,
    cycle: str,
    filename: str,
    by: str,
    deadline: dt.date | None = None,
    supersedes: int | None = None,
) -> tuple[PayoutList, bool]:
    """Write the receipt of a payout list whose bytes are safe on disk.

    Args:
        session: the transaction
        stored: the bytes, as core.storage kept them
        programme: e.g. BTXH
        cycle: a month like 2026-11
        filename: the name that the sender gives the file
        by: who sent it
        deadline: the last day for the banks' answer, kept where the list makes the cycle
        supersedes: the list of the cycle in whose place it is to count, once somebody has confirmed

    Returns:
        the receipt, in state `received`, and whether it is new: the same bytes for the same cycle, in the
        place of the same list, have one receipt, the first, unless that was dropped

    Raises:
        RefusedError: no programme or cycle can be called so
        NotFoundError, ConflictError: there is no such list to supersede, or it does not count
    """
    check_cycle(programme, cycle)
    same = select(PayoutList).where(
        PayoutList.programme == programme,
        PayoutList.cycle == cycle,
        PayoutList.sha256 == stored.sha256,
        PayoutList.supersedes == (supersedes or 0),
    )
    latest = same.order_by(col(PayoutList.attempt).desc()).limit(1)
    known = session.exec(latest).one_or_none()
    if known is not None and known.decision != "cancelled":
        return known, False
    if supersedes:
        may_supersede(session, supersedes, programme=programme, cycle=cycle)
    receipt = PayoutList(
        programme=programme,
        cycle=cycle,
        sha256=stored.sha256,
        size=stored.size,
        filename=plain_name(filename),
        wished_deadline=deadline,
        received_at=clock.now(),
        received_by=by,
        supersedes=supersedes or 0,
        attempt=known.attempt + 1 if known else 0,
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:  # somebody sends the same bytes at this moment
        return session.exec(latest).one(), False
    return receipt, True


def read_received(
    database: Database,
    settings: Settings,
    list_id: int,
    *,
    hold: Hold = nobody_else,
    paid: Paid = nothing_paid,
) -> PayoutList:
    """Read a received payout list to its end and keep its lines, all in one commit.

    The cycle is made where there is none. A list already read stays as it is. Of a corrected list the lines
    that are added or changed are kept, and none of them counts before somebody has confirmed it.

    Args:
        database: where the receipt is
        settings: where the bytes are, and the currency
        list_id: the receipt
        hold: called in each transaction; what it raises ends the reading
        paid: says what banks paid of earlier lines

    Returns:
        the receipt, `accepted`, or `quarantined` or `refused` with its problems and no line kept; a corrected
        list that was read right is `quarantined` until it is confirmed

    Raises:
        NotFoundError: there is no such receipt
    """
    with database.reading() as session:
        receipt = session.get(PayoutList, list_id)
    if receipt is None:
        raise NotFoundError("no_such_list", f"Không có danh sách chi trả số {list_id}.")
    if receipt.state != "received":
        return receipt
    reading = open_list(
        path_of(settings.data_dir, receipt.sha256),
        cycle=receipt.cycle,
        programme=receipt.programme,
        currency=settings.currency,
    )
    lines = pa.Table.from_batches(reading.batches(), schema=reading.schema)
    with database.session() as session:
        hold(session)
        receipt = session.get_one(PayoutList, list_id)
        family = family_of(session, receipt.supersedes)
        for problem in (
            *_closed_month(session, receipt),
            *clashes(session, lines, family),
            *_other_deadline(session, receipt),
        ):
            reading.report.add(problem)
        if reading.report.outcome == "accepted":
            for problem in carried_problems(session, lines, cycle=receipt.cycle, family=family, paid=paid):
                reading.report.add(problem)
            told = {"programme": receipt.programme, "cycle": receipt.cycle}
            for problem in decided_problems(session, lines, **told, paid=paid):
                reading.report.add(problem)
        absent = find_absent(session, lines, receipt)
        for problem in absent.problems(confirmed=receipt.decision == "confirmed"):
            reading.report.add(problem)
        if reading.report.outcome == "accepted":
            if receipt.supersedes:
                keep_changes(session, receipt, reading, lines, family)
            else:
                keep_lines(session, receipt, reading, lines, absent)
        _conclude(receipt, reading)
        session.add(receipt)
    return receipt


def keep_list(
    database: Database,
    settings: Settings,
    path: Path,
    *,
    programme: str,
    cycle: str,
    by: str,
    deadline: dt.date | None = None,
    filename: str | None = None,
    supersedes: int | None = None,
    paid: Paid = nothing_paid,
) -> PayoutList:
    """Receive a payout list from this machine's disk and read it at once.

    Args:
        database: where it is kept
        settings: where the bytes go, and the currency
        path: the file
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who brings it
        deadline: the last day for the banks' answer, kept where the list makes the cycle
        filename: its name, where the path's own is not meant
        supersedes: the list in whose place it is to count
        paid: says what banks paid of earlier lines

    Raises:
        RefusedError: no programme or cycle can be called so
        NotFoundError, ConflictError: there is no such list to supersede, or it does not count
    """
    check_cycle(programme, cycle)
    stored = keep_copy(settings.data_dir, path)
    with database.session() as session:
        receipt, _ = receive(
            session,
            stored,
            programme=programme,
            cycle=cycle,
            filename=filename or path.name,
            by=by,
            deadline=deadline,
            supersedes=supersedes,
        )
    return read_received(database, settings, receipt.id or 0, paid=paid)


def stopped_for_a_decision(receipt: PayoutList) -> bool:
    """Say whether a list stopped for something that a decision of people may remove."""
    return any(row["code"] in PASSING for row in receipt.problems)


def read_again(session: Session, list_id: int, scope: Scope, *, by: str) -> PayoutList:
    """Let a list be read once more that stopped for one of PASSING.

    Args:
        session: the transaction
        list_id: the list
        scope: the programmes of who asks
        by: the username

    Raises:
        NotFoundError: no such list in the scope
        ConflictError: it did not stop for that
    """
    receipt = find_list(session, list_id, scope)
    if receipt.state != "quarantined" or not stopped_for_a_decision(receipt):
        raise ConflictError("not_to_be_read_again", "Danh sách này không chờ đọc lại. Hãy tải lại trang.")
    receipt.state, receipt.problems, receipt.problem_count = "received", [], 0
    session.add(receipt)
    session.flush()
    audit.note(session, by, "list.read_again", f"payout list {list_id}")
    return receipt


def take_all_the_same(session: Session, list_id: int, scope: Scope, *, by: str, reason: str) -> PayoutList:
    """Let a list be read on that stopped because it drops many people: somebody says that it is right.

    Args:
        session: the transaction
        list_id: the list
        scope: the programmes of who says so
        by: the username
        reason: why so many are gone, in words

    Raises:
        NotFoundError: no such list in the scope
        ConflictError: it did not stop for that
        RefusedError: no reason
    """
    receipt = find_list(session, list_id, scope)
    if receipt.state != "quarantined" or all(row["code"] != DROPPED for row in receipt.problems):
        raise ConflictError("not_to_be_read_again", "Danh sách này không chờ đọc lại. Hãy tải lại trang.")
    receipt.decision, receipt.decided_at, receipt.decided_by = "confirmed", clock.now(), by
    receipt.decision_note = tidied(reason, needed=True)
    receipt.state, receipt.problems, receipt.problem_count = "received", [], 0
    session.add(receipt)
    session.flush()
    audit.note(session, by, "list.drop_confirmed", f"payout list {list_id}", reason=receipt.decision_note)
    return receipt


def give_up(session: Session, list_id: int) -> None:
    """Refuse a received list that this version of the service cannot read, so that nobody waits for it."""
    receipt = session.get(PayoutList, list_id)
    if receipt is None or receipt.state != "received":
        return
    receipt.state, receipt.read_at = "refused", clock.now()
    receipt.problems, receipt.problem_count = problem_rows([Problem("reader_broke")]), 1
    session.add(receipt)


def _closed_month(session: Session, receipt: PayoutList) -> Iterable[Problem]:
    """Refuse a list of a month that is closed; until this transaction ends nobody closes it."""
    known = find_cycle(session, receipt, lock=True)
    if known and known.closed_at:
        day = known.closed_at.astimezone(clock.VIETNAM)
        yield Problem("month_closed", values={"value": receipt.cycle, "other": f"{day:%d/%m/%Y}"})


def _other_deadline(session: Session, receipt: PayoutList) -> Iterable[Problem]:
    """Warn where the list wishes another deadline than its cycle has: that of the cycle stays."""
    known, wished = find_cycle(session, receipt), receipt.wished_deadline
    if known and known.deadline and not known.deadline_by_rule and wished and wished != known.deadline:
        yield Problem(
            "other_deadline", values={"value": f"{wished:%d/%m/%Y}", "other": f"{known.deadline:%d/%m/%Y}"}
        )


def _conclude(receipt: PayoutList, reading: ListReading) -> None:
    """Write on the receipt what was read."""
    report = reading.report
    name_sheets(report)
    receipt.state = report.outcome
    receipt.format = report.format
    receipt.lines = report.lines
    receipt.good_lines = report.good_lines
    receipt.amount = report.amount
    receipt.parts = report.parts
    receipt.sheets = report.sheets
    receipt.problems = problem_rows(report.problems)
    receipt.problem_count = report.problem_count
    receipt.read_at = clock.now()
