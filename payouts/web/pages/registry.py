"""What lists and registry files say otherwise than the registry: looked at, approved or declined."""

import functools
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.ids import id_in
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.registry.deciding import ONE_BY_ONE, Chosen, decide
from payouts.registry.proposals import proposals_page, waiting_by_kind, waiting_sources
from payouts.registry.rules import KINDS
from payouts.web import registry_words as words
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_, translations

router = APIRouter(prefix="/registry")

ROWS = 50
MOST_SOURCES = 20
SAID = {
    "approve": N_("Approved, and on record: %(count)s."),
    "decline": N_("Declined: %(count)s. The same is not asked again."),
}
PICK = "pick-"  # before the number of a proposal, in the name of its box


@router.get("")
def show_waiting(
    request: Request,
    desk: ReaderDep,
    *,
    kind: str = "",
    source: str = "",
    after: str = "",
    said: str = "",
    count: str = "",
) -> Response:
    """Show what waits within the scope of who asks, by kind, the earliest first."""
    require(desk.signed_in.staff, "registry.see")
    told = SAID.get(said, "")
    words_of = translations(language_of(request)).gettext(told) if told else ""
    return _shown(
        request,
        desk,
        {"kind": kind, "source": source, "after": after},
        said=words_of % {"count": id_in(count)} if words_of else "",
    )


@router.post("")
def decide_waiting(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Approve or decline the chosen, or all of a kind; the same form sent twice is one."""
    staff = desk.signed_in.staff
    require(staff, "registry.decide")
    act, chosen = "approve" if form.get("act") == "approve" else "decline", _chosen(form)
    if form.get("which") != "all":
        picked = [id_in(name.removeprefix(PICK)) for name in form if name.startswith(PICK)]
        chosen = Chosen(ids=picked)
    try:
        with desk.database.session() as session:
            done = decide(session, chosen, staff, approve=act == "approve", reason=form.get("reason", ""))
    except (ConflictError, ForbiddenError, RefusedError) as error:
        return _shown(request, desk, form, problem=error.said(language_of(request)))
    kept = f"kind={chosen.kind or form.get('kind', '')}&source={form.get('source', '')}"
    return RedirectResponse(f"/registry?{kept}&said={act}&count={done}", 303)


def _shown(request: Request, desk: Desk, form: Form, *, said: str = "", problem: str = "") -> Response:
    staff, language = desk.signed_in.staff, language_of(request)
    chosen, after = _chosen(form), id_in(form.get("after", ""))
    of_source = Chosen(source=chosen.source)
    with desk.database.reading() as session:
        counts = waiting_by_kind(session, staff.scope, of_source)
        sources = waiting_sources(session, staff.scope)[:MOST_SOURCES]
        rows = proposals_page(session, staff.scope, chosen, after=after, limit=ROWS + 1)
    with desk.database.session() as session:
        audit.note(
            session,
            staff.who,
            "registry.read",
            "registry proposals",
            proposals=[row["id"] for row in rows[:ROWS]],
        )
    return page(
        request,
        "registry.html",
        status=422 if problem else 200,
        rows=rows[:ROWS],
        next_after=rows[ROWS - 1]["id"] if len(rows) > ROWS else None,
        counts=counts,
        sources=sources,
        kind=chosen.kind,
        source=form.get("source", "") if chosen.source else "",
        words=words,
        written=functools.partial(words.written, language=language),
        pick=PICK,
        own=lambda row: KINDS[row["kind"]] and row["asked_by"] == staff.username,
        may_decide=staff.may("registry.decide"),
        all_at_once=chosen.kind and chosen.kind not in ONE_BY_ONE,
        form=form,
        said=said,
        problem=problem,
    )


def _chosen(form: Form) -> Chosen:
    """Read the filter: the kind, and a list or file like `list-12`."""
    kind = form.get("kind", "")
    what, _, number = form.get("source", "").partition("-")
    source: Any = (what, id_in(number)) if what in {"list", "file"} and id_in(number) else None
    return Chosen(kind=kind if kind in KINDS else None, source=source)
