"""Which other cycles a run or a file concerns: evidence may come late, in any month's file."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import and_, func, insert, literal_column, select
from sqlmodel import Session

from payouts.core.bulk import read_table
from payouts.core.keys import keys_of_file
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, Reissue
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import Facts, last_runs
from payouts.runs.models import ConcernedCycle, Disposition, FallenLine, Run, Standing
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.rules import COUNTING, standing

AGAIN = table_behind(Reissue)
CONCERNED = table_behind(ConcernedCycle)
CYCLE = table_behind(PayoutCycle)
FALLEN = table_behind(FallenLine)
LINE = table_behind(SettlementLine)
OWED = table_behind(PayoutLine)
SAID = table_behind(Disposition)
STANDING = table_behind(Standing)

WORDS = ("disposition", "line_refs")


def note_concerned(session: Session, run: Run, facts: Facts, said: pa.Table) -> None:
    """Note the other cycles whose payout lines a run names otherwise than the run that looked before.

    A settlement line that is new, or of which something else is said than before, concerns the cycles of all
    payout lines that it names now or named before. So a chain of runs ends with the first one that says
    nothing new.

    Args:
        session: the transaction that keeps the run, before its words are the current ones
        run: the run
        facts: what was judged
        said: rows of settlement_line_id, disposition, line_refs and cycle_id
    """
    place = pc.index_in(said["settlement_line_id"], facts.settlement_line_id)
    seen = pc.is_valid(facts.seen.take(place))
    own_before, own_now = (
        pc.fill_null(pc.equal(claim, run.cycle_id), False)
        for claim in (facts.claimed_by.take(place), said["cycle_id"])
    )
    elsewhere = pc.or_(pc.invert(own_now), pc.and_(seen, pc.invert(own_before)))
    before = _said_before(session, said["settlement_line_id"].filter(pc.and_(elsewhere, seen)))
    now = said.select(before.column_names).filter(elsewhere)
    then = before.take(pc.index_in(now["settlement_line_id"], before["settlement_line_id"]))
    same = pc.and_(*(pc.equal(pc.fill_null(now[name], ""), pc.fill_null(then[name], "")) for name in WORDS))
    new, old = now.filter(pc.invert(same)), then.filter(pc.invert(same))
    _note(session, run, facts, pa.concat_tables([new, old]))


def concerned_by_run(session: Session, run: Run) -> list[int]:
    """List the cycles to judge anew after a run: those that it names, and those whose evidence fell away.

    Returns:
        ids of cycles that were judged before, the oldest month first
    """
    runs = last_runs()
    named = select(CONCERNED.c.cycle_id).where(CONCERNED.c.run_id == run.id)
    fallen = select(runs.c.cycle_id).join(FALLEN, FALLEN.c.run_id == runs.c.run_id)
    return _judged(session, named.union(fallen).scalar_subquery(), run.cycle_id)


def concerned_by_file(session: Session, file_id: int) -> list[int]:
    """List the earlier months that a file names: by a line_ref, or by the bank_ref that a return takes back.

    The latest month of a programme is not among them: staff choose when to reconcile it.

    Args:
        session: the transaction
        file_id: a file that counts

    Returns:
        ids of cycles that were judged before, the oldest month first
    """
    later = CYCLE.alias("later")
    earlier = (
        select(later.c.id)
        .where(later.c.programme == CYCLE.c.programme, later.c.cycle > CYCLE.c.cycle)
        .exists()
    )
    named = select(CYCLE.c.id).where(CYCLE.c.id.in_(_named_by(file_id)), earlier)
    return _judged(session, named.scalar_subquery())


def concerned_by_decision(session: Session, file_id: int) -> list[int]:
    """List the cycles to judge anew once somebody decided of a file.

    Those are the cycles whose evidence fell away, and of a file that counts from now on those that it names,
    the latest month too; of one that names none the month of each programme that was judged last.

    Args:
        session: the transaction in which it was decided
        file_id: the file

    Returns:
        ids of cycles that were judged before, the oldest month first
    """
    runs = last_runs()
    fallen = select(runs.c.cycle_id).join(FALLEN, FALLEN.c.run_id == runs.c.run_id)
    wanted = set(session.execute(fallen).scalars())
    if standing(session.get_one(SettlementFile, file_id)) in COUNTING:
        named = session.execute(select(CYCLE.c.id).where(CYCLE.c.id.in_(_named_by(file_id)))).scalars()
        wanted |= set(named) or _latest(session)
    return _judged(session, wanted)


def _latest(session: Session) -> set[int]:
    """Find the latest month of each programme that was judged."""
    runs = last_runs()
    judged = select(CYCLE.c.programme, CYCLE.c.id).join(runs, runs.c.cycle_id == CYCLE.c.id)
    rows = session.execute(judged.order_by(CYCLE.c.cycle))
    return set({row[0]: row[1] for row in rows}.values())


def _named_by(file_id: int) -> Any:
    """Select the cycles that a file names: by a reference, or by the bank_ref that a return takes back."""
    mine = LINE.c.id.between(*keys_of_file(file_id))
    by_reference = select(OWED.c.cycle_id).join(
        LINE, and_(mine, OWED.c.line_ref == func.upper(func.trim(LINE.c.end_to_end_id)))
    )
    old = LINE.alias("old")
    by_return = (
        select(STANDING.c.cycle_id)
        .join(old, old.c.id == STANDING.c.settlement_line_id)
        .join(LINE, and_(mine, LINE.c.status == literal_column("'returned'")))
        .where(old.c.bank_ref == LINE.c.original_ref, STANDING.c.cycle_id.is_not(None))
    )
    again = AGAIN.c.new_ref == func.upper(func.trim(LINE.c.end_to_end_id))
    by_new_reference = (
        select(OWED.c.cycle_id).join(AGAIN, AGAIN.c.line_ref == OWED.c.line_ref).join(LINE, and_(mine, again))
    )
    return by_reference.union(by_new_reference, by_return).scalar_subquery()


def _judged(session: Session, wanted: Any, besides: int = 0) -> list[int]:
    """Of some cycles, list those that have a run done, the oldest month first."""
    runs = last_runs()
    rows = session.execute(
        select(CYCLE.c.id)
        .join(runs, runs.c.cycle_id == CYCLE.c.id)
        .where(CYCLE.c.id.in_(wanted), CYCLE.c.id != besides)
        .order_by(CYCLE.c.cycle, CYCLE.c.id)
    )
    return list(rows.scalars())


def _said_before(session: Session, lines: pa.ChunkedArray) -> pa.Table:
    """Find what is said of lines until now: settlement_line_id, disposition and line_refs."""
    line, run = SAID.c.settlement_line_id, SAID.c.run_id
    still = and_(line == STANDING.c.settlement_line_id, run == STANDING.c.run_id)
    query = select(line, *(SAID.c[name] for name in WORDS)).join(STANDING, still)
    chunks = in_chunks(lines.to_pylist()) if len(lines) else [[]]
    found = [query.where(STANDING.c.settlement_line_id.in_(chunk)) for chunk in chunks]
    return pa.concat_tables([read_table(session, each) for each in found])


def _note(session: Session, run: Run, facts: Facts, words: pa.Table) -> None:
    """Count the settlement lines whose words name payout lines of other cycles, and keep that."""
    refs = pc.split_pattern(words["line_refs"], ";").combine_chunks()
    line = words["settlement_line_id"].take(pc.cast(pc.list_parent_indices(refs), pa.int64()))
    cycle = _cycles_of(session, facts, pc.list_flatten(refs))
    named = pa.table({"cycle_id": cycle, "line": line}).filter(pc.not_equal(cycle, run.cycle_id))
    counted = named.group_by("cycle_id").aggregate([("line", "count_distinct")])
    rows = [
        {"run_id": run.id, "cycle_id": each["cycle_id"], "lines": each["line_count_distinct"]}
        for each in counted.to_pylist()
    ]
    if rows:
        session.execute(insert(CONCERNED), rows)


def _cycles_of(session: Session, facts: Facts, refs: pa.Array) -> pa.ChunkedArray:
    """Find the cycles of payout lines: among the facts, else in the database."""
    cycle = facts.cycle_id.take(pc.index_in(refs, facts.expected["line_ref"]))
    others = pc.unique(refs.filter(pc.is_null(cycle)))
    query = select(OWED.c.line_ref, OWED.c.cycle_id)
    rows = [
        row
        for chunk in in_chunks(others.drop_null().to_pylist())
        for row in session.execute(query.where(OWED.c.line_ref.in_(chunk)))
    ]
    known = pa.array([row.line_ref for row in rows], pa.string())
    found = pa.array([row.cycle_id for row in rows], pa.int64())
    return pc.coalesce(cycle, found.take(pc.index_in(refs, known)))
