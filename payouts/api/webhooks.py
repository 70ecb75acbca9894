"""/v1/webhooks: who is told of what happens, and the log of what was sent."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.parameters import USUAL_LIMIT, Cursor, Id, Limit
from payouts.core.limits import LONGEST_NAME, LONGEST_NOTE
from payouts.identity.rules import Staff
from payouts.runs.store import place
from payouts.webhooks.models import Attempt, Message, Subscriber
from payouts.webhooks.store import log_of
from payouts.webhooks.subscribing import (
    LONGEST_URL,
    disable,
    enable,
    find_subscriber,
    ping,
    resend,
    rotate,
    subscribe,
    subscribers,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

Seeing = Annotated[Staff, staff_with("webhooks.see")]
Managing = Annotated[Staff, staff_with("webhooks.manage")]
MOST_NAMED = 200  # programmes or wards of one subscriber

EventName = Literal[
    "run.done",
    "verdicts.changed",
    "case.opened",
    "case.changed",
    "case.closed",
    "case.reopened",
    "file.missing",
    "file.came",
]


class WebhookIn(BaseModel):
    """A program that is to be told."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    url: str = Field(min_length=1, max_length=LONGEST_URL, description="Where it listens, https.")
    events: list[EventName] = Field(default_factory=list, description="None named: all.")
    programmes: list[str] = Field(default_factory=list, max_length=MOST_NAMED, description="None named: all.")
    areas: list[str] = Field(
        default_factory=list, max_length=MOST_NAMED, description="Ward codes; none named: all."
    )


class WebhookShape(BaseModel):
    """A program that is told."""

    id: int
    name: str
    url: str
    events: list[str]
    programmes: list[str] | None
    areas: list[str] | None
    made_at: dt.datetime
    made_by: str
    failures: int = Field(description="In a row, for which the address is at fault.")
    paused_until: dt.datetime | None
    disabled_at: dt.datetime | None
    disabled_why: str | None


class WebhookWithSecret(WebhookShape):
    """A program that is told, with the secret that signs; it is given this once."""

    secret: str = Field(description="`whsec_` and base64, as Standard Webhooks writes it.")


class WebhookList(BaseModel):
    """All programs that are told, the active ones first; all in one page."""

    items: list[WebhookShape]
    next: None = None


class AttemptShape(BaseModel):
    """One attempt to deliver a message."""

    at: dt.datetime
    took_ms: int
    status: int | None = Field(description="Of the answer.")
    problem: str | None = Field(description="What was in the way where there was no answer.")
    answer: str | None = Field(description="How the answer begins.")


class MessageShape(BaseModel):
    """A message, and what became of it."""

    id: int
    uid: str = Field(description="The header `webhook-id`.")
    type: str
    state: Literal["waiting", "delivered", "given_up", "dropped"]
    made_at: dt.datetime
    due_at: dt.datetime = Field(description="Of the next attempt, while it waits.")
    body: str = Field(description="JSON, as it is signed and sent.")
    attempts: list[AttemptShape]


class MessagePage(BaseModel):
    """Messages, the latest first."""

    items: list[MessageShape]
    next: str | None


class StopIn(BaseModel):
    """Why a program is told nothing more."""

    why: str = Field(default="", max_length=LONGEST_NOTE)


class GoOnIn(BaseModel):
    """How a program is told again."""

    drop: bool = Field(default=False, description="Do not send what waited.")


@router.get("")
def list_webhooks(database: DatabaseDep, _staff: Seeing) -> WebhookList:
    """List the programs that are told."""
    with database.reading() as session:
        return WebhookList(items=[_shape(each) for each in subscribers(session)])


@router.post("", status_code=201)
def add_webhook(database: DatabaseDep, staff: Managing, told: WebhookIn) -> WebhookWithSecret:
    """Let a program be told from now on; the answer alone holds its secret."""
    with database.session() as session:
        made, secret = subscribe(
            session,
            told.name,
            told.url,
            events=told.events,
            programmes=told.programmes,
            areas=told.areas,
            by=staff.username,
        )
        return WebhookWithSecret(**_shape(made).model_dump(), secret=secret)


@router.get("/{webhook_id}")
def get_webhook(database: DatabaseDep, _staff: Seeing, webhook_id: Id) -> WebhookShape:
    """Give a program that is told."""
    with database.reading() as session:
        return _shape(find_subscriber(session, webhook_id))


@router.post("/{webhook_id}/rotate")
def rotate_webhook(database: DatabaseDep, staff: Managing, webhook_id: Id) -> WebhookWithSecret:
    """Give a program another secret; for a day the old one signs beside it."""
    with database.session() as session:
        made, secret = rotate(session, webhook_id, by=staff.username)
        return WebhookWithSecret(**_shape(made).model_dump(), secret=secret)


@router.post("/{webhook_id}/ping", status_code=202)
def ping_webhook(database: DatabaseDep, staff: Managing, webhook_id: Id) -> MessageShape:
    """Send a message that says nothing."""
    with database.session() as session:
        return _message(ping(session, webhook_id, by=staff.username), [])


@router.post("/{webhook_id}/disable")
def disable_webhook(
    database: DatabaseDep, staff: Managing, webhook_id: Id, told: StopIn | None = None
) -> WebhookShape:
    """Tell a program nothing more; what waits for it goes on waiting."""
    with database.session() as session:
        return _shape(disable(session, webhook_id, by=staff.username, why=told.why if told else ""))


@router.post("/{webhook_id}/enable")
def enable_webhook(
    database: DatabaseDep, staff: Managing, webhook_id: Id, told: GoOnIn | None = None
) -> WebhookShape:
    """Tell a program again, what waited first unless it is dropped."""
    with database.session() as session:
        return _shape(enable(session, webhook_id, by=staff.username, drop=bool(told and told.drop)))


@router.get("/{webhook_id}/messages")
def list_messages(
    database: DatabaseDep,
    _staff: Seeing,
    webhook_id: Id,
    state: Literal["waiting", "delivered", "given_up", "dropped"] | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> MessagePage:
    """List what a program was sent, the latest first, with every attempt."""
    with database.reading() as session:
        find_subscriber(session, webhook_id)
        before = place(cursor) if cursor else None
        log = log_of(session, webhook_id, state=state, before=before, limit=limit)
    return MessagePage(
        items=[_message(*each) for each in log.items], next=str(log.next) if log.next else None
    )


@router.post("/{webhook_id}/messages/{message_id}/resend", status_code=202)
def resend_message(database: DatabaseDep, staff: Managing, webhook_id: Id, message_id: Id) -> MessageShape:
    """Send a message anew, under its own id."""
    with database.session() as session:
        return _resent(session, webhook_id, message_id, staff)


def _resent(session: Session, webhook_id: int, message_id: int, staff: Staff) -> MessageShape:
    message = resend(session, webhook_id, message_id, by=staff.username)
    session.flush()
    return _message(message, [])


def _shape(each: Subscriber) -> WebhookShape:
    split = {
        name: value.split(";") if (value := getattr(each, name)) else None
        for name in ("events", "programmes", "areas")
    }
    return WebhookShape.model_validate({**each.model_dump(), **split})


def _message(message: Message, attempts: list[Attempt]) -> MessageShape:
    made = [AttemptShape.model_validate(each.model_dump()) for each in attempts]
    return MessageShape.model_validate({**message.model_dump(), "attempts": made})
