"""Finds people by what somebody types, through keys that are filled a few thousand people at a time."""

from collections import defaultdict

from sqlalchemy import RowMapping, delete, insert, select, union, update
from sqlmodel import Session, func

from payouts.core.searching import Range, keys_of, ranges, within
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.registry.models import EarlierId, PersonKey, Proposal
from payouts.registry.people import ACCOUNT, BENEFICIARY

EARLIER = table_behind(EarlierId)
KEY = table_behind(PersonKey)
PROPOSAL = table_behind(Proposal)
AT_ONCE = 5_000  # people of one transaction
COMMON = 5_000  # a word that so many people have is not counted further
SHOWN = ("id", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code")


def fill_people(session: Session) -> int:
    """Write the search keys of at most AT_ONCE people who are new or changed, and say how many those were."""
    waiting = select(BENEFICIARY.c.id, BENEFICIARY.c.citizen_id, BENEFICIARY.c.full_name).where(
        ~BENEFICIARY.c.searchable
    )
    people = session.execute(
        waiting.order_by(BENEFICIARY.c.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    ).all()
    if not people:
        return 0
    ids = [person.id for person in people]
    numbers, names = _numbers(session, ids), _waiting(session, ids, "full_name")
    keys = [
        {"key": key, "beneficiary_id": person.id}
        for person in people
        for key in keys_of(
            " ".join([person.full_name, *names[person.id]]), [person.citizen_id, *numbers[person.id]]
        )
    ]
    session.execute(delete(KEY).where(KEY.c.beneficiary_id.in_(ids)))
    session.execute(insert(KEY), sorted(keys, key=lambda row: row["key"]))
    session.execute(update(BENEFICIARY).values(searchable=True).where(BENEFICIARY.c.id.in_(ids)))
    return len(people)


def find_people(session: Session, text: str, scope: Scope, *, limit: int) -> list[RowMapping]:
    """Find beneficiaries within a scope whose name and numbers fit what was typed.

    Args:
        session: the transaction
        text: as core.searching.ranges takes it
        scope: the areas of who asks; a beneficiary belongs to the area of their latest list
        limit: most rows

    Returns:
        rows of SHOWN; which ones, where there are more, is by the order of keys
    """
    wanted = ranges(text)
    if not wanted:
        return []
    query = select(*(BENEFICIARY.c[name] for name in SHOWN)).where(
        *scope.conditions(area=BENEFICIARY.c.area_code)
    )
    if scope.areas is None:  # the rarest word leads to people
        wanted.sort(key=lambda each: _common(session, each))
        leading = union(
            *(select(KEY.c.beneficiary_id).where(within(KEY.c.key, [each])) for each in wanted[0])
        ).subquery()  # no OR: SQLite would read all keys
        query = query.join(leading, leading.c.beneficiary_id == BENEFICIARY.c.id)
        wanted = wanted[1:]
    for each in wanted:
        query = query.where(
            select(KEY.c.key)
            .where(KEY.c.beneficiary_id == BENEFICIARY.c.id, within(KEY.c.key, each))
            .exists()
        )
    return list(session.execute(query.limit(limit)).mappings())


def _numbers(session: Session, ids: list[int]) -> dict[int, list[str]]:
    """Give the accounts and earlier identity numbers of people, those of the past too."""
    found: dict[int, list[str]] = defaultdict(list)
    for table, column in ((ACCOUNT, ACCOUNT.c.account_no), (EARLIER, EARLIER.c.earlier_id)):
        rows = session.execute(select(table.c.beneficiary_id, column).where(table.c.beneficiary_id.in_(ids)))
        for person, number in rows:
            found[person].append(number)
    for person, told in _waiting(session, ids, "account").items():
        found[person] += [account.rpartition(" ")[2] for account in told]  # behind its bank
    return found


def _waiting(session: Session, ids: list[int], field: str) -> dict[int, list[str]]:
    """Give what lists and files tell otherwise of people and nobody has decided yet."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(PROPOSAL.c.beneficiary_id, PROPOSAL.c.after).where(
            *(PROPOSAL.c.beneficiary_id.in_(ids), PROPOSAL.c.field == field, PROPOSAL.c.state == "waiting"),
            PROPOSAL.c.after.is_not(None),
        )
    )
    for person, told in rows:
        found[person].append(told)
    return found


def _common(session: Session, wanted: list[Range]) -> int:
    count = 0
    for each in wanted:
        some = select(KEY.c.key).where(within(KEY.c.key, [each])).limit(COMMON).subquery()
        count += int(session.execute(select(func.count()).select_from(some)).scalar_one())
    return count
