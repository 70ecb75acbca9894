"""The runs of a cycle, and one of them: what it says, what it says otherwise than an earlier one, and why."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from payouts.cases.store import cases_of
from payouts.core.errors import NotFoundError
from payouts.core.limits import LARGEST_ID
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.runs.changes import Changes, changes_page, disposition_moves, moves
from payouts.runs.comparison import NONE
from payouts.runs.history import history
from payouts.runs.pairs import Pair, find_pair, no_such_run
from payouts.runs.store import done_run, find_cycle
from payouts.web.access import Desk, ReaderDep
from payouts.web.labels import VERDICTS
from payouts.web.render import language_of, page

router = APIRouter(prefix="/runs")

ROWS = 50
CHANGES_SHOWN = 50


@router.get("")
def show_runs(
    request: Request, desk: ReaderDep, programme: str = "", cycle: str = "", below: int = LARGEST_ID
) -> Response:
    """Show the runs of a cycle, the latest first, each with what is new in it."""
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        past = history(session, found, staff.scope, below=max(0, min(below, LARGEST_ID)), limit=ROWS + 1)
    return page(
        request,
        "runs.html",
        cycle=found,
        past=past[:ROWS],
        below=past[ROWS - 1].run.number if len(past) > ROWS else None,
    )


@router.get("/{programme}/{cycle}/{number}")
def show_run(
    request: Request,
    desk: ReaderDep,
    *,
    programme: str,
    cycle: str,
    number: int,
    since: int = 0,
    before: Annotated[str, Query(alias="from")] = "",
    after: Annotated[str, Query(alias="to")] = "",
    cursor: str = "",
) -> Response:
    """Show one run: its totals beside those of an earlier one, and each change with its causes."""
    staff = desk.signed_in.staff
    require(staff, "verdicts.see")
    wished = {"before": _known(before), "after": _known(after)}
    with desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        run = done_run(session, found, number) if 0 < number <= LARGEST_ID else None
        if run is None:
            raise no_such_run(found, number)
        [past, *_] = history(session, found, staff.scope, below=number + 1, limit=1)
        pair = _pair(session, found, number, since)
        changes, sums, lines = Changes([], None), [], []
        if pair is not None:
            place = cursor or None
            changes = changes_page(session, pair, staff.scope, **wished, cursor=place, limit=CHANGES_SHOWN)
            sums = moves(session, pair, staff.scope)
            whole = staff.scope.areas is None and not (cursor or any(wished.values()))
            lines = disposition_moves(session, pair) if whole else []
        earlier = history(session, found, staff.scope, below=pair.before.number + 1, limit=1) if pair else []
        others = [each.run for each in history(session, found, staff.scope, below=number, limit=ROWS)]
        cases = cases_of(session, [each.line["id"] for each in changes.items])
    _note(desk, pair, f"{programme} {cycle}", number, len(changes.items))
    said = earlier[0].totals if earlier else {}
    return page(
        request,
        "run.html",
        cycle=found,
        run=run,
        past=past,
        pair=pair,
        others=[each for each in others if each.state == "done"],
        totals=[
            (code, said.get(code), past.totals.get(code))
            for code in VERDICTS
            if code in {*said, *past.totals}
        ],
        moves=sums,
        line_moves=lines,
        changes=changes,
        cases=cases,
        wished=wished,
        cursor=cursor,
        address=_address(programme, cycle, number, since),
        said=lambda cause: cause.said(language_of(request)),
    )


def _pair(session: Any, cycle: Any, number: int, since: int) -> Pair | None:
    """Find what to compare a run with; None for the first one."""
    try:
        return find_pair(session, cycle, number, since or None)
    except NotFoundError as none:
        if none.code == "no_run_before":
            return None
        raise


def _known(verdict: str) -> str | None:
    return verdict if verdict in {*VERDICTS, NONE} else None


def _address(programme: str, cycle: str, number: int, since: int) -> Any:
    """Return what makes an address of this comparison with other filters."""
    start = f"/runs/{programme}/{cycle}/{number}"

    def address(**filters: str | None) -> str:
        kept = {"since": since or None, **filters}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{start}?{query}" if query else start

    return address


def _note(desk: Desk, pair: Pair | None, cycle: str, number: int, lines: int) -> None:
    since = pair.before.number if pair else None
    with desk.database.session() as session:
        who = desk.signed_in.staff.who
        audit.note(session, who, "changes.read", f"cycle {cycle}", run=number, since=since, lines=lines)
