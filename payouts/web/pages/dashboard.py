"""The dashboard: where the payments of a cycle stand, by ward, bank and month, to be looked at."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from payouts.cases.ageing import ageing, open_by_ward
from payouts.core import clock
from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.identity.rules import require
from payouts.identity.scope import Scope
from payouts.runs.awaited import awaited
from payouts.runs.store import cycle_summary, cycles, find_cycle, last_run
from payouts.runs.totals import by_bank, by_ward, trend
from payouts.web.access import ReaderDep
from payouts.web.pages.cycle import segments
from payouts.web.render import language_of, month, page
from payouts.web.tallies import GROUPS, row, sorted_by, worklist_at
from payouts.web.words import N_, Language, translations

router = APIRouter()

WARDS_A_PAGE = 20  # as many bars as fit beside a table
SCRIPTS = ("echarts.min.js", "plots.js")
NO_BANK, NO_WARD = N_("Cash and at home"), N_("No ward named")


@router.get("/dashboard")
def show_dashboard(
    request: Request,
    desk: ReaderDep,
    *,
    programme: str = "",
    cycle: str = "",
    sort_wards: str = "",
    sort_banks: str = "",
    part: int = 1,
) -> Response:
    """Show a cycle within the scope of who asks; without a cycle in the address it is the latest.

    `sort_wards` and `sort_banks` say by which column the two tables are sorted, `part` which wards are shown.
    """
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        known = [(each.programme, each.cycle) for each in cycles(session, staff.scope)]
        chosen = (programme, cycle) if programme or cycle else next(iter(known), None)
        told = (
            _told(session, chosen, staff.scope, language_of(request), (sort_wards, sort_banks))
            if chosen
            else {}
        )
        bands = ageing(session, staff.scope, today=clock.today())
    parts = max(1, -(-len(told.get("wards", ())) // WARDS_A_PAGE))
    shown = min(max(part, 1), parts)
    return page(
        request,
        "dashboard.html",
        scripts=SCRIPTS,
        known=known,
        groups=GROUPS,
        bands=[(band, worklist_at(age=_band(band.since, band.until))) for band in bands],
        today=clock.today(),
        part=shown,
        parts=parts,
        from_ward=(shown - 1) * WARDS_A_PAGE,
        to_ward=shown * WARDS_A_PAGE,
        address=lambda **more: _address(chosen, told, **more),
        **{"summary": None, **told},
    )


def _band(since: int, until: int | None) -> str:
    return f"{since}-" if until is None else f"{since}-{until}"


def _address(chosen: tuple[str, str] | None, told: dict[str, Any], **more: Any) -> str:
    """Give the address of the same dashboard with another sort or part."""
    kept = {"sort_wards": told.get("wards_by"), "sort_banks": told.get("banks_by"), **more}
    which = dict(zip(("programme", "cycle"), chosen or ("", ""), strict=True))
    return f"/dashboard?{urlencode({name: value for name, value in {**which, **kept}.items() if value})}"


def _told(
    session: Session,
    chosen: tuple[str, str],
    scope: Scope,
    language: Language,
    sorts: tuple[str, str],
) -> dict[str, Any]:
    """Gather what is told of one cycle, out of sums that its last run keeps."""
    programme, cycle = chosen
    found = find_cycle(session, programme, cycle, scope)
    summary = cycle_summary(session, programme, cycle, scope)
    run = last_run(session, found.id or 0)
    at = {"programme": programme, "cycle": cycle}
    say = translations(language).gettext
    if run is None:
        return {"summary": summary, "segments": [], "wards": [], "banks": [], "months": [], "files": []}
    tallies = by_bank(session, run.id or 0, scope)
    opened = open_by_ward(session, scope, **at)
    ward_rows, wards_by = sorted_by(
        (
            row(
                code,
                ward_name(code) or say(NO_WARD),
                tally,
                {**at, "area": code} if code else None,
                cases=opened.get(code, 0),
            )
            for code, tally in by_ward(session, run.id or 0, scope).items()
        ),
        sorts[0],
    )
    bank_rows, banks_by = sorted_by(
        (
            row(code, _bank(code) or say(NO_BANK), tally, {**at, "bank": code} if code else None)
            for code, tally in tallies.items()
        ),
        sorts[1],
    )
    months = [
        row(each, month(each), tally, {"programme": programme, "cycle": each})
        for each, tally in trend(session, programme, scope, until=cycle)
    ]
    return {
        "summary": summary,
        "segments": segments(summary),
        "wards": ward_rows,
        "wards_by": wards_by,
        "banks": bank_rows,
        "banks_by": banks_by,
        "months": months,
        "files": awaited(session, found, tallies),
        "bank_name": _bank,
    }


def _bank(code: str) -> str:
    known = banks().get(code)
    return known.short_name if known else code
