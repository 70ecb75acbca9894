"""Who asks for a page, and that a form comes from a page of ours; what was typed is never lost on the way."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request, Response

from payouts.api.access import database_of, settings_of
from payouts.core.database import Database
from payouts.core.errors import RefusedError
from payouts.core.limits import LARGEST_JSON
from payouts.core.settings import Settings
from payouts.identity.forms import begin_form
from payouts.identity.secrets import hash_token
from payouts.identity.sessions import CSRF_FIELD, SESSION_COOKIE, SignedIn, fits, hold, signed_in
from payouts.web.held import unpacked

MOST_FIELDS = 300
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

WORKLIST_COOKIE = "chitra_worklist"  # where somebody left the worklist, with its filters

# Fields that are compared letter by letter, not read.
AS_TYPED = frozenset({CSRF_FIELD, "password", "old", "new", "again"})

Form = dict[str, str]


class SignInNeededError(Exception):
    """Nobody is signed in; a form that was sent is held until somebody is."""


class UnknownFormError(Exception):
    """The form does not belong to this session: it is shown again, to be sent anew."""


class SentBeforeError(Exception):
    """The same form was sent before; it is answered as it was then.

    Attributes:
        led_to: the address it was answered with
    """

    def __init__(self, led_to: str) -> None:
        super().__init__()
        self.led_to = led_to


class PasswordChangeNeededError(Exception):
    """The password is for one use; another has to be chosen first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page works with: the database, the settings, and who is signed in."""

    database: Database
    settings: Settings
    signed_in: SignedIn


def typed(text: str) -> str:
    """Clean what somebody typed: composed marks, plain line ends, no control or direction characters."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()


async def read_form(request: Request) -> Form:
    """Read a form's fields.

    Raises:
        RefusedError: it is larger than any form of ours, or no form
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_JSON:
            raise RefusedError("form_too_large", "Nội dung gửi quá dài. Hãy rút gọn rồi gửi lại.")
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusedError(
            "form_unreadable", "Không đọc được nội dung gửi. Hãy tải lại trang rồi gửi lại."
        ) from None
    request.state.typed = [(name, value if name in AS_TYPED else typed(value)) for name, value in fields]
    return dict(request.state.typed)


FormDep = Annotated[Form, Depends(read_form)]


def session_of(request: Request) -> SignedIn | None:
    """Return the session of the asking browser, if it has one that still counts."""
    token = request.cookies.get(SESSION_COOKIE)
    found = signed_in(database_of(request), settings_of(request), token) if token else None
    request.state.signed_in = found
    return found


def desk_of_reader(request: Request) -> Desk:
    """Let in who is signed in and has chosen a password.

    Raises:
        SignInNeededError: nobody is
        PasswordChangeNeededError: they have to choose a password first
    """
    found = session_of(request)
    if found is None:
        raise SignInNeededError
    if found.staff.must_change_password:
        raise PasswordChangeNeededError
    return Desk(database_of(request), settings_of(request), found)


def desk_of_writer(request: Request, form: FormDep) -> Desk:
    """Let in who is signed in and sends a form of this very session, for the first time.

    Raises:
        SignInNeededError: nobody is signed in any more; the form is held
        UnknownFormError: the form is of another session; it is held too
        PasswordChangeNeededError: they have to choose a password first
        SentBeforeError: the same form was sent before, by a double click or after the way back
        ConflictError: the same, and nobody can say what became of it
    """
    found = session_of(request)
    if found is None:
        raise SignInNeededError
    if not fits(form.get(CSRF_FIELD, ""), found):
        raise UnknownFormError
    if found.staff.must_change_password:
        raise PasswordChangeNeededError
    desk = Desk(database_of(request), settings_of(request), found)
    _take_once(request, desk, form[CSRF_FIELD])
    return desk


def _take_once(request: Request, desk: Desk, token: str) -> None:
    """Claim a form by its token, its address and what stands in it; `once.Once` ends the claim."""
    if "." not in token:
        return
    form = hash_token(repr((token, request.url.path, request.url.query, request.state.typed)))
    led_to = begin_form(desk.database, form, desk.signed_in.staff.user_id)
    if led_to is not None:
        raise SentBeforeError(led_to)
    request.state.form = form
    waiting = unpacked(desk.signed_in.held)
    if waiting and waiting.path == request.url.path:
        with desk.database.session() as session:
            hold(session, desk.signed_in, None)


def form_token(found: SignedIn) -> str:
    """Make the token of the forms of one page: the session's own, and after a dot the page's."""
    return f"{found.csrf}.{secrets.token_urlsafe(9)}"


ReaderDep = Annotated[Desk, Depends(desk_of_reader)]
WriterDep = Annotated[Desk, Depends(desk_of_writer)]


def same_token(given: str, kept: str) -> bool:
    """Compare two tokens without telling by the time how much of them is right."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def set_cookie(
    settings: Settings,
    response: Response,
    name: str,
    value: str,
    *,
    script: bool = False,
    max_age: int | None = None,
) -> None:
    """Let the browser keep something for these pages alone.

    Args:
        settings: whether the browser may send it over https only
        response: the answer that carries it
        name: of the cookie
        value: what is kept
        script: whether a program in the browser may read it
        max_age: seconds to keep it; until the browser closes by default
    """
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=settings.secure_cookies,
        httponly=not script,
        samesite="lax",
    )


def local_path(wished: str | None) -> str:
    """Return an address within these pages, or / where the wish leads elsewhere."""
    if not wished or not wished.startswith("/") or wished.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(wished)
    plain = not parts.scheme and not parts.netloc and not _CONTROL.search(wished) and "\n" not in wished
    return wished if plain else "/"
