"""Finds lines of one list that may owe the same money twice: a person told again, a line told again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.problems import Problem
from payouts.lists.parts import PARTS
from payouts.lists.references import surely_distinct
from payouts.lists.table import LIST_LINES

_BETWEEN = "\x1f"
_NOT_CONTENT = frozenset({"row", "line_ref", "hamlet"})
_CONTENT = tuple(name for name in LIST_LINES.names if name not in _NOT_CONTENT)
# What a note says of a lawful second line.
_LAWFUL = r"(?i)truy\s*l[ĩi]nh|mai\s*t[áa]ng|m[ộo]t\s*l[ầa]n|truy\s*thu|arrears|one[- ]off|funeral"
_FEW = 8  # rows that a message names
_MOST_REPEATED = 0.5  # of a sheet's lines; one that repeats more of an earlier sheet is a copy of it


def find_doubles(batches: Sequence[pa.RecordBatch]) -> Iterator[Problem]:
    """Tell the lines that are exactly the same, and the people with several lines of one kind and month.

    Lines of one person in one category for one month are no doubles where they are different parts of the
    amount, or where a note says arrears or a grant: raises come late, and are paid beside the month's money.

    Args:
        batches: all good lines of a list, schema LIST_LINES
    """
    lines = _people_told_twice(batches)
    if lines is None:
        return
    same = _groups(lines, _CONTENT)
    for rows, _ in same.values():
        yield Problem("payout_line_twice", rows[0], None, {"rows": _said(rows)})
    known = {tuple(rows) for rows, _ in same.values()}
    named = lines.filter(pc.invert(pc.equal(lines["citizen_id"], arrays.one(""))))
    for rows, value in _groups(named, ("citizen_id", "category_code", "period", "kind")).values():
        if tuple(rows) not in known:
            yield Problem("person_twice", rows[0], "citizen_id", {"value": value, "rows": _said(rows)})


def sheets_repeated(sheets: Sequence[tuple[str, Sequence[pa.RecordBatch]]]) -> Iterator[Problem]:
    """Tell the sheets of which most lines stand exactly so in an earlier one.

    Args:
        sheets: the name and the good lines of each, in their order
    """
    seen: set[str] = set()
    for name, batches in sheets:
        contents = [content for batch in batches for content in _contents(batch, _CONTENT).to_pylist()]
        again = sum(content in seen for content in contents)
        if contents and again > len(contents) * _MOST_REPEATED:
            yield Problem("sheet_repeats", values={"value": name})
        seen.update(contents)


def _people_told_twice(batches: Sequence[pa.RecordBatch]) -> pa.Table | None:
    """Give the lines whose identity number stands in another line too, and those without one."""
    columns = [batch.column("citizen_id") for batch in batches]
    if not columns or surely_distinct(columns):
        return None
    ids = pa.chunked_array(columns)
    counts = ids.value_counts()
    several = pc.greater(counts.field("counts"), arrays.one(1))
    if not pc.any(several).as_py():
        return None
    wanted = counts.field("values").filter(several)
    lines = pa.Table.from_batches([
        batch.filter(pc.is_in(batch.column("citizen_id"), value_set=wanted)) for batch in batches
    ])  # fmt: skip
    return lines.append_column("kind", _kinds(lines))


def _kinds(lines: pa.Table) -> pa.ChunkedArray:
    """Say what kind of money a line is: which parts it has, and its note where that tells of another kind."""
    lawful = pc.match_substring_regex(lines["note"], _LAWFUL)
    kind = pc.if_else(lawful, lines["note"], arrays.one(""))
    for name in PARTS:
        given = pc.greater(pc.coalesce(lines[name], arrays.one(0)), arrays.one(0))
        kind = pc.binary_join_element_wise(
            kind, pc.if_else(given, arrays.one("x"), arrays.one("")), arrays.one("|")
        )
    return kind


def _contents(lines: pa.Table | pa.RecordBatch, names: Sequence[str]) -> pa.Array:
    nothing = arrays.one("")
    texts = [pc.coalesce(lines[name].cast(pa.string()), nothing) for name in names]
    return pc.binary_join_element_wise(*texts, arrays.one(_BETWEEN))


def _groups(lines: pa.Table, names: Sequence[str]) -> dict[str, tuple[list[int], str]]:
    """Group lines by some columns: of each group of several its rows, and its first column."""
    contents = _contents(lines, names)
    counts = contents.value_counts()
    several = counts.field("values").filter(pc.greater(counts.field("counts"), arrays.one(1)))
    chosen = pc.is_in(contents, value_set=several)
    rows: dict[str, list[int]] = defaultdict(list)
    for content, row in zip(
        contents.filter(chosen).to_pylist(), lines["row"].filter(chosen).to_pylist(), strict=True
    ):
        rows[content].append(row)
    return {content: (each, content.split(_BETWEEN, maxsplit=1)[0]) for content, each in rows.items()}


def _said(rows: Sequence[int]) -> str:
    more = ", …" if len(rows) > _FEW else ""
    return ", ".join(map(str, rows[:_FEW])) + more
