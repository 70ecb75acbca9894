"""A text to the person of a case: what it says, and that it was sent, by hand or through a gateway."""

import csv
import functools
import json
import urllib.request
from collections.abc import Mapping
from importlib import resources

from sqlmodel import Session

from payouts.cases.events import tell
from payouts.cases.models import Case, Message
from payouts.core import clock
from payouts.core.errors import RefusedError
from payouts.core.notes import tidied
from payouts.core.settings import Settings

LONGEST_TEXT = 469  # letters: seven parts of a text message with Vietnamese marks, 67 each
GATEWAY_SECONDS = 10


@functools.cache
def _texts() -> dict[str, str]:
    text = (resources.files("payouts.cases") / "data" / "messages.csv").read_text(encoding="utf-8")
    return {row["code"]: row["text"] for row in csv.DictReader(text.splitlines())}


def suggested(code: str, said: Mapping[str, str]) -> str:
    """Word a message; it names no account, no amount and no kind of allowance, whoever may read it.

    Args:
        code: of data/messages.csv, as NextStep.message
        said: office, name, month, phone, place, day

    Returns:
        the text in Vietnamese, empty where nothing is to be sent
    """
    return _texts()[code].format_map(said) if code else ""


def note_message(session: Session, case: Case, number: str, text: str, *, by: str, way: str) -> Message:
    """Write down that a text goes to the person of a case.

    Args:
        session: the transaction
        case: within the scope of who sends
        number: of registry.phones
        text: the words
        by: the username
        way: hand, where somebody sends it by their own telephone; gateway, where `send` follows

    Raises:
        RefusedError: nothing is said, or too much
    """
    words = tidied(text)
    if not words or len(words) > LONGEST_TEXT:
        raise RefusedError("bad_message", f"Hãy viết tin nhắn, không quá {LONGEST_TEXT} chữ.")
    state = "sending" if way == "gateway" else "sent"
    message = Message(
        case_id=case.id or 0, at=clock.now(), by=by, number=number, text=words, way=way, state=state
    )
    session.add(message)
    tell(session, case, "messaged", by=by, before=way, after=number, note=words)
    session.flush()
    return message


def send(settings: Settings, message: Message) -> bool:
    """Give a text to the gateway, and say whether it took it.

    The gateway is asked with `POST`, JSON `{"to", "text", "id"}` and the token as a bearer token; the same id
    is the same message. Any answer of 200 to 299 means that it took it.

    Args:
        settings: with the gateway's address
        message: kept already, in a transaction that is over
    """
    body = json.dumps({"to": message.number, "text": message.text, "id": f"chitra-{message.id}"}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.sms_token or ''}"}
    request = urllib.request.Request(settings.sms_url or "", body, headers)  # noqa: S310  # the setting takes http and https only
    try:
        with urllib.request.urlopen(request, timeout=GATEWAY_SECONDS) as answer:  # noqa: S310  # the same
            return bool(200 <= answer.status < 300)  # noqa: PLR2004  # HTTP's own border
    except OSError:
        return False


def note_answer(session: Session, case: Case, message_id: int, *, taken: bool) -> None:
    """Write down whether the gateway took a text."""
    message = session.get_one(Message, message_id)
    message.state = "sent" if taken else "failed"
    session.add(message)
    if not taken:
        tell(session, case, "message_failed", by=message.by, after=message.number)
    session.flush()
