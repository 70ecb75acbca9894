"""Who is told of what happens here by itself: added, stopped, tried, and the log of what was sent."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.limits import LARGEST_ID
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_
from payouts.webhooks.rules import PROBLEMS, STATES, event_types
from payouts.webhooks.store import log_of, waiting_counts
from payouts.webhooks.subscribing import (
    disable,
    enable,
    find_subscriber,
    ping,
    resend,
    rotate,
    subscribe,
    subscribers,
)

router = APIRouter(prefix="/webhooks")

SAID = {
    "pinged": N_("A trial message is on its way. Look at the log in a moment."),
    "disabled": N_("Stopped. What waits for it stays until you let it go on."),
    "enabled": N_("It is told again."),
    "resent": N_("The message is sent anew, under its own id."),
}


@router.get("")
def list_all(request: Request, desk: ReaderDep) -> Response:
    """List who is told, and whether they take it."""
    require(desk.signed_in.staff, "webhooks.see")
    return _list(request, desk)


@router.post("")
def add(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Let a program be told; its secret is shown this once."""
    staff = desk.signed_in.staff
    require(staff, "webhooks.manage")
    try:
        with desk.database.session() as session:
            made, secret = subscribe(
                session,
                form.get("name", ""),
                form.get("url", ""),
                events=[each for each in event_types() if form.get(f"event-{each}")],
                programmes=_words(form, "programmes"),
                areas=_words(form, "areas"),
                by=staff.username,
            )
    except (RefusedError, ConflictError) as error:
        return _list(request, desk, form=form, problem=error.said(language_of(request)))
    return _one(request, desk, made.id or 0, secret=secret)


@router.get("/{subscriber_id}")
def show(
    request: Request,
    desk: ReaderDep,
    subscriber_id: int,
    *,
    state: str = "",
    before: int = 0,
    said: str = "",
) -> Response:
    """Show one subscriber with the log of what it was sent."""
    require(desk.signed_in.staff, "webhooks.see")
    return _one(
        request,
        desk,
        subscriber_id,
        state=state if state in STATES else "",
        before=before if 0 < before <= LARGEST_ID else None,
        said=said,
    )


@router.post("/{subscriber_id}/rotate")
def change_secret(request: Request, desk: WriterDep, subscriber_id: int) -> Response:
    """Give a subscriber another secret, shown this once."""
    staff = desk.signed_in.staff
    require(staff, "webhooks.manage")
    with desk.database.session() as session:
        _, secret = rotate(session, subscriber_id, by=staff.username)
    return _one(request, desk, subscriber_id, secret=secret)


@router.post("/{subscriber_id}/ping")
def send_trial(request: Request, desk: WriterDep, subscriber_id: int) -> Response:
    """Send a message that says nothing."""
    by = desk.signed_in.staff.username
    return _do(request, desk, subscriber_id, lambda session: ping(session, subscriber_id, by=by), "pinged")


@router.post("/{subscriber_id}/disable")
def stop(request: Request, desk: WriterDep, form: FormDep, subscriber_id: int) -> Response:
    """Tell a subscriber nothing more."""
    by, why = desk.signed_in.staff.username, form.get("why", "")
    return _do(
        request,
        desk,
        subscriber_id,
        lambda session: disable(session, subscriber_id, by=by, why=why),
        "disabled",
    )


@router.post("/{subscriber_id}/enable")
def go_on(request: Request, desk: WriterDep, form: FormDep, subscriber_id: int) -> Response:
    """Tell a subscriber again, what waited first unless it is dropped."""
    by, drop = desk.signed_in.staff.username, bool(form.get("drop"))
    return _do(
        request,
        desk,
        subscriber_id,
        lambda session: enable(session, subscriber_id, by=by, drop=drop),
        "enabled",
    )


@router.post("/{subscriber_id}/messages/{message_id}/resend")
def send_again(request: Request, desk: WriterDep, subscriber_id: int, message_id: int) -> Response:
    """Send a message anew."""
    by = desk.signed_in.staff.username
    return _do(
        request,
        desk,
        subscriber_id,
        lambda session: resend(session, subscriber_id, message_id, by=by),
        "resent",
    )


@router.get("/{subscriber_id}/{rest:path}")
def show_after_reload(desk: ReaderDep, subscriber_id: int, rest: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back from the address of a form."""
    return RedirectResponse(f"/webhooks/{subscriber_id}", 303)


def _do(
    request: Request, desk: Desk, subscriber_id: int, do: Callable[[Session], object], said: str
) -> Response:
    require(desk.signed_in.staff, "webhooks.manage")
    try:
        with desk.database.session() as session:
            do(session)
    except ConflictError as error:
        return _one(request, desk, subscriber_id, problem=error.said(language_of(request)))
    return RedirectResponse(f"/webhooks/{subscriber_id}?said={said}", 303)


def _words(form: Form, field: str) -> list[str]:
    return form.get(field, "").replace(",", " ").split()


def _list(request: Request, desk: Desk, *, form: Form | None = None, problem: str = "") -> Response:
    with desk.database.reading() as session:
        found = subscribers(session)
        counts = waiting_counts(session)
    return page(
        request,
        "webhooks.html",
        status=422 if problem else 200,
        found=found,
        counts=counts,
        now=clock.now(),
        types=event_types(),
        may_manage=desk.signed_in.staff.may("webhooks.manage"),
        form=form or {},
        problem=problem,
    )


def _one(
    request: Request,
    desk: Desk,
    subscriber_id: int,
    *,
    state: str = "",
    before: int | None = None,
    secret: str = "",
    problem: str = "",
    said: str = "",
) -> Response:
    with desk.database.reading() as session:
        found = find_subscriber(session, subscriber_id)
        log = log_of(session, subscriber_id, state=state or None, before=before)
    return page(
        request,
        "webhook.html",
        status=409 if problem else 200,
        each=found,
        log=log,
        now=clock.now(),
        types=event_types(),
        states=STATES,
        problems=PROBLEMS,
        chosen=state,
        secret=secret,
        may_manage=desk.signed_in.staff.may("webhooks.manage"),
        problem=problem,
        said=SAID.get(said, ""),
    )
