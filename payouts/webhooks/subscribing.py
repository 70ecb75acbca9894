"""Who listens: added, changed to another secret, stopped and let on again by an administrator."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from payouts.cases.expected.models import ExpectedFileEvent
from payouts.cases.models import CaseEvent
from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.limits import LARGEST_ID, LONGEST_NAME
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity import audit
from payouts.lists.rules import PROGRAMME
from payouts.runs.models import Run
from payouts.webhooks.models import Message, Subscriber
from payouts.webhooks.rules import OVERLAP, PING, event_types, make_secret, readable_url
from payouts.webhooks.telling import message_to

LONGEST_URL = 500
SPEAKING = (CaseEvent, Run, ExpectedFileEvent)  # tables whose rows say whether they were told


def subscribe(
    session: Session,
    name: str,
    url: str,
    *,
    events: Collection[str],
    programmes: Collection[str] = (),
    areas: Collection[str] = (),
    by: str,
) -> tuple[Subscriber, str]:
    """Let a program be told from now on.

    Args:
        session: the transaction
        name: what people call it
        url: where it listens
        events: what it is told, types of data/events.csv; none: all
        programmes: of what it is told; none: all
        areas: ward codes; none: all
        by: who adds it

    Returns:
        the subscriber, and its secret, which is shown this once

    Raises:
        RefusedError: a value is not acceptable
        ConflictError: the name is taken
    """
    name = tidied(name)
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError("webhook_name", "Hãy đặt tên cho nơi nhận.")
    if len(url) > LONGEST_URL or not readable_url(url):
        raise RefusedError(
            "webhook_url", "Địa chỉ nhận không đúng. Hãy ghi dạng https://…, không kèm tên và mật khẩu."
        )
    if unknown := set(events) - set(event_types()):
        raise RefusedError("webhook_event", f"Không có loại tin {', '.join(sorted(unknown))}.")
    if bad := [each for each in programmes if not PROGRAMME.fullmatch(each)]:
        raise RefusedError(
            "not_a_programme", f"Chương trình “{bad[0]}” không đúng. Hãy ghi mã chữ in hoa, ví dụ BTXH."
        )
    if bad := [each for each in areas if each not in wards()]:
        raise RefusedError("webhook_area", f"Không có xã/phường mã “{bad[0][:10]}”.")
    _begin(session)
    subscriber = Subscriber(
        name=name,
        url=url,
        events=";".join(sorted(events or event_types())),
        programmes=";".join(sorted(programmes)) or None,
        areas=";".join(sorted(areas)) or None,
        secret=make_secret(),
        made_at=clock.now(),
        made_by=by,
    )
    add_once(session, subscriber, ConflictError("webhook_name_taken", f"Đã có nơi nhận tên “{name}”."))
    audit.note(session, by, "webhook.added", f"webhook {subscriber.id}", name=name, url=url)
    return subscriber, subscriber.secret


def rotate(session: Session, subscriber_id: int, *, by: str) -> tuple[Subscriber, str]:
    """Give a subscriber a new secret; for a day the old one signs beside it.

    Raises:
        NotFoundError: there is no such subscriber
    """
    found = find_subscriber(session, subscriber_id)
    found.old_secret, found.old_secret_until = found.secret, clock.now() + OVERLAP
    found.secret = make_secret()
    session.add(found)
    audit.note(session, by, "webhook.rotated", f"webhook {subscriber_id}")
    return found, found.secret


def disable(session: Session, subscriber_id: int, *, by: str, why: str) -> Subscriber:
    """Tell a subscriber nothing more; what waits for it goes on waiting.

    Raises:
        NotFoundError: there is no such subscriber
        ConflictError: it is so already
    """
    found = find_subscriber(session, subscriber_id)
    if found.disabled_at is not None:
        raise ConflictError("webhook_disabled", "Nơi nhận này đã dừng.")
    found.disabled_at, found.disabled_by, found.disabled_why = clock.now(), by, tidied(why) or None
    session.add(found)
    audit.note(session, by, "webhook.disabled", f"webhook {subscriber_id}", why=found.disabled_why)
    return found


def enable(session: Session, subscriber_id: int, *, by: str, drop: bool = False) -> Subscriber:
    """Tell a subscriber again, what waited first; what happened while it was stopped it is not told.

    Args:
        session: the transaction
        subscriber_id: the subscriber
        by: who decides
        drop: what waited is not sent any more

    Raises:
        NotFoundError: there is no such subscriber
        ConflictError: it is told already
    """
    found = find_subscriber(session, subscriber_id)
    if found.disabled_at is None:
        raise ConflictError("webhook_enabled", "Nơi nhận này đang hoạt động.")
    _begin(session)
    found.disabled_at = found.disabled_by = found.disabled_why = found.paused_until = None
    found.failures = 0
    session.add(found)
    now = clock.now()
    waiting = update(Message).where(
        col(Message.subscriber_id) == subscriber_id, col(Message.state) == "waiting"
    )
    change = {"state": "dropped", "ended_at": now} if drop else {"due_at": now, "attempts": 0}
    session.execute(waiting.values(**change).execution_options(synchronize_session=False))
    audit.note(session, by, "webhook.enabled", f"webhook {subscriber_id}", dropped=drop)
    return found


def ping(session: Session, subscriber_id: int, *, by: str) -> Message:
    """Send a message that says nothing, to try an address and its signature.

    Raises:
        NotFoundError: there is no such subscriber
        ConflictError: it is stopped
    """
    found = find_subscriber(session, subscriber_id)
    if found.disabled_at is not None:
        raise ConflictError("webhook_disabled", "Nơi nhận này đã dừng.")
    now = clock.now()
    made = message_to(found, PING, f"ping {now.isoformat()}", {"by": by}, at=now)
    found.paused_until = None
    session.add_all([made, found])
    session.flush()
    return made


def resend(session: Session, subscriber_id: int, message_id: int, *, by: str) -> Message:
    """Send a message anew, under its own id, whatever became of it.

    Raises:
        NotFoundError: the subscriber has no such message
    """
    found = session.get(Message, message_id) if 0 < message_id <= LARGEST_ID else None
    if found is None or found.subscriber_id != subscriber_id:
        raise NotFoundError("no_such_message", f"Không có tin số {message_id}.")
    found.state, found.due_at, found.attempts, found.ended_at = "waiting", clock.now(), 0, None
    session.add(found)
    audit.note(session, by, "webhook.resent", f"webhook {subscriber_id}", message=message_id)
    return found


def find_subscriber(session: Session, subscriber_id: int) -> Subscriber:
    """Find a subscriber.

    Raises:
        NotFoundError: there is none
    """
    found = session.get(Subscriber, subscriber_id) if 0 < subscriber_id <= LARGEST_ID else None
    if found is None:
        raise NotFoundError("no_such_webhook", f"Không có nơi nhận số {subscriber_id}.")
    return found


def subscribers(session: Session) -> Sequence[Subscriber]:
    """List all subscribers, the active ones first."""
    query = select(Subscriber).order_by(col(Subscriber.disabled_at).is_not(None), col(Subscriber.id))
    return session.exec(query).all()


def secrets_of(subscriber: Subscriber, now: dt.datetime) -> list[str]:
    """Return the secrets that sign for a subscriber at a moment, the newest first."""
    until = subscriber.old_secret_until
    old = subscriber.old_secret if until is not None and until > now else None
    return [subscriber.secret, *([old] if old else [])]


def _begin(session: Session) -> None:
    """Call everything told where nobody listened so far: who comes now is told of what happens from now."""
    if session.exec(select(Subscriber.id).where(col(Subscriber.disabled_at).is_(None)).limit(1)).first():
        return
    for table in SPEAKING:
        session.execute(
            update(table)
            .where(~col(table.told))
            .values(told=True)
            .execution_options(synchronize_session=False)
        )
