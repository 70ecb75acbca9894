"""Earlier identity numbers of people: where they become known, and which belong to whom."""

from collections import defaultdict

from sqlalchemy import FromClause, Select, func, insert, literal, or_, select
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.models import EarlierId
from payouts.registry.people import ACCOUNT, BENEFICIARY

EARLIER = table_behind(EarlierId)
_CMND, _CCCD = 9, 12  # digits


def record_earlier_ids(session: Session, told: FromClause) -> None:
    """Keep the earlier numbers that payout lines tell, and those that are plain from what is on record.

    A person with a CCCD whose name, birth date and account are those of somebody on record under a CMND is
    the same person. Nothing less is enough: people share names, and households share accounts.

    Args:
        session: the transaction
        told: rows of id, citizen_id, other_ids, full_name, date_of_birth, bank_code, account_no; the people
            and accounts are on record
    """
    person = BENEFICIARY.alias("person")
    by_list = select(person.c.id, told.c.other_ids, func.min(told.c.id).label("line")).where(
        person.c.citizen_id == told.c.citizen_id,
        told.c.other_ids.is_not(None),
        told.c.other_ids.not_in(["", told.c.citizen_id]),
    )
    _keep(session, by_list.group_by(person.c.id, told.c.other_ids), "list")
    old = BENEFICIARY.alias("old")
    cmnd = func.length(old.c.citizen_id) == _CMND
    if session.execute(select(old.c.id).where(cmnd).limit(1)).first() is None:
        return
    by_account = select(person.c.id, old.c.citizen_id, func.min(told.c.id).label("line")).where(
        cmnd,
        old.c.id == ACCOUNT.c.beneficiary_id,
        ACCOUNT.c.account_no == told.c.account_no,
        ACCOUNT.c.bank_code == func.coalesce(told.c.bank_code, ""),
        old.c.full_name == told.c.full_name,
        old.c.date_of_birth == told.c.date_of_birth,
        func.length(told.c.citizen_id) == _CCCD,
        person.c.citizen_id == told.c.citizen_id,
    )
    _keep(session, by_account.group_by(person.c.id, old.c.citizen_id), "account")


def earlier_ids(session: Session, told: FromClause) -> dict[int, str]:
    """Find the earlier numbers of the people of payout lines, where the lines do not hold them already.

    Args:
        session: the transaction
        told: rows of id, citizen_id, other_ids

    Returns:
        line -> all earlier numbers of its person, in order, joined by ";"
    """
    rows = session.execute(
        select(told.c.id, told.c.other_ids, EARLIER.c.earlier_id)
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == told.c.citizen_id)
        .join(EARLIER, EARLIER.c.beneficiary_id == BENEFICIARY.c.id)
        .where(or_(told.c.other_ids.is_(None), told.c.other_ids != EARLIER.c.earlier_id))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for line, given, number in rows:
        found[line] |= {given, number} - {None, ""}
    return {line: ";".join(sorted(numbers)) for line, numbers in found.items()}


def _keep(session: Session, found: Select[tuple[int, str, int]], known_by: str) -> None:
    rows = found.subquery()
    person, number, line = rows.c
    session.execute(
        insert(EARLIER).from_select(
            ["beneficiary_id", "earlier_id", "known_by", "source_line_id", "recorded_at"],
            select(person, number, literal(known_by), line, literal(clock.now(), Moment())).where(
                ~select(EARLIER.c.id)
                .where(EARLIER.c.beneficiary_id == person, EARLIER.c.earlier_id == number)
                .exists()
            ),
        )
    )
