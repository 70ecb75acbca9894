"""Names who decides for a ward, so that a ward with one officer knows whom to ask."""

from sqlmodel import Session, col, select

from payouts.approvals.models import Approver
from payouts.approvals.rules import KINDS
from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.users import AREA_CODE, find_user, staff_of


def name_approver(session: Session, area_code: str, username: str, *, by: Staff, document: str) -> Approver:
    """Name somebody to decide for a ward; several may be named.

    Args:
        session: the transaction
        area_code: five digits
        username: who is named; they work for the ward and their role decides something
        by: who names them
        document: number of the decision that says so

    Raises:
        NotFoundError: nobody has that name
        RefusedError: the ward or the person cannot be
        ConflictError: they are named already
    """
    user = find_user(session, username)
    staff = staff_of(session, user)
    decides = any(staff.role in kind.deciders for kind in KINDS.values())
    covers = staff.scope.areas is None or area_code in staff.scope.areas
    if not AREA_CODE.fullmatch(area_code):
        raise RefusedError("bad_area_code", f"Mã xã/phường “{area_code}” phải gồm đúng 5 chữ số.")
    if user.disabled_at or not decides or not covers:
        raise RefusedError("no_such_approver", "Người này không duyệt được việc của xã/phường này.")
    made = Approver(
        area_code=area_code,
        username=user.username,
        document=tidied(document, needed=True),
        named_at=clock.now(),
        named_by=by.username,
    )
    add_once(session, made, ConflictError("named_already", "Người này đã được chỉ định cho xã/phường này."))
    audit.note(session, by.who, "approver.named", f"area {area_code}", username=user.username)
    return made


def end_approver(session: Session, approver_id: int, *, by: Staff) -> Approver:
    """Let somebody be named for a ward no longer.

    Raises:
        NotFoundError: nobody is named so
    """
    found = session.get(Approver, approver_id)
    if found is None or found.ended_at is not None:
        raise NotFoundError("no_such_naming", "Không còn chỉ định này. Hãy tải lại trang.")
    found.ended_at, found.ended_by = clock.now(), by.username
    session.add(found)
    session.flush()
    audit.note(session, by.who, "approver.ended", f"area {found.area_code}", username=found.username)
    return found


def named(session: Session) -> list[Approver]:
    """List who is named for which ward, by ward."""
    query = select(Approver).where(col(Approver.ended_at).is_(None))
    return list(session.exec(query.order_by(Approver.area_code, Approver.username)))
