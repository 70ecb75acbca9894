"""Looks at the text of a file while it is read: what was converted, and whether it can be right."""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core.columns import Fault, all_plain, faults_where
from payouts.core.csvfile import is_unicode_file
from payouts.core.problems import Problem
from payouts.core.vietnamese import LEGACY, NAMES, composed, decoder, is_syllable, marked_words, recoded

_MARKS_APART = r"[\x{0300}-\x{036F}]"
# Lost letters; signs between letters, as old fonts leave them; and UTF-8 that was read byte by byte.
_GARBLED = r"\x{FFFD}|\pL[¢-¬¯´¶¸¹»-¾ƒˆ˜†‡‰]\pL|á[º»]|[ÃÂÆÄ][\x{80}-\x{9F}¡-¿]"
_HEAD_BYTES = 256 << 10
_FEWEST_TOLD, _SURE = 3, 0.8  # words that tell an encoding, and the share of them that must be Vietnamese
_MOST_TEXTS = 5_000  # so many texts with marks of a file are cut into words
_FEWEST_WORDS = 10  # with fewer nobody can tell
_FEWEST_RIGHT = (
    0.5  # the share of words that could be Vietnamese; names of other peoples are some of the others
)


@dataclass(slots=True)
class Texts:
    """What is known of the text of one file.

    Attributes:
        encoding: that its text came in
        converted: values with letters of an old encoding, which are Unicode now
        composed: values whose marks stood apart from their letters (NFD), which are put together now
        words: words with marks that were looked at, and whether they could be Vietnamese
    """

    encoding: str
    converted: int = 0
    composed: int = 0
    words: dict[str, bool] = field(default_factory=dict)
    _looked: int = 0

    def look(self, column: pa.Array, name: str) -> list[Fault]:
        """Look at the cells of one column of text, as they came.

        Args:
            column: texts without nulls
            name: what the column is called in faults

        Returns:
            warnings of cells that hold letters no text has
        """
        if self._looked >= _MOST_TEXTS and self.encoding not in LEGACY and all_plain(column):
            return []
        odd = pc.invert(pc.string_is_ascii(column))
        marked = pc.sum(odd).as_py() or 0
        if not marked:
            return []
        if self._looked < _MOST_TEXTS:
            texts = column.filter(odd).slice(0, _MOST_TEXTS - self._looked).to_pylist()
            self._looked += len(texts)
            for text in set(texts):
                self.words.update((word, is_syllable(word)) for word in marked_words(text))
        if self.encoding in LEGACY:
            self.converted += marked
        elif all_plain(column):
            return []
        else:
            self.composed += pc.sum(pc.match_substring_regex(column, _MARKS_APART)).as_py() or 0
        return faults_where(pc.match_substring_regex(column, _GARBLED), column, name, "text_garbled")

    def problems(self) -> Iterator[Problem]:
        """Tell once of the file what was converted, and whether its words are none."""
        named = {"encoding": NAMES.get(self.encoding, self.encoding)}
        if self.converted:
            yield Problem("text_converted", values={"count": str(self.converted), **named})
        if self.composed:
            yield Problem("marks_composed", values={"count": str(self.composed)})
        right = sum(self.words.values())
        if len(self.words) >= _FEWEST_WORDS and right < _FEWEST_RIGHT * len(self.words):
            wrong = [word for word, could_be in self.words.items() if not could_be]
            likely = likely_encoding(wrong)
            if likely is None and self.encoding not in LEGACY:
                return  # another language
            looks = {"looks": NAMES.get(likely or "", "?")}
            yield Problem("text_misread", values={"value": ", ".join(wrong[:5]), **looks, **named})


def right_share(words: Sequence[str]) -> float:
    """Give the share of words with marks that could be Vietnamese; of none 1."""
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def sounds_right(rows: Iterable[Iterable[str]]) -> bool:
    """Say whether at least half of the words with marks in some cells could be Vietnamese."""
    words = [word for cells in rows for cell in cells for word in marked_words(cell)]
    return right_share(words) >= _FEWEST_RIGHT


def likely_encoding(words: list[str]) -> str | None:
    """Say in which encoding words that were read byte by byte would be Vietnamese; None where in none."""
    shares = {
        encoding: right_share([recoded(word, encoding) for word in words]) for encoding in ("utf-8", *LEGACY)
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > _FEWEST_RIGHT else None


def encoding_of(path: Path) -> str | None:
    """Tell the encoding of a text: UTF-8 where it is that throughout, else the one that makes it Vietnamese.

    Returns:
        utf-8, utf-16, one of vietnamese.LEGACY, or None where no word tells
    """
    if is_unicode_file(path):
        return "utf-8"
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    words = {
        encoding: marked_words(composed(decoder(encoding, "replace").decode(head), encoding))
        for encoding in LEGACY
    }
    best = max(words, key=lambda encoding: right_share(words[encoding]))
    return best if len(words[best]) >= _FEWEST_TOLD and right_share(words[best]) >= _SURE else None
