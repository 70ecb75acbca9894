"""Answers what went wrong with a page in the house style: what, and what to do; never a traceback."""

import contextlib
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from payouts.api.access import database_of
from payouts.api.errors import STATUS
from payouts.core.errors import DomainError
from payouts.identity.sessions import hold
from payouts.web.access import (
    PasswordChangeNeededError,
    SentBeforeError,
    SignInNeededError,
    UnknownFormError,
    session_of,
)
from payouts.web.held import came_from, held_of, packed
from payouts.web.pages.sign_in import show_sign_in
from payouts.web.render import language_of, page
from payouts.web.words import N_, translations

NOT_ALLOWED = 405

LOOK_AGAIN = N_("Go back, load the page anew and look at what has changed.")
TRY_AGAIN = N_("Go back, load the page anew and try once more.")

# Status -> heading, and what to do.
PAGES: dict[int, tuple[str, str]] = {
    400: (N_("The page could not be read"), TRY_AGAIN),
    403: (N_("You may not do this"), N_("Your role does not allow it. Ask your administrator if it should.")),
    404: (
        N_("There is no such page"),
        N_("The address may be mistyped, or what it shows belongs to another area than yours."),
    ),
    405: (N_("There is no such page"), TRY_AGAIN),
    409: (N_("This contradicts what is already kept"), LOOK_AGAIN),
    412: (N_("Somebody else changed this meanwhile"), LOOK_AGAIN),
    422: (N_("This cannot be taken as it is"), N_("Go back, mend it and send it again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("It has been recorded, and nothing was half saved. Try again in a few minutes."),
    ),
    503: (N_("The system is busy"), N_("Please try again in a few minutes.")),
}


def wrong(request: Request, status: int, detail: str = "") -> Response:
    """Show what went wrong.

    Args:
        request: what is answered
        status: HTTP status; one without words of its own is shown as 400 or 500
        detail: what a rule of the house says about it, in the reader's language
    """
    if not hasattr(request.state, "signed_in"):
        with contextlib.suppress(Exception):  # without a menu rather than not at all
            session_of(request)
    language = language_of(request)
    say = translations(language).gettext
    shown = status if status in PAGES else 500 if status >= 500 else 400  # noqa: PLR2004  # HTTP's own border
    heading, remedy = PAGES[shown]
    sentences = [detail] if detail else []
    return page(
        request, "wrong.html", status=status, heading=say(heading), sentences=[*sentences, say(remedy)]
    )


def add_handlers(app: FastAPI) -> None:
    """Let every error of the pages be answered with a page."""
    _add_handlers_of_who_asks(app)
    _add_handlers_of_what_is_asked(app)


def _add_handlers_of_who_asks(app: FastAPI) -> None:
    """Answer who has to sign in first, and whose form came too late or twice."""

    @app.exception_handler(SignInNeededError)
    def sign_in_needed(request: Request, _error: SignInNeededError) -> Response:
        if held := held_of(request):
            return show_sign_in(request, wish=held.page, held=held, status=401)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        wish = came_from(request) if request.method == "POST" else asked
        return RedirectResponse("/sign-in" if wish == "/" else f"/sign-in?{urlencode({'next': wish})}", 303)

    @app.exception_handler(UnknownFormError)
    def unknown_form(request: Request, _error: UnknownFormError) -> Response:
        held, entered = held_of(request), request.state.signed_in
        if held is None or entered is None:
            return wrong(request, 403)
        with database_of(request).session() as session:
            hold(session, entered, packed(held))
        return RedirectResponse(held.page, 303)

    @app.exception_handler(SentBeforeError)
    def sent_before(_request: Request, error: SentBeforeError) -> Response:
        return RedirectResponse(error.led_to, 303)

    @app.exception_handler(PasswordChangeNeededError)
    def password_needed(_request: Request, _error: PasswordChangeNeededError) -> Response:
        return RedirectResponse("/password", 303)


def _add_handlers_of_what_is_asked(app: FastAPI) -> None:
    """Answer what a rule forbids, and what no page of ours can read."""

    @app.exception_handler(DomainError)
    def refused(request: Request, error: DomainError) -> Response:
        status = next((status for kind, status in STATUS if isinstance(error, kind)), 503)
        return wrong(request, status, error.said(language_of(request)))

    @app.exception_handler(HTTPException)
    def no_such_page(request: Request, error: HTTPException) -> Response:
        if error.status_code == NOT_ALLOWED and request.method == "GET":  # the address of a form, loaded anew
            return RedirectResponse(request.url.path.rpartition("/")[0] or "/", 303)
        return wrong(request, error.status_code)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return wrong(request, 404)

    @app.exception_handler(ClientDisconnect)
    def gone(request: Request, _error: ClientDisconnect) -> Response:
        return wrong(request, 400)  # for the log's sake: whoever sent half a form is gone

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:  # as in the API: where its frames live
        structlog.get_logger().error("page_failed", path=request.url.path, exc_info=error)
        return wrong(request, 500)
