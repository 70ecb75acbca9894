"""Who may decide an approval: never who asked, never whom it concerns; and in whose stead."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from payouts.approvals.models import Approval, Approver, Delegation
from payouts.approvals.rules import KINDS
from payouts.core import clock
from payouts.core.errors import ForbiddenError
from payouts.identity.declared import is_own_affair, refuse_own_affair
from payouts.identity.models import User
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.identity.users import staff_of


def authority(session: Session, approval: Approval, staff: Staff) -> Delegation | None:
    """Find by what right somebody may decide an approval.

    Args:
        session: the transaction
        approval: what is asked for
        staff: who wants to decide

    Returns:
        the delegation in force that lets them; None where they may in their own right

    Raises:
        ForbiddenError: they asked for it, it is their own matter, or nothing gives them the right
    """
    if approval.asked_by == staff.username:
        raise ForbiddenError("same_person", "Người đề nghị không được tự duyệt. Cần một người khác.")
    refuse_own_affair(session, staff.username, concerned(approval))
    if has_right(session, approval, staff):
        return None
    for delegation, giver in givers_of(session, staff.username):
        if (
            giver.username != approval.asked_by
            and not is_own_affair(session, giver.username, concerned(approval))
            and _within(delegation, approval)
            and has_right(session, approval, giver)
        ):
            return delegation
    raise ForbiddenError(
        "not_the_approver",
        "Bạn không phải người phê duyệt việc này và không được ủy quyền. Hãy xem ai được chỉ định.",
    )


def concerned(approval: Approval) -> list[str]:
    """Give the identity numbers of those whom an approval concerns."""
    return (approval.citizen_ids or "").split(";")


def has_right(session: Session, approval: Approval, staff: Staff) -> bool:
    """Say whether somebody may decide in their own right: by role, by scope, and as named for the ward."""
    if staff.role not in KINDS[approval.kind].deciders:
        return False
    if not staff.scope.covers(area=approval.area_code, programme=approval.programme):
        return False
    named = approvers_of(session, approval.area_code) - {approval.asked_by}
    return not named or staff.username in named


def approvers_of(session: Session, area_code: str | None) -> frozenset[str]:
    """Give the usernames of those named to decide for a ward."""
    query = (
        select(Approver.username)
        .join(User, col(User.username) == Approver.username)
        .where(
            Approver.area_code == area_code, col(Approver.ended_at).is_(None), col(User.disabled_at).is_(None)
        )
    )
    return frozenset(session.exec(query))


def givers_of(session: Session, username: str) -> Iterator[tuple[Delegation, Staff]]:
    """Yield the delegations in force today that somebody was given, each with who gave it."""
    today = clock.today()
    rows = session.exec(
        select(Delegation, User)
        .join(User, col(User.username) == Delegation.giver)
        .where(
            Delegation.taker == username,
            Delegation.valid_from <= today,
            Delegation.valid_to >= today,
            col(Delegation.revoked_at).is_(None),
            col(User.disabled_at).is_(None),
        )
        .order_by(col(Delegation.id))
    )
    for delegation, user in rows:
        yield delegation, staff_of(session, user)


def delegated(delegation: Delegation, giver: Staff) -> Scope:
    """Give the part of somebody's scope that a delegation hands over."""
    if delegation.areas is None:
        return giver.scope
    areas = frozenset(delegation.areas.split(";"))
    own = giver.scope.areas
    return Scope(areas if own is None else areas & own, giver.scope.programmes)


def _within(delegation: Delegation, approval: Approval) -> bool:
    """Say whether an approval lies within what was delegated."""
    return (
        (delegation.kinds is None or approval.kind in delegation.kinds.split(";"))
        and (delegation.areas is None or approval.area_code in delegation.areas.split(";"))
        and (delegation.most is None or (approval.amount or 0) <= delegation.most)
    )
