"""Asks for another account or payee of a person on their page, without a case; another approves."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from payouts.approvals import asking
from payouts.approvals.models import Approval
from payouts.cases.correcting import CONFIRMED_WITHIN, KIND, Wish, as_new, checked
from payouts.cases.people import find_person
from payouts.core import clock
from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.core.notes import tidied
from payouts.identity.scope import Scope
from payouts.registry.by_hand import note_change
from payouts.registry.corrections import account_in_force
from payouts.registry.models import Beneficiary, Enrolment, Payee
from payouts.registry.record import record_of
from payouts.registry.rules import payee_relations
from payouts.registry.stops import numbers_of

PAYEE = "change_payee"
_NUMBER = 12  # digits of an identity number


@dataclass(frozen=True, slots=True)
class PayeeWish:
    """Who is to receive for a person; an empty relation ends who does so now.

    Attributes:
        relation: a code of registry.rules.payee_relations
        full_name: of the payee
        citizen_id: of the payee
        valid_to: the last day on the paper
        proof: number and day of the paper
        reason: why, in words
    """

    relation: str
    full_name: str
    citizen_id: str
    valid_to: dt.date | None
    proof: str
    reason: str


def ask_account(
    session: Session,
    person_id: int,
    scope: Scope,
    wish: Wish,
    *,
    programme: str,
    proof: str,
    confirmed_on: dt.date | None,
    by: str,
) -> Approval:
    """Ask for another account of a person in a programme, or a first one, to be on record.

    Args:
        session: the transaction
        person_id: whom
        scope: the areas and programmes of who asks; the person lives in these areas
        wish: what is to be on record
        programme: that pays them by it
        proof: number and day of the paper that shows it
        confirmed_on: the day on which the person said so, face to face or by a number known before
        by: the username

    Raises:
        NotFoundError: no such person
        ConflictError: the same waits already
        ForbiddenError: it concerns who asks, or a relative they declared
        RefusedError: `bad_correction`, a value that cannot be, or nothing differs; no paper or reason;
            `confirmation_needed`
    """
    person = find_person(session, person_id, scope, whole=True)
    programmes = [
        each.programme for each in record_of(session, person_id, scope).enrolments if not each.until
    ]
    if programme not in programmes:
        raise RefusedError("bad_correction", "Hãy chọn chương trình mà người này đang hưởng.")
    old = account_in_force(session, person_id, programme, bank_code=None, account_no=None)
    new = checked(wish)
    if old and new == as_new(old):
        raise RefusedError("bad_correction", "Thông tin mới giống hệt thông tin đang có.")
    today = clock.today()
    if confirmed_on is None or not today - CONFIRMED_WITHIN <= confirmed_on <= today:
        raise RefusedError(
            "confirmation_needed", "Hãy ghi ngày người này xác nhận, trong vòng 30 ngày và không sau hôm nay."
        )
    details = {
        "old_account": f"{old.bank_code} {old.account_no}".strip() if old else None,
        "channel": new.channel,
        "bank_code": new.bank_code or None,
        "account_no": new.account_no,
        "account_name": new.account_name,
        "payee_citizen_id": new.payee_citizen_id,
        "proof": tidied(proof, needed=True),
        "confirmed_on": confirmed_on.isoformat(),
        "confirmed_by": by,
        "account_id": old.id if old else None,
        "beneficiary_id": person_id,
    }
    concerned = [old.payee_citizen_id if old else None, new.payee_citizen_id]
    return _ask(
        session, KIND, person, programme, details=details, concerned=concerned, reason=wish.reason, by=by
    )


def ask_payee(session: Session, person_id: int, scope: Scope, wish: PayeeWish, *, by: str) -> Approval:
    """Ask for another payee of a person to be on record, or for the one who is to be ended.

    Raises:
        NotFoundError, ConflictError, ForbiddenError: as ask_account
        RefusedError: `bad_payee`, a value that cannot be, or nobody to end; no paper or reason
    """
    person = find_person(session, person_id, scope, whole=True)
    record = record_of(session, person_id, scope)
    name, number, relation = wish.full_name.strip(), wish.citizen_id.strip(), wish.relation
    wrong = {
        "Chưa có người nhận thay nào để kết thúc.": not relation and record.payee is None,
        "Hãy chọn quan hệ với người thụ hưởng.": bool(relation) and relation not in payee_relations(),
        "Hãy ghi họ tên người nhận thay.": bool(relation)
        and not (0 < len(name) <= LONGEST_NAME and name.isprintable()),
        "Số căn cước của người nhận thay gồm 12 chữ số.": bool(relation)
        and not (len(number) == _NUMBER and number.isascii() and number.isdecimal()),
        "Người nhận thay phải là người khác.": number == person.citizen_id,
        "Ngày cuối của giấy đã qua.": wish.valid_to is not None and wish.valid_to < clock.today(),
    }
    for words, is_wrong in wrong.items():
        if is_wrong:
            raise RefusedError("bad_payee", words)
    old = record.payee
    details = {
        "old_payee": f"{old.full_name} {old.citizen_id or ''}".strip() if old else None,
        "relation": relation or None,
        "payee_name": name or None,
        "payee_citizen_id": number or None,
        "valid_to": wish.valid_to.isoformat() if wish.valid_to else None,
        "proof": tidied(wish.proof, needed=True),
        "beneficiary_id": person_id,
        "payee_id": old.id if old else None,
    }
    programme = next((each.programme for each in record.enrolments if not each.until), "")
    concerned = [number or None, old.citizen_id if old else None]
    return _ask(
        session, PAYEE, person, programme, details=details, concerned=concerned, reason=wish.reason, by=by
    )


def change_payee(session: Session, approval: Approval, by: str) -> None:
    """Put the payee that was approved on record, from today on, in the place of the one before."""
    told = approval.details
    person = session.get_one(Beneficiary, told["beneficiary_id"])
    standing = select(Payee).where(Payee.beneficiary_id == person.id, col(Payee.ended_at).is_(None))
    for old in session.exec(standing):
        old.ended_at, old.ended_by = clock.now(), by
        session.add(old)
    session.flush()
    after = None
    if told["relation"]:
        after = f"{told['payee_name']} {told['payee_citizen_id']}"
        session.add(
            Payee(
                beneficiary_id=person.id or 0,
                relation=told["relation"],
                full_name=told["payee_name"],
                citizen_id=told["payee_citizen_id"],
                document=told["proof"],
                valid_from=clock.today(),
                valid_to=dt.date.fromisoformat(told["valid_to"]) if told["valid_to"] else None,
                source="approval",
                source_id=approval.id or 0,
                recorded_at=clock.now(),
                recorded_by=by,
            )
        )
    note_change(
        session,
        person,
        "payee",
        told["old_payee"],
        after,
        proof=told["proof"],
        by=by,
        source="approval",
        source_id=approval.id or 0,
    )


def programmes_of(session: Session, person_id: int, scope: Scope) -> list[str]:
    """List the programmes of a scope that a person is on today."""
    query = select(Enrolment.programme).where(
        Enrolment.beneficiary_id == person_id,
        col(Enrolment.until).is_(None),
        *scope.conditions(programme=Enrolment.programme),
    )
    return sorted(session.exec(query))


def _ask(
    session: Session,
    kind: str,
    person: Beneficiary,
    programme: str,
    *,
    details: dict[str, Any],
    concerned: list[str | None],
    reason: str,
    by: str,
) -> Approval:
    return asking.ask(
        session,
        kind,
        f"person {person.id} {programme}".strip(),
        by=by,
        reason=reason,
        programme=programme,
        area_code=person.area_code,
        concerned=[*numbers_of(session, person.citizen_id), *concerned],
        details=details,
    )
