"""The runs of a cycle, one after the other: who asked, what led to each, what it says and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.models import Run
from payouts.runs.store import rules_of, totals_of
from payouts.settlements.models import SettlementFile
from reconciliation.tables import VERDICTS


@dataclass(frozen=True, slots=True)
class Past:
    """A run of a cycle, within a scope; money in đồng.

    Attributes:
        run: the run
        totals: verdict -> lines, owed, settled and paid, in the order of VERDICTS; empty until it is done
        net: verdict -> how many lines more, or less, than the run done before it says; only where it differs
        before: number of that run
        rules: version of the rules by which it judged
        after_run: what led to it: the other cycle and its run
        after_file: or the file
    """

    run: Run
    totals: dict[str, dict[str, int]]
    net: dict[str, int]
    before: int | None
    rules: str | None
    after_run: tuple[PayoutCycle, Run] | None
    after_file: SettlementFile | None


def history(
    session: Session, cycle: PayoutCycle, scope: Scope, *, below: int | None = None, limit: int = 50
) -> list[Past]:
    """List runs of a cycle, the latest first.

    Args:
        session: the transaction
        cycle: the cycle
        scope: the areas to count
        below: only runs with a smaller number
        limit: at most so many
    """
    of_cycle = select(Run).where(Run.cycle_id == cycle.id).order_by(col(Run.number).desc())
    shown = session.exec(
        (of_cycle.where(Run.number < below) if below is not None else of_cycle).limit(limit)
    ).all()
    if not shown:
        return []
    earlier = of_cycle.where(Run.number < shown[-1].number, Run.state == "done").limit(1)
    done = [*(run for run in shown if run.state == "done"), *session.exec(earlier)]
    totals = totals_of(session, [run.id or 0 for run in done], scope)
    led, files = _led(session, shown), _files(session, shown)
    rules = rules_of(session, [run.id or 0 for run in shown])
    made = []
    for run in shown:
        before = next((each for each in done if each.number < run.number), None)
        says = totals.get(run.id or 0, {})
        said = totals.get(before.id or 0, {}) if before else {}
        net = {name: _lines(says, name) - _lines(said, name) for name in VERDICTS}
        is_done = run.state == "done"
        by_rules = rules.get(run.id or 0)
        made.append(
            Past(
                run,
                {name: says[name] for name in VERDICTS if name in says},
                {name: more for name, more in net.items() if more and before and is_done},
                before.number if before and is_done else None,
                by_rules.version if by_rules else None,
                led.get(run.after_run_id or 0),
                files.get(run.after_file_id or 0),
            )
        )
    return made


def _lines(totals: dict[str, dict[str, int]], verdict: str) -> int:
    return totals.get(verdict, {}).get("lines", 0)


def _led(session: Session, runs: Sequence[Run]) -> dict[int, tuple[PayoutCycle, Run]]:
    asked = [run.after_run_id for run in runs if run.after_run_id is not None]
    rows = session.exec(select(PayoutCycle, Run).join(Run).where(col(Run.id).in_(asked)))
    return {run.id or 0: (cycle, run) for cycle, run in rows}


def _files(session: Session, runs: Sequence[Run]) -> dict[int, SettlementFile]:
    asked = [run.after_file_id for run in runs if run.after_file_id is not None]
    files = session.exec(select(SettlementFile).where(col(SettlementFile.id).in_(asked)))
    return {file.id or 0: file for file in files}
