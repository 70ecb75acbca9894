"""Members of staff: added, listed, disabled, given a new password or a token."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.limits import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD
from payouts.identity import audit
from payouts.identity.models import PersonalToken, StaffSession, User, UserArea, UserProgramme
from payouts.identity.rules import BOUND_TO_AREAS, ROLES, Staff, scope_of
from payouts.identity.secrets import (
    hash_password,
    hash_token,
    make_one_time_password,
    make_token,
    password_fits,
)

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
AREA_CODE = re.compile(r"[0-9]{5}")
PROGRAMME = re.compile(r"[A-Z][A-Z0-9_-]{1,19}")
ONE_TIME_PASSWORD_LASTS = dt.timedelta(hours=72)
TOKEN_LASTS = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class UserSummary:
    """A member of staff as shown in lists."""

    username: str
    role: str
    areas: tuple[str, ...]
    programmes: tuple[str, ...]
    disabled: bool


def add_user(
    session: Session,
    username: str,
    role: str,
    *,
    areas: Collection[str] = (),
    programmes: Collection[str] = (),
    password: str | None = None,
    by: str,
) -> str:
    """Add a member of staff.

    Args:
        session: the transaction
        username: 2 to 64 of a-z, 0-9, dot, dash and underscore; the case is dropped
        role: one of ROLES
        areas: ward codes, five digits each; a ward needs one
        programmes: programme codes they are limited to; none means all
        password: to keep as it is (for demonstrations); by default a one-time password is made
        by: who adds them

    Returns:
        the password

    Raises:
        RefusedError: a name, role, area or programme that cannot be
        ConflictError: the name is taken
    """
    username = username.strip().lower()
    _check_new_user(username, role, areas, programmes)
    if session.exec(select(User.id).where(User.username == username)).first() is not None:
        raise ConflictError("user_exists", f"Đã có người dùng tên “{username}”. Hãy chọn tên khác.")
    given = password or make_one_time_password()
    user = User(
        username=username,
        password_hash=hash_password(given),
        role=role,
        must_change_password=password is None,
        password_ends_at=None if password else clock.now() + ONE_TIME_PASSWORD_LASTS,
        made_at=clock.now(),
    )
    session.add(user)
    session.flush()
    assert user.id is not None  # noqa: S101  # flushed just above
    session.add_all(UserArea(user_id=user.id, area_code=code) for code in sorted(set(areas)))
    session.add_all(UserProgramme(user_id=user.id, programme=code) for code in sorted(set(programmes)))
    audit.note(
        session,
        by,
        "user.added",
        f"user {username}",
        role=role,
        areas=sorted(set(areas)),
        programmes=sorted(set(programmes)),
    )
    session.flush()
    return given


def _check_new_user(username: str, role: str, areas: Collection[str], programmes: Collection[str]) -> None:
    if not USERNAME.fullmatch(username):
        raise RefusedError(
            "bad_username",
            "Tên đăng nhập gồm 2 đến 64 ký tự a-z, 0-9, dấu chấm, gạch ngang hoặc gạch dưới, "
            "bắt đầu bằng chữ hoặc số.",
        )
    if role not in ROLES:
        raise RefusedError("unknown_role", f"Không có vai trò “{role}”. Các vai trò: {', '.join(ROLES)}.")
    for code in areas:
        if not AREA_CODE.fullmatch(code):
            raise RefusedError("bad_area_code", f"Mã xã/phường “{code}” phải gồm đúng 5 chữ số, ví dụ 00004.")
    for code in programmes:
        if not PROGRAMME.fullmatch(code):
            raise RefusedError("bad_programme", f"Mã chương trình “{code}” không đúng, ví dụ BTXH.")
    if role in BOUND_TO_AREAS and not areas:
        raise RefusedError(
            "area_needed", "Cán bộ xã/phường và người vận động cần ít nhất một mã xã/phường (--area)."
        )


def list_users(session: Session) -> list[UserSummary]:
    """Return all members of staff by name."""
    users = session.exec(select(User).order_by(User.username)).all()
    areas: dict[int, list[str]] = {}
    for user_id, code in session.exec(select(UserArea.user_id, UserArea.area_code)):
        areas.setdefault(user_id, []).append(code)
    programmes: dict[int, list[str]] = {}
    for user_id, code in session.exec(select(UserProgramme.user_id, UserProgramme.programme)):
        programmes.setdefault(user_id, []).append(code)
    return [
        UserSummary(
            username=user.username,
            role=user.role,
            areas=tuple(sorted(areas.get(user.id or 0, ()))),
            programmes=tuple(sorted(programmes.get(user.id or 0, ()))),
            disabled=user.disabled_at is not None,
        )
        for user in users
    ]


def find_user(session: Session, username: str) -> User:
    """Return a member of staff by name.

    Raises:
        NotFoundError: nobody has that name
    """
    user = session.exec(select(User).where(User.username == username.strip().lower())).first()
    if user is None:
        raise NotFoundError("user_unknown", f"Không có người dùng tên “{username[:LONGEST_NAME]}”.")
    return user


def staff_of(session: Session, user: User) -> Staff:
    """Return a kept user as one who asks, with their scope."""
    assert user.id is not None  # noqa: S101  # it was read from the database
    areas = session.exec(select(UserArea.area_code).where(UserArea.user_id == user.id)).all()
    programmes = session.exec(select(UserProgramme.programme).where(UserProgramme.user_id == user.id)).all()
    return Staff(
        user_id=user.id,
        username=user.username,
        role=user.role,
        scope=scope_of(user.role, frozenset(areas), frozenset(programmes)),
        must_change_password=user.must_change_password,
    )


def all_staff(session: Session) -> list[Staff]:
    """Return everybody who may sign in, by name, with their scope."""
    users = session.exec(select(User).where(col(User.disabled_at).is_(None)).order_by(User.username)).all()
    return [staff_of(session, user) for user in users]


def disable_user(session: Session, username: str, *, by: str) -> None:
    """Let a member of staff in no more and end their sessions and tokens; they stay in the records.

    Raises:
        NotFoundError: nobody has that name
    """
    user = find_user(session, username)
    user.disabled_at = user.disabled_at or clock.now()
    _end_access(session, user)
    audit.note(session, by, "user.disabled", f"user {user.username}")


def reset_password(session: Session, username: str, *, by: str) -> str:
    """Give a member of staff a new one-time password, end their sessions and tokens, enable them if disabled.

    Returns:
        the one-time password

    Raises:
        NotFoundError: nobody has that name
    """
    user = find_user(session, username)
    password = make_one_time_password()
    user.password_hash = hash_password(password)
    user.must_change_password = True
    user.password_ends_at = clock.now() + ONE_TIME_PASSWORD_LASTS
    user.disabled_at = None
    _end_access(session, user)
    audit.note(session, by, "user.password_reset", f"user {user.username}")
    return password


def change_password(session: Session, staff: Staff, old: str, new: str) -> None:
    """Let a member of staff choose their own password; their other sessions end with the next sign-in only.

    Raises:
        RefusedError: the old one is wrong, or the new one is short, long, or the same
    """
    user = session.get_one(User, staff.user_id)
    if not password_fits(old[:LONGEST_PASSWORD], user.password_hash):
        raise RefusedError("wrong_password", "Mật khẩu hiện tại không đúng.")
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        raise RefusedError("password_length", f"Mật khẩu mới cần ít nhất {SHORTEST_PASSWORD} ký tự.")
    if new == old or staff.username in new.lower():
        raise RefusedError("password_weak", "Mật khẩu mới phải khác mật khẩu cũ và không chứa tên đăng nhập.")
    user.password_hash = hash_password(new)
    user.must_change_password = False
    user.password_ends_at = None
    audit.note(session, staff.who, "user.password_changed", f"user {user.username}")


def has_shortcuts(session: Session, staff: Staff) -> bool:
    """Say whether single keys of the pages do something for a member of staff."""
    return session.get_one(User, staff.user_id).shortcuts


def set_shortcuts(session: Session, staff: Staff, *, on: bool) -> None:
    """Switch single keys of the pages on or off for a member of staff."""
    session.get_one(User, staff.user_id).shortcuts = on


def issue_token(session: Session, username: str, *, label: str, by: str) -> str:
    """Give a program a token with which it acts for a member of staff, for TOKEN_LASTS.

    Returns:
        the token; only its hash is kept

    Raises:
        NotFoundError: nobody has that name
        ConflictError: they are disabled
    """
    user = find_user(session, username)
    if user.disabled_at is not None:
        raise ConflictError("user_disabled", f"Người dùng “{user.username}” đã bị khóa.")
    assert user.id is not None  # noqa: S101  # it was read from the database
    token = make_token("staff")
    ends_at = clock.now() + TOKEN_LASTS
    session.add(
        PersonalToken(
            user_id=user.id,
            token_hash=hash_token(token),
            label=label[:LONGEST_NAME],
            made_at=clock.now(),
            ends_at=ends_at,
        )
    )
    audit.note(session, by, "user.token_issued", f"user {user.username}", label=label[:LONGEST_NAME])
    return token


def staff_of_token(session: Session, token: str) -> Staff | None:
    """Return for whom a personal token acts; None where it is unknown, ended, or its owner disabled."""
    row = session.exec(
        select(PersonalToken, User)
        .join(User, col(User.id) == PersonalToken.user_id)
        .where(PersonalToken.token_hash == hash_token(token), col(User.disabled_at).is_(None))
    ).first()
    if row is None:
        return None
    kept, user = row
    if kept.ended_at is not None or kept.ends_at <= clock.now():
        return None
    return staff_of(session, user)


def _end_access(session: Session, user: User) -> None:
    for kept in session.exec(select(StaffSession).where(StaffSession.user_id == user.id)):
        session.delete(kept)
    tokens = select(PersonalToken).where(
        PersonalToken.user_id == user.id, col(PersonalToken.ended_at).is_(None)
    )
    for token in session.exec(tokens):
        token.ended_at = clock.now()
