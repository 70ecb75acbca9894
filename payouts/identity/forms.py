"""A form that is sent twice counts once: who sends it first has it, the others learn where it led.

These functions take the database, not a session: a claim has to be seen by others before the act begins.
"""

import datetime as dt
import time

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, update

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError
from payouts.identity.models import FormSent

KEPT = dt.timedelta(days=1)
PATIENCE_SECONDS = 10.0  # for the first sending of a form to be answered
LOOK_EVERY_SECONDS = 0.05


def begin_form(database: Database, form: str, user_id: int) -> str | None:
    """Claim a form for who sends it, or wait until the one who sent it before is answered.

    Args:
        database: where it is kept
        form: a hash that only the same form with the same content has
        user_id: who sends it

    Returns:
        None where it is theirs to act upon; else the address that the first sending led to

    Raises:
        ConflictError: it was sent before, and nobody can say what became of it
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        if _claimed(database, form, user_id):
            return None
        with database.reading() as session:
            before = session.get(FormSent, form)
        if before and before.led_to is not None:
            return before.led_to
        if time.monotonic() >= until:
            raise ConflictError(
                "form_sent_before",
                "Biểu mẫu này đã được gửi rồi, nhưng chưa rõ kết quả. Hãy mở lại trang và xem đã lưu chưa, "
                "rồi mới gửi lại.",
            )
        time.sleep(LOOK_EVERY_SECONDS)


def _claimed(database: Database, form: str, user_id: int) -> bool:
    try:
        with database.session() as session:
            session.add(FormSent(form=form, user_id=user_id, at=clock.now()))
    except IntegrityError:  # sent before
        return False
    return True


def end_form(database: Database, form: str, led_to: str | None) -> None:
    """Keep where a form led; without an address it was not acted upon and may be sent again."""
    with database.session() as session:
        this = col(FormSent.form) == form
        session.exec(
            update(FormSent).where(this).values(led_to=led_to) if led_to else delete(FormSent).where(this)
        )


def forget_forms(session: Session) -> None:
    """Let go of forms sent longer ago than anybody sends one twice."""
    session.exec(delete(FormSent).where(col(FormSent.at) < clock.now() - KEPT))
