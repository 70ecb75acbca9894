"""A holder's name that two people accept is right for that account from then on, and can be undone."""

import pytest
from sqlmodel import select

from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.identity.scope import EVERYTHING
from payouts.jobs.deciding import answer_match, decide_match, undo_match
from payouts.jobs.worker import work_once
from payouts.runs.again import judge_again
from payouts.runs.models import MatchDecision, Run, Verdict
from payouts.runs.offers import line_of
from payouts.runs.store import last_run
from tests.facts import Office
from tests.runs.test_matches import key_of

MARRIED = {
    "end_to_end_id": "L1",
    "bank_ref": "F1",
    "account_no": "1500205004417",
    "account_name": "HOA LE NGUYEN",
}


def propose(
    office: Office, kind: str = "name", by: str = "an", reason: str = "Tên trên thẻ"
) -> MatchDecision:
    with office.database.session() as session:
        told = line_of(session, "vba.csv", 2) or 0
        return decide_match(session, key_of(office, "L1"), told, kind, EVERYTHING, by=by, reason=reason)[0]


def approve(office: Office, decision: MatchDecision, by: str = "binh") -> None:
    with office.database.session() as session:
        answer_match(session, decision.id or 0, "approve", EVERYTHING, by=by)


def work(office: Office) -> None:
    while work_once(office.database, office.settings):
        pass


def verdicts(office: Office, *refs: str) -> list[tuple[str, str | None]]:
    found = []
    with office.database.reading() as session:
        for ref in refs:
            said = [
                each for each in session.exec(select(Verdict)) if each.payout_line_id == key_of(office, ref)
            ]
            found.append((said[-1].verdict, said[-1].differences))
    return found


@pytest.fixture
def named_otherwise(office: Office) -> Office:
    """October and November are paid in full to the right account, of which the bank names another holder."""
    office.owe({"line_ref": "L0", "period": "2026-10"}, cycle="2026-10")
    office.owe({})
    office.say("old.csv", {**MARRIED, "end_to_end_id": "L0", "bank_ref": "F0", "booked_on": "2026-10-05"})
    office.say("vba.csv", MARRIED)
    office.run("2026-10")
    office.run()
    return office


def test_an_accepted_name_is_right_from_then_on_and_undone_it_differs_again(named_otherwise: Office) -> None:
    office = named_otherwise
    assert verdicts(office, "L0", "L1") == [("name_differs", "name")] * 2
    with pytest.raises(RefusedError):
        propose(office, reason=" ")
    decision = propose(office)
    assert propose(office).id == decision.id
    with pytest.raises(ForbiddenError):
        approve(office, decision, by="an")
    office.run()
    assert verdicts(office, "L1") == [("name_differs", "name")]
    approve(office, decision)
    work(office)
    assert [verdict for verdict, _ in verdicts(office, "L0", "L1")] == ["paid", "paid"]
    office.owe({"line_ref": "L9", "period": "2026-12"}, cycle="2026-12")
    office.say("dec.csv", {**MARRIED, "end_to_end_id": "L9", "bank_ref": "F9", "booked_on": "2026-12-05"})
    office.run("2026-12", as_of="2026-12-24")
    assert verdicts(office, "L9")[0][0] == "paid"
    with office.database.session() as session:
        undo_match(session, decision.id or 0, EVERYTHING, by="an", reason="Nhầm")
    work(office)
    assert {verdict for verdict, _ in verdicts(office, "L0", "L1", "L9")} == {"name_differs"}
    again = judge_again(office.database, programme="BTXH", cycle="2026-11", number=3)
    assert (again.same, again.run.number) == (True, 3)


def test_only_a_name_that_differs_is_accepted(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {**MARRIED, "account_name": "NGUYEN THI HOA"})
    office.run()
    with pytest.raises(ConflictError) as caught:
        propose(office)
    assert caught.value.code == "name_differs_not"


def test_a_forced_match_and_its_name_are_two_decisions(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {**MARRIED, "end_to_end_id": "", "account_no": ""})
    office.run()
    approve(office, propose(office, "force"))
    work(office)
    assert verdicts(office, "L1") == [("name_differs", "name")]
    approve(office, propose(office))
    work(office)
    assert verdicts(office, "L1")[0][0] == "paid"
    with office.database.reading() as session:
        run = last_run(session, 1) or Run(cycle_id=0, number=0, as_of=None, asked_at=None, asked_by="")
        assert run.summary is not None
        assert run.summary["decisions"] == {"heard": 1, "not_followed": {}}
