"""Holds an incoming list against what people decided: debts paid again, people not paid, sums taken off."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session, col, select

from payouts.core.problems import Problem
from payouts.core.terms import grouped
from payouts.lists.carried import Paid
from payouts.lists.models import Deduction, PayoutLine, Reissue
from payouts.registry.stops import last_months, suspended_since

READ = (
    *("row", "line_ref", "citizen_id", "amount", "amount_carried_over", "amount_deducted"),
    *("carried_from", "period"),
)


def decided_problems(
    session: Session, lines: pa.Table, *, programme: str, cycle: str, paid: Paid
) -> Iterator[Problem]:
    """Yield a problem for each line that goes against what people decided.

    A line that carries over a debt which is being paid again stops the list: somebody has to decide which of
    the two it is to be. The others are warnings.

    Args:
        session: the transaction
        lines: of a list, schema LIST_LINES
        programme: of the list
        cycle: of the list, 2026-11
        paid: says what banks paid of earlier lines
    """
    yield from _paid_again(session, lines, programme, cycle, paid)
    last = last_months(session)
    for line in _of_people(lines, last):
        if (line["period"] or cycle) > last[line["citizen_id"]]:
            yield Problem("person_stopped", line["row"], "citizen_id", {"value": last[line["citizen_id"]]})
    since = suspended_since(session, programme)
    for line in _of_people(lines, since):
        if (line["period"] or cycle) >= since[line["citizen_id"]]:
            yield Problem("person_suspended", line["row"], "citizen_id", {"value": since[line["citizen_id"]]})
    yield from _deducted(session, lines, programme, cycle)


def _paid_again(
    session: Session, lines: pa.Table, programme: str, cycle: str, paid: Paid
) -> Iterator[Problem]:
    """Tell the lines that carry over what is being paid again: by reference, else by person and amount."""
    query = select(Reissue).where(
        col(Reissue.ended_at).is_(None), Reissue.programme == programme, Reissue.cycle < cycle
    )
    standing = session.exec(query).all()
    if not standing:
        return
    by_ref = {each.line_ref: each for each in standing}
    rows = lines.filter(pc.is_in(lines["carried_from"], pa.array(by_ref, pa.string())))
    for line in _rows(rows):
        yield _stops(line, by_ref[line["carried_from"]], "carried_from")
    unsettled = _unsettled(session, by_ref, paid)
    by_person = {each.citizen_id: each for each in unsettled if each.citizen_id}
    for line in _of_people(lines.filter(pc.is_null(lines["carried_from"])), by_person):
        each = by_person[line["citizen_id"]]
        same = (line["period"], line["amount"]) == (each.period or each.cycle, each.amount)
        if same or (line["amount_carried_over"] or 0) >= each.amount:
            yield _stops(line, each, "citizen_id")


def _unsettled(session: Session, by_ref: dict[str, Reissue], paid: Paid) -> list[Reissue]:
    """Leave out the debts that banks have paid by now."""
    rows = session.exec(
        select(PayoutLine.id, PayoutLine.line_ref).where(col(PayoutLine.line_ref).in_(by_ref))
    ).all()
    settled = paid(session, [key for key, _ in rows])
    done = {line_ref for key, line_ref in rows if key in settled}
    return [each for line_ref, each in by_ref.items() if line_ref not in done]


def _stops(line: dict[str, Any], each: Reissue, field: str) -> Problem:
    return Problem("debt_reissued", line["row"], field, {"value": each.line_ref, "other": each.new_ref})


def _deducted(session: Session, lines: pa.Table, programme: str, cycle: str) -> Iterator[Problem]:
    """Tell the lines from which more is taken off than decisions on their people allow."""
    rows = lines.filter(pc.greater(pc.fill_null(lines["amount_deducted"], 0), 0))
    if not rows.num_rows:
        return
    caps: dict[str, int] = {}
    standing = select(Deduction).where(
        col(Deduction.ended_at).is_(None), Deduction.programme == programme, Deduction.first_month <= cycle
    )
    for each in session.exec(standing):
        caps[each.citizen_id] = caps.get(each.citizen_id, 0) + each.monthly_cap
    for line in _rows(rows):
        allowed = caps.get(line["citizen_id"] or "", 0)
        if line["amount_deducted"] > allowed:
            values = {"value": grouped(line["amount_deducted"]), "other": grouped(allowed)}
            yield Problem("deducted_without_decision", line["row"], "amount_deducted", values)


def _of_people(lines: pa.Table, people: Sequence[str] | dict[str, Any]) -> list[dict[str, Any]]:
    return _rows(lines.filter(pc.is_in(lines["citizen_id"], pa.array(people, pa.string()))))


def _rows(lines: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lines.select(READ).to_pylist()
    return found
