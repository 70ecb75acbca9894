"""The worklist: the cases of the areas that somebody works for, as they filter it, the worst on top."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from payouts.cases.bulk import MOST_AT_ONCE
from payouts.cases.kinds import kinds
from payouts.cases.models import Case
from payouts.cases.rules import STATES
from payouts.cases.worklist import DUE, NOBODY, SORTS, Wanted, count_up_to, place_of, worklist
from payouts.core import clock
from payouts.identity import audit
from payouts.identity.rules import Staff, require
from payouts.lists.hamlets import tidy_hamlet
from payouts.lists.rules import CYCLE, PROGRAMME
from payouts.web.access import WORKLIST_COOKIE, ReaderDep, set_cookie, typed
from payouts.web.render import language_of, page
from payouts.web.worklist_parts import offered
from reconciliation.tables import VERDICTS

router = APIRouter()

ROWS = 50
LONGEST_SEARCH = 100  # letters
LONGEST_ADDRESS = 1_000  # letters that a cookie keeps
AGE = re.compile(r"[0-9]{1,4}-(?:[0-9]{1,4})?")  # days open, at least and at most
FILTERS = (
    *(
        "programme",
        "cycle",
        "verdict",
        "kind",
        "reason",
        "bank",
        "area",
        "hamlet",
        "state",
        "who",
        "due",
        "age",
    ),
    *("hardship", "q", "sort"),
)


def address(filters: Mapping[str, str], *, path: str = "/cases", **more: str) -> str:
    """Return an address of the worklist with these filters."""
    query = urlencode({name: value for name, value in {**filters, **more}.items() if value})
    return f"{path}?{query}" if query else path


def _known(value: str, among: Iterable[str]) -> str:
    """Take a filter's value where it is one that exists; a mistyped address filters nothing."""
    return value if value in set(among) else ""


def filters_of(query: Mapping[str, str]) -> dict[str, str]:
    """Take the filters out of an address; what cannot be is left out.

    Args:
        query: the values of the address
    """
    given = {name: typed(query.get(name, ""))[:LONGEST_SEARCH] for name in FILTERS}
    among: dict[str, Iterable[str]] = {
        "kind": kinds(),
        "state": STATES,
        "due": DUE,
        "sort": SORTS[1:],
    }
    known = {name: _known(given[name], values) for name, values in among.items()}
    plain = {name: given[name] if given[name].isalnum() else "" for name in ("reason", "bank", "area")}
    shaped = {
        "verdict": ",".join(code for code in given["verdict"].split(",") if code in VERDICTS),
        "age": given["age"] if AGE.fullmatch(given["age"]) else "",
        "programme": given["programme"] if PROGRAMME.fullmatch(given["programme"]) else "",
        "cycle": given["cycle"] if CYCLE.fullmatch(given["cycle"]) else "",
    }
    points = given["hardship"] if given["hardship"].isascii() and given["hardship"].isdecimal() else ""
    hamlet = tidy_hamlet(given["hamlet"])
    return {**given, **known, **plain, **shaped, "hardship": points[:6], "hamlet": hamlet}


def wanted_of(staff: Staff, filters: Mapping[str, str]) -> Wanted:
    """Turn a person's filters into what the worklist is to show."""
    who = filters.get("who") or None
    since, _, until = (filters.get("age") or "").partition("-")
    same = ("programme", "cycle", "kind", "reason", "bank", "area", "hamlet", "state", "due", "q")
    return Wanted(
        **{name: filters.get(name) or None for name in same},  # type: ignore[arg-type]  # these are text
        assignee={"me": staff.username, "nobody": NOBODY}.get(who or "", who),
        verdict=tuple(filter(None, (filters.get("verdict") or "").split(","))),
        age=(int(since), int(until) if until else None) if since else None,
        hardship=int(filters.get("hardship") or 0) or None,
        sort=filters.get("sort") or SORTS[0],
    )


def case_after(session: Session, staff: Staff, case: Case, left_at: str) -> int | None:
    """Find the case that follows another one in the worklist as somebody left it; None after the last.

    Args:
        session: the transaction
        staff: who works through the list
        case: the case they are at
        left_at: the address of the worklist, with its filters
    """
    wanted = wanted_of(staff, filters_of(dict(parse_qsl(urlsplit(left_at).query))))
    rows = worklist(session, staff.scope, wanted, cursor=place_of(case, wanted.order), limit=1).items
    return int(rows[0]["id"]) if rows else None


@router.get("/cases")
def show_worklist(request: Request, desk: ReaderDep, cursor: str = "") -> Response:
    """Show one page of the worklist; its filters stand in the address."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    filters = filters_of(request.query_params)
    wanted = wanted_of(staff, filters)
    with desk.database.reading() as session:
        parts = offered(session, staff, filters, language_of(request))
        found = worklist(session, staff.scope, wanted, cursor=cursor or None, limit=ROWS)
        matching = count_up_to(session, staff.scope, wanted, MOST_AT_ONCE + 1)
    with desk.database.session() as session:
        audit.note(session, staff.who, "cases.read", "cases", cases=[row["id"] for row in found.items])
    here = address(filters, cursor=cursor)
    answer = page(
        request,
        "worklist.html",
        scripts=["worklist.js"],
        rows=found.items,
        next_page=address(filters, cursor=found.next) if found.next else None,
        first_page=address(filters) if cursor else None,
        sheet_page=address(filters, path="/cases/sheet"),
        query=address(filters).partition("?")[2],
        filters=filters,
        filtered={name: value for name, value in filters.items() if value and name != "sort"},
        matching=matching,
        most=MOST_AT_ONCE,
        today=clock.today(),
        wide=staff.scope.areas is None or len(staff.scope.areas) > 1,
        may_work=staff.may("cases.work"),
        **parts,
    )
    if len(here) < LONGEST_ADDRESS:
        set_cookie(desk.settings, answer, WORKLIST_COOKIE, here)
    return answer
