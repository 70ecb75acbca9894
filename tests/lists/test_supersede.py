"""A corrected list is compared with the one that counts, and counts itself once somebody has confirmed it."""

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session, col, select

from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutLine, PayoutList, Voucher
from payouts.lists.store import Change, change_totals, changes_page, find_list, lines_page
from payouts.lists.supersede import cancel, confirm
from payouts.registry.models import Beneficiary
from payouts.runs.models import Verdict
from payouts.runs.settled import evidence_of, settled_changes
from payouts.runs.store import cycle_summary
from tests.facts import OWED, Office

HOA = {"line_ref": "A1"}
BINH = {
    "line_ref": "A2",
    "full_name": "Trần Văn Bình",
    "citizen_id": "001052008826",
    "account_no": "1500205008826",
}
LAN = {
    "line_ref": "A3",
    "full_name": "Lê Thị Lan",
    "citizen_id": "001160000001",
    "account_no": "1500205000001",
    "area_code": "00070",
}
UNNAMED = {name: text for name, text in OWED.items() if name != "line_ref"}


def bare(line: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in line.items() if name != "line_ref"}


def correct(office: Office, base: PayoutList, *lines: dict[str, Any], **more: Any) -> PayoutList:
    return office.owe(*lines, name=more.pop("name", "corrected.csv"), supersedes=base.id, **more)


def agree(office: Office, receipt: PayoutList) -> PayoutList:
    with office.database.session() as session:
        return confirm(session, receipt.id or 0, EVERYTHING, by="lan")


def changes(office: Office, receipt: PayoutList, **more: Any) -> dict[str, Change]:
    with office.database.reading() as session:
        return {each.line_ref: each for each in changes_page(session, receipt.id or 0, EVERYTHING, **more)}


def stated(office: Office, receipt: PayoutList) -> list[tuple[str, int]]:
    with office.database.reading() as session:
        found = find_list(session, receipt.id or 0, EVERYTHING)
        return sorted((line.line_ref, line.amount) for line in lines_page(session, found, EVERYTHING))


def owed(office: Office, scope: Scope = EVERYTHING) -> dict[str, int]:
    with office.database.reading() as session:
        said: dict[str, int] = cycle_summary(session, "BTXH", "2026-11", scope)["owed"]
        return said


def verdicts(session: Session, run_id: int | None) -> dict[str, str]:
    rows = session.exec(
        select(PayoutLine.line_ref, Verdict.verdict)
        .join(Verdict, col(Verdict.payout_line_id) == PayoutLine.id)
        .where(Verdict.run_id == run_id)
    )
    return {row[0]: row[1] for row in rows}


def test_a_corrected_list_waits_and_nothing_changes_until_it_is_confirmed(office: Office) -> None:
    base = office.owe(HOA, BINH)
    corrected = correct(office, base, {**HOA, "amount": "900000"}, LAN)

    assert corrected.state == "quarantined"
    assert [row["code"] for row in corrected.problems] == ["correction_waits"]
    assert owed(office) == {"lines": 2, "amount": 1_620_000}
    run, _ = office.run()
    assert run.summary["owed"] == 1_620_000
    found = changes(office, corrected)
    assert {ref: (each.kind, each.fields) for ref, each in found.items()} == {
        "A1": ("changed", ("amount",)),
        "A2": ("gone", ()),
        "A3": ("added", ()),
    }
    assert found["A1"].old
    assert found["A1"].new
    assert (found["A1"].old.amount, found["A1"].new.amount) == (810_000, 900_000)


def test_a_confirmed_list_counts_in_the_place_of_the_old_one_which_stays(office: Office) -> None:
    base = office.owe(HOA, BINH)
    corrected = agree(office, correct(office, base, {**HOA, "amount": "900000"}, LAN))

    assert (corrected.state, corrected.decision, corrected.decided_by) == ("accepted", "confirmed", "lan")
    assert (corrected.problems, corrected.problem_count) == ([], 0)
    assert stated(office, base) == [("A1", 810_000), ("A2", 810_000)]
    assert stated(office, corrected) == [("A1", 900_000), ("A3", 810_000)]
    assert owed(office) == {"lines": 2, "amount": 1_710_000}
    assert owed(office, Scope(frozenset({"00070"}), None)) == {"lines": 1, "amount": 810_000}
    run, _ = office.run()
    with office.database.reading() as session:
        assert verdicts(session, run.id) == {"A1": "missing", "A3": "missing"}
        assert session.get_one(PayoutList, base.id).superseded_by == corrected.id
        assert session.exec(select(Beneficiary).where(Beneficiary.citizen_id == LAN["citizen_id"])).one()


def test_an_unchanged_line_stays_the_same_payout_line(office: Office) -> None:
    base = office.owe(HOA, BINH)
    with office.database.reading() as session:
        before = session.exec(select(PayoutLine.id).where(PayoutLine.line_ref == "A2")).one()
    corrected = agree(office, correct(office, base, BINH, {**HOA, "full_name": "Nguyễn Thị Hòa"}))
    again = agree(office, correct(office, corrected, BINH, HOA, name="third.csv"))

    assert stated(office, again) == [("A1", 810_000), ("A2", 810_000)]
    with office.database.reading() as session:
        rows = session.exec(select(PayoutLine).order_by(col(PayoutLine.id))).all()
    assert [(row.id, row.ended_by) for row in rows if row.line_ref == "A2"] == [(before, 0)]
    assert [row.ended_by for row in rows if row.line_ref == "A1"] == [corrected.id, again.id, 0]


def test_lines_without_a_reference_are_known_again_by_the_person(office: Office) -> None:
    base = office.owe(bare(HOA), bare(BINH), bare(LAN), usual=UNNAMED)
    refs = [ref for ref, _ in stated(office, base)]
    corrected = correct(
        office,
        base,
        {**bare(HOA), "amount": "900000", "account_no": "19001"},
        {**bare(BINH), "citizen_id": "001052008827"},
        usual=UNNAMED,
    )

    found = {each.line_ref: each for each in changes(office, corrected).values()}
    assert sorted(each.kind for each in found.values()) == ["changed", "changed", "gone"]
    assert set(found) <= set(refs)
    assert {each.fields for each in found.values()} == {("amount", "account_no"), ("citizen_id",), ()}


def test_two_lines_of_one_person_are_never_mistaken_for_each_other(office: Office) -> None:
    first = {**bare(HOA), "category_code": "A"}
    base = office.owe(first, {**first, "amount": "1"}, usual={**UNNAMED, "category_code": ""})
    corrected = correct(
        office,
        base,
        {**first, "amount": "2"},
        {**first, "amount": "3"},
        usual={**UNNAMED, "category_code": ""},
    )
    kinds = sorted(each.kind for each in changes(office, corrected).values())
    assert kinds == ["added", "added", "gone", "gone"]


def test_the_money_of_each_ward_is_told_before_and_after(office: Office) -> None:
    base = office.owe(HOA, BINH, LAN)
    corrected = correct(office, base, {**HOA, "amount": "900000"}, {**LAN, "area_code": "00004"})
    with office.database.reading() as session:
        wards = change_totals(session, corrected.id or 0, EVERYTHING)
        mine = change_totals(session, corrected.id or 0, Scope(frozenset({"00070"}), None))
    told = [(each.area_code, each.added, each.gone, each.changed, each.before, each.after) for each in wards]
    assert told == [("00004", 0, 1, 2, 1_620_000, 1_710_000), ("00070", 0, 0, 0, 810_000, 0)]
    assert [each.area_code for each in mine] == ["00070"]


def test_a_line_already_paid_that_changes_is_named_with_its_evidence(office: Office) -> None:
    base = office.owe(HOA, BINH)
    office.say("vba.csv", {"bank_ref": "F1", "end_to_end_id": "A1", "account_no": HOA_ACCOUNT})
    office.run()
    corrected = correct(office, base, {**HOA, "amount": "900000"})

    assert set(changes(office, corrected, only=settled_changes(corrected.id or 0))) == {"A1"}
    with office.database.reading() as session:
        (line,) = session.exec(
            select(PayoutLine.id).where(PayoutLine.line_ref == "A1", PayoutLine.ended_by == 0)
        )
        assert evidence_of(session, [line]) == {line: "vba.csv:2"}


HOA_ACCOUNT = OWED["account_no"]


def test_evidence_cases_and_vouchers_go_on_with_a_changed_line(office: Office) -> None:
    cash = {**LAN, "channel": "cash", "account_no": "", "bank_code": ""}
    base = office.owe(HOA, BINH, cash)
    office.say("vba.csv", {"bank_ref": "F1", "end_to_end_id": "A1", "account_no": HOA_ACCOUNT})
    office.run()
    with office.database.session() as session:
        case = session.exec(select(Case).where(Case.subject == "A2")).one()
        line = session.exec(select(PayoutLine).where(PayoutLine.line_ref == "A3")).one()
        day = dt.date(2026, 11, 5)
        session.add(
            Voucher(
                payout_line_id=line.id, number="7", collected_on=day, recorded_at=clock.now(), recorded_by="x"
            )
        )
    lines = ({**HOA, "note": "x"}, {**BINH, "account_name": "TRAN VAN BINH"}, {**cash, "note": "x"})
    usual = {**OWED, "note": "", "account_name": ""}
    agree(office, correct(office, base, *lines, usual=usual))
    run, _ = office.run()

    with office.database.reading() as session:
        assert verdicts(session, run.id) == {"A1": "paid", "A2": "missing", "A3": "paid"}
        followed = session.get_one(Case, case.id)
        now = session.exec(
            select(PayoutLine).where(PayoutLine.line_ref == "A2", PayoutLine.ended_by == 0)
        ).one()
    assert (followed.payout_line_id, followed.state) == (now.id, "open")
    assert now.id != case.payout_line_id


def test_a_voucher_for_another_amount_does_not_hold(office: Office) -> None:
    cash = {**LAN, "channel": "cash", "account_no": "", "bank_code": ""}
    base = office.owe(cash)
    with office.database.session() as session:
        line = session.exec(select(PayoutLine)).one()
        day = dt.date(2026, 11, 5)
        session.add(
            Voucher(
                payout_line_id=line.id, number="7", collected_on=day, recorded_at=clock.now(), recorded_by="x"
            )
        )
    agree(office, correct(office, base, {**cash, "amount": "900000"}))
    run, _ = office.run()
    with office.database.reading() as session:
        assert verdicts(session, run.id) == {"A3": "offline"}


def test_the_case_of_a_line_left_out_closes_and_opens_again_when_the_line_comes_back(office: Office) -> None:
    base = office.owe(HOA, BINH)
    office.run()
    second = agree(office, correct(office, base, HOA))
    office.run()
    with office.database.reading() as session:
        case = session.exec(select(Case).where(Case.subject == "A2")).one()
        last = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()[-1]
    assert (case.state, case.outcome, last.kind) == ("closed", "no_longer_due", "closed")

    agree(office, correct(office, second, HOA, BINH, name="third.csv"))
    office.run()
    with office.database.reading() as session:
        back = session.exec(select(Case).where(Case.subject == "A2")).one()
    assert (back.id, back.state, back.outcome) == (case.id, "parked", None)


def test_a_list_that_was_dropped_never_counts_and_its_references_are_free(office: Office) -> None:
    base = office.owe(HOA)
    dropped = correct(office, base, HOA, BINH)
    with office.database.session() as session:
        cancel(session, dropped.id or 0, EVERYTHING, by="lan", note="sai tệp")
    with pytest.raises(ConflictError):
        agree(office, dropped)
    assert office.owe(BINH, name="second.csv").state == "accepted"
    assert owed(office) == {"lines": 2, "amount": 1_620_000}


def test_a_list_that_was_dropped_by_mistake_may_be_sent_again(office: Office) -> None:
    base = office.owe(HOA)
    dropped = correct(office, base, HOA, BINH)
    with office.database.session() as session:
        cancel(session, dropped.id or 0, EVERYTHING, by="lan")
    again = correct(office, base, HOA, BINH)
    assert (again.id != dropped.id, again.state) == (True, "quarantined")
    assert agree(office, again).state == "accepted"
    assert stated(office, again) == [("A1", 810_000), ("A2", 810_000)]


def test_of_two_corrections_of_one_list_the_confirmed_one_drops_the_other(office: Office) -> None:
    base = office.owe(HOA)
    first, second = correct(office, base, HOA, BINH), correct(office, base, BINH, name="second.csv")
    assert (first.state, second.state) == ("quarantined", "quarantined")
    agree(office, second)
    with pytest.raises(ConflictError):
        agree(office, first)
    with office.database.reading() as session:
        assert session.get_one(PayoutList, first.id).decision == "cancelled"
    assert stated(office, second) == [("A2", 810_000)]


def test_a_reference_of_another_list_is_taken_also_by_a_correction(office: Office) -> None:
    base = office.owe(HOA)
    office.owe(BINH, name="other.csv")
    assert {row["code"] for row in correct(office, base, HOA, BINH).problems} == {"line_ref_taken"}
    waiting = correct(office, base, HOA, LAN, name="third.csv")
    assert waiting.state == "quarantined"
    assert {row["code"] for row in office.owe(LAN, name="fourth.csv").problems} == {"line_ref_taken"}


def test_a_corrected_list_in_error_cannot_be_confirmed(office: Office) -> None:
    base = office.owe(HOA)
    wrong = correct(office, base, {**HOA, "amount": "930.5"})
    assert [row["code"] for row in wrong.problems] == ["amount_unreadable"]
    with pytest.raises(ConflictError):
        agree(office, wrong)


def test_the_same_bytes_may_be_sent_as_a_correction_after_they_were_kept_out(office: Office) -> None:
    base = office.owe(HOA)
    alone = office.owe(HOA, BINH, name="new.csv")
    assert alone.state == "quarantined"
    assert agree(office, correct(office, base, HOA, BINH)).state == "accepted"
    assert correct(office, base, HOA, BINH).decision == "confirmed"  # the first receipt, nothing anew


def test_only_a_list_that_counts_can_be_superseded(office: Office) -> None:
    base = office.owe(HOA)
    agree(office, correct(office, base, BINH))
    with pytest.raises(ConflictError):
        correct(office, base, HOA, BINH, name="late.csv")
    refused = office.owe({**LAN, "amount": "x"}, name="bad.csv")
    with pytest.raises(ConflictError):
        correct(office, refused, LAN, name="late.csv")
    with pytest.raises(NotFoundError):
        correct(office, base, HOA, cycle="2026-12", name="late.csv")


def test_who_may_not_see_the_programme_confirms_nothing(office: Office) -> None:
    base = office.owe(HOA)
    corrected = correct(office, base, BINH)
    with pytest.raises(NotFoundError), office.database.session() as session:
        confirm(session, corrected.id or 0, Scope(None, frozenset({"HTXH"})), by="lan")


def test_a_correction_without_a_change_is_one_all_the_same(office: Office) -> None:
    base = office.owe(HOA, BINH)
    corrected = agree(office, correct(office, base, BINH, HOA))
    assert changes(office, corrected) == {}
    assert stated(office, corrected) == [("A1", 810_000), ("A2", 810_000)]
    assert owed(office) == {"lines": 2, "amount": 1_620_000}
