"""The checks of the data on people, as data/checks.csv says them, and the four scores they make up."""

import csv
import functools
import string
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from payouts.core.problems import Language

Score = Literal["right", "complete", "clean", "live"]

# Project 06's four words for data on people: đúng, đủ, sạch, sống.
SCORES: dict[Score, tuple[str, str]] = {
    "right": ("Đúng", "Right"),
    "complete": ("Đủ", "Complete"),
    "clean": ("Sạch", "Clean"),
    "live": ("Sống", "Live"),
}
# Who has to mend what a check finds.
WHO = {
    "ward": ("Xã, phường", "Ward or commune"),
    "police": ("Công an xã, phường", "Police of the ward"),
    "register": ("Tư pháp, hộ tịch xã", "Civil register of the ward"),
    "bank": ("Ngân hàng", "Bank"),
    "province": ("Cấp thành phố, tỉnh", "City or province"),
}
MOST_IN_HOUSEHOLD = 6  # people of one ward who may share an account whose holder receives for them


@dataclass(frozen=True, slots=True)
class Check:
    """One row of data/checks.csv.

    Attributes:
        code: stable name
        score: to which it belongs; who fails a check does not count in its score
        about: what it looks at: person or line, tables of sql/person.sql
        rule: the condition in SQL under which it finds somebody
        value: what its sentence quotes as $value, in SQL
        other: what its sentence quotes as $other, in SQL
        vi: its name, in Vietnamese
        en: its name, in English
        said_vi: what it says of a person, in Vietnamese
        said_en: the same in English
        mend_vi: what would mend it, in Vietnamese
        mend_en: the same in English
        who: a key of WHO
    """

    code: str
    score: Score
    about: Literal["person", "line"]
    rule: str
    value: str
    other: str
    vi: str
    en: str
    said_vi: str
    said_en: str
    mend_vi: str
    mend_en: str
    who: str

    def name(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en

    def said(self, language: Language, *, value: str | None = None, other: str | None = None) -> str:
        """Say what it found of one person."""
        return filled(self.said_vi if language == "vi" else self.said_en, value, other)

    def mend(self, language: Language) -> str:
        """Say what would mend it."""
        return self.mend_vi if language == "vi" else self.mend_en

    def mended_by(self, language: Language) -> str:
        """Say who has to mend it."""
        return WHO[self.who][0 if language == "vi" else 1]


@functools.cache
def checks() -> dict[str, Check]:
    """Read data/checks.csv: code -> check, in the order of the scores."""
    return {row["code"]: Check(**row) for row in rows_of("checks")}  # type: ignore[arg-type]  # the words in the data are tested


def filled(words: str, value: str | None, other: str | None = None) -> str:
    """Put what was found into a sentence."""
    return string.Template(words).safe_substitute(value=value or "–", other=other or "–")


def rows_of(name: str) -> list[dict[str, str]]:
    """Read a table of this room's data."""
    text = (resources.files("payouts.quality") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
