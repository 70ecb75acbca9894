"""Brings the registry up to what the lines of a list tell, and the lines to what the registry knows."""

import pyarrow.compute as pc
from sqlalchemy import FromClause, bindparam, func, select, update
from sqlmodel import Session

from payouts.core.areas import ward_name
from payouts.core.bulk import read_table
from payouts.core.calendar import month_before
from payouts.core.tables import table_behind
from payouts.lists.absent import Absent, is_late
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList, PayoutListChange
from payouts.lists.rules import COUNTS
from payouts.registry.changes import Source, fill
from payouts.registry.earlier import earlier_ids, record_earlier_ids
from payouts.registry.enrolments import end_stopped, enrol, enrolled, is_known_before
from payouts.registry.payees import add_listed_payees
from payouts.registry.people import add_accounts, add_people
from payouts.registry.proposing import Telling, propose, propose_gone, propose_new

LINES = table_behind(PayoutLine)
CHANGE = table_behind(PayoutListChange)
_AT_ONCE = 5_000  # identity numbers that one query asks for
FILLED = ("date_of_birth", "area_code", "category_code", "channel")


def tell_the_registry(
    session: Session, told: FromClause, cycle: PayoutCycle, receipt: PayoutList
) -> list[tuple[int, str]]:
    """Record new people, accounts and earlier identity numbers; propose what differs from the record.

    The lines take the earlier numbers that are known of their people. A list of a month before one that is
    told already adds people, and changes nothing.

    Args:
        session: the transaction
        told: the lines of a list that count from now on, all columns of payout_line
        cycle: of the list
        receipt: of the list

    Returns:
        the rows of people whom another ward lists in this cycle too, and the names of the wards
    """
    telling = _telling(cycle, receipt)
    newest = add_people(session, told)
    known = is_known_before(session, cycle.programme, cycle.cycle)
    enrolled_now = enrol(session, told, programme=cycle.programme, month=cycle.cycle)
    add_accounts(session, told, programme=cycle.programme, on=cycle.opens_on, people=enrolled_now)
    add_listed_payees(session, told, telling.source, on=cycle.opens_on, newest=newest)
    two_wards: dict[str, tuple[int, str]] = {}
    if not is_late(session, cycle.programme, cycle.cycle):
        fill(session, told, FILLED, telling.source)
        two_wards = _in_two_wards(session, told, cycle)
        wards = {number: codes for number, (_, codes) in two_wards.items()}
        propose(session, told, telling, newest=newest, two_wards=wards)
        if known:
            propose_new(session, told, telling, enrolled_now)
    record_earlier_ids(session, told)
    numbers = [{"line": line, "ids": ids} for line, ids in earlier_ids(session, told).items()]
    if numbers:
        session.execute(
            update(LINES).where(LINES.c.id == bindparam("line")).values(other_ids=bindparam("ids")), numbers
        )
    return [(row, " / ".join(map(ward_name, codes.split(";")))) for row, codes in two_wards.values()]


def propose_absent(session: Session, absent: Absent, cycle: PayoutCycle, receipt: PayoutList) -> None:
    """Propose that people are off the programme whom no list of the month names; who is stopped is off it.

    Args:
        session: the transaction
        absent: those people
        cycle: of the list
        receipt: of the list that lacks them
    """
    stopped = end_stopped(session, absent.people, cycle.programme)
    left = absent.people.filter(pc.invert(pc.is_in(absent.people["id"], value_set=stopped)))
    propose_gone(session, left, _telling(cycle, receipt), last_month=month_before(cycle.cycle))


def propose_left_out(session: Session, cycle: PayoutCycle, receipt: PayoutList) -> None:
    """Propose that people are off the programme whom a corrected list leaves out and no other list names.

    Args:
        session: the transaction
        cycle: of the list
        receipt: of the corrected list, confirmed
    """
    here = select(LINES.c.citizen_id).where(LINES.c.cycle_id == cycle.id, LINES.c.ended_by == COUNTS)
    gone = (
        select(LINES.c.citizen_id)
        .join(CHANGE, CHANGE.c.old_id == LINES.c.id)
        .where(CHANGE.c.list_id == receipt.id, CHANGE.c.kind == "gone")
    )
    people = read_table(session, enrolled(cycle.programme, "9999-12"))
    left_out = read_table(session, gone.except_(here).subquery().select())["citizen_id"].combine_chunks()
    found = people.filter(pc.is_in(people["citizen_id"], value_set=left_out))
    propose_absent(session, Absent(found, people.num_rows, (0, 0)), cycle, receipt)


def _telling(cycle: PayoutCycle, receipt: PayoutList) -> Telling:
    source = Source("list", receipt.id or 0, receipt.received_by)
    return Telling(source, cycle.programme, cycle.cycle, cycle.opens_on)


def _in_two_wards(session: Session, told: FromClause, cycle: PayoutCycle) -> dict[str, tuple[int, str]]:
    """Find people of a list whom another ward lists in its cycle too: number -> row, and both wards."""
    wards = func.min(LINES.c.area_code), func.max(LINES.c.area_code)
    counts = (LINES.c.cycle_id == cycle.id, LINES.c.ended_by == COUNTS, LINES.c.citizen_id != "")
    query = select(LINES.c.citizen_id, *wards).where(*counts).group_by(LINES.c.citizen_id)
    found = {row[0]: f"{row[1]};{row[2]}" for row in session.execute(query.having(wards[0] != wards[1]))}
    rows: dict[str, int] = {}
    for first in range(0, len(found), _AT_ONCE):
        some = list(found)[first : first + _AT_ONCE]
        here = select(told.c.citizen_id, func.min(told.c.row)).where(told.c.citizen_id.in_(some))
        rows |= {row[0]: row[1] for row in session.execute(here.group_by(told.c.citizen_id))}
    return {number: (row, found[number]) for number, row in rows.items()}
