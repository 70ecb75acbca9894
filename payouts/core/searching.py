"""What somebody types to find a person, and the keys under which people and payout lines are found by it.

A key is a word of a name without marks, or a number written backwards behind a `~`: what begins with a prefix
then is a name by its first letters, and a number by its last digits.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from payouts.core.words import folded, folded_words

NUMBER = "~"
FEWEST_DIGITS = 4  # of the end of a number; fewer would fit anybody
LONGEST_KEY = 40  # letters
MOST_WORDS = 8  # of a name that are looked for
_LAST = "\U0010ffff"

Range = tuple[str, str]  # the first key that fits, and the last


def keys_of(name: str, numbers: Iterable[str | None]) -> set[str]:
    """Give the keys of a person: the words of the name, and each number backwards."""
    words = {word[:LONGEST_KEY] for word in folded_words(name).split()}
    return words | {_backwards(number) for number in map(folded, filter(None, numbers)) if number}


def text_of(name: str, numbers: Iterable[str | None]) -> str:
    """Write the words and numbers of one person as a text in which `patterns` finds what was typed."""
    return f" {folded_words(name)} {' '.join(folded(number) for number in numbers if number)} "


def patterns(text: str) -> list[str]:
    """Turn what was typed, as `ranges` takes it, into patterns of LIKE that a text of `text_of` fits."""
    words, number = _pieces(text)
    wanted = [f"% {word}%" for word in words]
    if number.isdecimal() and len(number) >= FEWEST_DIGITS:
        return [*wanted, f"%{number} %"]
    return [*wanted, f"% {number} %"] if number else wanted


def ranges(text: str) -> list[list[Range]]:
    """Turn what was typed into what must be found: of each list one range at least holds a key.

    Args:
        text: words of a name in any order, with or without marks, each from its beginning; or a number, whole
            or its last four digits or more; or both. Blanks and dots within a number make no difference.
    """
    words, number = _pieces(text)
    wanted = [[_beginning(word)] for word in words]
    return [*wanted, _number(number)] if number else wanted


def within(key: Any, wanted: list[Range]) -> ColumnElement[bool]:
    """Say in a query that a column of keys lies in one of some ranges."""
    return or_(*(and_(key >= first, key <= last) for first, last in wanted))


def _pieces(text: str) -> tuple[list[str], str]:
    """Tell words and the number apart; blanks within the number are left out."""
    pieces = folded_words(text).split()
    number = "".join(piece for piece in pieces if any(letter.isdigit() for letter in piece))
    words = [piece[:LONGEST_KEY] for piece in pieces if not any(letter.isdigit() for letter in piece)]
    return words[:MOST_WORDS], number[-LONGEST_KEY:]


def _number(number: str) -> list[Range]:
    """A number as typed, and without the zeros at its front, which not every list has."""
    short = number.lstrip("0")
    spellings = [number, short] if short != number and len(short) >= FEWEST_DIGITS else [number]
    return [
        _beginning(_backwards(each))
        if each.isdecimal() and len(each) >= FEWEST_DIGITS
        else (_backwards(each), _backwards(each))
        for each in spellings
    ]


def _backwards(number: str) -> str:
    return NUMBER + number[-LONGEST_KEY:][::-1]


def _beginning(prefix: str) -> Range:
    return prefix, prefix + _LAST
