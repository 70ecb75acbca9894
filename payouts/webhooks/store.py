"""Messages and attempts as queries: the delivery log of a subscriber, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from payouts.core.limits import LARGEST_ID
from payouts.webhooks.models import Attempt, Message


@dataclass(frozen=True, slots=True)
class Log:
    """Some messages of a subscriber with their attempts, and where the next page begins; None on the last."""

    items: list[tuple[Message, list[Attempt]]]
    next: int | None


def log_of(
    session: Session,
    subscriber_id: int,
    *,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Log:
    """List messages of a subscriber, the latest first.

    Args:
        session: the transaction
        subscriber_id: the subscriber
        state: only those that stand so, a key of rules.STATES
        before: only messages with a lower id
        limit: how many
    """
    query = select(Message).where(Message.subscriber_id == subscriber_id, Message.id < (before or LARGEST_ID))  # type: ignore[operator]  # an id is no null
    if state:
        query = query.where(Message.state == state)
    found = session.exec(query.order_by(col(Message.id).desc()).limit(limit + 1)).all()
    shown = found[:limit]
    attempts = session.exec(
        select(Attempt)
        .where(col(Attempt.message_id).in_([each.id for each in shown]))
        .order_by(col(Attempt.id))
    ).all()
    by_message: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        by_message.setdefault(attempt.message_id, []).append(attempt)
    return Log(
        [(each, by_message.get(each.id or 0, [])) for each in shown],
        shown[-1].id if len(found) > limit else None,
    )


def waiting_counts(session: Session) -> dict[int, dict[str, int]]:
    """Count what waits for each subscriber, and what was given up: subscriber -> state -> messages."""
    rows: Sequence[tuple[int, str, int]] = session.exec(
        select(Message.subscriber_id, Message.state, func.count())
        .where(col(Message.state).in_(("waiting", "given_up")))
        .group_by(col(Message.subscriber_id), col(Message.state))
    ).all()
    counted: dict[int, dict[str, int]] = {}
    for subscriber_id, state, count in rows:
        counted.setdefault(subscriber_id, {})[state] = count
    return counted
