"""The cycle at a glance: what was owed, what became of it, verdict by verdict, down to the worklist."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.rules import NEEDS_CASE
from payouts.closing.summary import month_at_a_glance
from payouts.core.limits import LARGEST_ID
from payouts.identity.rules import require
from payouts.runs.fallen import fallen_lines
from payouts.runs.store import cycles
from payouts.web.access import ReaderDep
from payouts.web.labels import VERDICTS
from payouts.web.render import page

router = APIRouter()

THINNEST = 0.4  # percent: below it a segment of the bar could not be seen


@dataclass(frozen=True, slots=True)
class Segment:
    """A verdict in the bar and in the table; money in đồng, places in percent of the bar."""

    verdict: str
    colour: str
    lines: int
    owed: int
    settled: int
    begins: float
    width: float
    worklist: str  # address of its cases; empty where it makes none


def segments(summary: dict[str, Any]) -> list[Segment]:
    """Lay the verdicts of a summary side by side, each as wide as its share of the payout lines."""
    counted = [(code, sums) for code, sums in summary["verdicts"].items() if sums["lines"]]
    widths = [max(sums["lines"], 0) for _, sums in counted]
    whole = sum(widths) or 1
    shares = [max(100 * width / whole, THINNEST) for width in widths]
    scale = 100 / sum(shares) if shares else 1
    made: list[Segment] = []
    begins = 0.0
    for (code, sums), part in zip(counted, shares, strict=True):
        colour, _ = VERDICTS[code]
        query = urlencode({"programme": summary["programme"], "cycle": summary["cycle"], "verdict": code})
        address = f"/cases?{query}" if NEEDS_CASE[code] != "no" else ""
        made.append(
            Segment(code, colour, sums["lines"], sums["owed"], sums["settled"], begins, part * scale, address)
        )
        begins += part * scale
    return made


@router.get("/")
def show_cycle(
    request: Request, desk: ReaderDep, *, programme: str = "", cycle: str = "", said: str = "", run: int = 0
) -> Response:
    """Show one cycle within the scope of who asks, as an earlier run saw it where the address names one.

    Without a cycle in the address it is the latest.
    """
    staff = desk.signed_in.staff
    if staff.may("visits.make"):
        return RedirectResponse("/visits", 303)
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        known = [(each.programme, each.cycle) for each in cycles(session, staff.scope)]
        chosen = (programme, cycle) if programme or cycle else next(iter(known), None)
        number = max(0, min(run, LARGEST_ID)) or None
        summary = month_at_a_glance(session, *chosen, staff.scope, run=number) if chosen else None
        fallen = fallen_lines(session, *chosen, staff.scope) if chosen and not number else 0
    return page(
        request,
        "cycle.html",
        known=known,
        summary=summary,
        fallen=fallen,
        as_known=number,
        segments=segments(summary) if summary else [],
        said=said,
    )
