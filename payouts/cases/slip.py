"""What somebody at the counter is told of their payments, without any account or category."""

import csv
import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from sqlalchemy import RowMapping

from payouts.cases.kinds import kinds
from payouts.cases.next_steps import REASON_COUNTS, kinds_of_reason, next_step
from payouts.cases.rules import OUTCOMES
from payouts.core.terms import Words

MOST = 5  # things on one slip, so that it stays one page in large letters
UNJUDGED = "none"
BY_RUNS = frozenset({"exception", "incident"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a slip.

    Attributes:
        month: that the money is for, e.g. 2026-11
        what: what happened
        ask: what the person can do about it; None where that is to wait
        actor: who acts, of data/next_steps.csv; None where nobody needs to
        by: until when; None where no day is set
        area_code: the ward that follows it up
        bank: the bank of the account; None where there is none
    """

    month: str
    what: Words
    ask: Words | None
    actor: str | None
    by: dt.date | None
    area_code: str | None
    bank: str | None


@functools.cache
def _said() -> dict[str, tuple[Words, Words | None]]:
    """Read data/slips.csv: a verdict or kind of reason -> what happened, and what to do."""
    text = (resources.files("payouts.cases") / "data" / "slips.csv").read_text(encoding="utf-8")
    return {
        row["for"]: (
            Words(row["what_vi"], row["what_en"]),
            Words(row["do_vi"], row["do_en"]) if row["do_vi"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    }


def told_of(verdict: str | None, reason_code: str | None) -> tuple[Words, Words | None]:
    """Say to a person what happened to a payment, and what they can do."""
    kind = kinds_of_reason().get(reason_code or "", "") if verdict in REASON_COUNTS else ""
    return _said().get(kind) or _said()[verdict or UNJUDGED]


def items(payments: Iterable[RowMapping], cases: Sequence[RowMapping]) -> list[Item]:
    """Choose what stands on a slip: the latest month, and what is still open of earlier ones.

    Args:
        payments: as cases.people.payments_of gives them, the latest first
        cases: as cases.people.PersonView has them

    Returns:
        MOST items at most, the latest month first
    """
    of_line = {case["payout_line_id"]: case for case in reversed(cases) if case["kind"] == "exception"}
    found: list[Item] = []
    latest: dict[str, str] = {}
    for row in payments:
        case = of_line.get(row["id"])
        is_latest = latest.setdefault(row["programme"], row["cycle"]) == row["cycle"]
        if is_latest or (case is not None and case["state"] != "closed"):
            found.append(_of_payment(row, case))
    by_hand = (case for case in cases if case["kind"] not in BY_RUNS and case["state"] != "closed")
    return [*(_of_case(case) for case in by_hand), *found][:MOST]


def _of_payment(row: RowMapping, case: RowMapping | None) -> Item:
    what, ask = told_of(row["verdict"], row["reason_code"])
    acts, by = None, None
    if case is not None and case["state"] == "closed" and row["verdict"] != "paid":
        outcome = OUTCOMES[case["outcome"]]
        what, ask = Words(outcome.vi, outcome.en), None
    elif case is not None and case["state"] != "closed":
        step = next_step(row["verdict"], row["reason_code"])
        acts = step.actor if step else "ward"
        by = case["due"] if case["state"] != "parked" else None
    return Item(row["period"] or row["cycle"], what, ask, acts, by, row["area_code"], row["bank_code"])


def _of_case(case: RowMapping) -> Item:
    kind = kinds()[case["kind"]]
    return Item(case["cycle"], Words(kind.vi, kind.en), None, "ward", case["due"], case["area_code"], None)
