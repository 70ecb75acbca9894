"""Quality of the data on people: four scores by ward, what each check found, and the people behind it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.core import clock
from payouts.core.alphabet import in_alphabet
from payouts.core.areas import ward_name
from payouts.core.errors import NotFoundError
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.identity.scope import Scope
from payouts.jobs.asking import measure_quality
from payouts.quality.rules import SCORES, Check, checks
from payouts.quality.store import Tally, by_area, by_check, found_by, measured, old_wards, together
from payouts.reports.quality import MOST_ROWS, findings_workbook
from payouts.web.access import Desk, FormDep, ReaderDep, WriterDep
from payouts.web.render import page
from payouts.web.words import N_

router = APIRouter(prefix="/quality")

ROWS = 100
SAID = {"asked": N_("The data are being measured. Load the page again soon.")}
SORTS = ("name", "people", *SCORES)
NOWHERE = "none"  # in an address: people of no known area


@router.get("")
def show_quality(
    request: Request, desk: ReaderDep, *, area: str = "", since: str = "", sort: str = "", said: str = ""
) -> Response:
    """Show the scores within the scope of who asks, and what each check found there or in one ward."""
    staff = desk.signed_in.staff
    require(staff, "quality.see")
    day = _day(since)
    with desk.database.reading() as session:
        last = measured(session, on=clock.today())
        told = _told(session, last.id or 0, staff.scope, area, day) if last else {}
        old = old_wards(session, staff.scope, on=clock.today()) if staff.may("lists.see") else []
    rows, sorted_by = _sorted(told.get("areas", []), sort)
    return page(
        request,
        "quality.html",
        last=last,
        scores=SCORES,
        checks=list(checks().values()),
        area=area,
        since=since,
        nowhere=NOWHERE,
        may_measure=staff.may("quality.measure"),
        said=SAID.get(said, ""),
        sorted_by=sorted_by,
        old_wards=old,
        **{**told, "areas": rows},
    )


@router.post("")
def measure_now(desk: WriterDep, form: FormDep) -> Response:
    """Ask for the data to be measured now."""
    del form
    staff = desk.signed_in.staff
    require(staff, "quality.measure")
    with desk.database.session() as session:
        measure_quality(session, by=staff.username)
        audit.note(session, staff.who, "quality.measure", "quality")
    return RedirectResponse("/quality?said=asked", 303)


@router.get("/{code}.xlsx")
def download(desk: ReaderDep, code: str, area: str = "") -> Response:
    """Give the people whom a check found as a workbook."""
    check = _check(code)
    people = _people(desk, check, area, after=0, limit=MOST_ROWS, how="quality.downloaded")
    return Response(
        findings_workbook(check, people),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{check.code}.xlsx"'},
    )


@router.get("/{code}")
def show_people(request: Request, desk: ReaderDep, code: str, area: str = "", after: int = 0) -> Response:
    """Show the people whom a check found, page by page; the reading is logged."""
    check = _check(code)
    first = max(0, min(after, LARGEST_ID))
    found = _people(desk, check, area, after=first, limit=ROWS + 1, how="quality.read")
    return page(
        request,
        "quality_people.html",
        check=check,
        score=SCORES[check.score],
        area=area,
        area_code="" if area == NOWHERE else area,
        people=found[:ROWS],
        first=first,
        following=found[ROWS - 1]["id"] if len(found) > ROWS else None,
    )


def _people(desk: Desk, check: Check, area: str, *, after: int, limit: int, how: str) -> Sequence[Any]:
    staff = desk.signed_in.staff
    require(staff, "quality.see")
    with desk.database.reading() as session:
        found = found_by(session, check.code, staff.scope, area=_area(area), after=after, limit=limit)
    with desk.database.session() as session:
        audit.note(session, staff.who, how, f"check {check.code}", area=area or None, people=len(found))
    return found


def _told(
    session: Session, measure_id: int, scope: Scope, area: str, since: dt.date | None
) -> dict[str, Any]:
    """Gather what is told of one measurement, beside that of an earlier day."""
    earlier = measured(session, on=since) if since else None
    areas = by_area(session, measure_id, scope)
    before = by_area(session, earlier.id or 0, scope) if earlier else []
    chosen = [each for each in areas if area and each.area_code == _area(area)]
    return {
        "areas": areas,
        "whole": together(chosen or areas),
        "chosen": bool(chosen),
        "earlier": earlier,
        "before": together([each for each in before if not chosen or each.area_code == chosen[0].area_code]),
        "found": by_check(session, measure_id, scope, area=chosen[0].area_code if chosen else None),
    }


def _sorted(areas: Sequence[Tally], wished: str) -> tuple[list[Tally], str]:
    """Sort areas by a column, a minus before its name for the largest first; those to be mended first."""
    column = wished.removeprefix("-")
    used = wished if column in SORTS else "right"
    keys: dict[str, Callable[[Tally], Any]] = {
        "name": lambda each: in_alphabet(ward_name(each.area_code)),
        "people": lambda each: each.people,
    }
    column = used.removeprefix("-")
    key = keys.get(column, lambda each: each.passing(column) / (each.people or 1))
    in_order = sorted(areas, key=keys["name"])
    return sorted(in_order, key=key, reverse=used.startswith("-")), used


def _area(area: str) -> str | None:
    """Read an area out of an address: None for all."""
    return "" if area == NOWHERE else (area or None)


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except UnreadableError:
        return None


def _check(code: str) -> Check:
    if code not in checks():
        raise NotFoundError("no_such_check", "Không có phép kiểm tra này.")
    return checks()[code]
