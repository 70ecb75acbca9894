"""Coverage: who has an account that works, how far the target is, who is left, and the campaign."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.errors import DomainError, ForbiddenError
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.coverage.campaign import MOST_AT_ONCE, open_campaign, visitors
from payouts.coverage.left import Left, bottlenecks, ids_left, people_left
from payouts.coverage.naming import name_of
from payouts.coverage.rules import BY, NONE, STAGES, UNITS, causes, helps
from payouts.coverage.store import days_known, made
from payouts.coverage.targets import EVERYWHERE, set_target, targets
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.coverage_parts import SORTS, Asked, coverage_parts
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/coverage")

ROWS = 50  # people of a page
ROWS_PLOTTED = 21  # as many bars as fit beside a table
SCRIPTS = ("echarts.min.js", "plots.js")
SHOWN_BY = tuple(by for by in BY if by != "cause")
SAID = {"target": N_("The target is set.")}
FILTERS = ("help", "unit", "cause", "area", "bank", "stage", "asked")


@router.get("")
def show_coverage(
    request: Request,
    desk: ReaderDep,
    *,
    on: str = "",
    since: str = "",
    by: str = "area",
    force_majeure: str = "",
    sort: str = SORTS[0],
    part: int = 1,
    said: str = "",
) -> Response:
    """Show coverage of a day within the scope of who asks, beside another day where one is named."""
    staff = desk.signed_in.staff
    require(staff, "coverage.see")
    all_cells = staff.may("coverage.people")
    asked = Asked(
        on=_day(on) or clock.today(),
        since=_day(since),
        by=by if by in SHOWN_BY else "area",
        but_force_majeure=force_majeure == "without" and all_cells,
        sort=sort if sort in SORTS else SORTS[0],
    )
    with desk.database.reading() as session:
        told = coverage_parts(session, staff, asked, language_of(request))
        known = days_known(session)
        made_at = made(session, told["day"]).made_at if told["day"] else None
        stuck = bottlenecks(session, staff.scope) if all_cells and told["day"] else []
    given = {"on": on, "since": since, "by": asked.by, "force_majeure": force_majeure, "sort": asked.sort}
    given = {name: value for name, value in given.items() if value}
    parts = max(1, -(-len(told.get("rows", ())) // ROWS_PLOTTED))
    return page(
        request,
        "coverage.html",
        scripts=SCRIPTS,
        asked=asked,
        given=given,
        at=lambda **more: f"/coverage?{urlencode({**given, **more})}",
        bys=BY,
        shown_by=SHOWN_BY,
        made_at=made_at,
        first_day=known[-1] if known else None,
        all_cells=all_cells,
        may_target=staff.may("coverage.target"),
        stuck=stuck,
        causes=causes(),
        units=UNITS,
        helps=helps(),
        bank_name=lambda code: name_of("bank", code, language_of(request)),
        said=SAID.get(said, ""),
        part=min(max(part, 1), parts),
        parts=parts,
        a_part=ROWS_PLOTTED,
        **told,
    )


@router.get("/people")
def show_people(request: Request, desk: ReaderDep, cursor: str = "", opened: str = "") -> Response:
    """Show who is left, ward by ward, as somebody filters it; the reading is logged."""
    return _people(
        request, desk, {name: request.query_params.get(name, "") for name in FILTERS}, cursor, opened
    )


@router.post("/people")
def open_cases(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Open a case of the campaign for each of those who are shown and have none."""
    staff = desk.signed_in.staff
    require(staff, "campaign.run")
    filters = {name: form.get(name, "") for name in FILTERS}
    assignee = form.get("assignee") or None
    try:
        with desk.database.session() as session:
            count = open_campaign(
                session, staff.scope, _wanted(filters), by=staff.username, assignee=assignee
            )
            told = {name: value for name, value in filters.items() if value}
            audit.note(
                session, staff.who, "campaign.opened", "coverage", people=count, assignee=assignee, **told
            )
    except ForbiddenError:
        raise
    except DomainError as refusal:
        return _people(request, desk, filters, "", "", form=form, problem=refusal.said(language_of(request)))
    return RedirectResponse(_address(filters, opened=str(count)), 303)


@router.get("/targets")
def show_targets(request: Request, desk: ReaderDep) -> Response:
    """Show the targets that count, and the form to set one."""
    return _targets(request, desk)


@router.post("/targets")
def add_target(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Set a target; the one before stays on record."""
    staff = desk.signed_in.staff
    require(staff, "coverage.target")
    try:
        with desk.database.session() as session:
            target = set_target(
                session,
                staff.scope,
                area_code=form.get("area", ""),
                share=_share(form.get("share", "")),
                due=_day(form.get("due", "")) or dt.date.min,
                but_force_majeure=form.get("force_majeure") != "with",
                reason=form.get("reason", ""),
                by=staff.username,
            )
            about = f"coverage {target.area_code or 'everywhere'}"
            audit.note(session, staff.who, "coverage.target", about, share=target.share, due=f"{target.due}")
    except ForbiddenError:
        raise
    except DomainError as refusal:
        return _targets(request, desk, form=form, problem=refusal.said(language_of(request)))
    return RedirectResponse("/coverage?said=target", 303)


def _people(
    request: Request,
    desk: Desk,
    filters: dict[str, str],
    cursor: str,
    opened: str,
    *,
    form: Form | None = None,
    problem: str = "",
) -> Response:
    staff = desk.signed_in.staff
    require(staff, "coverage.people")
    wanted = _wanted(filters)
    with desk.database.reading() as session:
        found = people_left(session, staff.scope, wanted, cursor=cursor or None, limit=ROWS)
        count = len(ids_left(session, staff.scope, wanted, MOST_AT_ONCE + 1))
        sent = visitors(session, staff.scope)
    with desk.database.session() as session:
        read = [row["beneficiary_id"] for row in found.items]
        audit.note(session, staff.who, "coverage.read", "coverage", people=read)
    return page(
        request,
        "coverage_people.html",
        status=422 if problem else 200,
        rows=found.items,
        next_page=_address(filters, cursor=found.next) if found.next else None,
        first_page=_address(filters) if cursor else None,
        filters=filters,
        matching=count,
        most=MOST_AT_ONCE,
        causes=causes(),
        helps=helps(),
        units=UNITS,
        stages=STAGES,
        ward_names=sorted(wards().values(), key=lambda each: each.name),
        areas=staff.scope.areas,
        visitors=sent,
        may_open=staff.may("campaign.run"),
        none=NONE,
        bank_name=lambda code: name_of("bank", code, language_of(request)),
        opened=int(opened) if opened.isascii() and opened.isdecimal() and len(opened) < 6 else None,  # noqa: PLR2004  # digits
        form=form or {},
        problem=problem,
    )


def _targets(request: Request, desk: Desk, *, form: Form | None = None, problem: str = "") -> Response:
    staff = desk.signed_in.staff
    require(staff, "coverage.see")
    with desk.database.reading() as session:
        found = targets(session)
    areas = staff.scope.areas
    return page(
        request,
        "coverage_targets.html",
        status=422 if problem else 200,
        targets=[found[area] for area in sorted(found) if areas is None or area in {EVERYWHERE, *areas}],
        ward_names=[
            each
            for each in sorted(wards().values(), key=lambda each: each.name)
            if areas is None or each.code in areas
        ],
        may_target=staff.may("coverage.target"),
        everywhere=areas is None,
        form=form or {},
        problem=problem,
    )


def _wanted(filters: dict[str, str]) -> Left:
    asked = {"yes": True, "no": False}.get(filters.get("asked", ""))
    plain: dict[str, Any] = {name: filters.get(name) or None for name in FILTERS if name != "asked"}
    return Left(**plain, asked=asked)


def _address(filters: dict[str, str], **more: str) -> str:
    query = urlencode({name: value for name, value in {**filters, **more}.items() if value})
    return f"/coverage/people?{query}" if query else "/coverage/people"


def _share(text: str) -> int:
    """Read a percentage into hundredths; what is none is no share."""
    whole, _, part = text.strip().rstrip("%").strip().replace(",", ".").partition(".")
    if not whole.isascii() or not whole.isdecimal() or (part and not (part.isascii() and part.isdecimal())):
        return 0
    return int(whole[:4]) * 100 + int((part + "00")[:2])


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text) if text else None
    except UnreadableError:
        return None
