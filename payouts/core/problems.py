"""A thing wrong with a file, as a value: where it is, what it is, and how to mend it.

The words stand in problems.csv beside this module, one row a code, so that documentation, API, pages and
shell say the same.
"""

import csv
import functools
import string
from dataclasses import dataclass
from dataclasses import field as made_by
from importlib import resources
from typing import Literal

Severity = Literal["warning", "quarantine", "refuse"]
Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One row of problems.csv: what a code means, how grave it is, and how to mend it, in two languages."""

    code: str
    severity: Severity
    vi: str
    en: str
    mend_vi: str
    mend_en: str


@functools.cache
def problem_kinds() -> dict[str, ProblemKind]:
    """Read problems.csv: code -> what it means."""
    text = (resources.files("payouts.core") / "problems.csv").read_text(encoding="utf-8")
    return {row["code"]: ProblemKind(**row) for row in csv.DictReader(text.splitlines())}  # type: ignore[arg-type]  # the severities in the data are tested


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file.

    Attributes:
        code: a code of problems.csv
        line: 1-based number of the line as the file numbers its entries, None for the whole file
        field: the column or tag, None for the whole line
        values: what the code's sentence quotes, e.g. {"value": "930.5"}
        ruled: what a bank's policy makes of it, where that is not what the code says
    """

    code: str
    line: int | None = None
    field: str | None = None
    values: dict[str, str] = made_by(default_factory=dict)
    ruled: Severity | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is: a warning, cause to quarantine the file, or cause to refuse it."""
        return self.ruled or problem_kinds()[self.code].severity

    def what(self, language: Language = "vi") -> str:
        """Say what is wrong, in one sentence, and in which sheet where a list stands over several."""
        kind = problem_kinds()[self.code]
        said = self._filled(kind.vi if language == "vi" else kind.en)
        if "sheet" not in self.values:
            return said
        where = "Trang tính “$sheet”, hàng $at:" if language == "vi" else "Sheet “$sheet”, row $at:"
        return f"{self._filled(where)} {said}"

    def mend(self, language: Language = "vi") -> str:
        """Say how to mend it, in one sentence; empty where nothing is to be done."""
        kind = problem_kinds()[self.code]
        return self._filled(kind.mend_vi if language == "vi" else kind.mend_en)

    def message(self, language: Language = "vi") -> str:
        """Say what is wrong and how to mend it, as one or two sentences."""
        return f"{self.what(language)} {self.mend(language)}".strip()

    def _filled(self, words: str) -> str:
        line = self.values.get("at") or str(self.line or "")
        known = {"line": line, "field": self.field or "", **self.values}
        return string.Template(words).safe_substitute(known).strip()
