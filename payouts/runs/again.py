"""Judging without keeping: an old run once more just as it was, and what a run would say by other rules."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.core.quick import quick_settings
from payouts.core.rulebook import RuleBook, rules_in_force
from payouts.core.settings import get_settings
from payouts.identity.scope import EVERYTHING
from payouts.runs.comparison import KEPT, Comparison, compare
from payouts.runs.gather import gather
from payouts.runs.models import Run
from payouts.runs.record import recall
from payouts.runs.said import disposition_table, suggestion_table, verdict_table
from payouts.runs.store import find_cycle, last_run
from reconciliation import reconcile
from reconciliation.tables import VERDICT_COLUMNS


@dataclass(frozen=True, slots=True)
class Again:
    """An old run judged once more.

    Attributes:
        run: the run
        book: the rules that it went by
        program: the version of chitra that judged it
        lists: numbers of the payout lists whose lines it saw
        files: names in evidence of the files of which it looked at lines
        decisions: how many decisions of people it heard
        verdicts: what it said beside what is said now, in every column
        settlement_lines: of so many lines another disposition, rule or payout line is said now
        suggestions: so many suggestions were made on one side only
    """

    run: Run
    book: RuleBook
    program: str
    lists: list[int]
    files: list[str]
    decisions: int
    verdicts: Comparison
    settlement_lines: int
    suggestions: int

    @property
    def same(self) -> bool:
        """Whether the answer is the same to the last letter."""
        return not (self.verdicts.lines.num_rows or self.settlement_lines or self.suggestions)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a run would say.

    Attributes:
        last: the last run of the cycle, None where none is done
        as_of: the day on which the question is asked
        book: the rules gone by
        verdicts: what the last run said beside what a run would say
    """

    last: Run | None
    as_of: dt.date
    book: RuleBook
    verdicts: Comparison


def judge_again(database: Database, *, programme: str, cycle: str, number: int) -> Again:
    """Judge a run's own facts by its own rules, and hold the answer against what it said; nothing is kept.

    What happened since makes no difference: later files, withdrawn ones, corrected lists, vouchers, later
    runs and other rules. A later version of chitra may: it is told which one judged then.

    Args:
        database: where the run is
        programme: e.g. BTXH
        cycle: a month like 2026-11
        number: of the run in its cycle

    Raises:
        NotFoundError: there is no such cycle or run
        ConflictError: the run is not done, or a version of chitra kept it that recorded nothing
    """
    with database.reading() as session:
        run = _run_of(session, programme, cycle, number)
        facts = recall(session, run)
        verdicts = verdict_table(session, run.id or 0)
        dispositions = disposition_table(session, run.id or 0)
        suggestions = suggestion_table(session, run.id or 0)
    now = reconcile(
        facts.expected,
        facts.reported,
        as_of=run.as_of,
        rules=facts.book.matching,
        decisions=facts.decisions,
        accepted_names=facts.names,
        currency=quick_settings().currency,
        links=False,
        engine=get_settings().engine,
    )
    return Again(
        run,
        facts.book,
        facts.program,
        facts.lists,
        sorted(pc.unique(facts.reported["file"]).to_pylist()),
        facts.decisions.num_rows,
        compare(verdicts, now.verdicts, by=KEPT),
        _only_one_has(dispositions, now.dispositions),
        _only_one_has(suggestions, now.suggestions),
    )


def what_if(
    database: Database,
    *,
    programme: str,
    cycle: str,
    as_of: dt.date | None = None,
    book: RuleBook | None = None,
) -> WhatIf:
    """Judge a cycle as a run would do now, and keep nothing.

    Args:
        database: where the cycle is
        programme: e.g. BTXH
        cycle: a month like 2026-11
        as_of: the day on which the question is asked, today in Vietnam by default
        book: the rules to go by, those in force on that day by default

    Raises:
        NotFoundError: there is no such cycle
        RefusedError: a rule file is broken
    """
    day = as_of or clock.today()
    book = book or rules_in_force(day)
    with database.reading() as session:
        found = find_cycle(session, programme, cycle, EVERYTHING)
        facts = gather(session, found, book)
        last = last_run(session, found.id or 0)
        before = verdict_table(session, last.id or 0) if last else _nothing()
    now = reconcile(
        facts.expected,
        facts.reported,
        as_of=day,
        rules=book.matching,
        decisions=facts.decided.pairs,
        accepted_names=facts.names,
        currency=quick_settings().currency,
        links=False,
        engine=get_settings().engine,
    )
    return WhatIf(last, day, book, compare(before, now.verdicts))


def _run_of(session: Session, programme: str, cycle: str, number: int) -> Run:
    found = find_cycle(session, programme, cycle, EVERYTHING)
    run = session.exec(select(Run).where(Run.cycle_id == found.id, Run.number == number)).one_or_none()
    if run is None:
        raise NotFoundError("no_such_run", f"Kỳ {cycle} của {programme} không có lần đối chiếu số {number}.")
    return run


def _nothing() -> pa.Table:
    kinds = {name: pa.int64() if name in {"owed", "settled"} else pa.string() for name in VERDICT_COLUMNS}
    return pa.schema(kinds.items()).empty_table()


def _only_one_has(before: pa.Table, after: pa.Table) -> int:
    """Count of how many lines two tables say something else, by file, line and line_ref if there is one."""
    keys = [name for name in ("file", "line", "line_ref") if name in before.column_names]
    sides = [_plain(table, before.column_names) for table in (before, after)]
    ones = [one.join(other, one.column_names, join_type="left anti") for one, other in (sides, sides[::-1])]
    return len(pa.concat_tables([each.select(keys) for each in ones]).group_by(keys).aggregate([]))


def _plain(table: pa.Table, names: list[str]) -> pa.Table:
    """Write what is not known in one way, so that rows can be told to be equal."""
    columns = {}
    for name in names:
        column = table[name]
        if pa.types.is_string(column.type):
            column = pc.fill_null(column, "")
        elif name != "line":
            column = pc.fill_null(pc.cast(column, pa.string()), "")
        columns[name] = column
    return pa.table(columns)
