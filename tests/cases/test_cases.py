"""Cases follow what runs say, and people work on them without treading on each other."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.models import Case, CaseEvent
from payouts.cases.open import open_cases
from payouts.cases.store import find_case, open_counts, view_case
from payouts.cases.worklist import Wanted, worklist
from payouts.core.calendar import is_banking_day
from payouts.core.errors import ConflictError, NotFoundError, RefusedError, StaleError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.settlements.intake import keep_file
from tests.facts import Office

HOA = {"line_ref": "BT1", "citizen_id": "001145003417", "account_no": "1500205004417", "area_code": "00004"}
BINH = {"line_ref": "BT2", "citizen_id": "001052008826", "account_no": "1500205008826", "area_code": "00008"}
CASH = {"line_ref": "BT3", "citizen_id": "001148011203", "channel": "cash", "account_no": "", "bank_code": ""}
HOA_PAID = {"end_to_end_id": "BT1", "bank_ref": "F1"}
HOA_BACK = {"status": "returned", "bank_ref": "F2", "original_ref": "F1", "reason_code": "AC04"} | {
    "booked_on": "2026-11-22"
}
CHI = {"line_ref": "CHI", "citizen_id": "001150009999", "account_no": "1500205009999"}
WARD_4 = Scope(areas=frozenset({"00004"}), programmes=None)


def cases(office: Office) -> dict[str, Case]:
    with office.database.reading() as session:
        return {case.subject: case for case in session.exec(select(Case))}


def owe(office: Office, *lines: dict[str, Any]) -> None:
    """Owe these, and let the bank say that it paid a neighbour: it is not silent."""
    office.owe(*lines, CHI)
    office.say("chi.csv", {"end_to_end_id": "CHI", "bank_ref": "C1"})


def told(session: Session, case: Case) -> list[tuple[str, str | None, str | None]]:
    events = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    return [(event.kind, event.before, event.after) for event in events]


def change(office: Office, case: Case, what: CaseChange, version: int | None = None, by: str = "an") -> Case:
    with office.database.session() as session:
        return change_case(
            session,
            case.id or 0,
            EVERYTHING,
            version=version or case.version,
            by=by,
            role="ward",
            change=what,
        )


def test_an_exception_opens_one_case_at_the_desk_of_its_ward(office: Office) -> None:
    office.owe(HOA, BINH)
    office.say("kq.csv", HOA_PAID)
    _, opened = office.run()

    assert (opened.opened, opened.closed) == (1, 0)
    case = cases(office)["BT2"]
    assert (case.verdict, case.area_code, case.state) == ("missing", "00008", "open")
    assert case.due > dt.date(2026, 1, 1)
    assert is_banking_day(case.due)


def test_the_days_of_a_ward_go_by_the_calendar_of_the_programme(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHITRA_RULES", str(tmp_path / "rules.yaml"))
    (tmp_path / "rules.yaml").write_text('{version: "a", valid_from: 2020-01-01, note: x}', encoding="utf-8")
    office.owe(BINH)
    office.run()
    due = cases(office)["BT2"].due
    (tmp_path / "rules.yaml").write_text(
        f'{{version: "b", valid_from: 2020-01-01, note: x, programmes: {{HTXH: {{holidays: [{due}]}}}}}}',
        encoding="utf-8",
    )
    office.owe({**HOA, "line_ref": "H1"}, programme="HTXH")
    office.run(programme="HTXH")
    assert cases(office)["H1"].due > due


def test_the_same_run_twice_opens_no_second_case(office: Office) -> None:
    owe(office, HOA)
    run, _ = office.run()
    with office.database.session() as session:
        again = open_cases(session, run.id or 0)
        assert told(session, session.exec(select(Case)).one()) == [("opened", None, "missing")]

    assert (again.opened, again.changed, again.closed, again.reopened) == (0, 0, 0, 0)


def test_a_later_run_that_finds_it_paid_closes_the_case_with_the_evidence(office: Office) -> None:
    owe(office, HOA)
    office.run()
    office.say("kq.csv", HOA_PAID)
    _, followed = office.run()

    assert followed.closed == 1
    case = cases(office)["BT1"]
    assert (case.state, case.outcome, case.verdict, case.version) == ("closed", "found_paid", "paid", 2)
    with office.database.reading() as session:
        last = session.exec(select(CaseEvent).order_by(CaseEvent.id)).all()[-1]
    assert "[kq.csv:2]" in (last.note or "")


def test_a_late_return_reopens_the_case(office: Office) -> None:
    owe(office, HOA)
    office.run()
    office.say("kq.csv", HOA_PAID)
    office.run()
    office.say("tra-lai.csv", HOA_BACK)
    _, followed = office.run()

    assert followed.reopened == 1
    case = cases(office)["BT1"]
    assert (case.state, case.outcome, case.verdict, case.reason_code) == ("open", None, "failed", "AC04")
    with office.database.reading() as session:
        assert [kind for kind, _, _ in told(session, case)] == ["opened", "closed", "reopened"]


def test_a_late_return_opens_a_case_of_a_line_that_never_had_one(office: Office) -> None:
    office.owe(HOA)
    office.say("kq.csv", HOA_PAID)
    assert office.run()[1].opened == 0
    office.say("tra-lai.csv", HOA_BACK)

    assert office.run()[1].opened == 1


def test_a_case_that_a_person_closed_stays_closed_while_the_runs_say_the_same(office: Office) -> None:
    owe(office, HOA)
    office.run()
    change(office, cases(office)["BT1"], {"state": "closed", "outcome": "carried_over"})
    office.run()
    assert cases(office)["BT1"].state == "closed"

    office.say("kq.csv", {"end_to_end_id": "BT1", "status": "rejected", "reason_code": "AC04"})
    office.run()
    assert (cases(office)["BT1"].state, cases(office)["BT1"].verdict) == ("open", "failed")


def test_a_verdict_that_changes_keeps_the_case_and_says_so(office: Office) -> None:
    owe(office, HOA)
    office.run()
    office.say("kq.csv", {"end_to_end_id": "BT1", "status": "rejected", "reason_code": "AC01"})
    _, followed = office.run()

    assert followed.changed == 1
    with office.database.reading() as session:
        assert told(session, cases(office)["BT1"]) == [
            ("opened", None, "missing"),
            ("changed", "missing", "failed"),
        ]


def test_cash_is_a_case_once_the_deadline_has_passed_and_a_voucher_settles_it(office: Office) -> None:
    office.owe(CASH)
    assert office.run(as_of="2026-11-20")[1].opened == 0
    assert office.run(as_of="2026-11-21")[1].opened == 1
    case = cases(office)["BT3"]
    with pytest.raises(RefusedError):
        change(office, case, {"state": "closed", "outcome": "paid_in_cash"})
    change(
        office,
        case,
        {
            "state": "closed",
            "outcome": "paid_in_cash",
            "voucher_number": "PC 12",
            "collected_on": dt.date(2026, 11, 18),
        },
    )
    office.run()

    assert (cases(office)["BT3"].verdict, cases(office)["BT3"].state) == ("paid", "closed")


def test_a_ward_sees_its_own_cases_only(office: Office) -> None:
    owe(office, HOA, BINH)
    office.run()
    other = cases(office)["BT2"]

    with office.database.session() as session:
        assert [row["line_ref"] for row in worklist(session, WARD_4).items] == ["BT1"]
        assert worklist(session, WARD_4, Wanted(area="00008")).items == []
        assert open_counts(session, WARD_4) == {"missing": 1}
        for forbidden in (
            lambda: find_case(session, other.id or 0, WARD_4),
            lambda: view_case(session, other.id or 0, WARD_4),
            lambda: add_note(session, other.id or 0, WARD_4, by="an", note="?"),
            lambda: change_case(
                session, other.id or 0, WARD_4, version=1, by="an", role="ward", change={"assignee": "an"}
            ),
        ):
            with pytest.raises(NotFoundError):
                forbidden()


def test_two_officers_never_overwrite_each_other(office: Office) -> None:
    owe(office, HOA)
    office.run()
    case = cases(office)["BT1"]
    change(office, case, {"assignee": "an"})

    with pytest.raises(StaleError):
        change(office, case, {"assignee": "binh"}, version=1)
    assert cases(office)["BT1"].assignee == "an"


def test_a_note_leaves_the_version_as_it_is(office: Office) -> None:
    owe(office, HOA)
    office.run()
    case = cases(office)["BT1"]
    with office.database.session() as session:
        add_note(session, case.id or 0, WARD_4, by="an", note="  Đã gọi, hẹn thứ Hai.\r\nGọi lại. ")
        with pytest.raises(RefusedError):
            add_note(session, case.id or 0, WARD_4, by="an", note=" \n ")
        with pytest.raises(RefusedError):
            add_note(session, case.id or 0, WARD_4, by="an", note="x" * 4001)

    with office.database.reading() as session:
        view = view_case(session, case.id or 0, WARD_4)
    assert [(event.kind, event.by, event.note) for event in view.events[1:]] == [
        ("noted", "an", "Đã gọi, hẹn thứ Hai.\nGọi lại.")
    ]
    assert view.case.version == 1


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ({"state": "gone"}, ConflictError),
        ({"state": "closed"}, RefusedError),
        ({"state": "closed", "outcome": "found_paid"}, RefusedError),
        ({"state": "closed", "outcome": "no_such"}, RefusedError),
        ({"outcome": "no_action"}, RefusedError),
        ({"assignee": "a\nb"}, RefusedError),
    ],
)
def test_a_case_moves_only_as_its_table_says(
    office: Office, what: CaseChange, error: type[Exception]
) -> None:
    owe(office, HOA)
    office.run()
    with pytest.raises(error):
        change(office, cases(office)["BT1"], what)
    assert cases(office)["BT1"].version == 1


def test_each_move_is_told_with_who_and_why(office: Office) -> None:
    owe(office, HOA)
    office.run()
    case = change(
        office, cases(office)["BT1"], {"state": "in_progress", "assignee": "an", "reason": "Đang hỏi xã"}
    )
    case = change(office, case, {"due": dt.date(2026, 12, 1)})
    case = change(office, case, {"state": "closed", "reason": "Trùng hồ sơ"}, by="binh")

    assert (case.state, case.outcome, case.version) == ("closed", "no_action", 4)
    with office.database.reading() as session:
        events = session.exec(select(CaseEvent).order_by(CaseEvent.id)).all()
    assert [(event.kind, event.by) for event in events[1:]] == [
        ("assigned", "an"), ("moved", "an"), ("rescheduled", "an"), ("closed", "binh"),
    ]  # fmt: skip
    assert events[2].note == "Đang hỏi xã"
    assert events[4].note == "Trùng hồ sơ"


def test_pages_of_the_worklist_follow_one_another_without_gap(office: Office) -> None:
    owe(
        office,
        *({"line_ref": f"P{n}", "citizen_id": f"00114500{n:04d}", "account_no": f"15{n}"} for n in range(7)),
    )
    office.run()
    seen: list[str] = []
    cursor = None
    with office.database.reading() as session:
        while True:
            page = worklist(session, EVERYTHING, Wanted(verdict=("missing",)), cursor=cursor, limit=3)
            seen += [row["line_ref"] for row in page.items]
            cursor = page.next
            if cursor is None:
                break
        for bad in ("x", "1-1", f"{'9' * 6}-{'9' * 30}", "739952"):
            with pytest.raises(NotFoundError):
                worklist(session, EVERYTHING, cursor=bad)
    assert seen == [f"P{n}" for n in range(7)]


def test_what_the_payer_of_cash_reports_closes_the_cases_of_all_who_collected(office: Office) -> None:
    office.owe(CASH, {**CASH, "line_ref": "BT4", "citizen_id": "001145003417"})
    office.run()
    assert {case.verdict for case in cases(office).values()} == {"offline"}

    report = office.settings.data_dir / "bao-cao.csv"
    report.write_text("line_ref,collected_on,collected\nBT3,2026-11-05,yes\nBT4,,no\n", encoding="utf-8")
    keep_file(office.database, office.settings, report, bank_code="VNPOST", by="test")
    _, followed = office.run()

    assert (followed.closed, followed.opened) == (1, 0)
    assert (cases(office)["BT3"].state, cases(office)["BT3"].outcome) == ("closed", "found_paid")
    assert cases(office)["BT4"].state == "open"
