"""Tidies what a person wrote by hand, in one way for all who keep such words."""

from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NOTE


def tidied(text: str | None, *, needed: bool = False) -> str:
    """Give a person's words with plain line ends and no blanks around them; empty where nothing is said.

    Raises:
        RefusedError: they are too long, hold what no person types, or are needed and missing
    """
    words = (text or "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_NOTE:
        raise RefusedError("note_too_long", f"Ghi chú dài quá {LONGEST_NOTE} chữ cái. Hãy rút gọn.")
    if not all(letter.isprintable() or letter == "\n" for letter in words):
        raise RefusedError("note_unprintable", "Ghi chú có ký tự không hiển thị được. Hãy gõ lại.")
    if needed and not words:
        raise RefusedError("why_needed", "Hãy ghi lý do.")
    return words
