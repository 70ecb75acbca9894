"""Who is on a programme and stands in no list of a month, and when they are so many that we ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.problems import Problem
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.registry.enrolments import enrolled

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)

DROPPED = "people_dropped"
MOST_DROPPED = 40  # percent of the people that a list may lack before somebody is asked
FEWEST_DROPPED = 10  # people; fewer are looked at one by one
WHOLE = 60  # percent of the wards of before; a list of fewer is one of several and speaks of its own alone


@dataclass(frozen=True, slots=True)
class Absent:
    """Who was on the programme before a month and stands in none of its lists.

    Attributes:
        people: `id`, `citizen_id`, `area_code` of those in the wards of which the list speaks
        before: how many were on the programme in these wards
        wards: how many wards the list names, and how many there were before
    """

    people: pa.Table
    before: int
    wards: tuple[int, int]

    def problems(self, *, confirmed: bool) -> Iterator[Problem]:
        """Ask about a list that drops so many people; warn of wards that are still to come.

        Args:
            confirmed: whether somebody has said that it is right
        """
        named, known = self.wards
        if 1 < named < known:
            yield Problem("wards_to_come", values={"value": str(named), "other": str(known)})
        gone = self.people.num_rows
        if gone >= FEWEST_DROPPED and gone * 100 >= self.before * MOST_DROPPED:
            values = {"value": str(gone), "other": str(self.before), "share": str(gone * 100 // self.before)}
            yield Problem(DROPPED, values=values, ruled="warning" if confirmed else None)


def find_absent(session: Session, lines: pa.Table, receipt: PayoutList) -> Absent:
    """Find who is missing from a list; nobody where it supersedes another, or a later month is told already.

    A list that names most wards of the programme speaks of all of them; one of fewer wards, as they come
    ward by ward, speaks of the wards that it names.

    Args:
        session: the transaction
        lines: of the list, schema LIST_LINES
        receipt: of the list
    """
    known = read_table(session, enrolled(receipt.programme, receipt.cycle))
    if receipt.supersedes or not known.num_rows or is_late(session, receipt.programme, receipt.cycle):
        return Absent(known.slice(0, 0), 0, (0, 0))
    named = pc.unique(lines["area_code"].combine_chunks()).drop_null()
    wards = pc.unique(known["area_code"].combine_chunks()).drop_null()
    there = int(pc.sum(pc.is_in(wards, value_set=named)).as_py() or 0)
    whole = there * 100 >= len(wards) * WHOLE
    base = known if whole else known.filter(pc.is_in(known["area_code"], value_set=named))
    others = read_table(session, _listed(receipt))["citizen_id"].combine_chunks()
    listed = pa.concat_arrays([lines["citizen_id"].combine_chunks(), others])
    people = base.filter(pc.invert(pc.is_in(base["citizen_id"], value_set=listed)))
    return Absent(people, base.num_rows, (there, len(wards)))


def is_late(session: Session, programme: str, month: str) -> bool:
    """Say whether a list of a later month of the programme is there already: that is the last word."""
    later = (
        select(LINE.c.id)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .where(CYCLE.c.programme == programme, CYCLE.c.cycle > month, LINE.c.ended_by == COUNTS)
    )
    return session.execute(later.limit(1)).first() is not None


def _listed(receipt: PayoutList) -> Select[Any]:
    return (
        select(LINE.c.citizen_id)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .where(
            *(CYCLE.c.programme == receipt.programme, CYCLE.c.cycle == receipt.cycle),
            *(LINE.c.ended_by == COUNTS, LINE.c.citizen_id.is_not(None)),
        )
    )
