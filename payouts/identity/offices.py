"""Where people reach an office: a telephone number and a place, as printed on what they are handed."""

import re
from collections.abc import Iterable

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.errors import ForbiddenError, RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.identity import audit
from payouts.identity.models import ContactPoint
from payouts.identity.rules import Staff

CENTRAL = ("province", "accountant")  # offices that are no ward's
_PHONE = re.compile(r"[+0-9][0-9 .()/-]{2,40}")


def offices_of(staff: Staff) -> list[str]:
    """List the offices whose number somebody may write down: wards by code, behind those of the province."""
    areas = staff.scope.areas
    return [*CENTRAL, *sorted(wards())] if areas is None else sorted(areas)


def contacts(session: Session, offices: Iterable[str]) -> dict[str, ContactPoint]:
    """Find where offices are reached: office -> contact point; one that nobody wrote down is left out."""
    found = session.exec(select(ContactPoint).where(col(ContactPoint.office).in_(set(offices))))
    return {each.office: each for each in found}


def set_contact(session: Session, office: str, *, phone: str, place: str, staff: Staff) -> ContactPoint:
    """Write down where an office is reached, instead of what was written before.

    Args:
        session: the transaction
        office: an area code, or one of CENTRAL
        phone: as it is to be printed
        place: where, and when it is open; may be empty
        staff: who writes it

    Raises:
        ForbiddenError: not an office of theirs
        RefusedError: no telephone number, or too long a place
    """
    if office not in offices_of(staff):
        raise ForbiddenError("not_your_office", "Bạn chỉ ghi được số liên hệ của nơi mình phụ trách.")
    if not _PHONE.fullmatch(phone.strip()):
        raise RefusedError("bad_phone", "Hãy ghi số điện thoại, ví dụ 0912 345 678.")
    if len(place) > LONGEST_NAME or not place.isprintable():
        raise RefusedError("bad_place", f"Địa chỉ và giờ làm việc dài nhất {LONGEST_NAME} chữ cái.")
    kept = session.get(ContactPoint, office)
    before = {"phone": kept.phone, "place": kept.place} if kept else None
    point = kept or ContactPoint(office=office, phone="", set_at=clock.now(), set_by="")
    point.phone, point.place = phone.strip(), place.strip() or None
    point.set_at, point.set_by = clock.now(), staff.who
    session.add(point)
    after = {"phone": point.phone, "place": point.place}
    audit.note(session, staff.who, "office.set", f"office {office}", before=before, after=after)
    return point
