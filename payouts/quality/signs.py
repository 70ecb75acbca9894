"""Signs that a payment will fail: the table data/signs.csv, the strongest first."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language
from payouts.quality.rules import filled, rows_of

# Kinds of reason that last until somebody mends them; whether they are of the account, whoever is paid.
LASTING = {
    "ACCOUNT_NOT_FOUND": True,
    "ACCOUNT_CLOSED": True,
    "ACCOUNT_BLOCKED": True,
    "BANK_CODE_WRONG": True,
    "NAME_MISMATCH": False,
    "DECEASED": False,
    "KYC_EXPIRED": False,
    "REFUSED": False,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One row of data/signs.csv.

    Attributes:
        code: stable name
        rule: the condition in SQL over `line` of sql/signs.sql under which a line is foretold to fail
        reason: the reason code that the bank will likely give, in SQL
        value: what its sentence quotes, in SQL
        vi: its name, in Vietnamese
        en: its name, in English
        said_vi: what it says of a line, in Vietnamese
        said_en: the same in English
        mend_vi: what would mend it, in Vietnamese
        mend_en: the same in English
    """

    code: str
    rule: str
    reason: str
    value: str
    vi: str
    en: str
    said_vi: str
    said_en: str
    mend_vi: str
    mend_en: str

    def name(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en

    def said(self, language: Language, value: str | None) -> str:
        """Say what it saw of one line."""
        return filled(self.said_vi if language == "vi" else self.said_en, value)

    def mend(self, language: Language) -> str:
        """Say what would mend it."""
        return self.mend_vi if language == "vi" else self.mend_en


@functools.cache
def signs() -> dict[str, Sign]:
    """Read data/signs.csv: code -> sign, the strongest first; of a line the first one that holds is told."""
    return {row["code"]: Sign(**row) for row in rows_of("signs")}


@functools.cache
def lasting_reasons() -> dict[str, bool]:
    """Give the reason codes that last until somebody mends them -> whether they are of the account."""
    text = (resources.files("payouts.core") / "data" / "iso_return_reasons.csv").read_text(encoding="utf-8")
    return {
        row["code"]: LASTING[row["kind"]]
        for row in csv.DictReader(text.splitlines())
        if row["kind"] in LASTING
    }
