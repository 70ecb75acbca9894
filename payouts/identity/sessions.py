"""Signing in with a password, and the server-side session that follows.

These functions take the database, not a session: checking a password takes a tenth of a second by design, and
nobody else should wait to write meanwhile.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, delete, func, or_, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import DomainError, UnauthenticatedError
from payouts.core.limits import LONGEST_PASSWORD
from payouts.core.settings import Settings
from payouts.identity import audit
from payouts.identity.forms import forget_forms
from payouts.identity.models import SignInFailure, StaffSession, User
from payouts.identity.rules import Staff
from payouts.identity.secrets import hash_token, password_fits
from payouts.identity.users import USERNAME, staff_of

SESSION_COOKIE = "chitra_session"
CSRF_COOKIE = "chitra_csrf"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"

WINDOW = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=1)
MOST_FAILURES = 5  # of one name from one address within WINDOW
MOST_FAILURES_OF_ONE = 50  # of one name from anywhere, or of any name from one address
SEEN_EVERY = dt.timedelta(seconds=60)  # how exactly the last use of a session is kept


class ThrottledError(DomainError):
    """Too many wrong passwords.

    Attributes:
        retry_after: seconds after which another try makes sense
    """

    def __init__(self) -> None:
        super().__init__("too_many_attempts", "Sai mật khẩu quá nhiều lần. Xin đợi 15 phút rồi thử lại.")
        self.retry_after = int(WINDOW.total_seconds())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: what the browser keeps, what its forms and writes carry, and whose it is."""

    token: str
    csrf: str
    staff: Staff
    held: str | None = None  # a form of theirs that came too late, as StaffSession keeps it


def sign_in(
    database: Database, settings: Settings, username: str, password: str, *, address: str
) -> SignedIn:
    """Open a session for somebody who knows their password.

    Args:
        database: where users are kept
        settings: how long a session lasts
        username: as typed
        password: as typed
        address: network address it comes from

    Raises:
        UnauthenticatedError: name or password are wrong, or the user is disabled; never said which
        ThrottledError: too many wrong passwords before
    """
    name = username.strip().lower()
    if not USERNAME.fullmatch(name):
        name = "?"
    with database.reading() as session:
        _throttle(session, name, address)
        user = session.exec(select(User).where(User.username == name)).first()
        staff = staff_of(session, user) if user else None
    fits = password_fits(password[:LONGEST_PASSWORD], user.password_hash if user else None)
    with database.session() as session:
        if user and staff and fits and _open_to(user):
            return _begin(session, settings, staff, address)
        session.add(SignInFailure(username=name, address=address, at=clock.now()))
        session.exec(delete(SignInFailure).where(col(SignInFailure.at) < clock.now() - KEPT))
        audit.note(session, staff.who if staff else "?", "sign_in.refused", f"user {name}", address=address)
    raise UnauthenticatedError(
        "sign_in_refused",
        "Tên đăng nhập hoặc mật khẩu không đúng. Nếu mật khẩu dùng một lần đã hết hạn, "
        "hãy xin người quản trị cấp lại.",
    )


def _open_to(user: User) -> bool:
    return user.disabled_at is None and (user.password_ends_at is None or user.password_ends_at > clock.now())


def _throttle(session: Session, name: str, address: str) -> None:
    recent = session.exec(
        select(SignInFailure.username, SignInFailure.address, func.count())
        .where(
            col(SignInFailure.at) > clock.now() - WINDOW,
            or_(col(SignInFailure.username) == name, col(SignInFailure.address) == address),
        )
        .group_by(SignInFailure.username, SignInFailure.address)
    ).all()
    of_both = sum(count for failed, source, count in recent if failed == name and source == address)
    of_name = sum(count for failed, _, count in recent if failed == name)
    of_address = sum(count for _, source, count in recent if source == address)
    if of_both >= MOST_FAILURES or max(of_name, of_address) >= MOST_FAILURES_OF_ONE:
        raise ThrottledError


def _begin(session: Session, settings: Settings, staff: Staff, address: str) -> SignedIn:
    signed_in = SignedIn(token=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(32), staff=staff)
    now = clock.now()
    session.exec(delete(StaffSession).where(col(StaffSession.ends_at) < now))
    forget_forms(session)
    session.exec(
        delete(SignInFailure).where(
            col(SignInFailure.username) == staff.username, col(SignInFailure.address) == address
        )
    )
    session.add(
        StaffSession(
            token_hash=hash_token(signed_in.token),
            user_id=staff.user_id,
            csrf=signed_in.csrf,
            made_at=now,
            seen_at=now,
            ends_at=now + dt.timedelta(hours=settings.session_hours),
        )
    )
    audit.note(session, staff.who, "sign_in", f"user {staff.username}", address=address)
    return signed_in


def signed_in(database: Database, settings: Settings, token: str) -> SignedIn | None:
    """Return the session of a token; None where unknown, idle too long, over, or of a disabled user."""
    with database.reading() as session:
        row = session.exec(
            select(StaffSession, User)
            .join(User, col(User.id) == StaffSession.user_id)
            .where(StaffSession.token_hash == hash_token(token), col(User.disabled_at).is_(None))
        ).first()
        if row is None:
            return None
        kept, user = row
        staff = staff_of(session, user)
    now = clock.now()
    if kept.ends_at <= now or kept.seen_at + dt.timedelta(minutes=settings.session_idle_minutes) <= now:
        return None
    if kept.seen_at + SEEN_EVERY <= now:
        with database.session() as session:
            still = session.get(StaffSession, kept.token_hash)
            if still is not None:
                still.seen_at = now
    return SignedIn(token=token, csrf=kept.csrf, staff=staff, held=kept.held)


def fits(given: str, signed_in: SignedIn) -> bool:
    """Say whether a token is the session's own, without telling by the time how much of it is right.

    Args:
        given: the token of a form or header; what follows a dot in it names the form, not the session
        signed_in: the session
    """
    own = given.partition(".")[0].encode("utf-8", "replace")
    return secrets.compare_digest(own, signed_in.csrf.encode())


def hold(session: Session, signed_in: SignedIn, held: str | None) -> None:
    """Keep a form that came too late with the session until it is sent anew; None lets it go."""
    kept = session.get(StaffSession, hash_token(signed_in.token))
    if kept is not None:
        kept.held = held


def sign_out(session: Session, signed_in: SignedIn) -> None:
    """End a session."""
    kept = session.get(StaffSession, hash_token(signed_in.token))
    if kept is not None:
        session.delete(kept)
    audit.note(session, signed_in.staff.who, "sign_out", f"user {signed_in.staff.username}")
