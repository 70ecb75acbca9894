"""Signing in and out, choosing a password, choosing a language."""

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from payouts.api.access import database_of, settings_of
from payouts.core.errors import RefusedError, UnauthenticatedError
from payouts.core.limits import SHORTEST_PASSWORD
from payouts.identity.sessions import (
    CSRF_COOKIE,
    CSRF_FIELD,
    SESSION_COOKIE,
    SignedIn,
    ThrottledError,
    fits,
    hold,
    sign_in,
    sign_out,
)
from payouts.identity.users import change_password
from payouts.web.access import (
    Form,
    FormDep,
    SignInNeededError,
    UnknownFormError,
    local_path,
    same_token,
    session_of,
    set_cookie,
)
from payouts.web.held import Held, packed, unpacked
from payouts.web.render import LANGUAGE_COOKIE, page
from payouts.web.words import LANGUAGES, N_

router = APIRouter()

FORM_COOKIE = "chitra_form"  # ties the sign-in form to the browser that got it
FORM_TOKEN = re.compile("[A-Za-z0-9_-]{43}")
A_YEAR = 365 * 24 * 3600

REFUSED = N_("The username or the password is not right.")
THROTTLED = N_("Too many wrong passwords. Please wait 15 minutes, then try again.")
FORM_OLD = N_("The form was too old. Please type your password once more.")
PASSWORD_ERRORS = {
    "wrong_password": ("old", N_("The password you use now is not right.")),
    "password_length": ("new", N_("The new password needs at least 12 characters.")),
    "password_weak": (
        "new",
        N_("The new password must differ from the old one and must not hold your username."),
    ),
    "password_again": ("again", N_("The two new passwords are not the same.")),
}


def show_sign_in(
    request: Request,
    *,
    wish: str,
    held: Held | None = None,
    error: str = "",
    username: str = "",
    status: int = 200,
) -> Response:
    """Show the sign-in form; a held form travels in it."""
    settings = settings_of(request)
    known = request.cookies.get(FORM_COOKIE, "")
    token = known if FORM_TOKEN.fullmatch(known) else secrets.token_urlsafe(32)  # several tabs share one
    answer = page(
        request,
        "sign_in.html",
        status=status,
        token=token,
        wish=wish,
        held=packed(held) if held else "",
        error=error,
        username=username,
    )
    set_cookie(settings, answer, FORM_COOKIE, token)
    return answer


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "/") -> Response:  # noqa: A002  # the address's own word
    """Show the sign-in form, or go on where somebody is signed in already."""
    if session_of(request):
        return RedirectResponse(local_path(next), 303)
    return show_sign_in(request, wish=local_path(next))


@router.post("/sign-in")
def sign_in_now(request: Request, form: FormDep) -> Response:
    """Sign somebody in and take them where they wanted to go."""
    wish, held = local_path(form.get("next")), unpacked(form.get("held"))
    username = form.get("username", "")
    expected = request.cookies.get(FORM_COOKIE, "")
    again = {"wish": wish, "held": held, "username": username}
    if not expected or not same_token(form.get(CSRF_FIELD, ""), expected):
        return show_sign_in(request, error=FORM_OLD, status=403, **again)  # type: ignore[arg-type]  # named as the parameters
    settings = settings_of(request)
    address = request.client.host if request.client else ""
    try:
        entered = sign_in(database_of(request), settings, username, form.get("password", ""), address=address)
    except UnauthenticatedError:
        return show_sign_in(request, error=REFUSED, status=401, **again)  # type: ignore[arg-type]  # as above
    except ThrottledError as wait:
        answer = show_sign_in(request, error=THROTTLED, status=429, **again)  # type: ignore[arg-type]  # as above
        answer.headers["Retry-After"] = str(wait.retry_after)
        return answer
    if held:
        with database_of(request).session() as session:
            hold(session, entered, packed(held))
    answer = RedirectResponse(held.page if held else wish, 303)
    set_cookie(settings, answer, SESSION_COOKIE, entered.token)
    set_cookie(settings, answer, CSRF_COOKIE, entered.csrf, script=True)
    answer.delete_cookie(FORM_COOKIE, path="/")
    return answer


@router.post("/sign-out")
def sign_out_now(request: Request, form: FormDep) -> Response:
    """End the session."""
    found = session_of(request)
    if found is not None:
        if not fits(form.get(CSRF_FIELD, ""), found):
            raise UnknownFormError
        with database_of(request).session() as session:
            sign_out(session, found)
    answer = RedirectResponse("/sign-in", 303)
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        answer.delete_cookie(name, path="/")
    return answer


def _same_twice(form: Form) -> None:
    if form.get("new", "") != form.get("again", ""):
        raise RefusedError("password_again", "")


def _entered(request: Request) -> SignedIn:
    found = session_of(request)
    if found is None:
        raise SignInNeededError
    return found


EnteredDep = Annotated[SignedIn, Depends(_entered)]


@router.get("/password", dependencies=[Depends(_entered)])
def password_form(request: Request) -> Response:
    """Show the form for choosing a password."""
    return page(request, "password.html", error=None, shortest=SHORTEST_PASSWORD)


@router.post("/password")
def password_now(request: Request, entered: EnteredDep, form: FormDep) -> Response:
    """Change the password of who is signed in."""
    if not fits(form.get(CSRF_FIELD, ""), entered):
        raise UnknownFormError
    try:
        _same_twice(form)
        with database_of(request).session() as session:
            change_password(session, entered.staff, form.get("old", ""), form.get("new", ""))
    except RefusedError as refusal:
        known = PASSWORD_ERRORS.get(refusal.code, ("new", refusal.message))
        return page(request, "password.html", status=422, error=known, shortest=SHORTEST_PASSWORD)
    held = unpacked(entered.held)
    return RedirectResponse(held.page if held else "/?said=password", 303)


@router.post("/held/drop")
def drop_held(request: Request, form: FormDep) -> Response:
    """Let go of a form that came too late and is not wanted any more."""
    entered = _entered(request)
    if not fits(form.get(CSRF_FIELD, ""), entered):
        raise UnknownFormError
    with database_of(request).session() as session:
        hold(session, entered, None)
    held = unpacked(entered.held)
    return RedirectResponse(held.page if held else "/", 303)


@router.get("/language/{code}")
def choose_language(request: Request, code: str, next: str = "/") -> Response:  # noqa: A002  # the address's own word
    """Remember the language that somebody reads."""
    answer = RedirectResponse(local_path(next), 303)
    if code in LANGUAGES:
        set_cookie(settings_of(request), answer, LANGUAGE_COOKIE, code, max_age=A_YEAR)
    return answer
