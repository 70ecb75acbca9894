"""What staff do about an expected file: agree on another day, excuse it, want it after all, add one."""

import datetime as dt

from sqlmodel import Session

from payouts.cases.expected.expecting import note
from payouts.cases.expected.models import ExpectedFile
from payouts.cases.expected.rules import ACTS
from payouts.cases.expected.store import find_expected
from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.runs.store import find_cycle

LONGEST_DELAY = dt.timedelta(days=92)


def act_on(
    session: Session, expected_id: int, kind: str, staff: Staff, *, reason: str, due_on: dt.date | None = None
) -> ExpectedFile:
    """Agree on another day for an expected file, say that none is to come, or that it is to come after all.

    The deadline of the cycle stays: verdicts go by it, whatever a bank promised.

    Args:
        session: the transaction
        expected_id: the file
        kind: one of rules.ACTS
        staff: who decides
        reason: why, in words
        due_on: with `agreed`, the last day on which it will be in time

    Raises:
        NotFoundError: there is no such file in the scope
        RefusedError: no reason is given, or the day cannot be
        ConflictError: it is so already
    """
    file = find_expected(session, expected_id, staff.scope).file
    words = tidied(reason)
    if kind not in ACTS:
        raise RefusedError("expected_act", "Hãy chọn một việc có trong danh sách.")
    if not words:
        raise RefusedError("reason_needed", "Hãy ghi lý do.")
    if kind == "agreed":
        _agree(file, due_on)
    elif file.excused is (kind == "excused"):
        raise ConflictError("expected_so_already", "Tệp này đã ở trạng thái đó.")
    file.excused = kind == "excused"
    if kind != "excused":
        file.missed_at = file.missed_at if file.due_on < clock.today() else None
    note(session, file, kind, by=staff.username, due_on=file.due_on, reason=words)
    audit.note(session, staff.who, f"expected_file.{kind}", f"expected file {expected_id}")
    return file


def expect_by_hand(
    session: Session, programme: str, cycle: str, bank: str, staff: Staff, *, due_on: dt.date, reason: str
) -> ExpectedFile:
    """Write down that a bank owes a file that no list or order tells of, e.g. the payer's own statement.

    Args:
        session: the transaction
        programme: of the cycle
        cycle: the month
        bank: its code, BIN, SWIFT or name, or a code of one's own for a payer that is no bank
        staff: who expects it
        due_on: the last day on which it is in time
        reason: why, in words

    Raises:
        NotFoundError: there is no such cycle in the scope
        RefusedError: no reason is given, or no bank
        ConflictError: a file of this bank is expected already
    """
    found = find_cycle(session, programme, cycle, staff.scope)
    code, words = bank_code(bank) or bank.strip().upper(), tidied(reason)
    if not words:
        raise RefusedError("reason_needed", "Hãy ghi lý do.")
    if not (code.isascii() and code.isalnum() and len(code) <= 16):  # noqa: PLR2004  # as identity.banks takes codes
        raise RefusedError("bad_bank_code", f"Mã ngân hàng “{code[:50]}” không đúng, ví dụ MB.")
    file = ExpectedFile(
        cycle_id=found.id or 0,
        bank_code=code,
        source="hand",
        due_on=due_on,
        agreed=True,
        lines=0,
        amount=0,
        made_at=clock.now(),
        made_by=staff.username,
    )
    add_once(
        session, file, ConflictError("expected_already", "Tệp của ngân hàng này đã có trong danh sách chờ.")
    )
    note(session, file, "expected", by=staff.username, due_on=due_on, reason=words)
    audit.note(session, staff.who, "expected_file.expected", f"expected file {file.id}")
    return file


def _agree(file: ExpectedFile, due_on: dt.date | None) -> None:
    today = clock.today()
    if due_on is None or not today <= due_on <= today + LONGEST_DELAY:
        raise RefusedError(
            "bad_agreed_day", f"Hãy ghi ngày hẹn từ hôm nay, muộn nhất {LONGEST_DELAY.days} ngày nữa."
        )
    file.due_on, file.agreed = due_on, True
