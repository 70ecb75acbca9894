"""The number of something as an address or a form gives it: one that a database may hold, else 0."""

from payouts.core.limits import LARGEST_ID


def as_id(number: int) -> int:
    """Take a number out of an address; one that no database holds is 0."""
    return number if 0 < number <= LARGEST_ID else 0


def id_in(text: str) -> int:
    """Read a number that somebody typed or a form carries; what is none, or has too many digits, is 0."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID)) else 0
