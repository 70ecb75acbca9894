"""Messages that are due go out, each attempt is written down, and what failed is tried again later."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import or_
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import DomainError
from payouts.core.settings import Settings
from payouts.identity import audit
from payouts.webhooks.models import Attempt, Message, Subscriber
from payouts.webhooks.posting import Answer, post
from payouts.webhooks.rules import GONE, Allowed, host_at_fault, pause_after, signature
from payouts.webhooks.subscribing import secrets_of
from payouts.webhooks.telling import tell_subscribers

AT_ONCE = 16  # messages claimed together, and sent beside each other
LEASE = dt.timedelta(minutes=2)  # after it a claimed message is due again: whoever had it died
PAUSE_SECONDS = 1.0  # between two looks where nothing is due
BROKEN_SECONDS = 30.0  # before a database that could not be reached is asked again
BY = "chitra"

log = structlog.get_logger()


@contextlib.contextmanager
def delivering(database: Database, settings: Settings) -> Iterator[None]:
    """Tell subscribers in a thread beside, until the end of the block.

    Args:
        database: of this installation
        settings: what of the office's own network may be reached
    """
    stop = threading.Event()
    courier = threading.Thread(target=_deliver, args=(database, settings, stop), name="webhooks")
    courier.start()
    try:
        yield
    finally:
        stop.set()
        courier.join()


def _deliver(database: Database, settings: Settings, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            busy = tell_subscribers(database) | deliver_due(database, settings)
        except (SQLAlchemyError, DomainError):
            log.exception("webhooks_broke")
            stop.wait(BROKEN_SECONDS)
            continue
        if not busy:
            stop.wait(PAUSE_SECONDS)


def deliver_due(database: Database, settings: Settings) -> bool:
    """Make one attempt for some messages that are due, and say whether there were any.

    A message may come twice, where a sender died between the sending and the note of it: receivers know it by
    its webhook-id.

    Args:
        database: where they are
        settings: what of the office's own network may be reached
    """
    with database.reading() as session:
        if not _due(session, 1):
            return False
    now = clock.now()
    with database.session() as session:
        claimed = _due(session, AT_ONCE, lock=True)
        for message, _ in claimed:
            message.due_at = now + LEASE
            session.add(message)
    if not claimed:
        return False
    allowed = Allowed.of(settings.webhook_hosts)
    with ThreadPoolExecutor(AT_ONCE, "webhook") as senders:
        answers = list(senders.map(lambda each: _send(each[0], each[1], allowed, now), claimed))
    for (message, _), answer in zip(claimed, answers, strict=True):
        with database.session() as session:
            _record(session, message.id or 0, answer, now)
    return True


def _due(session: Session, limit: int, *, lock: bool = False) -> list[tuple[Message, Subscriber]]:
    """Find messages that are due, of subscribers that are told and not paused, the earliest first.

    Of a subscriber that failed last one message at a time is tried.
    """
    now = clock.now()
    query = (
        select(Message, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Message.subscriber_id)
        .where(
            Message.state == "waiting",
            Message.due_at <= now,
            col(Subscriber.disabled_at).is_(None),
            or_(col(Subscriber.paused_until).is_(None), col(Subscriber.paused_until) <= now),
        )
        .order_by(col(Message.due_at), col(Message.id))
        .limit(limit)
    )
    found = session.exec(query.with_for_update(of=Message, skip_locked=True) if lock else query).all()
    probed: set[int] = set()
    due = []
    for message, subscriber in found:
        if subscriber.failures and message.subscriber_id in probed:
            continue
        probed.add(message.subscriber_id)
        due.append((message, subscriber))
    return due


def _send(message: Message, subscriber: Subscriber, allowed: Allowed, now: dt.datetime) -> Answer:
    headers = signature(secrets_of(subscriber, now), message.uid, now, message.body)
    return post(subscriber.url, message.body.encode(), headers, allowed)


def _record(session: Session, message_id: int, answer: Answer, now: dt.datetime) -> None:
    """Write an attempt down, and say what becomes of the message and of the one who should have had it."""
    message = session.get_one(Message, message_id)
    subscriber = session.get_one(Subscriber, message.subscriber_id)
    session.add(
        Attempt(
            message_id=message_id,
            at=now,
            took_ms=answer.took_ms,
            status=answer.status,
            problem=answer.problem,
            answer=answer.text.replace("\x00", "") or None,
        )
    )
    message.attempts += 1
    if answer.taken:
        message.state, message.ended_at = "delivered", now
        subscriber.failures, subscriber.paused_until = 0, None
    elif answer.status == GONE:
        _stop(session, subscriber, "410 Gone")
    elif host_at_fault(answer.status):
        subscriber.failures += 1
        pause = pause_after(subscriber.failures, answer.retry_after)
        if pause is None:
            _stop(session, subscriber, f"{answer.problem or answer.status} x {subscriber.failures}")
        else:
            subscriber.paused_until = message.due_at = now + pause
    else:
        pause = pause_after(message.attempts, answer.retry_after)
        if pause is None:
            message.state, message.ended_at = "given_up", now
        else:
            message.due_at = now + pause
    session.add_all([message, subscriber])


def _stop(session: Session, subscriber: Subscriber, why: str) -> None:
    """Tell a subscriber nothing more, by the rule; what waits for it stays until an administrator decides."""
    subscriber.disabled_at, subscriber.disabled_by, subscriber.disabled_why = clock.now(), BY, why
    audit.note(session, BY, "webhook.disabled", f"webhook {subscriber.id}", why=why)
    log.warning("webhook_disabled", webhook=subscriber.id, name=subscriber.name, why=why)
