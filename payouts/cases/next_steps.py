"""What to do next about an exception, who does it, and whether it may be paid again: a table, not code."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language

# Verdicts whose next step is the same whatever reason the bank gives.
REASON_COUNTS = frozenset({"failed"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """One row of data/next_steps.csv.

    Attributes:
        actor: who acts: ward, province, accountant, bank or beneficiary
        retry: whether it may be paid again: yes, after_fix, after_enquiry, contact (ask first) or never
        fault: who failed the person, for the count of months: bank, payer (who makes the orders), record
            (what is on record of the account), account (the person's own account) or unclear
        act: what of the page is the first step: contact, correct, enquiry, matches or outcome
        message: what a text to the person says, of data/messages.csv; empty where none should be sent
        vi: what to do, in Vietnamese
        en: what to do, in English
    """

    actor: str
    retry: str
    fault: str
    act: str
    message: str
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say what to do in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def _steps() -> dict[str, NextStep]:
    text = (resources.files("payouts.cases") / "data" / "next_steps.csv").read_text(encoding="utf-8")
    return {
        row["for"]: NextStep(**{name: value for name, value in row.items() if name != "for"})
        for row in csv.DictReader(text.splitlines())
    }


@functools.cache
def kinds_of_reason() -> dict[str, str]:
    """Read which kind of reason a code is: ISO 20022 code -> a kind of data/next_steps.csv."""
    text = (resources.files("payouts.core") / "data" / "iso_return_reasons.csv").read_text(encoding="utf-8")
    return {row["code"]: row["kind"] for row in csv.DictReader(text.splitlines())}


def next_step(verdict: str, reason_code: str | None, kind: str = "exception") -> NextStep | None:
    """Return what to do about an exception; None where nothing is to be done.

    Args:
        verdict: of reconciliation.tables.VERDICTS
        reason_code: the bank's reason, an ISO 20022 external code, where it gave one
        kind: of the case, a key of kinds.kinds(); what people tell us of has a next step of its own
    """
    if kind in _steps():
        return _steps()[kind]
    reason = kinds_of_reason().get(reason_code or "") if verdict in REASON_COUNTS else None
    return _steps().get(reason or "") or _steps().get(verdict)


def fault_of(verdict: str, reason_code: str | None) -> str:
    """Say who failed the person, as NextStep.fault; `unclear` where the table does not know."""
    step = next_step(verdict, reason_code)
    return step.fault if step else "unclear"
