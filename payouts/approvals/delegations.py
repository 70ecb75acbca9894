"""Writes down who decides in whose stead (ủy quyền), until when and how far, and revokes it."""

import datetime as dt
from collections.abc import Collection

from sqlmodel import Session, col, or_, select

from payouts.approvals.models import Delegation
from payouts.approvals.rules import KINDS, LONGEST_DELEGATION
from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.notes import tidied
from payouts.identity import audit
from payouts.identity.rules import Staff, permissions
from payouts.identity.users import AREA_CODE, find_user


def delegate(
    session: Session,
    giver: Staff,
    taker: str,
    *,
    document: str,
    valid_from: dt.date,
    valid_to: dt.date,
    kinds: Collection[str] = (),
    areas: Collection[str] = (),
    most: int | None = None,
) -> Delegation:
    """Let somebody decide in one's stead; what one was given oneself cannot be handed on.

    Args:
        session: the transaction
        giver: who hands over their own right
        taker: the username of who gets it
        document: number of the paper that says so
        valid_from: the first day
        valid_to: the last day, at most LONGEST_DELEGATION later
        kinds: what they may decide, keys of rules.KINDS; all that the giver may by default
        areas: for which wards; all of the giver's by default
        most: đồng that one approval may move; no limit by default

    Raises:
        NotFoundError: nobody has that name
        RefusedError: the days, the paper, the kinds, the areas or the person cannot be
    """
    other = find_user(session, taker)
    if other.id == giver.user_id or other.disabled_at or other.role not in permissions()["approvals.take"]:
        raise RefusedError("no_such_taker", "Không ủy quyền cho người này được. Hãy chọn cán bộ khác.")
    if not valid_from <= valid_to <= valid_from + LONGEST_DELEGATION or valid_to < clock.today():
        raise RefusedError(
            "bad_delegation_days",
            f"Thời hạn ủy quyền không đúng: từ ngày đến ngày, không quá {LONGEST_DELEGATION.days} ngày.",
        )
    own = {kind for kind, known in KINDS.items() if giver.role in known.deciders}
    if not own or not set(kinds) <= own:
        raise RefusedError("not_yours_to_give", "Bạn chỉ ủy quyền được những việc chính bạn được duyệt.")
    if any(not AREA_CODE.fullmatch(code) for code in areas):
        raise RefusedError("bad_area_code", "Mã xã/phường phải gồm đúng 5 chữ số, ví dụ 00004.")
    if giver.scope.areas is not None and not set(areas) <= giver.scope.areas:
        raise RefusedError("not_yours_to_give", "Bạn chỉ ủy quyền được trong địa bàn của mình.")
    if most is not None and most <= 0:
        raise RefusedError("bad_most", "Hạn mức phải là số tiền lớn hơn 0.")
    made = Delegation(
        giver=giver.username,
        taker=other.username,
        document=tidied(document, needed=True),
        kinds=";".join(sorted(set(kinds))) or None,
        areas=";".join(sorted(set(areas))) or None,
        most=most,
        valid_from=valid_from,
        valid_to=valid_to,
        made_at=clock.now(),
        made_by=giver.username,
    )
    session.add(made)
    session.flush()
    audit.note(session, giver.who, "delegation.made", f"delegation {made.id}", taker=made.taker)
    return made


def revoke(session: Session, delegation_id: int, staff: Staff, *, reason: str) -> Delegation:
    """End a delegation from this moment on; what was decided under it stays as it is.

    Args:
        session: the transaction
        delegation_id: which
        staff: who gave it, who was given it, or who may name approvers
        reason: why, in words

    Raises:
        NotFoundError: there is none that they may see
        ForbiddenError: it is neither theirs, nor may they name approvers
        ConflictError: it is revoked already
        RefusedError: no reason
    """
    query = select(Delegation).where(Delegation.id == delegation_id)
    found = session.exec(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFoundError("no_such_delegation", f"Không có ủy quyền số {delegation_id}.")
    if staff.username not in {found.giver, found.taker} and not staff.may("approvals.name"):
        raise ForbiddenError("not_yours", "Chỉ người ủy quyền hoặc người được ủy quyền mới thu hồi được.")
    if found.revoked_at is not None:
        raise ConflictError("revoked_already", "Ủy quyền này đã được thu hồi.")
    found.revoked_why = tidied(reason, needed=True)
    found.revoked_at, found.revoked_by = clock.now(), staff.username
    session.add(found)
    session.flush()
    audit.note(session, staff.who, "delegation.revoked", f"delegation {delegation_id}")
    return found


def delegations(session: Session, staff: Staff, *, limit: int = 200) -> list[Delegation]:
    """List the delegations that concern somebody, or all for who may name approvers; the latest first."""
    query = select(Delegation).order_by(col(Delegation.id).desc()).limit(limit)
    if not staff.may("approvals.name"):
        query = query.where(or_(Delegation.giver == staff.username, Delegation.taker == staff.username))
    return list(session.exec(query))
