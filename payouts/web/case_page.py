"""Shows the page of one case, and shows it again with a form that could not be taken as it was sent."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.store import CaseView, find_case, view_case
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError, DomainError, RefusedError, StaleError
from payouts.core.ids import as_id, id_in
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.users import has_shortcuts
from payouts.web.access import WORKLIST_COOKIE, Desk, Form, local_path
from payouts.web.case_parts import PARTS
from payouts.web.pages.worklist import case_after
from payouts.web.render import language_of, page
from payouts.web.words import N_, translations

# What the page says after an act.
SAID = {
    "noted": N_("Your note is saved."),
    "assigned": N_("Saved."),
    "routed": N_("Given to the ward; its officers see it now."),
    "closed": N_("The case is closed."),
    "reopened": N_("The case is open again."),
    "contacted": N_("Your contact is saved, with the day to come back to it."),
    "messaged": N_("The message is written down as sent."),
    "sms_sent": N_("The message is sent."),
    "sms_failed": N_("The gateway did not take the message. Try again later, or send it by hand."),
    "phone_added": N_("The telephone number is saved."),
    "phone_ended": N_("The telephone number is taken off."),
    "proof_added": N_("The paper is kept with the case."),
    "told": N_("The case is open. What the person said stands below."),
    "told_before": N_("Such a case was open already; what the person said was noted there."),
    "released": N_("Released. The wards see these people on their lists."),
    "already": N_("This was saved already; nothing was saved twice."),
    "asked": N_("Asked for; it waits for another person. See Approvals."),
    "reissue_withdrawn": N_("Withdrawn: nothing is paid again."),
    "refunded": N_("Recorded."),
    "match_confirm": N_(
        "Saved: the line is theirs. The cycle is being judged anew; load the page again soon."
    ),
    "match_reject": N_("Saved: the line is not theirs. It will not be suggested again."),
    "match_force": N_("Your proposal waits for a second person."),
    "match_name": N_("Your proposal waits for a second person."),
    "match_taken_back": N_("Your proposal is taken back."),
    "match_undone": N_("Undone. The cycle is being judged anew; load the page again soon."),
}

# A rule's code -> the field of the form that was sent, and the words of the page; without any, and where the
# code does not stand here, it is said in its own words, there at the field `note`.
PROBLEMS = {
    "note_empty": ("note", N_("Write the note first.")),
    "note_too_long": ("note", N_("The note is too long. Shorten it to 4,000 characters.")),
    "note_unprintable": ("note", N_("The note holds signs that cannot be shown. Type it again.")),
    "no_such_outcome": ("outcome", N_("Choose how the case ended.")),
    "reason_needed": ("note", N_("Write down why nothing needs to be done.")),
    "voucher_needed": (
        "voucher_number",
        N_("Write the voucher's number and the day of signing, not after today."),
    ),
    "voucher_known": ("voucher_number", N_("This payout line has a signed voucher already.")),
    "no_such_move": ("state", N_("The case cannot move to that state from where it is.")),
    "no_such_ward": ("area", N_("Choose a ward from the list.")),
    "bad_assignee": ("assignee", N_("Choose a colleague from the list.")),
    "confirmation_needed": (
        "note",
        N_("Write the day (not after today), how they confirmed it, and what they said."),
    ),
    "bad_confirmed_on": ("confirmed_on", N_("Write the day like 22/11/2026.")),
    "nobody_hangs": ("reason", N_("Nobody of this ward waits any more.")),
    "bad_due": ("due", N_("Write the due date like 22/11/2026.")),
    "bad_day": ("note", N_("Write the day like 22/11/2026.")),
    "no_such_result": ("result", N_("Choose what came of the contact.")),
    "bad_next_day": ("next_on", N_("Write the day like 22/11/2026, from today on and within 90 days.")),
    "case_closed": ("result", N_("The case is closed. Open it again first.")),
    "bad_message": ("text", N_("Write the message, in 469 letters at most.")),
    "no_number": ("number", N_("Choose the telephone number that the message goes to.")),
    "bad_phone": ("number", N_("Write the telephone number like 0912 345 678.")),
    "bad_phone_owner": ("whose", N_("Choose whose telephone it is.")),
    "phone_known": ("number", N_("This number stands there as somebody else's. Take that off first.")),
    "no_proof_what": ("what", N_("Choose what the paper is.")),
    "proof_too_large": ("file", ""),
    "no_proof_chosen": ("file", N_("Choose the photo or PDF.")),
    "no_proof_kind": (
        "file",
        N_("This file is no whole photo (JPEG, PNG) and no PDF. Take the photo again, or scan it as PDF."),
    ),
    "bad_collected_on": ("collected_on", N_("Write the day of signing like 22/11/2026.")),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that comes back to who sent it: what was typed, and what is wrong with it.

    Attributes:
        act: the last word of the form's address; its fields have the id "act-field"
        fields: as they were typed
        at: the id of the field that is wrong
        words: what is wrong with it, in the reader's language; empty where nothing is
        mark: "Error" in the reader's language
    """

    act: str = ""
    fields: Form = field(default_factory=dict)
    at: str = ""
    words: str = ""
    mark: str = ""

    def typed(self, act: str, name: str, otherwise: str = "") -> str:
        """Return what was typed into a field of a form, else what stands there at first."""
        return self.fields.get(name, otherwise) if act == self.act else otherwise

    def wrong(self, act: str, name: str) -> dict[str, Any] | None:
        """Return the message at a field, for the govuk-frontend macros."""
        is_here = self.words and self.at == f"{act}-{name}"
        return {"text": self.words, "visuallyHiddenText": self.mark} if is_here else None


def show(
    request: Request,
    desk: Desk,
    case_id: int,
    *,
    status: int = 200,
    sent: Sent | None = None,
    changed: bool = False,
    said: str = "",
    before: int = 0,
) -> Response:
    """Show the page of a case; a form that was sent comes back as it was typed.

    Args:
        request: what is answered
        desk: who asks
        case_id: the case
        status: HTTP status
        sent: the form
        changed: somebody else changed the case meanwhile
        said: a key of SAID
        before: the case that the act was done on, where this is the one after it; 0: this one
    """
    staff = desk.signed_in.staff
    view = _looked(desk.database, staff, case_id)
    parts: dict[str, Any] = {}
    with desk.database.reading() as session:
        following = case_after(session, staff, view.case, _left_at(request))
        keys_on = has_shortcuts(session, staff)
        for part in PARTS:
            parts |= part(session, staff, view)
    return page(
        request,
        "case.html",
        status=status,
        scripts=["case.js"] if keys_on else [],
        keys_on=keys_on,
        view=view,
        case=view.case,
        worklist=_left_at(request),
        following=following,
        me=staff.who,
        may_work=staff.may("cases.work"),
        today=clock.today(),
        sent=sent or Sent(),
        changed=changed,
        said=SAID.get(said, ""),
        before=before,
        gateway=bool(desk.settings.sms_url),
        largest_proof_mb=desk.settings.largest_proof // 2**20,
        **parts,
    )


def show_again(
    request: Request, desk: Desk, case_id: int, form: Form, error: DomainError, *, at: str = ""
) -> Response:
    """Show the page with a form as it was typed, and what is wrong with it.

    Args:
        request: the form's; the last word of its address is the act
        desk: who sent it
        case_id: the case
        form: the fields
        error: what the rules say of it
        at: the id of what is wrong, where it is no field of the form
    """
    act = request.url.path.rpartition("/")[2]
    if isinstance(error, StaleError):
        return show(request, desk, case_id, status=412, changed=True, sent=Sent(act, form))
    language = language_of(request)
    say = translations(language).gettext
    name, words = PROBLEMS.get(error.code, ("note", ""))
    said = say(words) if words else error.said(language)
    status = 409 if isinstance(error, ConflictError) else 422
    sent = Sent(act, form, at or f"{act}-{name}", said, say("Error"))
    return show(request, desk, case_id, status=status, sent=sent)


def done(case_id: int, said: str) -> Response:
    """Lead back to the page of a case, which says what was done: a key of SAID."""
    return RedirectResponse(f"/cases/{case_id}?said={said}", 303)


def go_on(request: Request, desk: Desk, case_id: int, said: str) -> Response:
    """Lead to the case that follows in the worklist, which says what was done; after the last one back."""
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        case = find_case(session, as_id(case_id), staff.scope)
        following = case_after(session, staff, case, _left_at(request))
    if following is None:
        return done(case_id, said)
    return RedirectResponse(f"/cases/{following}?said={said}&before={case_id}", 303)


def version_of(form: Form) -> int:
    """Read the version of the case that a form's page was made of; 0 where it says none."""
    return id_in(form.get("version", ""))


def day_of(form: Form, name: str, code: str) -> dt.date | None:
    """Read a day in a form, like 22/11/2026.

    Raises:
        RefusedError: with this code, where it is none
    """
    try:
        return parse_date(form.get(name, ""))
    except UnreadableError:
        raise RefusedError(code, "") from None


def _looked(database: Database, staff: Staff, case_id: int) -> CaseView:
    """Read a case for its page, and note in the audit trail who read it."""
    with database.reading() as session:
        view = view_case(session, as_id(case_id), staff.scope)
    with database.session() as session:
        audit.note(session, staff.who, "case.read", f"case {case_id}")
    return view


def _left_at(request: Request) -> str:
    """Return the worklist as somebody left it, with its filters."""
    left = local_path(request.cookies.get(WORKLIST_COOKIE))
    return left if urlsplit(left).path == "/cases" else "/cases"
