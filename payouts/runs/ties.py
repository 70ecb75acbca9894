"""What a run must see of other cycles besides their open lines, so that no settlement line serves two months.

That is the evidence of the open lines, and the closed lines that free settlement lines point at: without them
a payment told again a month later would serve another line, and a late return would undo the wrong one.
Only what is named is fetched, by index: never all history.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session

from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.evidence import in_chunks, served, speaking
from payouts.runs.models import Run, Standing
from payouts.settlements.models import SettlementLine

LINE = table_behind(SettlementLine)
OWED = table_behind(PayoutLine)
RUN = table_behind(Run)
STANDING = table_behind(Standing)

LONGEST_REFERENCE = 16  # letters of a line_ref, so that it fits MT940


@dataclass(frozen=True, slots=True)
class Tied:
    """What a run must see besides what is open.

    Attributes:
        payout_lines: keys of closed payout lines of other cycles
        settlement_lines: keys of the settlement lines that are evidence of these or of open ones
        named: settlement line -> the references of the closed payout lines that it is evidence for
    """

    payout_lines: frozenset[int]
    settlement_lines: frozenset[int]
    named: dict[int, str]


def tied(session: Session, cycle: PayoutCycle, owed: pa.Table, said: pa.Table, decided: set[int]) -> Tied:
    """Find what a run must see besides: evidence of open lines, and closed lines that free ones point at.

    A settlement line points at another by bank_ref, end_to_end_id or original_ref, and at a payout line by
    its line_ref in end_to_end_id or as a token of remittance_info, or because an earlier run tied the two.

    Args:
        session: the transaction
        cycle: the cycle to be judged
        owed: rows of id, cycle_id and line_ref that the run sees already
        said: rows of id, claimed_by, seen and a settlement line's columns that the run sees already
        decided: keys of closed payout lines that people gave lines of said to
    """
    runs = _last_runs(session, cycle)
    if not runs:
        return Tied(frozenset(), frozenset(), {})
    is_open = set(owed["id"].filter(pc.not_equal(owed["cycle_id"], cycle.id)).to_pylist())
    closed = (_pointed_at(session, cycle, runs, owed, said) | decided) - set(owed["id"].to_pylist())
    named = _named(session, runs, closed)
    evidence = {*named, *_named(session, runs, is_open)} - set(said["id"].to_pylist())
    return Tied(frozenset(closed), frozenset(evidence), named)


def _pointed_at(
    session: Session, cycle: PayoutCycle, runs: list[int], owed: pa.Table, said: pa.Table
) -> set[int]:
    """Find the payout lines of other cycles that free settlement lines point at."""
    free = said.filter(pc.is_null(said["claimed_by"]))
    seen = free["id"].filter(pc.is_valid(free["seen"])).to_pylist()
    claimed = {*_claimed_elsewhere(session, cycle, free), *seen}
    others = select(OWED.c.id).where(OWED.c.cycle_id != cycle.id)
    return {
        *served(session, runs, claimed),
        *_values(session, others, OWED.c.line_ref, _references(free, owed)),
    }


def with_names(said: pa.Table, named: dict[int, str]) -> pa.Table:
    """Let settlement lines name the payout lines that they serve in other cycles, as if the bank had.

    What an earlier run of the other cycle said of the two then stands while this cycle is judged.

    Args:
        said: rows of id and remittance_info among others
        named: as in Tied
    """
    place = pc.index_in(said["id"], pa.array(named.keys(), pa.int64()))
    refs = pa.chunked_array([pa.array(named.values(), pa.string())]).take(place)
    text = pc.fill_null(said["remittance_info"], "")
    told = pc.if_else(
        pc.is_valid(refs),
        pc.binary_join_element_wise(text, pc.fill_null(refs, ""), " "),
        said["remittance_info"],
    )
    return said.set_column(said.schema.get_field_index("remittance_info"), "remittance_info", told)


def _named(session: Session, runs: list[int], lines: set[int]) -> dict[int, str]:
    """Find the evidence of payout lines by the last runs: settlement line -> their references."""
    named: dict[int, list[str]] = {}
    for settlement_line, line_ref in speaking(session, runs, sorted(lines)):
        named.setdefault(settlement_line, []).append(line_ref)
    return {line: " ".join(sorted(refs)) for line, refs in named.items()}


def _last_runs(session: Session, cycle: PayoutCycle) -> list[int]:
    """Find the last runs done of all other cycles."""
    done = select(RUN.c.id, RUN.c.cycle_id).where(RUN.c.state == "done", RUN.c.cycle_id != cycle.id)
    by_cycle = {row[1]: row[0] for row in session.execute(done.order_by(RUN.c.id))}
    return sorted(by_cycle.values())


def _claimed_elsewhere(session: Session, cycle: PayoutCycle, free: pa.Table) -> Iterator[int]:
    """Find the settlement lines of other cycles that share a reference with a free one."""
    claimed = (
        select(LINE.c.id)
        .join(STANDING, STANDING.c.settlement_line_id == LINE.c.id)
        .where(STANDING.c.cycle_id.is_not(None), STANDING.c.cycle_id != cycle.id)
    )
    for name in ("bank_ref", "end_to_end_id"):
        asked = pa.chunked_array([*free[name].chunks, *free["original_ref"].chunks], pa.string())
        yield from _values(session, claimed, LINE.c[name], pc.unique(asked.drop_null()).to_pylist())


def _references(free: pa.Table, owed: pa.Table) -> list[str]:
    """Collect what might be references of payout lines, save those that the run sees already."""
    whole = pc.utf8_trim_whitespace(pc.utf8_upper(free["end_to_end_id"]))
    words = pc.list_flatten(pc.split_pattern_regex(pc.utf8_upper(free["remittance_info"]), r"[^\p{L}\p{N}]+"))
    each = pc.unique(pa.chunked_array([*whole.chunks, *words.chunks], pa.string()).drop_null())
    fits = pc.match_substring_regex(each, rf"^[A-Z0-9]{{1,{LONGEST_REFERENCE}}}$")
    known: list[str] = each.filter(pc.and_(fits, pc.invert(pc.is_in(each, owed["line_ref"])))).to_pylist()
    return known


def _values(
    session: Session, query: Select[Any], column: ColumnElement[Any], wanted: Iterable[Any]
) -> Iterator[Any]:
    """Yield what a query selects where a column has one of many values, asking for some at a time."""
    for chunk in in_chunks(wanted):
        yield from session.execute(query.where(column.in_(chunk))).scalars()
