"""How many months in a row somebody got nothing, and how many they did not collect: two counts, never mixed.

Circular 02/2021/TT-BLDTBXH Art. 2 lets the allowance of somebody be suspended who does not come for it.
That is another thing than somebody whom banks or offices failed to pay, so each month belongs to one count at
most, and only the second may ever lead to a proposal to suspend. What nobody knows is read in the person's
favour: it ends no row of months without money, and it ends every row of months without collecting.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from payouts.cases.next_steps import fault_of

FLAG, ALARM = 2, 3  # months in a row
SHOWN = 12  # months at a glance

NOT_PAID = frozenset({"failed", "missing", "unconfirmed"})
OPEN_YET = frozenset({"pending"})

# What became of a month; the words of the page stand in web.labels.MONTHS.
Became = Literal["received", "not_paid", "not_collected", "open", "unknown", "none"]


@dataclass(frozen=True, slots=True)
class PastLine:
    """One payout line of a person, as the last run of its cycle judged it; money in đồng.

    Attributes:
        cycle: the month, 2026-11
        verdict: of reconciliation.tables.VERDICTS; None where no run has judged it yet
        reason_code: the bank's reason
        owed: what was owed
        settled: what stands
        told: whether anybody has said anything of it; for cash it is the payer who says it was not collected
        parked: whether it waits for a bank's whole file, through no fault of the line: it counts nowhere
        case_id: its case, where there is one within the scope of who asks
    """

    cycle: str
    verdict: str | None
    reason_code: str | None
    owed: int
    settled: int
    told: bool
    parked: bool = False
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """What one month brought a person; lines are of one programme, the month's worst first."""

    cycle: str
    became: Became
    lines: tuple[PastLine, ...] = ()

    @property
    def owed(self) -> int:
        """What was owed in đồng."""
        return sum(line.owed for line in self.lines)

    @property
    def settled(self) -> int:
        """What stands in đồng."""
        return sum(line.settled for line in self.lines)


@dataclass(frozen=True, slots=True)
class InARow:
    """Months in a row that ended the same way, up to now.

    Attributes:
        months: how many
        cycles: which, the latest first
        faults: who has to mend it, of data/next_steps.csv: how many months each, the commonest first
    """

    months: int
    cycles: tuple[str, ...]
    faults: dict[str, int]

    @property
    def level(self) -> Literal["none", "flag", "alarm"]:
        """Say how loud the page is: a flag at 2 months, an alarm at 3."""
        return "alarm" if self.months >= ALARM else "flag" if self.months >= FLAG else "none"


@dataclass(frozen=True, slots=True)
class Past:
    """The last months of a person, the latest first, and the two counts."""

    months: tuple[Month, ...]
    not_paid: InARow
    not_collected: InARow


def past(lines: Iterable[PastLine], *, until: str, months: int = SHOWN) -> Past:
    """Lay a person's payout lines of one programme out by month, and count.

    Args:
        lines: in any order; those after `until` are left out
        until: the month to look back from, 2026-11
        months: how many to show and to count over
    """
    by_month: dict[str, list[PastLine]] = {cycle: [] for cycle in _back_from(until, months)}
    for line in lines:
        if line.cycle in by_month:
            by_month[line.cycle].append(line)
    shown = tuple(
        Month(cycle, _became(of), tuple(sorted(of, key=lambda line: (line.settled > 0, -line.owed))))
        for cycle, of in by_month.items()
    )
    return Past(
        shown,
        _in_a_row(shown, "not_paid", passed_over={"open", "unknown", "none"}),
        _in_a_row(shown, "not_collected", passed_over={"open"}),
    )


def _became(lines: Sequence[PastLine]) -> Became:
    """Say what a month brought: money that stands in any line is money received."""
    counting = [line for line in lines if not line.parked]
    if not lines:
        return "none"
    if any(line.settled for line in counting):
        return "received"
    verdicts = {line.verdict for line in counting}
    if verdicts & NOT_PAID:
        return "not_paid"
    if any(line.verdict == "offline" and line.told for line in counting):
        return "not_collected"
    return "open" if verdicts <= {*OPEN_YET, None} else "unknown"


def _in_a_row(months: Sequence[Month], wanted: Became, passed_over: set[str]) -> InARow:
    found: list[Month] = []
    for month in months:
        if month.became == wanted:
            found.append(month)
        elif month.became not in passed_over:
            break
    faults = [fault_of(line.verdict or "", line.reason_code) for month in found for line in month.lines[:1]]
    counts = {
        fault: faults.count(fault) for fault in sorted(faults, key=lambda each: (-faults.count(each), each))
    }
    return InARow(len(found), tuple(month.cycle for month in found), counts)


def _back_from(cycle: str, months: int) -> list[str]:
    year, month = int(cycle[:4]), int(cycle[5:7])
    counted = [year * 12 + month - 1 - back for back in range(months)]
    return [f"{dt.date(each // 12, each % 12 + 1, 1):%Y-%m}" for each in counted]
