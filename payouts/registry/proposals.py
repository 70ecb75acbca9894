"""What waits for somebody to decide, as queries: counts by kind, and pages of proposals with their people."""

from sqlalchemy import RowMapping, func, select
from sqlmodel import Session

from payouts.core.limits import LARGEST_ID
from payouts.identity.scope import Scope
from payouts.registry.deciding import Chosen, in_scope
from payouts.registry.people import BENEFICIARY
from payouts.registry.proposing import PROPOSAL, WAITING

SHOWN = (
    *("id", "beneficiary_id", "kind", "field", "before", "after", "programme", "month", "area_code"),
    *("source", "source_id", "row", "asked_at", "asked_by", "state", "decided_at", "decided_by", "reason"),
)


def waiting_by_kind(session: Session, scope: Scope, chosen: Chosen) -> dict[str, int]:
    """Count what waits within a scope: kind -> how many."""
    query = select(PROPOSAL.c.kind, func.count()).where(*chosen.conditions(scope)).group_by(PROPOSAL.c.kind)
    return {row[0]: row[1] for row in session.execute(query)}


def waiting_count(session: Session, scope: Scope, *, most: int) -> int:
    """Count what waits within a scope, up to one more than `most`: the bar of every page asks."""
    some = select(PROPOSAL.c.id).where(PROPOSAL.c.state == WAITING, *in_scope(scope)).limit(most + 1)
    return int(session.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def waiting_sources(session: Session, scope: Scope) -> list[tuple[str, int, int]]:
    """List the lists and files of which something waits: kind, number, how many; the latest first."""
    source = (PROPOSAL.c.source, PROPOSAL.c.source_id)
    query = (
        select(*source, func.count())
        .where(PROPOSAL.c.state == WAITING, *in_scope(scope))
        .group_by(*source)
        .order_by(PROPOSAL.c.source, PROPOSAL.c.source_id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def proposals_page(
    session: Session, scope: Scope, chosen: Chosen, *, after: int = 0, limit: int = 50
) -> list[RowMapping]:
    """List what waits, with the name and identity number of each person, the earliest first.

    Args:
        session: the transaction
        scope: the areas and programmes of who asks
        chosen: which ones
        after: only those of a higher number
        limit: at most so many
    """
    query = (
        select(*(PROPOSAL.c[name] for name in SHOWN), BENEFICIARY.c.full_name, BENEFICIARY.c.citizen_id)
        .join(BENEFICIARY, BENEFICIARY.c.id == PROPOSAL.c.beneficiary_id)
        .where(*chosen.conditions(scope), PROPOSAL.c.id > min(after, LARGEST_ID))
        .order_by(PROPOSAL.c.id)
        .limit(limit)
    )
    return list(session.execute(query).mappings())


def proposals_of_person(session: Session, beneficiary_id: int, scope: Scope) -> list[RowMapping]:
    """List what waits of one person within a scope."""
    query = select(*(PROPOSAL.c[name] for name in SHOWN)).where(
        PROPOSAL.c.state == WAITING, PROPOSAL.c.beneficiary_id == beneficiary_id
    )
    if scope.programmes is not None:
        query = query.where(PROPOSAL.c.programme.in_([*sorted(scope.programmes), ""]))
    return list(session.execute(query.order_by(PROPOSAL.c.id)).mappings())
