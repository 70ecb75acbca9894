"""What people decide of matches counts from the next run on, takes two where it must, and can be undone."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.identity.audit import events
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.deciding import decide_match, undo_match
from payouts.lists.models import PayoutLine
from payouts.lists.supersede import confirm
from payouts.runs.fallen import answer as answer_of_file
from payouts.runs.matches import answer, decide, undo
from payouts.runs.models import MatchDecision, Run, Verdict
from payouts.runs.offers import line_of, offers, search
from payouts.runs.proposals import decisions_of
from payouts.settlements import desk
from tests.facts import Office

HOA = "Nguyễn Thị Hoa"
BINH = {
    "line_ref": "L2",
    "citizen_id": "001052008826",
    "full_name": "Trần Văn Bình",
    "area_code": "00008",
    "account_no": "1500205008826",
}
LIKE_HOA = {"account_no": "1500205004471", "account_name": "NGUYEN THI HOA"}
ELSEWHERE = Scope(areas=frozenset({"00008"}), programmes=None)


def line_named(office: Office, ref: str) -> PayoutLine:
    with office.database.reading() as session:
        query = select(PayoutLine).where(PayoutLine.line_ref == ref, PayoutLine.ended_by == 0)
        return session.exec(query).one()


def key_of(office: Office, ref: str) -> int:
    return line_named(office, ref).id or 0


def said_key(office: Office, line: int = 2, label: str = "vba.csv") -> int:
    with office.database.reading() as session:
        return line_of(session, label, line) or 0


def verdict_of(office: Office, ref: str = "L1") -> tuple[str, str | None]:
    with office.database.reading() as session:
        key = session.exec(
            select(PayoutLine.id).where(PayoutLine.line_ref == ref, PayoutLine.ended_by == 0)
        ).one()
        found = session.exec(
            select(Verdict).where(Verdict.payout_line_id == key).order_by(Verdict.run_id.desc())  # type: ignore[attr-defined]  # a column
        ).first()
        assert found is not None
        return found.verdict, found.rule


def decided(
    office: Office, kind: str, *, ref: str = "L1", line: int = 2, by: str = "an", **more: Any
) -> MatchDecision:
    payout, told = key_of(office, ref), said_key(office, line, more.pop("label", "vba.csv"))
    with office.database.session() as session:
        return decide(session, payout, told, kind, more.pop("scope", EVERYTHING), by=by, **more)[0]


def forced(office: Office, **more: Any) -> MatchDecision:
    proposed = decided(office, "force", reason="Người nhà xác nhận", **more)
    with office.database.session() as session:
        return answer(session, proposed.id or 0, "approve", EVERYTHING, by="binh")


def undone(office: Office, decision: MatchDecision) -> MatchDecision:
    with office.database.session() as session:
        return undo(session, decision.id or 0, EVERYTHING, by="chi", reason="Nhầm người")


def offered(office: Office, ref: str = "L1") -> list[tuple[int, int | None]]:
    with office.database.reading() as session:
        line = session.exec(
            select(PayoutLine).where(PayoutLine.line_ref == ref, PayoutLine.ended_by == 0)
        ).one()
        return [(row["line"], row["score"]) for row in offers(session, line)]


def test_a_confirmed_suggestion_is_evidence_and_its_differences_stay(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", LIKE_HOA)
    office.run()
    [(line, score)] = offered(office)
    assert (line, score) == (2, 75)
    decision = decided(office, "confirm")
    assert (decision.state, decision.score, decision.proposed_by) == ("done", score, "an")
    assert offered(office) == []
    run, cases = office.run()
    assert verdict_of(office) == ("account_differs", "confirmed")
    assert run.summary["decisions"] == {"heard": 1, "not_followed": {}}
    assert cases.changed == 1


def test_a_confirmed_line_without_an_account_pays(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    decided(office, "confirm")
    _, cases = office.run()
    assert (verdict_of(office), cases.closed) == (("paid", "confirmed"), 1)


def test_a_rejected_suggestion_is_not_made_again_until_undone(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", LIKE_HOA)
    office.run()
    decision = decided(office, "reject")
    office.run()
    assert offered(office) == []
    undone(office, decision)
    office.run()
    assert [line for line, _ in offered(office)] == [2]
    with office.database.reading() as session:
        said = [event.what for event in events(session, subject=f"payout line {decision.payout_line_id}")]
    assert said == ["match.reject_undone", "match.rejected"]


def test_an_undone_confirmation_counts_no_more(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    decision = decided(office, "confirm")
    office.run()
    gone = undone(office, decision)
    assert (gone.state, gone.undone_by, gone.undone_why) == ("undone", "chi", "Nhầm người")
    _, cases = office.run()
    assert (verdict_of(office)[0], cases.reopened) == ("missing", 1)
    decided(office, "confirm", by="chi")
    office.run()
    assert verdict_of(office) == ("paid", "confirmed")


def test_a_person_chooses_among_the_candidates_of_a_review(office: Office) -> None:
    office.owe({}, {"line_ref": "L2"})
    office.say("vba.csv", {"account_no": "1500205004417"})
    office.run()
    assert (verdict_of(office)[0], verdict_of(office, "L2")[0]) == ("review", "review")
    assert (offered(office), offered(office, "L2")) == ([(2, None)], [(2, None)])
    decided(office, "confirm", ref="L2")
    office.run()
    assert (verdict_of(office)[0], verdict_of(office, "L2")) == ("missing", ("paid", "confirmed"))


def test_a_force_waits_for_a_second_person(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_no": "9999999999", "bank_ref": "F7"})
    office.run()
    with pytest.raises(ConflictError, match="không còn đề xuất"):
        decided(office, "confirm")
    with pytest.raises(RefusedError, match="lý do"):
        decided(office, "force")
    proposed = decided(office, "force", reason="Người nhà xác nhận")
    assert proposed.state == "waiting"
    office.run()
    assert verdict_of(office)[0] == "missing"
    with office.database.session() as session, pytest.raises(ForbiddenError):
        answer(session, proposed.id or 0, "approve", EVERYTHING, by="an")
    with office.database.session() as session, pytest.raises(ForbiddenError):
        answer(session, proposed.id or 0, "take_back", EVERYTHING, by="binh")
    with office.database.session() as session, pytest.raises(RefusedError):
        answer(session, proposed.id or 0, "decline", EVERYTHING, by="binh")
    with office.database.session() as session:
        done = answer(session, proposed.id or 0, "approve", EVERYTHING, by="binh")
    assert (done.state, done.proposed_by, done.checked_by) == ("done", "an", "binh")
    office.run()
    assert verdict_of(office) == ("account_differs", "confirmed")


@pytest.mark.parametrize(
    ("given", "by", "state"), [("decline", "binh", "declined"), ("take_back", "an", "taken_back")]
)
def test_what_was_declined_or_taken_back_never_counts(
    office: Office, given: str, by: str, state: str
) -> None:
    office.owe({})
    office.say("vba.csv", {"account_no": "9999999999"})
    office.run()
    proposed = decided(office, "force", reason="Người nhà xác nhận")
    with office.database.session() as session:
        assert answer(session, proposed.id or 0, given, EVERYTHING, by=by, note="Sai").state == state
    with office.database.session() as session, pytest.raises(ConflictError):
        answer(session, proposed.id or 0, "approve", EVERYTHING, by="chi")
    office.run()
    assert verdict_of(office)[0] == "missing"
    assert forced(office).state == "done"


def test_the_database_refuses_one_person_as_both(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_no": "9999999999"})
    office.run()
    decision = decided(office, "force", reason="vì sao")
    alone = update(MatchDecision).values(state="done", checked_by="an")
    with office.database.session() as session, pytest.raises(IntegrityError, match="two_people"):
        session.execute(alone.where(MatchDecision.id == decision.id))  # type: ignore[arg-type]  # a column


def test_one_line_is_confirmed_for_one_person_only(office: Office) -> None:
    office.owe({}, BINH | {"full_name": HOA, "account_no": "1500205004455"})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    assert (len(offered(office)), len(offered(office, "L2"))) == (1, 1)
    decided(office, "confirm")
    with pytest.raises(ConflictError, match="Người khác vừa ghép"):
        decided(office, "confirm", ref="L2", by="binh")
    office.run()
    with pytest.raises(ConflictError, match="không còn đề xuất"):
        decided(office, "confirm", ref="L2", by="binh")
    with pytest.raises(ConflictError, match="đã thuộc"):
        decided(office, "force", ref="L2", by="binh", reason="vì sao")


def test_two_officers_at_the_same_moment_confirm_one(office: Office) -> None:
    office.owe({}, BINH | {"full_name": HOA, "account_no": "1500205004455"})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def confirm(ref: str, by: str) -> None:
        payout, told = key_of(office, ref), said_key(office)
        start.wait()
        try:
            with office.database.session() as session:
                decide(session, payout, told, "confirm", EVERYTHING, by=by)
            outcomes.append("done")
        except ConflictError as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=confirm, args=each) for each in (("L1", "an"), ("L2", "binh"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "line_taken"]


def test_the_same_decision_sent_twice_is_one(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    first = decided(office, "confirm")
    assert decided(office, "confirm").id == first.id
    with pytest.raises(ConflictError, match="đã có quyết định"):
        decided(office, "reject")


def test_what_lies_outside_the_scope_does_not_exist(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    with pytest.raises(NotFoundError):
        decided(office, "confirm", scope=ELSEWHERE)
    decision = decided(office, "confirm")
    with office.database.session() as session, pytest.raises(NotFoundError):
        undo(session, decision.id or 0, ELSEWHERE, by="binh", reason="Nhầm")


def test_cash_is_not_paid_by_a_line_of_a_bank(office: Office) -> None:
    office.owe({"channel": "cash"})
    office.say("vba.csv", {"account_no": "9999999999"})
    office.run()
    with pytest.raises(RefusedError, match="trực tiếp"):
        decided(office, "force", reason="vì sao")


def test_a_withdrawn_file_leaves_the_decision_and_the_run_tells_of_it(office: Office) -> None:
    office.owe({})
    file = office.say("vba.csv", {"account_name": HOA})
    office.run()
    decision = decided(office, "confirm")
    office.run()
    with office.database.session() as session:
        desk.decide(session, file.id or 0, "withdraw", reason="gửi nhầm", by="an")
    with office.database.session() as session:
        answer_of_file(session, file.id or 0, "approve", by="binh")
    run, _ = office.run()
    assert verdict_of(office)[0] == "missing"
    assert run.summary["decisions"] == {"heard": 0, "not_followed": {str(decision.id): "gone"}}


def test_a_confirmed_payment_that_comes_back_has_failed(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA, "bank_ref": "F1"})
    office.run()
    decided(office, "confirm")
    office.run()
    office.say(
        "late.csv",
        {"status": "returned", "original_ref": "F1", "booked_on": "2026-11-20", "reason_code": "AC06"},
    )
    office.run()
    assert verdict_of(office)[0] == "failed"


OCTOBER = {"line_ref": "O1", "period": "2026-10", "account_no": "1500205004471"}
NOVEMBERS = {"account_no": "1500205004417", "account_name": HOA, "booked_on": "2026-11-02"}


def test_no_other_month_takes_a_line_that_people_gave_to_somebody(office: Office) -> None:
    """The money is confirmed for October; November, judged first, must not take it by the account."""
    office.owe(OCTOBER, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("vba.csv", NOVEMBERS)
    office.run("2026-10")
    decided(office, "confirm", ref="O1")
    office.owe({})
    office.run("2026-11")
    assert verdict_of(office)[0] == "missing"
    with pytest.raises(ConflictError, match="Người khác vừa ghép"):
        decided(office, "force", by="binh", reason="vì sao")
    office.run("2026-10")
    office.run("2026-11")
    assert (verdict_of(office, "O1"), verdict_of(office)[0]) == (("account_differs", "confirmed"), "missing")


def test_no_other_month_takes_a_second_instalment_that_people_gave_to_somebody(office: Office) -> None:
    office.owe(OCTOBER, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("first.csv", {"end_to_end_id": "O1", "amount": "300000", "booked_on": "2026-10-02"})
    office.say("vba.csv", NOVEMBERS | {"amount": "510000"})
    office.run("2026-10")
    assert verdict_of(office, "O1") == ("amount_differs", "reference")  # no run looks at it again by itself
    forced(office, ref="O1")
    office.owe({"amount": "510000"})
    office.run("2026-11")
    office.run("2026-10")
    office.run("2026-11")
    assert (verdict_of(office, "O1"), verdict_of(office)[0]) == (("account_differs", "confirmed"), "missing")


def test_a_return_in_a_later_month_reaches_the_confirmed_line(office: Office) -> None:
    october = {"line_ref": "O1", "period": "2026-10"}
    office.owe(october, cycle="2026-10", deadline=dt.date(2026, 10, 20))
    office.say("vba.csv", {"account_name": HOA, "bank_ref": "F1", "booked_on": "2026-10-02"})
    office.run("2026-10")
    decided(office, "confirm", ref="O1")
    office.run("2026-10")
    assert verdict_of(office, "O1") == ("paid", "confirmed")
    office.owe({})
    office.say("late.csv", {"status": "returned", "original_ref": "F1", "account_no": "1500205004417"})
    office.run("2026-11")
    assert verdict_of(office)[0] == "missing"
    office.run("2026-10")
    assert verdict_of(office, "O1")[0] == "failed"


def search_lines(office: Office, **wanted: Any) -> list[int]:
    with office.database.reading() as session:
        return [row["line"] for row in search(session, **wanted)]


def test_lines_that_nobody_claims_are_found_by_reference_account_or_amount(office: Office) -> None:
    office.owe({})
    office.say(
        "vba.csv",
        {"account_no": "9999999123", "bank_ref": "F7"},
        {"account_no": "8888888456", "amount": "5", "bank_ref": "F8"},
        {"end_to_end_id": "L1", "account_no": "1500205004417", "bank_ref": "F9"},
    )
    office.run()
    assert search_lines(office, bank_ref="F7") == [2]
    assert search_lines(office, account="8456") == search_lines(office, account="8888888456") == [3]
    assert search_lines(office, amount=810_000) == [2]
    assert search_lines(office, bank_ref="F9") == []  # it serves L1
    assert search_lines(office) == search_lines(office, account="456") == []


def test_a_corrected_line_is_decided_on_anew(office: Office) -> None:
    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    old = decided(office, "confirm")
    office.owe({"amount": "800000"}, name="sua.csv", supersedes=1)
    with office.database.session() as session:
        confirm(session, 2, EVERYTHING, by="test")
    run, _ = office.run()
    assert verdict_of(office)[0] == "missing"
    assert run.summary["decisions"]["not_followed"] == {str(old.id): "gone"}
    with pytest.raises(ConflictError, match="Người khác vừa ghép"):
        decided(office, "force", reason="vì sao")
    with office.database.reading() as session:
        [shown] = decisions_of(session, line_named(office, "L1"))
        assert (shown.decision.id, shown.not_followed) == (old.id, "gone")
    undone(office, old)
    forced(office)
    office.run()
    assert verdict_of(office) == ("amount_differs", "confirmed")


def test_a_run_that_judged_while_people_decided_judges_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payouts.runs import reconcile as runs  # noqa: PLC0415  # patched here only

    office.owe({})
    office.say("vba.csv", {"account_name": HOA})
    office.run()
    judge, asked = runs.reconcile, []

    def judge_slowly(*facts: object, **more: object) -> object:
        if not asked:
            decided(office, "confirm")
        asked.append(1)
        return judge(*facts, **more)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(runs, "reconcile", judge_slowly)
    office.run()
    assert (verdict_of(office), len(asked)) == (("paid", "confirmed"), 2)


def test_what_counts_otherwise_is_judged_again_and_once(office: Office) -> None:
    office.owe({}, BINH)
    office.say("vba.csv", {"account_name": HOA}, {"account_name": "TRAN VAN BINH"})
    office.run()
    one, other = key_of(office, "L1"), key_of(office, "L2")
    with office.database.session() as session:
        decision, _ = decide_match(session, one, said_key(office), "confirm", EVERYTHING, by="an")
    with office.database.session() as session:
        decide_match(session, other, said_key(office, 3), "confirm", EVERYTHING, by="an")
    with office.database.reading() as session:
        waiting = session.exec(select(Run).where(Run.state == "waiting")).all()
        assert [(run.number, run.asked_by) for run in waiting] == [(2, "an")]
    office.run()
    with office.database.session() as session:
        undo_match(session, decision.id or 0, EVERYTHING, by="an", reason="Nhầm")
