"""Checks that money carried over comes from an earlier line that was neither paid nor carried over yet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlmodel import Session

from payouts.core.problems import Problem
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS

LINE = table_behind(PayoutLine)
CYCLE = table_behind(PayoutCycle)
ASKED_AT_ONCE = 5_000  # references that one query looks for

# Says of payout lines by their keys what banks paid of them: key -> the evidence; others are left out.
Paid = Callable[[Session, Sequence[int]], dict[int, str]]


@dataclass(slots=True)
class _Earlier:
    """What is known of an earlier line, in all its rows."""

    ids: list[int]
    citizen_ids: set[str]


def nothing_paid(_session: Session, _ids: Sequence[int]) -> dict[int, str]:
    """Say that no bank paid anything."""
    return {}


def carried_problems(
    session: Session, lines: pa.Table, *, cycle: str, family: Sequence[int], paid: Paid
) -> Iterator[Problem]:
    """Warn of each line whose earlier line does not exist, was paid, is another person's or carried already.

    Args:
        session: the transaction
        lines: of a new list, schema LIST_LINES
        cycle: of that list, 2026-11
        family: the lists that it is to supersede: what they carry over does not count
        paid: says what banks paid
    """
    rows = lines.select(["row", "line_ref", "citizen_id", "carried_from"])
    rows = rows.filter(pc.is_valid(rows["carried_from"]))
    here: dict[str, str] = {}
    for batch in rows.to_batches(max_chunksize=ASKED_AT_ONCE):
        refs = pc.unique(batch["carried_from"]).to_pylist()
        earlier = _earlier(session, refs, cycle)
        evidence = paid(session, [each for known in earlier.values() for each in known.ids])
        elsewhere = _carried(session, refs, family)
        for line in batch.to_pylist():
            code, other = _wrong(line, earlier.get(line["carried_from"]), evidence, {**elsewhere, **here})
            here.setdefault(line["carried_from"], line["line_ref"])
            if code:
                values = {"value": line["carried_from"], "other": other}
                yield Problem(code, line["row"], "carried_from", values)


def _wrong(
    line: dict[str, Any], earlier: _Earlier | None, evidence: dict[int, str], carried: dict[str, str]
) -> tuple[str, str]:
    """Say which problem a line has with its earlier line, and what else the message quotes."""
    if earlier is None:
        return "carried_from_unknown", ""
    if (
        line["citizen_id"]
        and line["citizen_id"] not in earlier.citizen_ids | {""}
        and any(earlier.citizen_ids)
    ):
        return "carried_from_other", ""
    if said := next((evidence[each] for each in earlier.ids if each in evidence), None):
        return "carried_from_paid", said
    if other := carried.get(line["carried_from"]):
        return "carried_from_again", other
    return "", ""


def _earlier(session: Session, refs: Sequence[str], cycle: str) -> dict[str, _Earlier]:
    """Find lines of earlier cycles by their references, in all the rows that they had."""
    found: dict[str, _Earlier] = {}
    told = session.execute(
        select(LINE.c.line_ref, LINE.c.id, LINE.c.citizen_id)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .where(LINE.c.line_ref.in_(refs), LINE.c.ended_by >= COUNTS, CYCLE.c.cycle < cycle)
    )
    for line_ref, line_id, citizen_id in told:
        each = found.setdefault(line_ref, _Earlier([], set()))
        each.ids.append(line_id)
        each.citizen_ids.add(citizen_id or "")
    return found


def _carried(session: Session, refs: Sequence[str], family: Sequence[int]) -> dict[str, str]:
    """Find which lines that count carry these over already: earlier reference -> the line's own."""
    told = session.execute(
        select(LINE.c.carried_from, LINE.c.line_ref).where(
            LINE.c.carried_from.in_(refs), LINE.c.ended_by == COUNTS, LINE.c.list_id.not_in(family)
        )
    )
    return {row[0]: row[1] for row in told}
