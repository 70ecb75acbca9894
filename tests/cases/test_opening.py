"""One door opens cases of every kind, and never two of one kind and subject."""

import pytest

from payouts.cases.counts import counts
from payouts.cases.kinds import by_hand, kinds
from payouts.cases.models import Case
from payouts.cases.opening import open_case, open_case_of_line
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutLine
from tests.facts import Office

HOA = {"line_ref": "BT1", "citizen_id": "001145003417", "account_no": "1500205004417", "area_code": "00004"}
PAID = {"end_to_end_id": "BT1", "bank_ref": "F1"}


def test_a_case_of_one_kind_and_subject_is_open_once(office: Office) -> None:
    office.owe(HOA)
    office.say("kq.csv", PAID)
    office.run()
    with office.database.session() as session:
        line = session.get_one(PayoutLine, session.exec(table_behind(PayoutLine).select()).scalar_one())
        first, new = open_case_of_line(session, "not_received", line, by="an", note="Bà chưa nhận")
        again, more = open_case_of_line(session, "not_received", line, by="binh", note="Bà gọi lại")
        other, third = open_case_of_line(session, "card_lost", line, by="an")
        assert (new, more, third) == (True, False, True)
        assert first.id == again.id != other.id
        assert (first.verdict, first.area_code, first.subject) == ("paid", "00004", "BT1")
        assert counts(session, EVERYTHING, "an").at_work == 2
        assert counts(session, Scope(frozenset({"00008"}), None), "an").at_work == 0


def test_a_case_of_no_payout_line_belongs_to_the_province(office: Office) -> None:
    with office.database.session() as session:
        case, _ = open_case(
            session,
            "incident",
            "BTXH 2026-11 VBA",
            by="run 1",
            programme="BTXH",
            cycle="2026-11",
            area_code=None,
            verdict="missing",
        )
        assert session.get(Case, case.id) is case


@pytest.mark.parametrize("kind", by_hand())
def test_a_kind_opened_by_hand_closes_by_the_persons_own_word_alone(kind: str) -> None:
    assert kinds()[kind].confirmed
