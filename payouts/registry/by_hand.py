"""What staff write into the registry by hand, each with the paper on which it rests."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.core.notes import tidied
from payouts.identity.declared import refuse_own_affair
from payouts.identity.scope import EVERYTHING
from payouts.registry.models import Beneficiary, Dossier, OptOut, RegistryChange
from payouts.registry.people import BENEFICIARY
from payouts.registry.proposing import replace
from payouts.registry.record import record_of
from payouts.registry.rules import CHANNELS, SEXES, VNEID_LEVELS, opt_out_reasons

# What the form of a person writes; an empty value says nothing.
DETAILS = ("full_name", "date_of_birth", "sex", "area_code", "channel", "vneid_level", "card_expires_on")
STEPS = ("completed_on", "sent_on", "opened_on", "refused_on")
_MOST_VALUES: Mapping[str, Any] = {"sex": SEXES, "channel": CHANNELS, "vneid_level": VNEID_LEVELS}


def write_details(
    session: Session, person: Beneficiary, values: Mapping[str, Any], *, proof: str, by: str
) -> list[str]:
    """Write what differs of a person's details, one change a field; what lists propose of it waits no more.

    Args:
        session: the transaction
        person: whom
        values: fields of DETAILS as they are kept; None says nothing
        proof: number and day of the paper, in words
        by: the username

    Returns:
        the fields that changed

    Raises:
        RefusedError: `bad_detail`, a value that cannot be; nothing differs; no paper
        ForbiddenError: it is the person's own record, or that of a relative they declared
    """
    refuse_own_affair(session, by, [person.citizen_id])
    paper = tidied(proof, needed=True)
    wrong = {
        "Hãy ghi họ tên.": not _is_name(values.get("full_name") or person.full_name),
        "Không có xã/phường này.": bool(values.get("area_code")) and values["area_code"] not in wards(),
        "Ngày sinh không thể sau hôm nay.": (values.get("date_of_birth") or dt.date.min) > clock.today(),
        "Hãy chọn một giá trị trong danh sách.": any(
            values.get(name) is not None and values[name] not in known for name, known in _MOST_VALUES.items()
        ),
    }
    for words, is_wrong in wrong.items():
        if is_wrong:
            raise RefusedError("bad_detail", words)
    told = [
        name
        for name in DETAILS
        if values.get(name) not in {None, ""} and values[name] != getattr(person, name)
    ]
    if not told:
        raise RefusedError("bad_detail", "Chưa có gì khác với hồ sơ đang có.")
    for name in told:
        note_change(
            session, person, name, _text(getattr(person, name)), _text(values[name]), proof=paper, by=by
        )
        setattr(person, name, values[name])
    person.searchable = False
    session.add(person)
    replace(session, None, select(BENEFICIARY.c.id).where(BENEFICIARY.c.id == person.id), fields=told)
    return told


def write_opt_out(
    session: Session, person: Beneficiary, reason: str, *, note: str, proof: str, by: str
) -> OptOut | None:
    """Write why a person has no account, in the place of an earlier reason; an empty reason ends that.

    Raises:
        RefusedError: `bad_detail`, no such reason, none to end, or the same; no paper
        ForbiddenError: as write_details
    """
    refuse_own_affair(session, by, [person.citizen_id])
    standing = record_of(session, person.id or 0, EVERYTHING).opt_out
    known = opt_out_reasons().get(reason)
    if (reason and known is None) or reason == (standing.reason if standing else ""):
        raise RefusedError("bad_detail", "Hãy chọn một lý do khác với lý do đang ghi.")
    paper = tidied(proof, needed=True)
    note_change(
        session, person, "opt_out", standing.reason if standing else None, reason or None, proof=paper, by=by
    )
    if standing:
        standing.ended_at, standing.ended_by = clock.now(), by
        session.add(standing)
        session.flush()
    if known is None:
        return None
    today = clock.today()
    made = OptOut(
        beneficiary_id=person.id or 0,
        reason=reason,
        note=tidied(note) or None,
        since=today,
        look_again_on=today + dt.timedelta(days=30 * known.months_until_asked_again),
        source="hand",
        source_id=0,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    session.add(made)
    session.flush()
    return made


def write_dossier(
    session: Session,
    person: Beneficiary,
    bank: str,
    days: Mapping[str, dt.date | None],
    *,
    why: str,
    proof: str,
    by: str,
) -> Dossier:
    """Begin the dossier of an account, or write how far the one under way is.

    Args:
        session: the transaction
        person: whose
        bank: its code; empty where it is not said
        days: by STEPS; a day once written stays
        why: of a refusal, in words
        proof: number and day of the paper, in words
        by: the username

    Raises:
        RefusedError: `bad_detail`, days out of order or after today, nothing new; no paper, no reason
        ForbiddenError: as write_details
    """
    refuse_own_affair(session, by, [person.citizen_id])
    paper = tidied(proof, needed=True)
    last = record_of(session, person.id or 0, EVERYTHING).dossier
    under_way = last if last and not (last.opened_on or last.refused_on) else None
    begun = days.get("completed_on")
    if under_way is None and begun is None:
        raise RefusedError("bad_detail", "Hãy ghi ngày hoàn thành hồ sơ.")
    found = under_way or Dossier(
        beneficiary_id=person.id or 0,
        bank_code=bank,
        completed_on=begun or clock.today(),
        source="hand",
        source_id=0,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    fresh = [step for step in STEPS if days.get(step) and (under_way is None or getattr(found, step) is None)]
    for step in fresh:
        setattr(found, step, days[step])
    told = [on for step in STEPS if (on := getattr(found, step))]
    both_ends = bool(found.opened_on and found.refused_on)
    if not fresh or told != sorted(told) or told[-1] > clock.today() or both_ends:
        raise RefusedError(
            "bad_detail",
            "Hãy ghi ngày theo thứ tự, không sau hôm nay: đủ hồ sơ, gửi ngân hàng, mở hoặc từ chối.",
        )
    if "refused_on" in fresh:
        found.refused_why = tidied(why, needed=True)
    for step in fresh:
        note_change(session, person, "dossier", None, f"{step} {days[step]}", proof=paper, by=by)
    session.add(found)
    session.flush()
    return found


def note_change(
    session: Session,
    person: Beneficiary,
    field: str,
    before: str | None,
    after: str | None,
    *,
    proof: str,
    by: str,
    source: str = "hand",
    source_id: int = 0,
    programme: str | None = None,
) -> None:
    """Add one change to the history of a person."""
    session.add(
        RegistryChange(
            beneficiary_id=person.id or 0,
            field=field,
            before=before,
            after=after,
            programme=programme,
            at=clock.now(),
            by=by,
            source=source,
            source_id=source_id,
            proof=proof,
        )
    )


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()


def _text(value: object) -> str | None:
    return None if value is None else str(value)
