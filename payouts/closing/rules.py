"""What became of each đồng of a debt, and how it adds up: pure decisions over whole columns.

A debt is paid, carried out, stopped or to be recovered, and nothing else:

- not due any more (the person died or moved away in an earlier month): what was paid of it is to be
  recovered, the rest is stopped;
- suspended: what was paid stays paid, the rest is stopped;
- otherwise what the right person got is paid, and the rest is carried out.

Money of a line that is carried over from an earlier month is a debt of its own, and is paid first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from payouts.core import arrays

Money = NDArray[np.int64]
Flags = NDArray[np.bool_]

SIDES = ("owed", "carried_in")
BUCKETS = ("paid", "carried_out", "stopped", "to_recover")
# The bucket of somebody whose money of one month lies in several: the first of these.
PEOPLE_FIRST = ("carried_out", "to_recover", "stopped", "paid")


@dataclass(slots=True)
class Figures:
    """One side by side of the identity, in đồng or in people: owed + carried in = all the others."""

    owed: int = 0
    carried_in: int = 0
    paid: int = 0
    carried_out: int = 0
    stopped: int = 0
    to_recover: int = 0

    @property
    def difference(self) -> int:
        """What no run has judged yet, or what does not tie; of a closed month always 0."""
        right = self.paid + self.carried_out + self.stopped + self.to_recover
        return self.owed + self.carried_in - right

    def add(self, more: "Figures | Mapping[str, int]") -> None:
        """Add others to these."""
        told = more.as_dict() if isinstance(more, Figures) else more
        for name, amount in told.items():
            setattr(self, name, getattr(self, name) + amount)

    def as_dict(self) -> dict[str, int]:
        """Give the figures by name, without the difference."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def become(amount: Money, paid: Money, *, undue: Flags, suspended: Flags) -> dict[str, Money]:
    """Say what became of debts: bucket -> đồng of each; the buckets of a debt add up to its amount.

    Args:
        amount: what was owed, in đồng
        paid: what of it the right person got, by bank or against a voucher
        undue: whether the person was not owed it any more
        suspended: whether their allowance is suspended
    """
    rest = amount - paid
    held = undue | suspended
    nothing = np.zeros_like(amount)
    return {
        "paid": np.where(undue, nothing, paid),
        "carried_out": np.where(held, nothing, rest),
        "stopped": np.where(held, rest, nothing),
        "to_recover": np.where(undue, paid, nothing),
    }


def summed(rows: pa.Table) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """Add debts up by ward, in đồng and in people.

    A person counts once for each month whose money is at stake, in the first bucket of PEOPLE_FIRST.

    Args:
        rows: area_code, key (a person and a month), and đồng in SIDES and BUCKETS

    Returns:
        area code (empty where none is named) -> đồng, and the same in people
    """
    columns = [*SIDES, *BUCKETS]
    by_key = rows.group_by(["area_code", "key"]).aggregate([(name, "sum") for name in columns])
    sums = {name: arrays.ints_of(by_key[f"{name}_sum"].combine_chunks()) for name in columns}
    counted = {name: sums[name] > 0 for name in SIDES}
    waiting = np.logical_or.reduce(list(counted.values()))
    for bucket in PEOPLE_FIRST:
        counted[bucket] = waiting & (sums[bucket] > 0)
        waiting &= ~counted[bucket]
    return _by_area(by_key["area_code"], sums), _by_area(by_key["area_code"], counted)


def _by_area(areas: pa.ChunkedArray, sums: Mapping[str, NDArray[Any]]) -> dict[str, Figures]:
    table = pa.table({"area_code": areas, **{name: arrays.numbers_of(each) for name, each in sums.items()}})
    added = table.group_by("area_code").aggregate([(name, "sum") for name in sums])
    return {
        row["area_code"]: Figures(**{name: int(row[f"{name}_sum"]) for name in sums})
        for row in added.to_pylist()
    }
