"""Puts names in the order of the Vietnamese alphabet: letters first, then tones, as dictionaries do."""

import functools
import re
import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; a letter without one comes first
_PLACE = {letter: place for place, letter in enumerate(LETTERS, 1)}

Order = tuple[tuple[int, ...], tuple[int, ...], str]


@functools.lru_cache(maxsize=16_384)
def in_alphabet(text: str) -> Order:
    """Return what to sort a text by: its letters, then its tones, then the text itself."""
    letters: list[tuple[int, int]] = []  # the place of each, and its bare letter
    tones: list[int] = []
    for mark in unicodedata.normalize("NFD", text.lower()):
        if mark in TONES:
            if tones:
                tones[-1] = TONES.index(mark) + 1
        elif unicodedata.combining(mark) and letters:
            whole = unicodedata.normalize("NFC", chr(letters[-1][1]) + mark)
            if whole in _PLACE:
                letters[-1] = (_PLACE[whole], letters[-1][1])
        else:
            letters.append((_PLACE.get(mark, _beyond(mark)), ord(mark)))
            tones.append(0)
    return tuple(place for place, _ in letters), tuple(tones), text


def by_given_name(name: str) -> tuple[Order, Order]:
    """Return what to sort people by, as lists in Vietnam do: the given name, then the rest."""
    rest, _, given = name.strip().rpartition(" ")
    return in_alphabet(given), in_alphabet(rest)


def by_number(name: str) -> Order:
    """Return what to sort numbered places by: Tổ dân phố 2 comes before Tổ dân phố 10."""
    return in_alphabet(re.sub("[0-9]+", lambda number: number[0].zfill(9), name))


def _beyond(mark: str) -> int:
    """Blanks and signs come before all letters, digits too; letters of other scripts behind."""
    return ord(mark) + 1_000 if mark.isalpha() else -1_000 + min(ord(mark), 999)
