"""Suspends who does not collect, after a talk and by two people; and pays again, with arrears.

Circular 02/2021/TT-BLDTBXH Art. 2 lets an allowance be suspended that nobody comes for. Whoever was not paid
because a bank or an office failed is never proposed: months.past keeps the two apart.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.approvals.models import Approval
from payouts.cases.approving import ask_approval
from payouts.cases.before import past_of, person_of
from payouts.cases.contacts import contacts_of
from payouts.cases.correcting import NOT_REACHED, earlier_numbers
from payouts.cases.events import tell
from payouts.cases.kinds import kinds
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, Contact
from payouts.cases.months import ALARM, Month, Past
from payouts.cases.rules import OUTCOMES
from payouts.core import clock
from payouts.core.errors import ConflictError
from payouts.core.once import add_once
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.registry.models import Beneficiary, Suspension


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with their allowance.

    Attributes:
        person: who it is
        past: their last months
        contact: the latest talk of this case in which they were reached; None: there was none
        suspension: the one in force, where there is one
    """

    person: Beneficiary
    past: Past
    contact: Contact | None
    suspension: Suspension | None

    @property
    def arrears(self) -> list[Month]:
        """Give the months since the suspension began of which money is owed and did not arrive."""
        since = self.suspension.since if self.suspension else ""
        return [
            month
            for month in self.past.months
            if since and month.cycle >= since and month.became != "open" and month.owed > month.settled
        ]

    @property
    def owed(self) -> int:
        """Say what these months add up to, in đồng."""
        return sum(month.owed - month.settled for month in self.arrears)


def standing_of(session: Session, case: Case, scope: Scope) -> Standing | None:
    """Read how the person of a case stands; None where it is of no payout line, or nobody known.

    Args:
        session: the transaction
        case: the case, which the asker may see
        scope: the areas and programmes of who asks
    """
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    person = person_of(session, line) if line else None
    if line is None or person is None:
        return None
    cycle = session.get_one(PayoutCycle, line.cycle_id)
    talks = (each for each in contacts_of(session, case.id or 0) if each.result not in NOT_REACHED)
    in_force = select(Suspension).where(
        Suspension.beneficiary_id == person.id,
        Suspension.programme == case.programme,
        col(Suspension.ended_at).is_(None),
    )
    return Standing(
        person,
        past_of(session, line, cycle, scope),
        next(talks, None),
        session.exec(in_force).one_or_none(),
    )


def ask_suspension(
    session: Session, case_id: int, scope: Scope, *, version: int, by: str, reason: str
) -> Approval:
    """Propose that the allowance of somebody be suspended who did not collect it.

    Args:
        session: the transaction
        case_id: a case of theirs
        scope: the areas and programmes of who proposes
        version: of the case as it was read
        by: the username
        reason: why, in words

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed it since
        ConflictError: `not_to_be_suspended`, `nobody_talked`, `suspended_already`, or the same waits already
        ForbiddenError: it concerns who asks, or a relative they declared
        RefusedError: no reason
    """
    case = case_as_read(session, case_id, scope, version)
    standing = _to_suspend(session, case)
    talk = standing.contact
    if talk is None:
        raise ConflictError(
            "nobody_talked", "Chưa ghi lần nào liên hệ được với người này. Hãy gọi hoặc đến nhà trước."
        )
    months = standing.past.not_collected
    details = {
        "since": months.cycles[-1],
        "months": months.months,
        "contact_on": talk.at.astimezone(clock.VIETNAM).date().isoformat(),
        "contact_by": talk.by,
    }
    return ask_approval(
        session,
        case,
        "suspend",
        by=by,
        reason=reason,
        concerned=earlier_numbers(session, case),
        details=details,
    )


def suspend(session: Session, approval: Approval, by: str) -> None:
    """Suspend what was approved, where the months still say so; the case that it was asked on is closed.

    Raises:
        ConflictError: as ask_suspension
    """
    case = session.get_one(Case, approval.case_id)
    standing = _to_suspend(session, case)
    made = Suspension(
        beneficiary_id=standing.person.id or 0,
        programme=case.programme,
        since=approval.details["since"],
        approval_id=approval.id or 0,
        made_at=clock.now(),
        made_by=by,
    )
    add_once(session, made, _suspended())
    tell(session, case, "suspended", by=by)
    if case.state != "closed" and not kinds()[case.kind].confirmed:
        before, case.state = case.state, "closed"
        case.outcome, case.closed_at = "suspended", clock.now()
        tell(session, case, "closed", by=by, before=before, after="closed", note=OUTCOMES["suspended"].vi)
    changed(session, case)


def ask_reinstatement(
    session: Session, case_id: int, scope: Scope, *, version: int, by: str, reason: str
) -> Approval:
    """Propose to pay somebody again who was suspended, with what is owed since.

    Args, errors: as ask_suspension; ConflictError `not_suspended`
    """
    case = case_as_read(session, case_id, scope, version)
    standing = _suspended_one(session, case)
    return ask_approval(
        session,
        case,
        "reinstate",
        by=by,
        reason=reason,
        amount=standing.owed,
        concerned=earlier_numbers(session, case),
        details={
            "since": standing.suspension.since if standing.suspension else None,
            "arrears_of": ", ".join(f"{month.cycle[5:]}/{month.cycle[:4]}" for month in standing.arrears),
        },
    )


def reinstate(session: Session, approval: Approval, by: str) -> None:
    """End a suspension; the arrears that were approved are kept with it, for the next payout list.

    The case that the suspension closed is open again: its money is owed.

    Raises:
        ConflictError: `not_suspended`, it ended meanwhile
    """
    case = session.get_one(Case, approval.case_id)
    ended = _suspended_one(session, case).suspension
    assert ended is not None  # noqa: S101  # asked for just above
    ended.ended_at, ended.ended_by = clock.now(), by
    ended.arrears, ended.ended_approval_id = approval.amount, approval.id
    session.add(ended)
    tell(session, case, "reinstated", by=by)
    changed(session, case)
    asked = session.get(Approval, ended.approval_id)
    origin = session.get(Case, asked.case_id) if asked and asked.case_id else None
    if origin is not None and (origin.state, origin.outcome) == ("closed", "suspended"):
        origin.state, origin.outcome, origin.closed_at = "open", None, None
        tell(session, origin, "reopened", by=by, before="closed", after="open", note=approval.reason)
        changed(session, origin)


def _to_suspend(session: Session, case: Case) -> Standing:
    """Refuse whom the law protects.

    Raises:
        ConflictError: `not_to_be_suspended` or `suspended_already`
    """
    standing = standing_of(session, case, EVERYTHING)
    if standing is None or standing.past.not_collected.months < ALARM:
        raise ConflictError(
            "not_to_be_suspended",
            f"Chỉ đề nghị tạm dừng khi {ALARM} tháng liền có tiền mà không đến nhận. "
            "Người chưa được chi vì lỗi của ngân hàng hay cơ quan thì không tạm dừng.",
        )
    if standing.suspension is not None:
        raise _suspended()
    return standing


def _suspended_one(session: Session, case: Case) -> Standing:
    standing = standing_of(session, case, EVERYTHING)
    if standing is None or standing.suspension is None:
        raise ConflictError("not_suspended", "Người này không bị tạm dừng chi trả.")
    return standing


def _suspended() -> ConflictError:
    return ConflictError("suspended_already", "Người này đã bị tạm dừng chi trả.")
