"""What went in came out, in lines and in money; a run that breaks this is refused."""

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engines import DuckDBEngine

LIMIT = 2**63  # sums below it are exact in 64 bits


class ConservationError(RuntimeError):
    """A run lost, doubled or invented a line or an amount: its result must not be used."""


def check(
    engine: DuckDBEngine, expected: pa.Table, reported: pa.Table, verdict: pa.Table, disposition: pa.Table
) -> None:
    """Hold what came out against what went in.

    Raises:
        ConservationError: lines or sums differ, or a movement is evidence for lines whose sums disagree
    """
    owed = expected["amount"].filter(pc.fill_null(expected["judged"], True))
    pairs = {
        "payout lines": (len(owed), len(verdict)),
        "settlement lines": (len(reported), len(disposition)),
        "owed": (_sum(owed), _sum(verdict["owed"])),
        "settlement amounts": (_sum(reported["amount"]), _sum(disposition["amount"])),
        "payout lines by name": (len(owed), _distinct(verdict["line_ref"])),
        "shared movements whose sums disagree": (0, _shared_in_disagreement(engine)),
    }
    broken = [
        f"{what}: {came_in} in, {came_out} out"
        for what, (came_in, came_out) in pairs.items()
        if came_in != came_out
    ]
    if broken:
        raise ConservationError("; ".join(broken))


def _distinct(ordered: pa.ChunkedArray) -> int:
    """Count the distinct texts of a column that stands in their order."""
    texts = ordered.combine_chunks()
    return min(len(texts), 1) + (pc.sum(pc.less(texts[:-1], texts[1:])).as_py() or 0)


def _sum(column: pa.ChunkedArray) -> int:
    most = pc.max(pc.abs_checked(column)).as_py() or 0
    exact = column if most * len(column) < LIMIT else pc.cast(column, pa.decimal128(38, 0))
    return int(pc.sum(exact).as_py() or 0)


def _shared_in_disagreement(engine: DuckDBEngine) -> int:
    [(count,)] = engine.rows("""
        SELECT count(*) FROM (
          SELECT l.uid FROM link l JOIN unit u ON u.uid = l.uid WHERE u.status = 'settled'
          GROUP BY l.uid, u.amount HAVING count(*) > 1 AND sum(l.part) <> u.amount)""")
    return int(count)
