"""Which settlement lines speak for which payout lines, out of the two tables in which a run says so.

A run is heard of the payout lines of its own cycle only: what it says of others is old once theirs is made
anew. A pair in which neither line has another stands in the disposition alone; all others are links.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Subquery, Table, and_, select, union
from sqlmodel import Session, col

from payouts.core.keys import line_key
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutLine
from payouts.runs.models import Disposition, EvidenceLink, Run, Verdict
from payouts.settlements.models import SettlementFile

DISPOSITION = table_behind(Disposition)
LINK = table_behind(EvidenceLink)
OWED = table_behind(PayoutLine)
RUN = table_behind(Run)
VERDICT = table_behind(Verdict)

ASKED_AT_ONCE = 5_000  # values that one query looks for
CANDIDATE = "candidate"  # the role of a line that may be evidence, which nobody could decide


def spoken_for(
    settlement_lines: tuple[int, int], runs: Subquery, payout_line_id: int | None = None
) -> CompoundSelect[tuple[int, int]]:
    """Select run_id and payout_line_id of the verdicts that runs gave by settlement lines.

    Args:
        settlement_lines: the first and the last key, e.g. of a file
        runs: rows with a run_id
        payout_line_id: only this payout line
    """
    return union(*(
        select(said.c.run_id, said.c.payout_line_id)
        .join(runs, runs.c.run_id == said.c.run_id)
        .where(
            said.c.settlement_line_id.between(*settlement_lines),
            speaks,
            *([said.c.payout_line_id == payout_line_id] if payout_line_id else []),
        )
        for said, speaks in _TABLES
    ))  # fmt: skip


def served(session: Session, runs: list[int], settlement_lines: Iterable[int]) -> Iterator[int]:
    """Yield the payout lines for which settlement lines speak by some runs."""
    for chunk in in_chunks(settlement_lines):
        for said, speaks in _TABLES:
            yield from session.execute(
                select(said.c.payout_line_id).where(
                    said.c.run_id.in_(runs), said.c.settlement_line_id.in_(chunk), speaks
                )
            ).scalars()


def speaking(session: Session, runs: list[int], payout_lines: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield the settlement lines that speak for payout lines by some runs, with the line_ref of these.

    The verdict of a plain pair names its settlement line; no index leads from a payout line to a disposition.
    """
    for chunk in in_chunks(payout_lines):
        links = (
            select(LINK.c.settlement_line_id, OWED.c.line_ref)
            .join(OWED, OWED.c.id == LINK.c.payout_line_id)
            .where(LINK.c.run_id.in_(runs), LINK.c.payout_line_id.in_(chunk), _TABLES[0][1])
        )
        yield from ((line, line_ref) for line, line_ref in session.execute(links))
        linked = select(LINK.c.payout_line_id).where(
            LINK.c.run_id == VERDICT.c.run_id, LINK.c.payout_line_id == VERDICT.c.payout_line_id
        )
        plain = (
            select(VERDICT.c.evidence, OWED.c.line_ref)
            .join(OWED, OWED.c.id == VERDICT.c.payout_line_id)
            .where(
                VERDICT.c.run_id.in_(runs),
                VERDICT.c.payout_line_id.in_(chunk),
                VERDICT.c.evidence.is_not(None),
                ~linked.exists(),
            )
        )
        named = [(*evidence.rpartition(":")[::2], ref) for evidence, ref in session.execute(plain)]
        files = files_labelled(session, {label for label, _, _ in named})
        yield from ((line_key(files[label], int(line)), ref) for label, line, ref in named)


def files_labelled(session: Session, labels: set[str]) -> dict[str, int]:
    """Find files by the names that evidence gives them."""
    label, key = col(SettlementFile.label), col(SettlementFile.id)
    rows = session.execute(select(label, key).where(label.in_(labels)))
    return {row[0]: row[1] for row in rows}


def in_chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in lists that one query takes."""
    given = list(values)
    for start in range(0, len(given), ASKED_AT_ONCE):
        yield given[start : start + ASKED_AT_ONCE]


def _of_own_cycle(said: Table) -> ColumnElement[bool]:
    """Say which rows are of a payout line of the run's own cycle."""
    run, line = RUN.alias("its_run"), OWED.alias("its_line")
    own = select(run.c.id).join(line, line.c.cycle_id == run.c.cycle_id)
    return own.where(run.c.id == said.c.run_id, line.c.id == said.c.payout_line_id).exists()


_TABLES = (
    (LINK, and_(LINK.c.role != CANDIDATE, _of_own_cycle(LINK))),
    (DISPOSITION, and_(DISPOSITION.c.payout_line_id.is_not(None), _of_own_cycle(DISPOSITION))),
)
