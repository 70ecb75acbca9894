"""Whose payments a member of staff never decides: their own, and those of relatives they declared."""

import re
from collections.abc import Collection

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.identity import audit
from payouts.identity.models import DeclaredPerson, User
from payouts.identity.users import find_user

RELATIONS = ("self", "relative")
_CITIZEN_ID = re.compile(r"[0-9]{9}|[0-9]{12}")  # CMND or CCCD


def declare(session: Session, username: str, citizen_id: str, relation: str, *, by: str) -> DeclaredPerson:
    """Keep that a person is a member of staff, or a relative of theirs.

    Args:
        session: the transaction
        username: the member of staff
        citizen_id: the person's CCCD of 12 digits, or CMND of 9
        relation: one of RELATIONS
        by: who declares it: they themselves, or whoever manages users

    Raises:
        NotFoundError: nobody has that name
        RefusedError: no identity number or relation
        ConflictError: the person is declared already, or another is declared to be the member of staff
    """
    user, number = find_user(session, username), citizen_id.strip()
    if relation not in RELATIONS or not _CITIZEN_ID.fullmatch(number):
        raise RefusedError("bad_declaration", "Hãy ghi số căn cước 12 chữ số (hoặc số CMND 9 chữ số).")
    known = declared_of(session, user.username)
    if any(each.citizen_id == number or each.relation == relation == "self" for each in known):
        raise ConflictError("declared_already", "Số này đã được khai, hoặc đã khai số của bản thân.")
    made = DeclaredPerson(
        user_id=user.id or 0,
        citizen_id=number,
        relation=relation,
        declared_at=clock.now(),
        declared_by=by,
    )
    session.add(made)
    session.flush()
    audit.note(session, by, "person.declared", f"user {user.username}", declared=made.id, relation=relation)
    return made


def end_declaration(session: Session, username: str, citizen_id: str, *, by: str) -> None:
    """End what was declared; the row stays. This is for whoever manages users, never for oneself.

    Raises:
        NotFoundError: nobody has that name, or declared no such person
        ForbiddenError: it is one's own declaration
    """
    user = find_user(session, username)
    if by == user.username:
        raise ForbiddenError("own_declaration", "Người khai không tự xóa. Hãy nhờ người quản trị.")
    found = [each for each in declared_of(session, username) if each.citizen_id == citizen_id.strip()]
    if not found:
        raise NotFoundError("not_declared", f"“{user.username}” không khai số này.")
    found[0].ended_at, found[0].ended_by = clock.now(), by
    session.flush()
    audit.note(session, by, "person.declaration_ended", f"user {user.username}", declared=found[0].id)


def declared_of(session: Session, username: str) -> list[DeclaredPerson]:
    """List the persons that a member of staff is bound to keep away from."""
    return list(
        session.exec(
            select(DeclaredPerson)
            .join(User, col(User.id) == DeclaredPerson.user_id)
            .where(User.username == username, col(DeclaredPerson.ended_at).is_(None))
            .order_by(col(DeclaredPerson.id))
        )
    )


def everybody_declared(session: Session) -> list[tuple[str, DeclaredPerson]]:
    """List whom all members of staff declared, with their usernames, for whoever manages users."""
    rows = session.exec(
        select(User.username, DeclaredPerson)
        .join(User, col(User.id) == DeclaredPerson.user_id)
        .where(col(DeclaredPerson.ended_at).is_(None))
        .order_by(User.username, col(DeclaredPerson.id))
    )
    return [(username, declared) for username, declared in rows]


def is_own_affair(session: Session, username: str, citizen_ids: Collection[str | None]) -> bool:
    """Say whether one of these persons is the member of staff or a relative they declared.

    Args:
        session: the transaction
        username: the member of staff
        citizen_ids: all identity numbers of beneficiary and payee that are known; None counts for nobody
    """
    return any(each.citizen_id in citizen_ids for each in declared_of(session, username))


def refuse_own_affair(session: Session, username: str, citizen_ids: Collection[str | None]) -> None:
    """Refuse to let a member of staff decide of themselves or a declared relative.

    Raises:
        ForbiddenError: `own_affair`
    """
    if is_own_affair(session, username, citizen_ids):
        raise ForbiddenError(
            "own_affair", "Việc này của chính bạn hoặc người thân đã khai. Hãy nhờ cán bộ khác làm."
        )
