"""What runs add up to by ward, by bank and from month to month, out of the sums that each run keeps."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.gather import last_runs
from payouts.runs.models import BankTotal, VerdictTotal
from payouts.runs.store import totals_of

CYCLES_SHOWN = 12


@dataclass(slots=True)
class Tally:
    """What the verdicts of some payout lines add up to; money in đồng.

    Attributes:
        verdicts: verdict -> payout lines
        owed: what was owed
        paid: what of it reached the right person
    """

    verdicts: dict[str, int] = field(default_factory=dict)
    owed: int = 0
    paid: int = 0

    @property
    def lines(self) -> int:
        """All payout lines."""
        return sum(self.verdicts.values())

    def add(self, verdict: str, lines: int, owed: int, paid: int) -> None:
        """Count lines of one verdict in."""
        self.verdicts[verdict] = self.verdicts.get(verdict, 0) + lines
        self.owed += owed
        self.paid += paid


def by_ward(session: Session, run_id: int, scope: Scope) -> dict[str, Tally]:
    """Add up what a run says by ward, within a scope: area code (empty where none is named) -> tally."""
    return _tallied(session, VerdictTotal, col(VerdictTotal.area_code), run_id, scope)


def by_bank(session: Session, run_id: int, scope: Scope) -> dict[str, Tally]:
    """Add up what a run says by bank of the beneficiaries, within a scope; empty where no bank is named."""
    return _tallied(session, BankTotal, col(BankTotal.bank_code), run_id, scope)


def trend(session: Session, programme: str, scope: Scope, *, until: str) -> list[tuple[str, Tally]]:
    """Add up what the last runs of a programme's cycles say, the earliest first, CYCLES_SHOWN at most.

    Args:
        session: the transaction
        programme: e.g. BTXH
        scope: the areas to count
        until: the last cycle, e.g. 2026-11
    """
    last = last_runs()
    rows = session.execute(
        select(PayoutCycle.cycle, last.c.run_id)
        .join(last, last.c.cycle_id == PayoutCycle.id)
        .where(PayoutCycle.programme == programme, PayoutCycle.cycle <= until)
        .order_by(col(PayoutCycle.cycle).desc())
        .limit(CYCLES_SHOWN)
    ).all()
    sums = totals_of(session, [run_id for _, run_id in rows], scope)
    return [(cycle, _tally(sums.get(run_id, {}))) for cycle, run_id in reversed(rows)]


def _tally(sums: Mapping[str, Mapping[str, int]]) -> Tally:
    made = Tally()
    for verdict, each in sums.items():
        made.add(verdict, each["lines"], each["owed"], each["paid"])
    return made


def _tallied(session: Session, table: type[Any], by: Any, run_id: int, scope: Scope) -> dict[str, Tally]:
    sums = [func.sum(getattr(table, name)) for name in ("lines", "owed", "paid")]
    rows = session.execute(
        select(by, table.verdict, *sums)
        .where(table.run_id == run_id, *scope.conditions(area=table.area_code))
        .group_by(by, table.verdict)
    )
    found: dict[str, Tally] = defaultdict(Tally)
    for key, verdict, *numbers in rows:
        found[key].add(verdict, *map(int, numbers))
    return dict(found)
