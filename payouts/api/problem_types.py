"""What a bank's program may be answered instead of a receipt: one table, with words that stay the same."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One row of data/problem_types.csv: a type of RFC 9457, its status, what it means and how to mend it."""

    code: str
    status: str
    vi: str
    en: str
    mend_vi: str
    mend_en: str


@functools.cache
def problem_types() -> dict[str, ProblemType]:
    """Read data/problem_types.csv: last part of the type -> what it means."""
    text = (resources.files("payouts.api") / "data" / "problem_types.csv").read_text(encoding="utf-8")
    return {row["code"]: ProblemType(**row) for row in csv.DictReader(text.splitlines())}
