"""Compares a corrected list with the lines that it is to supersede: added, gone, changed in which field."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from payouts.core import arrays
from payouts.lists.table import LIST_LINES

CONTENT = tuple(name for name in LIST_LINES.names if name not in {"row", "line_ref", "other_ids"})

# By what a line without a reference of its own is known again, the strongest first: only where one line on
# either side has it. A changed line goes on under the reference that it was first given.
KEYS = (
    ("citizen_id", "category_code", "period"),
    ("citizen_id",),
    ("full_name", "account_no"),
    ("full_name", "date_of_birth", "area_code"),
)
_BETWEEN = "\x1f"
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """What a corrected list changes.

    Attributes:
        lines: rows of the new list that are added or changed, schema LIST_LINES
        changes: `line_ref`, `kind` (added, gone or changed), `old_id`, the `row` of the new line, `fields`
    """

    lines: pa.Table
    changes: pa.Table


def compare(new: pa.Table, old: pa.Table, unnamed: pa.Array) -> Difference:
    """Compare the lines of a corrected list with those that count.

    Args:
        new: schema LIST_LINES
        old: `id` and the columns of LIST_LINES
        unnamed: row numbers of the new lines whose reference was made, not given
    """
    pair = _paired(new, old, unnamed)
    at_new = np.flatnonzero(pair != _NOBODY)
    mine, theirs = new.take(pa.array(at_new)), old.take(pa.array(pair[at_new]))
    fields = _fields_that_differ(mine, theirs)
    differs = pc.not_equal(fields, arrays.one(""))
    refs = theirs["line_ref"].filter(differs)
    at = mine.schema.get_field_index("line_ref")
    changed = mine.filter(differs).set_column(at, LIST_LINES.field("line_ref"), refs)
    added = new.take(pa.array(np.flatnonzero(pair == _NOBODY)))
    gone = old.take(pa.array(np.setdiff1d(np.arange(old.num_rows), pair)))
    changes = [
        _changes("changed", refs, theirs["id"].filter(differs), changed["row"], fields.filter(differs)),
        _changes("added", added["line_ref"], None, added["row"], None),
        _changes("gone", gone["line_ref"], gone["id"], None, None),
    ]
    lines = pa.concat_tables([changed, added])
    return Difference(lines.combine_chunks(), pa.concat_tables(changes).combine_chunks())


def _paired(new: pa.Table, old: pa.Table, unnamed: pa.Array) -> NDArray[np.int64]:
    """Say of each new line which old line it is: by its reference, else by the person; _NOBODY where none."""
    pair = _places(pc.index_in(new["line_ref"], old["line_ref"]))
    free = pc.is_in(new["row"], value_set=unnamed).to_numpy()
    for names in KEYS:
        left = np.flatnonzero(free & (pair == _NOBODY))
        over = np.setdiff1d(np.arange(old.num_rows), pair)
        if not (len(left) and len(over)):
            break
        wanted = _known_once(new.take(pa.array(left)), names)
        among = _known_once(old.take(pa.array(over)), names)
        found = _places(pc.index_in(wanted, among))
        found[pc.is_null(wanted).to_numpy(zero_copy_only=False)] = _NOBODY
        pair[left[found != _NOBODY]] = over[found[found != _NOBODY]]
    return pair


def _places(indices: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.array(pc.fill_null(indices.cast(pa.int64()), _NOBODY).to_numpy())


def _known_once(lines: pa.Table, names: tuple[str, ...]) -> pa.Array:
    """Join the columns of a key; null where one of them is empty, or where several lines share the key."""
    texts = [pc.coalesce(lines[name].cast(pa.string()), arrays.one("")).combine_chunks() for name in names]
    whole = reduce(pc.and_, (pc.not_equal(text, arrays.one("")) for text in texts))
    keys = pc.binary_join_element_wise(*texts, arrays.one(_BETWEEN))
    counts = pc.if_else(whole, keys, arrays.null(pa.string())).value_counts()
    once = counts.field("values").filter(pc.equal(counts.field("counts"), arrays.one(1)))
    return pc.if_else(pc.and_(whole, pc.is_in(keys, value_set=once)), keys, arrays.null(pa.string()))


def _fields_that_differ(new: pa.Table, old: pa.Table) -> pa.ChunkedArray:
    """Name the fields in which two lines differ, joined by ";"; empty where they are the same."""
    named = []
    for name in CONTENT:
        one, other = (_filled(table[name]) for table in (new, old))
        unlike = pc.fill_null(pc.not_equal(one, other), fill_value=False)
        unlike = pc.or_(unlike, pc.xor(pc.is_null(one), pc.is_null(other)))
        named.append(pc.if_else(unlike, arrays.one(f"{name};"), arrays.one("")))
    return pc.utf8_rtrim(pc.binary_join_element_wise(*named, arrays.one("")), characters=";")


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.coalesce(column, arrays.one("")) if pa.types.is_string(column.type) else column


def _changes(
    kind: str,
    refs: pa.ChunkedArray,
    old: pa.ChunkedArray | None,
    rows: pa.ChunkedArray | None,
    fields: pa.ChunkedArray | None,
) -> pa.Table:
    size = len(refs)
    numbers, texts = pa.nulls(size, pa.int64()), pa.nulls(size, pa.string())
    return pa.table({
        "line_ref": refs,
        "kind": arrays.repeated(kind, size),
        "old_id": numbers if old is None else old,
        "row": numbers if rows is None else rows,
        "fields": texts if fields is None else fields,
    })  # fmt: skip
