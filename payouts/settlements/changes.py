"""What a file that takes the place of an earlier one says otherwise: lines added, gone and changed."""

from typing import Any

import pyarrow as pa
from sqlmodel import Session, select

from payouts.core.bulk import read_table
from payouts.core.keys import keys_of_file
from payouts.core.tables import table_behind
from payouts.settlements.models import SettlementLine

LINE = table_behind(SettlementLine)
MOST_EXAMPLES = 100  # of each kind
SAYS = tuple(column.name for column in LINE.c if column.name not in {"id", "file_id", "line", "statement"})

_CONTENT = ", ".join(f"coalesce({name}::VARCHAR, chr(30))" for name in SAYS)
# Lines that say the very same pair first, one for one; then those of one reference, in their order.
_KEYS = {
    "same": f"concat_ws(chr(31), {_CONTENT})",
    "end_to_end_id": "end_to_end_id",
    "bank_ref": "bank_ref",
}
_SIDES = ("old", "new")
_LEFT = "CREATE TABLE {side}_left AS SELECT * FROM {side}"
_KEYED = """
CREATE OR REPLACE TABLE {side}_keyed AS
SELECT *, {key} AS key, row_number() OVER (PARTITION BY {key} ORDER BY line) AS nth FROM {side}_left
"""
_PAIRED = """
INSERT INTO paired SELECT '{name}', old.line, new.line
FROM old_keyed AS old JOIN new_keyed AS new ON old.key = new.key AND old.nth = new.nth
"""
_REST = "DELETE FROM {side}_left WHERE line IN (SELECT {side}_line FROM paired)"
_COUNTS = """
SELECT count(*), coalesce(sum(old.amount), 0), coalesce(sum(new.amount), 0)
FROM paired JOIN old ON old.line = old_line JOIN new ON new.line = new_line WHERE how {which} 'same'
"""
_EXAMPLES = "SELECT old_line, new_line FROM paired WHERE how <> 'same' ORDER BY new_line LIMIT {most}"


def changes_between(session: Session, old_id: int, new_id: int) -> dict[str, Any]:
    """Compare the lines that were read of two files.

    Args:
        session: the transaction
        old_id: the earlier file
        new_id: the one in its place

    Returns:
        file (the earlier one), same (lines), added and gone {lines, amount}, changed {lines, before, after},
        and examples [{what, old_line, new_line, fields}]; amounts in the currency's smallest unit
    """
    import duckdb  # noqa: PLC0415  # few files take the place of another

    old, new = (_lines(session, each) for each in (old_id, new_id))
    with duckdb.connect() as base:
        base.register("old", old)
        base.register("new", new)
        base.execute("CREATE TABLE paired (how VARCHAR, old_line BIGINT, new_line BIGINT)")
        for side in _SIDES:
            base.execute(_LEFT.format(side=side))
        for name, key in _KEYS.items():
            for side in _SIDES:
                base.execute(_KEYED.format(side=side, key=key))
            base.execute(_PAIRED.format(name=name))
            for side in _SIDES:
                base.execute(_REST.format(side=side))
        same, _, _ = base.sql(_COUNTS.format(which="=")).fetchall()[0]
        changed, before, after = base.sql(_COUNTS.format(which="<>")).fetchall()[0]
        pairs = base.sql(_EXAMPLES.format(most=MOST_EXAMPLES)).fetchall()
        rest = {side: _rest(base, side) for side in _SIDES}
    return {
        "file": old_id,
        "same": int(same),
        "added": rest["new"][0],
        "gone": rest["old"][0],
        "changed": {"lines": int(changed), "before": int(before), "after": int(after)},
        "examples": [
            *_changed(old, new, pairs),
            *({"what": "gone", "old_line": line, "new_line": None, "fields": []} for line in rest["old"][1]),
            *({"what": "added", "old_line": None, "new_line": line, "fields": []} for line in rest["new"][1]),
        ],
    }


def _lines(session: Session, file_id: int) -> pa.Table:
    columns = [LINE.c.line, *(LINE.c[name] for name in SAYS)]
    return read_table(session, select(*columns).where(LINE.c.id.between(*keys_of_file(file_id))))


def _rest(base: Any, side: str) -> tuple[dict[str, int], list[int]]:
    """Count the lines of one side without a partner, and name the first."""
    lines, amount = base.sql(f"SELECT count(*), coalesce(sum(amount), 0) FROM {side}_left").fetchall()[0]  # noqa: S608  # one of two names
    first = base.sql(f"SELECT line FROM {side}_left ORDER BY line LIMIT {MOST_EXAMPLES}").fetchall()  # noqa: S608  # the same
    return {"lines": int(lines), "amount": int(amount)}, [int(line) for (line,) in first]


def _changed(old: pa.Table, new: pa.Table, pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Name the fields in which paired lines differ."""
    sides = []
    for table, place in ((old, 0), (new, 1)):
        wanted = pa.array([pair[place] for pair in pairs], pa.int64())
        picked = table.filter(pa.compute.is_in(table["line"], wanted))
        sides.append({row["line"]: row for row in picked.to_pylist()})
    return [
        {
            "what": "changed",
            "old_line": before,
            "new_line": after,
            "fields": [name for name in SAYS if sides[0][before][name] != sides[1][after][name]],
        }
        for before, after in pairs
    ]
