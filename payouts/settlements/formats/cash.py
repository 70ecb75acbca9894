"""What is particular to a report of a payer of cash: who collected, and what makes one collection itself.

Such a payer numbers no transactions. A collection is known by whom it names and its day, so that a report
told again is the same collection, and two rows of one report are two. What was not collected is one word
about a line, however often and on whatever days it is told.
"""

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import Fault, faults_where

REPORT = 1  # the number by which the rows of one report are counted together, as those of a statement are


def name_collections(found: dict[str, pa.Array]) -> list[Fault]:
    """Give the lines of a cash report their bank_ref and statement.

    Args:
        found: the columns of the lines; bank_ref and statement are set

    Returns:
        faults: lines that name nobody, and collections that only a person and no day tells apart
    """
    refs, people = found["end_to_end_id"], found["citizen_id"]
    collected = pc.fill_null(arrays.is_text(found["status"], "settled"), False)
    by_line = pc.not_equal(refs, arrays.one(""))
    who = pc.if_else(by_line, refs, people)
    nobody = arrays.is_text(who, "")
    day = pc.if_else(collected, _day_texts(found["booked_on"]), arrays.one(""))
    found["bank_ref"] = pc.utf8_trim_whitespace(pc.binary_join_element_wise(who, day, arrays.one(" ")))
    found["bank_ref"] = pc.if_else(nobody, arrays.one(""), found["bank_ref"])
    found["statement"] = pc.cast(arrays.numbers([REPORT] * len(who)), pa.int64())
    undated = pc.and_(collected, pc.and_(pc.is_null(found["booked_on"]), pc.invert(by_line)))
    return [
        *faults_where(nobody, who, "end_to_end_id", "nobody_named"),
        *faults_where(pc.and_(undated, pc.invert(nobody)), people, "booked_on", "collection_undated"),
    ]


def _day_texts(days: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(days), days.cast(pa.string()), arrays.one(""))
