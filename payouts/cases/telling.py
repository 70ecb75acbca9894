"""Who may be told what of somebody's payment, by telephone: a table, not a matter of taste.

Law 91/2025 on personal data: least access. A voice is no proof; who is on the phone is asked for, never told.
"""

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language


@dataclass(frozen=True, slots=True)
class Told:
    """One row of data/who_may_be_told.csv: to whom, and what, in both languages."""

    who_vi: str
    who_en: str
    vi: str
    en: str

    def who(self, language: Language) -> str:
        """Name to whom."""
        return self.who_vi if language == "vi" else self.who_en

    def said(self, language: Language) -> str:
        """Say what may be told."""
        return self.vi if language == "vi" else self.en


@functools.cache
def _rows() -> list[tuple[str, Told]]:
    text = (resources.files("payouts.cases") / "data" / "who_may_be_told.csv").read_text(encoding="utf-8")
    return [(row.pop("when"), Told(**row)) for row in csv.DictReader(text.splitlines())]


def may_be_told(*, withheld: bool) -> Sequence[Told]:
    """List who may be told what.

    Args:
        withheld: the person wants their family to be told nothing
    """
    wanted = {"always", "withheld" if withheld else "usual"}
    return [told for when, told in _rows() if when in wanted]
