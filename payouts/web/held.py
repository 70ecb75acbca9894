"""A form that came too late waits in the sign-in form, then with the session, and is filled in again."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from lxml import html as markup

from payouts.core.limits import LARGEST_JSON
from payouts.identity.sessions import CSRF_FIELD

NEVER_HELD = frozenset({"/sign-in", "/sign-out", "/password", "/held/drop"})
NOT_TYPED = frozenset({"file", "submit", "button", "image", "reset", "password"})
TICKED = frozenset({"checkbox", "radio"})

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """A form that nobody acted upon.

    Attributes:
        path: where it was sent
        page: address of the page it stood on
        fields: name and value of each of its fields, in its order
    """

    path: str
    page: str
    fields: Pairs

    def words(self) -> list[str]:
        """Return what somebody wrote in it, where the form itself is gone."""
        return [
            value for name, value in self.fields if name != CSRF_FIELD and not value.isdecimal() and value
        ]


def held_of(request: Request) -> Held | None:
    """Keep the form that a request brings, where it is one of our pages' own and may be sent later."""
    path, fields = request.url.path, getattr(request.state, "typed", ())
    from_elsewhere = request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
    if path in NEVER_HELD or from_elsewhere or not fields:
        return None
    return Held(path, came_from(request), [(name, value) for name, value in fields if name != CSRF_FIELD])


def came_from(request: Request) -> str:
    """Return the address of the page that a form stood on; the form's own where the browser does not say."""
    told = urlsplit(request.headers.get("referer", ""))
    if told.netloc != request.url.netloc or not told.path:
        return request.url.path
    return told.path + (f"?{told.query}" if told.query else "")


def packed(held: Held) -> str:
    """Write a held form as one text."""
    return json.dumps([held.path, held.page, held.fields], ensure_ascii=False)


def unpacked(text: str | None) -> Held | None:
    """Read what `packed` wrote; None where it is nothing of the kind, for it came through a browser."""
    try:
        path, page, fields = json.loads(text or "null")
        held = Held(str(path), str(page), [(str(name), str(value)) for name, value in fields])
    except (TypeError, ValueError):
        return None
    ours = all(_ours(address) for address in (held.path, held.page))
    return held if ours and held.path not in NEVER_HELD and len(text or "") <= LARGEST_JSON else None


def _ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def filled(page: str, held: Held) -> str | None:
    """Fill a page's form in with what was typed into it before; None where the page has no such form.

    Args:
        page: HTML of a page of ours
        held: the form; its hidden fields are kept too, so that a version that has grown old is noticed
    """
    if f'action="{held.path}"' not in page:
        return None
    whole: Any = markup.document_fromstring(page)
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in held.fields:
        values[name].append(value)
    forms = [form for form in whole.forms if form.get("action") == held.path]
    form = max(forms, key=lambda each: _alike(each, values))
    for field in form.iter("input", "textarea", "select"):
        _fill(field, values)
    form.set("id", form.get("id") or "held-form")
    for around in form.iterancestors("details"):
        around.set("open", "")
    return str(markup.tostring(whole, encoding="unicode", doctype="<!DOCTYPE html>")).replace(
        'href="#held-form"', f'href="#{form.get("id")}"'
    )


def _alike(form: Any, values: dict[str, list[str]]) -> int:
    """Count the hidden fields of a form that say the same: which of several forms of one address it is."""
    return sum(field.get("value") in values[field.get("name", "")] for field in form.iter("input"))


def _fill(field: Any, values: dict[str, list[str]]) -> None:
    name, kind = field.get("name"), field.get("type", "text").lower()
    if not name or name == CSRF_FIELD or (field.tag == "input" and kind in NOT_TYPED):
        return
    if field.tag == "input" and kind in TICKED:
        _mark(field, "checked", chosen=field.get("value", "on") in values[name])
    elif field.tag == "select":
        for option in field.iter("option"):
            _mark(option, "selected", chosen=option.get("value", option.text) in values[name])
    elif values[name]:
        value = values[name].pop(0)
        if field.tag == "textarea":
            field.text = value
        else:
            field.set("value", value)


def _mark(field: Any, attribute: str, *, chosen: bool) -> None:
    if chosen:
        field.set(attribute, attribute)
    else:
        field.attrib.pop(attribute, None)
