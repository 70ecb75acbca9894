"""What went in came out, in lines and in money; a run that breaks this is refused."""

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.engines import Engine

LIMIT = 2**63  # sums below it are exact in 64 bits


class ConservationError(RuntimeError):
    """A run lost, doubled or invented a line or an amount: its result must not be used."""


def check(
    engine: Engine, expected: pa.Table, reported: pa.Table, verdict: pa.Table, disposition: pa.Table
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
    _hold(pairs)


def check_said(engine: Engine) -> None:
    """Hold said_verdict and said_line against raw_payout and raw_line, where the engine has them.

    Raises:
        ConservationError: lines or sums differ, or a movement is evidence for lines whose sums disagree
    """
    lines = "count(*), coalesce(sum(CAST({money} AS decimal(38, 0))), 0)"
    to_judge = "raw_payout WHERE coalesce(judged, TRUE)"
    [owed] = engine.rows(f"SELECT {lines.format(money='amount')}, count(DISTINCT line_ref) FROM {to_judge}")  # noqa: S608  # ours
    [judged] = engine.rows(f"SELECT {lines.format(money='owed')}, count(DISTINCT line_ref) FROM said_verdict")  # noqa: S608  # ours
    [told] = engine.rows(f"SELECT {lines.format(money='amount')} FROM raw_line")  # noqa: S608  # ours
    [said] = engine.rows(f"SELECT {lines.format(money='amount')} FROM said_line")  # noqa: S608  # ours
    names = ("payout lines", "owed", "payout lines by name", "settlement lines", "settlement amounts")
    pairs = dict(zip(names, zip((*owed, *told), (*judged, *said), strict=True), strict=True))
    _hold(pairs | {"shared movements whose sums disagree": (0, _shared_in_disagreement(engine))})


def _hold(pairs: dict[str, tuple[int, int]]) -> None:
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


def _shared_in_disagreement(engine: Engine) -> int:
    [(count,)] = engine.rows("""
        SELECT count(*) FROM (
          SELECT l.uid FROM link l JOIN unit u ON u.uid = l.uid WHERE u.status = 'settled'
          GROUP BY l.uid, u.amount
          HAVING count(*) > 1 AND sum(CAST(l.part AS decimal(38, 0))) <> u.amount)""")
    return int(count)
