"""What a case may be about, who opens it and what alone closes it: the table in data/kinds.csv."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language

# How somebody gave their own word that what they told of is over.
WAYS = {
    "phone": ("Qua điện thoại", "By telephone"),
    "visit": ("Cán bộ đến tận nơi", "On a visit"),
    "counter": ("Tại nơi tiếp dân", "At the counter"),
    "writing": ("Bằng văn bản, có chữ ký hoặc điểm chỉ", "In writing, signed or with a fingerprint"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of data/kinds.csv.

    Attributes:
        opened_by: run, person (by hand) or act (of staff on another case, or a file)
        closed_by: what closes it, of run, person and confirmation (the beneficiary's own word alone)
        days: banking days to act; None where they go by the verdict
        without_money: whether the person has no use of the money, whatever the bank says
        vi: its name, in Vietnamese
        en: its name, in English
    """

    opened_by: str
    closed_by: frozenset[str]
    days: int | None
    without_money: bool
    vi: str
    en: str

    @property
    def confirmed(self) -> bool:
        """Whether nothing but the person's own confirmation closes it."""
        return self.closed_by == {"confirmation"}

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def kinds() -> dict[str, Kind]:
    """Read data/kinds.csv: kind -> what is known of it."""
    text = (resources.files("payouts.cases") / "data" / "kinds.csv").read_text(encoding="utf-8")
    return {
        row["kind"]: Kind(
            row["opened_by"],
            frozenset(row["closed_by"].split(";")),
            int(row["days"]) if row["days"] else None,
            bool(row["without_money"]),
            row["vi"],
            row["en"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def by_hand() -> dict[str, Kind]:
    """Return the kinds that staff open by hand, in the order in which they are offered."""
    return {code: kind for code, kind in kinds().items() if kind.opened_by == "person"}
