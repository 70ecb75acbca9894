"""What an accepted registry file tells: new facts are written down, what differs is proposed."""

from sqlalchemy import FromClause, func, select
from sqlmodel import Session

from payouts.core import clock
from payouts.registry.changes import Source, fill, overwrite
from payouts.registry.earlier import record_earlier_ids
from payouts.registry.enrolments import enrol, is_known_before
from payouts.registry.facts import tell_dossiers, tell_opt_outs, tell_phones
from payouts.registry.files.models import RegistryFile
from payouts.registry.payees import add_listed_payees
from payouts.registry.people import BENEFICIARY, PERSON, add_accounts, add_people
from payouts.registry.proposing import PROPOSAL, Telling, propose, propose_new
from payouts.registry.rules import COMPARED

NEW = (*PERSON, "sex", "vneid_level", "card_expires_on")
FILLED = ("date_of_birth", "sex", "category_code", "area_code", "channel")
DIRECT = ("vneid_level", "card_expires_on")  # nobody is paid otherwise for them


def tell(session: Session, told: FromClause, receipt: RegistryFile) -> dict[str, int]:
    """Bring the registry up to what the rows of a file tell.

    Args:
        session: the transaction
        told: the rows, all columns of registry_row
        receipt: of the file

    Returns:
        how many people the file names, how many of them are new, and how many proposals wait for a decision
    """
    source = Source("file", receipt.id or 0, receipt.received_by)
    newest = add_people(session, told, NEW)
    add_listed_payees(session, told, source, on=clock.today(), newest=newest)
    fill(session, told, FILLED, source)
    overwrite(session, told, DIRECT, source)
    for programme in session.execute(select(told.c.programme).distinct()).scalars().all():
        _tell_programme(session, told, programme or "", source, newest)
    record_earlier_ids(session, told)
    for more in (tell_phones, tell_opt_outs, tell_dossiers):
        more(session, told, source)
    counted = {
        "people": select(func.count()).select_from(told),
        "new": select(func.count()).where(
            BENEFICIARY.c.id > newest, BENEFICIARY.c.citizen_id == told.c.citizen_id
        ),
        "proposals": select(func.count()).where(
            PROPOSAL.c.source == "file", PROPOSAL.c.source_id == source.id
        ),
    }
    return {name: int(session.execute(query).scalar_one()) for name, query in counted.items()}


def _tell_programme(session: Session, told: FromClause, programme: str, source: Source, newest: int) -> None:
    of_programme = told.c.programme == programme if programme else told.c.programme.is_(None)
    rows = select(told).where(of_programme).subquery()
    month = f"{clock.today():%Y-%m}"
    telling = Telling(source, programme, month, clock.today(), tuple(COMPARED))
    if programme:
        known = is_known_before(session, programme, month)
        since = func.coalesce(rows.c.since, month)
        enrolled_now = enrol(session, rows, programme=programme, month=since)
        add_accounts(session, rows, programme=programme, on=clock.today(), people=enrolled_now)
        if known:
            propose_new(session, rows, telling, enrolled_now)
    propose(session, rows, telling, newest=newest, two_wards={})
