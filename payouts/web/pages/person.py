"""One beneficiary: accounts, payments, cases, changes, what the family may be told, and the slip for them."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.kinds import kinds
from payouts.cases.people import PersonView, find_person, view_person
from payouts.cases.rules import OUTCOMES
from payouts.cases.slip import Item, items
from payouts.core import clock
from payouts.core.banks import banks
from payouts.core.errors import RefusedError, StaleError
from payouts.core.ids import as_id, id_in
from payouts.identity import audit
from payouts.identity.models import ContactPoint
from payouts.identity.offices import CENTRAL, contacts
from payouts.identity.rules import require
from payouts.quality.rules import checks
from payouts.quality.store import checks_of_person
from payouts.registry.marks import mark
from payouts.registry.proposals import proposals_of_person
from payouts.registry.record import record_of
from payouts.registry.rules import opt_out_reasons, payee_relations
from payouts.web import registry_words as words
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.labels import CHANNELS
from payouts.web.render import EMPTY, area_name, day, language_of, money, page
from payouts.web.words import N_, Language, translations

router = APIRouter(prefix="/people/{person_id}")

SAID = {
    "recorded": N_("Written into the record."),
    "marked": N_("Saved: the family is told nothing."),
    "unmarked": N_("Saved: the mark is taken off."),
}
# Who acts, as a person is told; a ward and a bank are called by their names.
ACTING = {
    "province": N_("The city or province"),
    "accountant": N_("The paying office"),
    "beneficiary": N_("You yourself; the ward helps"),
}


@router.get("")
def show_person(
    request: Request, desk: ReaderDep, person_id: int, cursor: str = "", said: str = ""
) -> Response:
    """Show a beneficiary of whom a payment lies within one's scope."""
    require(desk.signed_in.staff, "cases.see")
    return _show(request, desk, person_id, cursor=cursor, said=said)


@router.post("/mark")
def mark_person(request: Request, desk: WriterDep, form: FormDep, person_id: int) -> Response:
    """Say whether the family is told nothing, with a reason; only the person's ward of today says so."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    withhold = form.get("withhold") == "yes"
    try:
        with desk.database.session() as session:
            person = find_person(session, as_id(person_id), staff.scope, whole=True)
            told = mark(
                session,
                person.id or 0,
                withhold=withhold,
                reason=form.get("reason", ""),
                read=id_in(form.get("read", "")),
                by=staff.who,
            )
            what = "person.marked" if told.withheld else "person.unmarked"
            audit.note(session, staff.who, what, f"person {person_id}", number=told.number)
    except (RefusedError, StaleError) as error:
        status = 412 if isinstance(error, StaleError) else 422
        words = error.said(language_of(request))
        return _show(request, desk, person_id, status=status, form=form, problem=words)
    return RedirectResponse(f"/people/{person_id}?said={'marked' if withhold else 'unmarked'}#mark", 303)


@router.get("/slip")
def show_slip(request: Request, desk: ReaderDep, person_id: int) -> Response:
    """Show what the person is told at the counter, ready to print in large letters."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    view = _looked(desk, person_id, "person.slip")
    told = items(view.payments.items, view.cases)
    wards = {item.area_code for item in told} | {view.person.area_code}
    with desk.database.reading() as session:
        reached = contacts(session, {*CENTRAL, *(code for code in wards if code)})
    language = language_of(request)
    return page(
        request,
        "slip.html",
        scripts=["print.js"],
        view=view,
        items=[(item, *_acts(item, reached, language)) for item in told],
        reached=reached,
        may_work=staff.may("cases.work"),
        today=clock.today(),
    )


def _acts(
    item: Item, reached: dict[str, ContactPoint], language: Language
) -> tuple[str | None, ContactPoint | None]:
    """Name who acts on something, and say whom to call about it; nobody where nobody has to act."""
    say = translations(language).gettext
    offices = {"province": CENTRAL[0], "accountant": CENTRAL[1]}
    office = offices.get(item.actor or "", item.area_code or "")
    names = {
        "ward": area_name(item.area_code),
        "bank": _bank(item.bank),
        **{code: say(words) for code, words in ACTING.items()},
    }
    return (names[item.actor] if item.actor else None), reached.get(office)


def _looked(desk: Desk, person_id: int, what: str, cursor: str = "") -> PersonView:
    """Read a beneficiary for a page, and note in the audit trail who read it."""
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        view = view_person(session, as_id(person_id), staff.scope, cursor=cursor or None)
    with desk.database.session() as session:
        audit.note(session, staff.who, what, f"person {person_id}")
    return view


def _show(
    request: Request,
    desk: Desk,
    person_id: int,
    *,
    status: int = 200,
    cursor: str = "",
    said: str = "",
    form: Form | None = None,
    problem: str = "",
) -> Response:
    """Show the page of a beneficiary, with the form as it was typed where it comes back."""
    view = _looked(desk, person_id, "person.read", cursor)
    language = language_of(request)
    with desk.database.reading() as session:
        scope = desk.signed_in.staff.scope
        record = record_of(session, view.person.id or 0, scope) if view.whole else None
        waiting = proposals_of_person(session, view.person.id or 0, scope) if view.whole else []
        found = (
            checks_of_person(session, view.person.id or 0)
            if view.whole and desk.signed_in.staff.may("quality.see")
            else []
        )
    return page(
        request,
        "person.html",
        status=status,
        view=view,
        person=view.person,
        record=record,
        waiting=waiting,
        found=[(checks()[row["code"]], row) for row in found],
        words=words,
        said_of=functools.partial(words.written, language=language),
        reasons=opt_out_reasons(),
        relations=payee_relations(),
        cursor=cursor,
        kinds={code: kind.said(language) for code, kind in kinds().items()},
        outcomes=OUTCOMES,
        bank_name=_bank,
        written=functools.partial(_written, language=language),
        may_work=desk.signed_in.staff.may("cases.work") and view.whole,
        covers=lambda row: desk.signed_in.staff.scope.covers(
            area=row["area_code"], programme=row["programme"]
        ),
        today=clock.today(),
        said=SAID.get(said, ""),
        form=form or {},
        problem=problem,
    )


def _written(field: str, value: Any, *, language: Language) -> str:
    """Write the value of a column of a list as people do."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, dt.date):
        return day(value)
    if field == "channel":
        return translations(language).gettext(CHANNELS[value])
    shown: dict[str, Callable[[Any], str]] = {"amount": money, "area_code": area_name, "bank_code": _bank}
    return shown.get(field, str)(value)


def _bank(code: str | None) -> str:
    known = banks().get(code or "")
    return known.short_name if known else code or ""
