"""Lets a search find who came with the last lists: their keys are filled in small transactions."""

from sqlmodel import col, select

from payouts.core.bulk import weigh
from payouts.core.database import Database
from payouts.lists.models import PayoutList
from payouts.lists.searching import fill_lines
from payouts.registry.models import Beneficiary
from payouts.registry.searching import KEY, fill_people


def fill_search_keys(database: Database) -> bool:
    """Fill the keys of some people and of one list, and say whether there was anything to fill.

    Args:
        database: of this installation
    """
    with database.reading() as session:
        people = session.exec(select(Beneficiary.id).where(~col(Beneficiary.searchable)).limit(1)).first()
        lists = session.exec(
            select(PayoutList.id).where(~col(PayoutList.searchable), PayoutList.state == "accepted").limit(1)
        ).first()
    if people is None and lists is None:
        return False
    with database.session() as session:
        filled = fill_people(session) + fill_lines(session)
        if people is not None:
            weigh(session, KEY)
    return filled > 0
