"""Who asks, and what they get to work with: short names for what endpoints depend on.

An endpoint opens its one transaction itself and has committed it when it returns. Handed over as a dependency
the transaction would stay open while FastAPI waits for a free thread to make the answer; with all threads
waiting for that very transaction to end, nobody would get on.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from payouts.api.errors import language_of
from payouts.core.database import Database
from payouts.core.errors import ForbiddenError, UnauthenticatedError
from payouts.core.problems import Language
from payouts.core.settings import Settings
from payouts.identity.banks import bank_of_key
from payouts.identity.rules import Actor, BankClient, Staff, require
from payouts.identity.sessions import CSRF_HEADER, SESSION_COOKIE, fits, signed_in
from payouts.identity.users import staff_of_token

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def database_of(request: Request) -> Database:
    """Return the database that the application has open."""
    database: Database = request.app.state.database
    return database


def settings_of(request: Request) -> Settings:
    """Return the settings of this installation."""
    settings: Settings = request.app.state.settings
    return settings


def actor_of(request: Request) -> Actor:
    """Find out who asks: a bank by its key, staff by a personal token or their session.

    Raises:
        UnauthenticatedError: nobody knows who
        ForbiddenError: a session writes without its CSRF header
    """
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    if kind:
        found = _bearer(request, credentials.strip()) if kind.lower() == "bearer" else None
        if found is None:
            raise UnauthenticatedError(
                "unknown_credentials", "Khóa hoặc mã truy cập không đúng, đã hết hạn hoặc đã bị khóa."
            )
        if isinstance(found, BankClient) and found.key_ends_at:
            request.state.key_ends_at = found.key_ends_at
        return found
    token = request.cookies.get(SESSION_COOKIE)
    session = signed_in(database_of(request), settings_of(request), token) if token else None
    if session is None:
        raise UnauthenticatedError(
            "sign_in_needed", "Hãy gửi “Authorization: Bearer …” với khóa hoặc mã truy cập, hoặc đăng nhập."
        )
    given = request.headers.get(CSRF_HEADER, "")
    if request.method not in READING_METHODS and not fits(given, session):
        raise ForbiddenError(
            "csrf", f"Yêu cầu ghi từ trình duyệt phải có tiêu đề {CSRF_HEADER} đúng của phiên."
        )
    return session.staff


def _bearer(request: Request, token: str) -> Actor | None:
    with database_of(request).reading() as session:
        return bank_of_key(session, token) or staff_of_token(session, token)


def staff_with(permission: str) -> Any:
    """Let in members of staff whose role has a permission, as a dependency.

    Args:
        permission: a row of identity/data/permissions.csv
    """
    return Depends(_staff_gate(permission))


def _staff_gate(permission: str) -> Callable[[Actor], Staff]:
    def gate(actor: ActorDep) -> Staff:
        if isinstance(actor, BankClient):
            raise ForbiddenError(
                "staff_only", "Khóa của ngân hàng chỉ dùng cho tệp kết quả của chính ngân hàng đó."
            )
        require(actor, permission)
        return actor

    return gate


def spoken(
    request: Request,
    lang: Annotated[
        Language | None, Query(description="Language of explanations; by default as Accept-Language prefers.")
    ] = None,
) -> Language:
    """Choose the language in which an answer explains what runs say."""
    return lang or language_of(request)


LanguageDep = Annotated[Language, Depends(spoken)]
DatabaseDep = Annotated[Database, Depends(database_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]
ActorDep = Annotated[Actor, Depends(actor_of)]
