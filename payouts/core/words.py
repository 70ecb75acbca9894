"""Folds headings, status words and place names so that case, marks and punctuation make no difference."""

import functools
import re
import unicodedata

# Letters whose stroke is no combining mark, so that NFD leaves them as they are.
_STROKES = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_NO_WORD = re.compile(r"[\W_]+")


def without_marks(text: str) -> str:
    """Drop the marks of Vietnamese letters (đ too) and the case: "Đã Chi" becomes "da chi"."""
    split = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(letter for letter in split if not unicodedata.combining(letter)).casefold()


@functools.lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Keep letters and digits only, without marks and case: "SỐ TIỀN (VNĐ)" becomes "sotienvnd"."""
    return _NO_WORD.sub("", without_marks(text))


def folded_words(text: str) -> str:
    """Keep whole words with one space between, without marks and case: "Đã  chi!" becomes "da chi"."""
    return _NO_WORD.sub(" ", without_marks(text)).strip()
