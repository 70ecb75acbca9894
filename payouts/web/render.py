"""Turns what a page knows into HTML: templates, and how money, dates and codes look on a screen."""

import contextlib
import datetime as dt
import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from payouts.api.access import database_of
from payouts.approvals.rules import KINDS
from payouts.cases.contacts import results
from payouts.core.areas import ward_name
from payouts.core.clock import VIETNAM
from payouts.core.explained import explained
from payouts.core.sqlite import BusyError
from payouts.core.terms import VERDICT_TERMS, grouped
from payouts.identity.sessions import CSRF_FIELD, SignedIn
from payouts.lists.sheets import place_of
from payouts.web import labels, navigation
from payouts.web.access import form_token
from payouts.web.held import filled, unpacked
from payouts.web.words import LANGUAGES, N_, Language, translations
from reconciliation.explain import reasons

LANGUAGE_COOKIE = "chitra_language"
EMPTY = "–"
FEW_AREAS = 3
IN_SHEET = N_("%(row)s, sheet %(name)s")


# Signs that turn the text around them, or hide it: names of lists and banks may hold them, pages show where.
TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def money(amount: int | None) -> str:
    """Write đồng as people do: 930.000 đ."""
    return EMPTY if amount is None else f"{grouped(amount)}\u00a0đ"


def amount(text: str, currency: str) -> str:
    """Write a file's own sum, a decimal text in the file's currency, as people do."""
    whole, _, cents = text.partition(".")
    shown = grouped(int(whole)) + (f",{cents}" if cents else "")
    return f"{shown}\u00a0{'đ' if currency == 'VND' else currency}"


def number(value: int | None) -> str:
    """Write a count: 1.234."""
    return EMPTY if value is None else grouped(value)


def day(value: dt.date | None) -> str:
    """Write a date: 22/11/2026."""
    return EMPTY if value is None else f"{value:%d/%m/%Y}"


def moment(value: dt.datetime | None) -> str:
    """Write a moment by the clock in Vietnam: 22/11/2026 14:05."""
    return EMPTY if value is None else f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def month(cycle: str) -> str:
    """Write a cycle: 2026-11 becomes 11/2026."""
    year, _, number_ = cycle.partition("-")
    return f"{number_}/{year}"


def share(part: int, whole: int) -> str:
    """Write a share in percent with one decimal: 87,3 %."""
    return EMPTY if not whole else f"{part * 100 / whole:.1f}\u00a0%".replace(".", ",")


def breakable(text: str | None) -> Markup:
    """Let a long file name break after its punctuation, so that no table leaves a small screen."""
    shown = escape(text or EMPTY)
    for sign in ("_", "-", ".", "/"):
        shown = shown.replace(sign, Markup(f"{sign}<wbr>"))  # noqa: S704  # the sign is one of the four above
    return Markup(shown)  # noqa: S704  # escaped above


def row_in(row: int | None, sheets: Sequence[dict[str, Any]], language: Language) -> str:
    """Write a row of a payout list as its spreadsheet shows it, with the sheet where there are several."""
    if row is None:
        return EMPTY
    name, at = place_of(row, sheets)
    said = translations(language).gettext(IN_SHEET)
    return said % {"row": at, "name": name} if name else str(at)


FILTERS: tuple[Callable[..., str], ...] = (money, amount, number, day, moment, month, share, breakable)


def area_name(code: str | None) -> str:
    """Name a ward or commune; a code that nobody knows is shown as it is."""
    return ward_name(code) if code else EMPTY


def said_of(code: str | None, language: Language) -> str:
    """Name what stands before or after in an event: a verdict, a state, a day, a way, a paper, a person."""
    if code in VERDICT_TERMS:
        return labels.verdict_name(code, language)
    if code in KINDS:
        return KINDS[code].said(language)
    if code in results():
        return results()[code].said(language)
    if code in labels.CHANGED:
        return translations(language).gettext(labels.CHANGED[code])
    try:
        return day(dt.date.fromisoformat(code or ""))
    except ValueError:
        return ward_name(code or "")


@functools.cache
def _assets() -> dict[str, str]:
    """Digest of each static file, so that browsers may keep it for a year and still see a new one at once."""
    static = resources.files("payouts.web") / "static"
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest()[:10]
        for each in static.iterdir()
        if each.is_file()
    }


def asset(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{name}?v={_assets()[name]}"


@functools.cache
def environment(language: Language) -> Environment:
    """Make the templates' environment in one language."""
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("payouts.web"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.filters.update(
        money=money,
        amount=amount,
        number=number,
        day=day,
        moment=moment,
        month=month,
        share=share,
        breakable=breakable,
    )
    made.globals.update(
        asset=asset,
        area_name=area_name,
        reason_names={row["code"]: row[language] for row in reasons()},
        said_of=functools.partial(said_of, language=language),
        explained=functools.partial(explained, language=language),
        row_in=functools.partial(row_in, language=language),
        labels=labels,
        language=language,
        languages=LANGUAGES,
        csrf_field=CSRF_FIELD,
        urlencode=urlencode,
    )
    return made


def language_of(request: Request) -> Language:
    """Say which language somebody reads: their cookie's, else the installation's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    default: Language = request.app.state.settings.language
    return default


def _navigation(request: Request, language: Language) -> navigation.Bar:
    """Return the bar of who is signed in; a database that is busy costs only its numbers."""
    found = getattr(request.state, "signed_in", None)
    if found is None:
        return navigation.Bar([], [])
    counts: dict[str, int] = {}
    with contextlib.suppress(BusyError), database_of(request).reading() as session:
        counts = navigation.counted(session, found.staff)
    return navigation.shown(found.staff, request.url.path, counts, language)


def _areas_of(found: SignedIn | None) -> str:
    """Name the areas that who is signed in works for, where they are few."""
    areas = found.staff.scope.areas if found else None
    return ", ".join(area_name(code) for code in sorted(areas)) if areas and len(areas) <= FEW_AREAS else ""


def _searched_at(found: SignedIn | None) -> str:
    """Return where the search box of who is signed in leads; empty for nobody."""
    address, permission = navigation.SEARCH
    return address if found and found.staff.may(permission) else ""


def page(
    request: Request, template: str, *, status: int = 200, scripts: Sequence[str] = (), **knows: Any
) -> HTMLResponse:
    """Answer with a page.

    Args:
        request: what is answered
        template: name of the template in templates/
        status: HTTP status
        scripts: names of the static files with the page's own scripts; it has to work without them, too
        knows: what the template shows
    """
    found: SignedIn | None = getattr(request.state, "signed_in", None)
    query = request.url.query if request.method == "GET" else ""
    language = language_of(request)
    knows |= {
        "here": request.url.path + (f"?{query}" if query else ""),
        "signed_in": found,
        "csrf": form_token(found) if found else "",
        "navigation": _navigation(request, language),
        "searched_at": _searched_at(found),
        "areas_shown": _areas_of(found),
        "scripts": scripts,
    }
    shown = environment(language).get_template(template)
    held = unpacked(found.held) if found and request.method == "GET" else None
    html = filled(shown.render(unsent=held, unsent_fits=True, **knows), held) if held else None
    if html is None:  # nothing waits, or the form stands on another page, or nowhere any more
        lost = held if held and held.page == knows["here"] else None
        html = shown.render(unsent=lost, unsent_fits=False, **knows)
    return HTMLResponse(TURNING.sub("\N{REPLACEMENT CHARACTER}", html), status_code=status)
