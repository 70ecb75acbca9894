"""What two judgements of a cycle say differently: two runs, or a run and what one would say now."""

import functools
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.tables import VERDICT_COLUMNS, VERDICTS

KEPT = VERDICT_COLUMNS[1:]
SAID = tuple(name for name in KEPT if name != "explanation")
NONE = "none"  # in place of a verdict: the line is judged on one side only


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two judgements side by side; money in the currency's smallest unit.

    Attributes:
        before: verdict -> {lines, owed, settled}, in the order of VERDICTS
        after: the same
        moves: what became of what, most lines first: before and after (verdicts, or NONE), lines, owed
        lines: one row a line of which something else is said, by line_ref: `fields`, the names of what is
            otherwise joined by ";", and each column of KEPT as NAME_before and NAME_after; a line that is
            judged on one side only has nulls on the other
    """

    before: dict[str, dict[str, int]]
    after: dict[str, dict[str, int]]
    moves: list[dict[str, Any]]
    lines: pa.Table

    def first_lines(self, most: int) -> list[dict[str, Any]]:
        """Give the first rows of lines: those with another verdict, then those that differ otherwise."""
        before, after = self.lines["verdict_before"], self.lines["verdict_after"]
        other = pc.fill_null(pc.not_equal(before, after), True)
        both = [self.lines.filter(which) for which in (other, pc.invert(other))]
        rows: list[dict[str, Any]] = pa.concat_tables(both).slice(0, most).to_pylist()
        return rows


def compare(before: pa.Table, after: pa.Table, *, by: tuple[str, ...] = SAID) -> Comparison:
    """Compare what two judgements say of payout lines.

    Args:
        before: a table of VERDICT_COLUMNS; null and empty text mean the same
        after: the same
        by: the columns of KEPT that make a line count as changed
    """
    both = _side(before, "before").join(_side(after, "after"), "line_ref", join_type="full outer")
    changed = functools.reduce(pc.or_, (_differs(both, name) for name in by))
    lines = both.filter(changed).sort_by("line_ref").combine_chunks()
    words = [pc.if_else(_differs(lines, name), name, pa.scalar(None, pa.string())) for name in by]
    fields = pc.binary_join_element_wise(*words, ";", null_handling="skip")
    lines = lines.append_column("fields", fields)
    order = ["line_ref", "fields", *(f"{name}_{side}" for name in KEPT for side in ("before", "after"))]
    return Comparison(totals(before), totals(after), _moves(lines), lines.select(order))


def totals(verdicts: pa.Table) -> dict[str, dict[str, int]]:
    """Add up what a judgement says: verdict -> {lines, owed, settled}, in the order of VERDICTS."""
    money = {name: pc.cast(verdicts[name], pa.decimal128(38, 0)) for name in ("owed", "settled")}
    sums = pa.table({"verdict": verdicts["verdict"], **money}).group_by("verdict")
    rows = sums.aggregate([("owed", "sum"), ("settled", "sum"), ([], "count_all")]).to_pylist()
    found = {
        row["verdict"]: {
            "lines": row["count_all"], "owed": int(row["owed_sum"]), "settled": int(row["settled_sum"]),
        }
        for row in rows
    }  # fmt: skip
    return {verdict: found[verdict] for verdict in VERDICTS if verdict in found}


def _side(verdicts: pa.Table, side: str) -> pa.Table:
    """Name the columns of one side; what is not known is empty text, so that a null means "not judged"."""
    columns = {
        f"{name}_{side}": pc.fill_null(verdicts[name], "") if pa.types.is_string(verdicts.field(name).type)
        else verdicts[name]
        for name in KEPT
    }  # fmt: skip
    return pa.table({"line_ref": verdicts["line_ref"], **columns})


def _differs(both: pa.Table, name: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(both[f"{name}_before"], both[f"{name}_after"]), True)


def _moves(lines: pa.Table) -> list[dict[str, Any]]:
    """Count what became of what among the lines that changed."""
    sides = {side: pc.fill_null(lines[f"verdict_{side}"], NONE) for side in ("before", "after")}
    owed = pc.cast(pc.coalesce(lines["owed_after"], lines["owed_before"]), pa.decimal128(38, 0))
    groups = pa.table({**sides, "owed": owed}).group_by(["before", "after"])
    rows = groups.aggregate([("owed", "sum"), ([], "count_all")]).to_pylist()
    moves = [
        {
            "before": row["before"],
            "after": row["after"],
            "lines": row["count_all"],
            "owed": int(row["owed_sum"]),
        }
        for row in rows
    ]
    return sorted(moves, key=lambda move: (-move["lines"], move["before"], move["after"]))
