"""Adds up what is held back from payment orders, by reason, and who it is."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import exact_sum
from payouts.orders.rules import HELD

NAMED = 20  # references of each reason that are named


@dataclass(frozen=True, slots=True)
class HeldSum:
    """What one reason holds back: a key of rules.HELD, payments, đồng, and the first references."""

    code: str
    payments: int
    amount: int
    references: list[str]


def held_sums(held: pa.Table) -> list[HeldSum]:
    """Add up rows of orders.holding.payments by what holds them back, in the order of rules.HELD."""
    found = ((code, held.filter(pc.equal(held["held"], arrays.one(code)))) for code in HELD)
    return [
        HeldSum(code, rows.num_rows, exact_sum(rows["amount"]), _first(rows["reference"]))
        for code, rows in found
        if rows.num_rows
    ]


def _first(references: pa.ChunkedArray) -> list[str]:
    named: Iterable[str] = references.slice(0, NAMED).to_pylist()
    return list(named)
