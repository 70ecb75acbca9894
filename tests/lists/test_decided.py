"""A list that carries over a debt which is being paid again stops until somebody decides."""

import pytest
from sqlmodel import Session, select

from payouts.cases.deciding import answer_approval
from payouts.cases.models import Case
from payouts.cases.reissue import ask_reissue, withdraw
from payouts.core.errors import ConflictError
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import read_again, read_received
from payouts.lists.models import PayoutList, Reissue
from payouts.runs.settled import evidence_of
from tests.facts import OWED, Office

USUAL = {**OWED, "carried_from": "", "amount_carried_over": "", "amount_current": ""}
NEXT = {"cycle": "2026-12", "usual": USUAL, "paid": evidence_of}
CARRIED = {"line_ref": "B1", "amount": 1_620_000, "amount_carried_over": 810_000, "amount_current": 810_000}


@pytest.fixture
def again(office: Office) -> Office:
    office.owe({"line_ref": "A1"})
    office.say("k.csv", {"end_to_end_id": "A1", "bank_ref": "F", "status": "rejected", "reason_code": "AC04"})
    office.run()
    with office.database.session() as session:
        case = session.exec(select(Case)).one()
        asked = ask_reissue(session, case.id or 0, EVERYTHING, version=1, by="badinh", reason="Đã sửa")
        answer_approval(session, asked.id or 0, "approve", Staff(1, "kt", "accountant", EVERYTHING))
    return office


def reissue(session: Session) -> Reissue:
    return session.exec(select(Reissue)).one()


def codes(found: PayoutList) -> list[str]:
    return [row["code"] for row in found.problems]


@pytest.mark.parametrize(
    "line",
    [
        {**CARRIED, "carried_from": "A1"},
        CARRIED,
        {"line_ref": "B1", "period": "2026-11"},
    ],
)
def test_a_list_that_carries_the_debt_over_is_stopped(again: Office, line: dict[str, object]) -> None:
    found = again.owe(line, **NEXT)
    assert found.state == "quarantined"
    assert "debt_reissued" in codes(found)


def test_withdrawn_the_list_is_read_again_and_kept(again: Office) -> None:
    found = again.owe({**CARRIED, "carried_from": "A1"}, **NEXT)
    with again.database.session() as session:
        case = session.exec(select(Case)).one()
        withdraw(session, case.id or 0, EVERYTHING, by="badinh", reason="Chuyển sang kỳ sau")
        read_again(session, found.id or 0, EVERYTHING, by="thanhpho")
    found = read_received(again.database, again.settings, found.id or 0, paid=evidence_of)
    assert (found.state, codes(found)) == ("accepted", [])
    with again.database.session() as session, pytest.raises(ConflictError):
        read_again(session, found.id or 0, EVERYTHING, by="thanhpho")


def test_other_lines_of_the_person_do_not_stop_it(again: Office) -> None:
    assert again.owe({"line_ref": "B1", "period": "2026-12"}, **NEXT).state == "accepted"
    with again.database.reading() as session:
        new_ref = reissue(session).new_ref
    taken = again.owe({"line_ref": new_ref, "period": "2026-12", "citizen_id": ""}, **NEXT, name="x.csv")
    assert "line_ref_taken" in codes(taken)
    again.say("k2.csv", {"end_to_end_id": new_ref, "bank_ref": "F2", "account_no": OWED["account_no"]})
    again.run()
    paid = again.owe({**CARRIED, "line_ref": "C1", "citizen_id": "001145003417"}, **NEXT, name="y.csv")
    assert "debt_reissued" not in codes(paid)
