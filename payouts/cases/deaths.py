"""The bank or the family says that a person died: that asks for a check, once, and stops nothing."""

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from payouts.cases.models import Case
from payouts.cases.opening import open_case_of_line
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.registry.stops import standing_stop
from payouts.runs.models import Run

DECEASED = "MD07"  # the bank's reason, of ISO 20022; core/data/failure_reasons.csv leads other words to it
BY_BANK = "Ngân hàng báo chủ tài khoản đã mất. Cần xác minh; tin này chưa dừng chi."
BY_CONTACT = "Khi liên hệ, có tin người này đã mất. Cần xác minh; tin này chưa dừng chi."


def check_death(session: Session, line: PayoutLine, *, by: str, note: str) -> Case | None:
    """Open the case that asks to verify a death, of the person and not of the payment.

    Args:
        session: the transaction
        line: a payout line of the person
        by: a username, or "run 3" for a run
        note: who says so, and what it means

    Returns:
        the case; None where one is open already, or the person is stopped
    """
    subject = line.citizen_id or line.line_ref
    same = select(Case.id).where(
        Case.kind == "death_check", Case.subject == subject, col(Case.state) != "closed"
    )
    if session.exec(same).first() is not None or standing_stop(session, line.citizen_id) is not None:
        return None
    case, _ = open_case_of_line(session, "death_check", line, by=by, note=note, subject=subject)
    return case


def follow_bank_words(session: Session, run: Run) -> int:
    """Ask for a check of each person of whom a bank says that they died, once a cycle; say of how many."""
    cycle = session.get_one(PayoutCycle, run.cycle_id)
    checks = select(Case.subject).where(
        Case.kind == "death_check",
        or_(
            col(Case.state) != "closed",
            and_(col(Case.programme) == cycle.programme, col(Case.cycle) == cycle.cycle),
        ),
    )
    said = select(PayoutLine).join(Case, col(Case.payout_line_id) == PayoutLine.id)
    found = session.exec(
        said.where(
            Case.kind == "exception",
            col(Case.state) != "closed",
            Case.programme == cycle.programme,
            Case.cycle == cycle.cycle,
            Case.reason_code == DECEASED,
        ).order_by(col(PayoutLine.id))
    ).all()
    known = set(session.exec(checks)) if found else set()
    new = [line for line in found if (line.citizen_id or line.line_ref) not in known]
    return sum(check_death(session, line, by=f"run {run.number}", note=BY_BANK) is not None for line in new)
