"""A file that is withdrawn, released or replaced changes what the next run says, and never a month twice."""

import pytest
from sqlmodel import select

from payouts.cases.models import Case, CaseEvent
from payouts.core.errors import ConflictError, ForbiddenError
from payouts.identity.audit import events
from payouts.runs.fallen import answer
from payouts.runs.models import FallenLine, Run, Standing, Verdict
from payouts.runs.told import told_lines
from payouts.settlements.desk import decide, decisions_of
from payouts.settlements.intake import keep_file
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import standing
from tests.facts import SAID, Office

PAID = {"end_to_end_id": "L1", "bank_ref": "F1", "account_no": "1500205004417"}


def verdict_of(office: Office, run: Run) -> list[str]:
    with office.database.reading() as session:
        rows = session.exec(select(Verdict).where(Verdict.run_id == run.id).order_by(Verdict.payout_line_id))  # type: ignore[arg-type]  # a column
        return [row.verdict for row in rows]


def two_people(office: Office, file_id: int, kind: str) -> SettlementFile:
    with office.database.session() as session:
        decide(session, file_id, kind, reason="gửi nhầm", by="an")
    with office.database.session() as session:
        answer(session, file_id, "approve", by="binh")
    return the_file(office, file_id)


def the_file(office: Office, file_id: int) -> SettlementFile:
    with office.database.reading() as session:
        return session.get_one(SettlementFile, file_id)


def test_a_withdrawn_file_reopens_what_it_had_closed(office: Office) -> None:
    office.owe({})
    file = office.say("vba.csv", PAID)
    run, _ = office.run()
    assert verdict_of(office, run) == ["paid"]
    assert standing(two_people(office, file.id or 0, "withdraw")) == "withdrawn"
    assert the_file(office, file.id or 0).state == "accepted"  # the receipt stays what it was
    run, opened = office.run()
    assert verdict_of(office, run) == ["missing"]
    assert opened.opened == 1
    with office.database.reading() as session:
        assert told_lines(session, file.id or 0)[0]["disposition"] is None
        said = [event.what for event in events(session, subject=f"settlement file {file.id}")]
    assert said == ["file.withdrawn", "file.withdraw_proposed"]
    run, _ = office.run(as_of="2026-11-10")
    assert verdict_of(office, run) == ["pending"]


def test_a_closed_case_opens_again_when_its_evidence_is_withdrawn(office: Office) -> None:
    office.owe({})
    run, opened = office.run()
    assert (verdict_of(office, run), opened.opened) == (["missing"], 1)
    file = office.say("vba.csv", PAID)
    assert office.run()[1].closed == 1
    two_people(office, file.id or 0, "withdraw")
    assert office.run()[1].reopened == 1
    with office.database.reading() as session:
        case = session.exec(select(Case).where(Case.kind == "exception")).one()
        events = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
        kinds = session.exec(events.order_by(CaseEvent.id)).all()  # type: ignore[arg-type]  # a column
    assert case.state == "parked"  # the bank is silent again
    assert kinds == ["opened", "parked", "closed", "reopened", "parked"]


def test_a_withdrawal_undone_by_two_people_counts_again(office: Office) -> None:
    office.owe({})
    file = office.say("vba.csv", PAID)
    office.run()
    two_people(office, file.id or 0, "withdraw")
    office.run()
    assert standing(two_people(office, file.id or 0, "release")) == "released"
    run, _ = office.run()
    assert verdict_of(office, run) == ["paid"]


def test_nobody_checks_what_they_proposed_themselves(office: Office) -> None:
    file = office.say("vba.csv", PAID)
    with office.database.session() as session:
        decide(session, file.id or 0, "withdraw", reason="gửi nhầm", by="an")
    for same in ("an", "shell An"):
        with pytest.raises(ForbiddenError, match="tự duyệt"), office.database.session() as session:
            answer(session, file.id or 0, "approve", by=same)
    with office.database.session() as session:
        decision = answer(session, file.id or 0, "take_back", by="an")
        assert decision.state == "taken_back"
    assert standing(the_file(office, file.id or 0)) == "accepted"
    with pytest.raises(ConflictError), office.database.session() as session:
        answer(session, file.id or 0, "approve", by="binh")


def test_the_good_lines_of_a_released_file_count_from_the_next_run(office: Office) -> None:
    office.owe({}, {"line_ref": "L2", "citizen_id": "001145003418", "account_no": "1500205004418"})
    file = office.say("vba.csv", PAID, {**PAID, "end_to_end_id": "L2", "bank_ref": "F2", "amount": "930.5"})
    assert (file.state, file.lines, file.good_lines) == ("quarantined", 2, 1)
    run, _ = office.run()
    assert verdict_of(office, run) == ["missing", "missing"]
    released = two_people(office, file.id or 0, "release")
    assert (standing(released), released.state) == ("released", "quarantined")
    assert [row["line"] for row in released.problems] == [3]
    run, _ = office.run()
    assert verdict_of(office, run) == ["paid", "missing"]


def test_a_new_file_in_the_place_of_a_counting_one_waits_for_staff_and_never_counts_beside_it(
    office: Office,
) -> None:
    office.owe({})
    old = office.say("vba.csv", {**PAID, "bank_ref": ""})
    office.run()
    path = office.write("vba2.csv", SAID, ({**PAID, "bank_ref": "", "amount": "800000"},))
    new = keep_file(office.database, office.settings, path, bank_code="VBA", by="bank VBA", supersedes=old.id)
    assert new.state == "quarantined"
    assert [row["code"] for row in new.problems] == ["supersedes_counted"]
    assert new.changes is not None
    assert new.changes["changed"] == {"lines": 1, "before": 810000, "after": 800000}
    assert new.changes["examples"] == [
        {"what": "changed", "old_line": 2, "new_line": 2, "fields": ["amount"]}
    ]
    run, _ = office.run()
    assert verdict_of(office, run) == ["paid"]
    two_people(office, new.id or 0, "release")
    assert standing(the_file(office, old.id or 0)) == "superseded"
    run, _ = office.run()
    assert verdict_of(office, run) == ["amount_differs"]
    with office.database.reading() as session:
        [superseded] = decisions_of(session, old.id or 0)
    assert (superseded.proposed_by, superseded.checked_by, superseded.new_file_id) == (
        ("bank VBA", "binh", new.id)
    )


def test_a_replaced_file_comes_back_only_once_its_successor_counts_no_more(office: Office) -> None:
    old = office.say("vba.csv", PAID, {**PAID, "amount": "930.5"})
    path = office.write("vba2.csv", SAID, (PAID,))
    new = keep_file(office.database, office.settings, path, bank_code="VBA", by="test", supersedes=old.id)
    with pytest.raises(ConflictError), office.database.session() as session:
        decide(session, old.id or 0, "release", reason="x", by="an")
    two_people(office, new.id or 0, "withdraw")
    assert standing(two_people(office, old.id or 0, "release")) == "released"
    assert standing(two_people(office, new.id or 0, "release")) == "released"  # and takes over again
    assert standing(the_file(office, old.id or 0)) == "superseded"


def test_an_accepted_file_takes_the_place_of_a_quarantined_one_by_itself(office: Office) -> None:
    old = office.say("vba.csv", PAID, {**PAID, "amount": "930.5"})
    with office.database.session() as session:
        decide(session, old.id or 0, "release", reason="để xem", by="an")
    path = office.write("vba2.csv", SAID, (PAID, {**PAID, "bank_ref": "F2", "amount": "930"}))
    new = keep_file(office.database, office.settings, path, bank_code="VBA", by="bank VBA", supersedes=old.id)
    assert new.state == "accepted"
    assert new.changes is not None
    assert (new.changes["same"], new.changes["added"]) == (1, {"lines": 1, "amount": 930})
    assert standing(the_file(office, old.id or 0)) == "superseded"
    with office.database.reading() as session:
        assert [each.state for each in decisions_of(session, old.id or 0)] == ["declined", "done"]


def test_what_a_withdrawn_file_leaves_open_is_served_before_the_next_month(office: Office) -> None:
    usual = {"bank_ref": "", "end_to_end_id": "", "account_no": "1500205004417", "booked_on": "2026-10-27"}
    office.owe({"line_ref": "OCT", "period": "2026-10"}, cycle="2026-10", name="oct.csv")
    office.owe({"line_ref": "NOV"}, cycle="2026-11", name="nov.csv")
    wrong = office.say("wrong.csv", usual)
    run, _ = office.run(cycle="2026-10", as_of="2026-11-25")
    assert verdict_of(office, run) == ["paid"]
    two_people(office, wrong.id or 0, "withdraw")
    with office.database.reading() as session:
        assert len(session.exec(select(FallenLine)).all()) == 1
        assert session.exec(select(Standing)).all() == []
    office.say("right.csv", {**usual, "remittance_info": "gửi lại"})
    run, _ = office.run(cycle="2026-11")
    assert verdict_of(office, run) == ["missing"]  # October's money must not satisfy November
    run, _ = office.run(cycle="2026-10")
    assert verdict_of(office, run) == ["paid"]


def test_a_run_that_judged_while_a_file_was_withdrawn_judges_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payouts.runs import reconcile as runs  # noqa: PLC0415  # patched here only

    office.owe({})
    file = office.say("vba.csv", PAID)
    judge, asked = runs.reconcile, []

    def judge_slowly(*facts: object, **more: object) -> object:
        if not asked:
            two_people(office, file.id or 0, "withdraw")
        asked.append(1)
        return judge(*facts, **more)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(runs, "reconcile", judge_slowly)
    run, _ = office.run()
    assert (verdict_of(office, run), len(asked)) == (["missing"], 2)
