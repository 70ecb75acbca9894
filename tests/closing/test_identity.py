"""What was owed ties with what became of it, in đồng and in people, at a glance and line by line."""

import datetime as dt

import pytest
from sqlmodel import select

from payouts.closing.identity import Identity, identity
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, Voucher
from payouts.runs.models import Run
from tests.closing.told import NOON, stop, told
from tests.facts import OWED, Office

HOA = {"line_ref": "BT1"}
BINH = {"line_ref": "BT2", "citizen_id": "001146005512", "account_no": "1500205005512", "area_code": "00008"}
LAN = {"line_ref": "BT3", "citizen_id": "001148011203", "account_no": "1500205011203"}


def test_surplus_stands_beside_and_what_lacks_is_carried_out(office: Office) -> None:
    office.owe(HOA, BINH, LAN)
    office.say(
        "kq.csv",
        {"end_to_end_id": "BT1", "bank_ref": "F1"},
        {"end_to_end_id": "BT1", "bank_ref": "F2"},
        {"end_to_end_id": "BT2", "amount": "800000", "bank_ref": "F3"},
    )
    office.run()
    found = told(office)
    assert found.total.as_dict() == {
        "owed": 2_430_000,
        "carried_in": 0,
        "paid": 1_610_000,
        "carried_out": 820_000,
        "stopped": 0,
        "to_recover": 0,
    }
    assert (found.surplus, found.to_others) == (810_000, 0)
    assert found.total_people.as_dict() == {
        "owed": 3,
        "carried_in": 0,
        "paid": 1,
        "carried_out": 2,
        "stopped": 0,
        "to_recover": 0,
    }
    assert told(office, scope=Scope(frozenset({"00008"}), None)).total.owed == 810_000


def test_money_of_the_dead_is_stopped_or_to_be_recovered_and_a_voucher_pays(office: Office) -> None:
    office.owe(HOA, BINH, LAN)
    office.say("kq.csv", {"end_to_end_id": "BT1", "bank_ref": "F1"})
    office.run()
    stop(office, "001145003417", "2026-10")
    stop(office, "001146005512", "2026-10")
    with office.database.session() as session:
        line = session.exec(select(PayoutLine.id).where(PayoutLine.line_ref == "BT3")).one()
        session.add(
            Voucher(
                payout_line_id=line,
                number="P1",
                collected_on=dt.date(2026, 11, 9),
                recorded_at=NOON,
                recorded_by="badinh",
            )
        )
    found = told(office).total
    assert (found.to_recover, found.stopped, found.paid, found.carried_out) == (810_000, 810_000, 810_000, 0)


def test_an_unpaid_debt_comes_into_the_next_month_and_is_counted_once_where_a_list_carries_it(
    office: Office,
) -> None:
    october = {"cycle": "2026-10", "name": "l10.csv", "deadline": dt.date(2026, 10, 20)}
    office.owe({**HOA, "line_ref": "A1", "period": "2026-10"}, {**BINH, "line_ref": "A2"}, **october)
    office.run(cycle="2026-10", as_of="2026-10-25")
    assert told(office, "2026-10").total.carried_out == 1_620_000
    usual = {**dict.fromkeys(("amount_current", "amount_carried_over", "carried_from"), "")}
    more = {"amount_current": "810000", "amount_carried_over": "810000", "carried_from": "A1"}
    office.owe({**HOA, "amount": "1620000", **more}, LAN, usual={**OWED, **usual})
    found = told_unjudged(office)
    assert (found.total.owed, found.total.carried_in) == (1_620_000, 1_620_000)
    office.say("kq.csv", {"end_to_end_id": "BT1", "bank_ref": "F1", "amount": "1000000"})
    office.run()
    found = told(office)
    assert found.total.as_dict() == {
        "owed": 1_620_000,
        "carried_in": 1_620_000,
        "paid": 1_000_000,
        "carried_out": 2_240_000,
        "stopped": 0,
        "to_recover": 0,
    }
    assert found.total_people.as_dict() == {
        "owed": 2,
        "carried_in": 2,
        "paid": 1,
        "carried_out": 3,
        "stopped": 0,
        "to_recover": 0,
    }, "what is carried over is paid first"


def told_unjudged(office: Office) -> Identity:
    with office.database.reading() as session:
        return identity(session, "BTXH", "2026-11")


@pytest.mark.parametrize("known", ["then", "now"])
def test_the_month_as_known_on_a_day_is_what_was_known(office: Office, known: str) -> None:
    office.owe(HOA, BINH)
    office.run()
    with office.database.reading() as session:
        at = session.exec(select(Run.done_at)).one()
    office.say("kq.csv", {"end_to_end_id": "BT1", "bank_ref": "F1"})
    office.run()
    with office.database.reading() as session:
        found = identity(session, "BTXH", "2026-11", at=at if known == "then" else None)
    assert (found.run, found.total.paid) == ((1, 0) if known == "then" else (2, 810_000))
