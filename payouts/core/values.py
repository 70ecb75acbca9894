"""One text of a cell read as a day, a month or clean text: strict, and with one answer or an error."""

import datetime as dt
import functools
import re
import unicodedata
from typing import Literal

from payouts.core.money import UnreadableError

# Days outside of it are slips of the hand, not days that a payout or a birth can have.
EARLIEST, LATEST = dt.date(1880, 1, 1), dt.date(2199, 12, 31)

DayOrder = Literal["day_first", "month_first"]

_CLOCK = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_CLOCK}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}){_CLOCK}")
# A spreadsheet makes the first of a month of 11/2026.
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-01)?|(?:0?1/)?([0-9]{1,2})/([0-9]{4})")

# Invisible marks that change no meaning; bidirectional overrides may and are refused.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_BLANKS = dict.fromkeys(map(ord, "\t\n\r\u00a0\u2007\u202f\u2028\u2029"), " ")
_SWEEP = {**_INVISIBLE, **_BLANKS}
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def parse_text(text: str) -> str:
    """Trim a text, compose its marks (NFC), and drop byte order marks and zero-width characters.

    A line break, tab or no-break space inside becomes a space.

    Raises:
        UnreadableError: `control_character`, for other control characters, bidirectional overrides and lone
            surrogates
    """
    swept = text.translate(_SWEEP).strip()
    if _FORBIDDEN.search(swept):
        raise UnreadableError("control_character")
    return unicodedata.normalize("NFC", swept)


@functools.lru_cache(maxsize=65_536)
def parse_date(text: str, order: DayOrder = "day_first") -> dt.date | None:
    """Read `2026-11-20` or `20/11/2026` (a time of day behind it is dropped); an empty text is None.

    Args:
        text: trimmed
        order: whether 03/04/2026 is the third of April or the fourth of March

    Raises:
        UnreadableError: `date_unreadable`, also for days that no calendar has, or before 1880 or after 2199
    """
    if not text:
        return None
    if iso := _ISO.fullmatch(text):
        year, month, day = iso[1], iso[2], iso[3]
    elif day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = day_first[1], day_first[3], day_first[4]
        if order == "month_first":
            day, month = month, day
    else:
        raise UnreadableError("date_unreadable")
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableError("date_unreadable") from None
    if not EARLIEST <= found <= LATEST:
        raise UnreadableError("date_unreadable")
    return found


def parse_month(text: str) -> str | None:
    """Read `2026-11` or `11/2026` as "2026-11"; an empty text is None.

    Raises:
        UnreadableError: `month_unreadable`
    """
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if match is None:
        raise UnreadableError("month_unreadable")
    year, month = int(match[1] or match[4]), int(match[2] or match[3])
    if not (1 <= month <= 12 and EARLIEST.year <= year <= LATEST.year):  # noqa: PLR2004  # a year has twelve
        raise UnreadableError("month_unreadable")
    return f"{year:04d}-{month:02d}"
