"""What hangs on a bank's file: the people, verdicts and cases that would be judged anew without it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, Subquery, and_, func, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.core.keys import keys_of_file
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.runs.evidence import spoken_for
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

CASES = table_behind(Case)
CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)

MOST_PEOPLE_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Touched:
    """What hangs on a file, within a scope; money in đồng.

    Attributes:
        lines: payout lines whose verdict has a line of the file in its evidence
        people: beneficiaries of these
        owed: what they are owed
        settled: what they have by their verdicts
        verdicts: verdict -> lines
        cycles: programme, cycle and lines of each
        open_cases: their cases that are not closed
        closed_cases: their cases that are, some of which may open again
        outside: lines outside the scope
        shown: the first MOST_PEOPLE_SHOWN lines: line_ref, full_name, area_code, programme, cycle, owed,
            settled, verdict
    """

    lines: int
    people: int
    owed: int
    settled: int
    verdicts: dict[str, int]
    cycles: list[tuple[str, str, int]]
    open_cases: int
    closed_cases: int
    outside: int
    shown: list[RowMapping]


def touched_by(session: Session, file_id: int, scope: Scope) -> Touched:
    """Find what the last runs judged by the lines of a file.

    Args:
        session: the transaction
        file_id: the file
        scope: the areas and programmes of who asks
    """
    said = _said(file_id)
    figures = [
        func.count(),
        func.count(LINE.c.citizen_id.distinct()),
        func.coalesce(func.sum(VERDICT.c.owed), 0),
        func.coalesce(func.sum(VERDICT.c.settled), 0),
    ]
    lines, people, owed, settled = session.execute(_within(said, scope, *figures)).one()
    by_verdict = session.execute(
        _within(said, scope, VERDICT.c.verdict, func.count())
        .group_by(VERDICT.c.verdict)
        .order_by(func.count().desc())
    )
    cycle = (CYCLE.c.programme, CYCLE.c.cycle)
    by_cycle = session.execute(
        _within(said, scope, *cycle, func.count()).group_by(*cycle).order_by(*reversed(cycle))
    )
    cases = dict(
        session.execute(
            _within(said, scope, CASES.c.state, func.count())
            .join(CASES, and_(CASES.c.payout_line_id == LINE.c.id, CASES.c.kind == "exception"))
            .group_by(CASES.c.state)
        ).all()
    )
    closed = int(cases.pop("closed", 0))
    shown = _within(
        said,
        scope,
        *(LINE.c.line_ref, LINE.c.full_name, LINE.c.area_code, *cycle),
        *(VERDICT.c.owed, VERDICT.c.settled, VERDICT.c.verdict),
    ).order_by(VERDICT.c.payout_line_id)
    everywhere = session.execute(_within(said, EVERYTHING, func.count())).scalar_one()
    return Touched(
        lines=int(lines),
        people=int(people),
        owed=int(owed),
        settled=int(settled),
        verdicts={verdict: int(count) for verdict, count in by_verdict},
        cycles=[(programme, month, int(count)) for programme, month, count in by_cycle],
        open_cases=int(sum(cases.values())),
        closed_cases=closed,
        outside=int(everywhere) - int(lines),
        shown=list(session.execute(shown.limit(MOST_PEOPLE_SHOWN)).mappings()),
    )


def _said(file_id: int) -> Subquery:
    """Select the verdicts that last runs gave by lines of a file."""
    return spoken_for(keys_of_file(file_id), last_runs()).subquery("said")


def _within(said: Subquery, scope: Scope, *columns: Any) -> Select[Any]:
    """Select columns of these verdicts, their payout lines and cycles, within a scope."""
    return (
        select(*columns)
        .select_from(said)
        .join(
            VERDICT,
            and_(VERDICT.c.run_id == said.c.run_id, VERDICT.c.payout_line_id == said.c.payout_line_id),
        )
        .join(LINE, LINE.c.id == said.c.payout_line_id)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .where(*scope.conditions(area=VERDICT.c.area_code, programme=CYCLE.c.programme))
    )
