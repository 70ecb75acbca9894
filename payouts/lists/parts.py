"""The parts of an amount: this month, carried over, arrears, deducted, one-off; they make up what is owed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import Fault, exact_sum
from payouts.core.money import LARGEST
from payouts.core.problems import Problem
from payouts.core.terms import grouped

# Part -> whether it is added to what is owed or taken off it.
PARTS = {
    "amount_current": 1,
    "amount_carried_over": 1,
    "amount_arrears": 1,
    "amount_deducted": -1,
    "amount_one_off": 1,
}

# Columns that forms keep apart within one part.
COLUMNS_OF = {
    "amount_deducted": ("amount_deducted", "amount_withheld"),
    "amount_one_off": ("amount_one_off", "funeral_grant"),
}

_FEW = 8  # rows that a message names
_WIDE = pa.decimal128(20, 0)  # holds every 64-bit number; each sum of two takes one digit more


def columns_of(part: str) -> tuple[str, ...]:
    """Give the fields of a header whose amounts make up a part."""
    return COLUMNS_OF.get(part, (part,))


def added(amounts: list[pa.Array]) -> pa.Array:
    """Add the amounts of one part row by row; null where none is given.

    A sum beyond 64 bits stands as the largest number of them, which no amount owed adds up from.
    """
    if len(amounts) == 1:
        return amounts[0]
    total = _sum([(amount, 1) for amount in amounts])
    return pc.min_element_wise(total, arrays.one(LARGEST).cast(total.type), skip_nulls=False).cast(pa.int64())


def parts_that_differ(parts: Mapping[str, pa.Array], amounts: pa.Array) -> list[Fault]:
    """Make a fault of each row whose parts, where it gives any, do not add up to its amount.

    Args:
        parts: a column for each of PARTS, in the currency's smallest unit; null where the list gives none
        amounts: what the rows owe; a row without an amount is told elsewhere
    """
    if all(column.null_count == len(column) for column in parts.values()):
        return []
    total = _sum([(column, PARTS[name]) for name, column in parts.items()])
    wrong = pc.fill_null(pc.not_equal(total, amounts.cast(_WIDE)), fill_value=False)
    if not pc.any(wrong).as_py():
        return []
    return [
        Fault(at, "amount", "parts_do_not_add_up", f"{_grouped(total[at])} ≠ {_grouped(amounts[at])}")
        for at in pc.indices_nonzero(wrong).to_pylist()
    ]


def unnamed_carry(batches: Sequence[pa.RecordBatch]) -> Iterator[Problem]:
    """Tell, once a list, that money is carried over without the reference of the line that it comes from."""
    rows: list[int] = []
    amount = 0
    for batch in batches:
        carried = pc.coalesce(batch["amount_carried_over"], arrays.one(0))
        silent = pc.and_(pc.greater(carried, arrays.one(0)), pc.is_null(batch["carried_from"]))
        if pc.any(silent).as_py():
            rows += batch["row"].filter(silent).to_pylist()
            amount += exact_sum(carried.filter(silent))
    if rows:
        named = ", ".join(map(str, rows[:_FEW])) + (", …" if len(rows) > _FEW else "")
        values = {"value": grouped(amount), "count": str(len(rows)), "rows": named}
        yield Problem("carried_from_missing", rows[0], "carried_from", values)


def _grouped(amount: pa.Scalar) -> str:
    return grouped(int(amount.as_py()))


def _sum(columns: Iterable[tuple[pa.Array, int]]) -> pa.Array:
    """Add columns with their signs, without overflow; null where all are."""
    amounts = [(column.cast(_WIDE), sign) for column, sign in columns]
    given = reduce(pc.or_, (pc.is_valid(column) for column, _ in amounts))
    filled = [(pc.coalesce(column, arrays.one(0).cast(_WIDE)), sign) for column, sign in amounts]
    total = reduce(pc.add, (column if sign > 0 else pc.negate(column) for column, sign in filled))
    return pc.if_else(given, total, arrays.null(total.type))
