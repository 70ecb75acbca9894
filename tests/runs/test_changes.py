"""What changed between two runs, and why: said of each line, added up, and the same however it is asked."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session

from payouts.core import clock
from payouts.core.errors import NotFoundError
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import Voucher
from payouts.lists.supersede import confirm
from payouts.runs.changes import Changes, changes_page, disposition_moves, dispositions_page, moves
from payouts.runs.comparison import NONE, compare
from payouts.runs.fallen import answer
from payouts.runs.models import MatchDecision
from payouts.runs.pairs import Pair, find_pair
from payouts.runs.said import verdict_table
from payouts.runs.store import find_cycle
from payouts.runs.why import Between, Side, causes
from payouts.settlements.desk import decide
from tests.facts import Office

PEOPLE = (
    {"line_ref": "L1", "full_name": "Nguyễn Thị Hoa"},
    {"line_ref": "L2", "citizen_id": "001145003418", "account_no": "1500205004418", "area_code": "00008"},
    {"line_ref": "L3", "citizen_id": "001145003419", "account_no": "1500205004419"},
)
PAID = {"end_to_end_id": "L1", "bank_ref": "F1", "booked_on": "2026-11-05"}
RETURNED = {
    "status": "returned", "original_ref": "F1", "bank_ref": "F9", "booked_on": "2026-11-22",
    "reason_code": "AC04",
}  # fmt: skip


def pair(session: Session, after: int | None = None, before: int | None = None) -> Pair:
    return find_pair(session, find_cycle(session, "BTXH", "2026-11", EVERYTHING), after, before)


def why(office: Office, **wished: str) -> dict[str, list[str]]:
    with office.database.reading() as session:
        page = changes_page(session, pair(session), EVERYTHING, **wished)  # type: ignore[arg-type]  # verdicts
    return {each.line["line_ref"]: [cause.said() for cause in each.why] for each in page.items}


def test_a_late_return_is_named_with_bank_day_reason_file_and_line(office: Office) -> None:
    office.owe(*PEOPLE)
    office.say("a.csv", PAID)
    office.run(as_of="2026-11-15")
    office.say("b.csv", RETURNED)
    office.run(as_of="2026-11-20")
    assert why(office) == {}  # booked after the day asked about
    office.run(as_of="2026-11-22")
    told = why(office)
    assert told["L1"] == [
        "Ngân hàng Agribank báo trả lại ngày 22/11/2026: Tài khoản đã đóng (tệp b.csv, dòng 2)."
    ]
    with office.database.reading() as session:
        [change] = changes_page(session, pair(session), EVERYTHING, before="paid").items
        assert change.changed == ("verdict", "settled", "reason_code", "evidence")
        assert change.before
        assert change.after
        assert (change.before["verdict"], change.after["verdict"]) == ("paid", "failed")
        assert "Agribank says the money was returned on 22/11/2026" in change.why[0].said("en")


def test_the_clock_alone_is_a_cause(office: Office) -> None:
    office.owe(*PEOPLE)
    office.say("a.csv", PAID, {"end_to_end_id": "L2", "status": "pending", "booked_on": "2026-11-05"})
    office.run(as_of="2026-11-15")
    office.run(as_of="2026-11-21")
    assert why(office) == {
        "L2": ["Đã quá hạn 20/11/2026 mà ngân hàng vẫn báo đang xử lý."],
        "L3": ["Đã quá hạn 20/11/2026 mà chưa có kết quả."],
    }
    assert why(office, after="missing").keys() == {"L3"}
    office.run(as_of="2026-11-15")
    assert why(office)["L3"] == ["Tính đến 15/11/2026 thì chưa quá hạn 20/11/2026."]


def test_a_corrected_list_names_what_it_changed_added_and_left_out(office: Office) -> None:
    office.owe(*PEOPLE)
    office.say("a.csv", PAID)
    office.run()
    corrected = office.owe(
        {**PEOPLE[0], "amount": "900000"}, PEOPLE[1], {"line_ref": "L4", "account_no": "77"},
        name="sua.csv", supersedes=1,
    )  # fmt: skip
    with office.database.session() as session:
        confirm(session, corrected.id or 0, EVERYTHING, by="test")
    office.run()
    assert why(office) == {
        "L1": ["Danh sách sửa đổi số 2 thay đổi dòng này."],
        "L3": ["Danh sách sửa đổi số 2 không còn dòng này."],
        "L4": ["Danh sách số 2 thêm dòng này."],
    }
    with office.database.reading() as session:
        found = {(each.before, each.after): each.lines for each in moves(session, pair(session), EVERYTHING)}
    assert found == {("paid", "amount_differs"): 1, (NONE, "missing"): 1, ("missing", NONE): 1}
    assert why(office, before=NONE).keys() == {"L4"}
    assert why(office, after=NONE).keys() == {"L3"}


def test_a_withdrawn_and_a_replaced_file_are_told_apart(office: Office) -> None:
    office.owe(*PEOPLE)
    file = office.say("a.csv", PAID)
    office.run()
    with office.database.session() as session:
        decide(session, file.id or 0, "withdraw", reason="gửi nhầm", by="an")
    with office.database.session() as session:
        answer(session, file.id or 0, "approve", by="binh")
    office.run()
    assert why(office) == {"L1": ["Tệp a.csv đã được rút, dòng 2 không còn được tính."]}


def test_a_voucher_is_a_cause(office: Office) -> None:
    office.owe({**PEOPLE[0], "channel": "cash"})
    office.run()
    with office.database.session() as session:
        session.add(
            Voucher(
                payout_line_id=(1 << 24) + 2, number="PC 7", collected_on=dt.date(2026, 11, 18),
                recorded_at=dt.datetime(2026, 11, 19, tzinfo=dt.UTC), recorded_by="test",
            )
        )  # fmt: skip
    office.run()
    assert why(office) == {"L1": ["Đã có chứng từ ký nhận số PC 7, ngày nhận 18/11/2026."]}


def test_a_ward_sees_changes_of_its_own_lines_only(office: Office) -> None:
    office.owe(*PEOPLE)
    office.run(as_of="2026-11-15")
    office.run(as_of="2026-11-21")
    ward = Scope(areas=frozenset({"00008"}), programmes=None)
    with office.database.reading() as session:
        two = pair(session)
        assert [each.line["line_ref"] for each in changes_page(session, two, ward).items] == ["L2"]
        assert [(each.lines, each.owed) for each in moves(session, two, ward)] == [(1, 810_000)]
        assert [each.lines for each in moves(session, two, EVERYTHING, area="00004")] == [2]


def test_pages_follow_one_another_and_the_sums_are_those_of_the_pure_comparison(office: Office) -> None:
    office.owe(*PEOPLE)
    office.run(as_of="2026-11-15")
    corrected = office.owe(
        {**PEOPLE[0], "amount": "900000"}, {"line_ref": "L4", "account_no": "77"},
        name="sua.csv", supersedes=1,
    )  # fmt: skip
    with office.database.session() as session:
        confirm(session, corrected.id or 0, EVERYTHING, by="test")
    office.say("a.csv", PAID)
    office.run(as_of="2026-11-21")
    with office.database.reading() as session:
        two = pair(session)
        seen: list[str] = []
        page: Changes = changes_page(session, two, EVERYTHING, limit=1)
        while page.next:
            seen += [each.line["line_ref"] for each in page.items]
            page = changes_page(session, two, EVERYTHING, limit=1, cursor=page.next)
        seen += [each.line["line_ref"] for each in page.items]
        by_database = {
            (each.before, each.after): (each.lines, each.owed) for each in moves(session, two, EVERYTHING)
        }
        tables = [verdict_table(session, each.id or 0) for each in (two.before, two.after)]
    pure = compare(*tables, by=("verdict", "owed", "settled", "reason_code", "differences", "evidence"))
    assert sorted(seen) == [row["line_ref"] for row in pure.lines.to_pylist()]
    assert by_database == {
        (each["before"], each["after"]): (each["lines"], each["owed"]) for each in pure.moves
    }


def test_what_became_of_settlement_lines_is_counted(office: Office) -> None:
    office.owe(*PEOPLE)
    office.say("a.csv", {**PAID, "end_to_end_id": "L9", "account_no": "55"})
    office.run(as_of="2026-11-15")
    office.owe({"line_ref": "L9", "account_no": "55"}, name="more.csv")
    office.say("b.csv", {"end_to_end_id": "L2", "bank_ref": "F2"})
    office.run(as_of="2026-11-21")
    with office.database.reading() as session:
        two = pair(session)
        found = disposition_moves(session, two)
        first = dispositions_page(session, two, limit=1)
        rest = dispositions_page(session, two, limit=1, cursor=first.next)
        assert len(dispositions_page(session, two, before=NONE).items) == 1
        assert len(dispositions_page(session, two, before="unexpected", after="matched").items) == 1
        assert dispositions_page(session, two, after=NONE).items == []
    rows = [*first.items, *rest.items]
    assert [(row["file"], row["line"], row["before"], row["after"]) for row in rows] == [
        ("a.csv", 2, "unexpected", "matched"), ("b.csv", 2, None, "matched"),
    ]  # fmt: skip
    assert [row["line_refs_after"] for row in rows] == ["L9", "L2"]
    assert rest.next is None
    assert [(each.before, each.after, each.lines, each.owed) for each in found] == [
        (NONE, "matched", 1, 810_000), ("unexpected", "matched", 1, 810_000),
    ]  # fmt: skip


def test_runs_that_are_not_there_are_told(office: Office) -> None:
    office.owe(*PEOPLE)
    with office.database.reading() as session, pytest.raises(NotFoundError):
        pair(session)
    office.run()
    office.run()
    with office.database.reading() as session:
        for after, before in ((1, None), (9, None), (2, 2), (2, 9)):
            with pytest.raises(NotFoundError):
                pair(session, after, before)
        assert pair(session, 2, 1).before.number == 1


def test_other_rules_are_the_cause_where_nothing_else_is() -> None:
    side = Side("missing", (), None, 1, 1)
    days = (dt.date(2026, 11, 15), dt.date(2026, 11, 16), dt.date(2026, 11, 20))
    [cause] = causes(side, replace(side, verdict="review"), Between(*days, ("1", "2")), {})
    assert cause.said() == "Quy tắc đối chiếu thay đổi (phiên bản 1 thành 2)."
    [cause] = causes(side, replace(side, verdict="review"), Between(*days), {})
    assert cause.code == "others"


def test_what_people_decided_is_named_with_who_and_when(office: Office) -> None:
    office.owe(*PEOPLE)
    office.say("a.csv", {"account_no": "1500205004417", "account_name": "NGUYEN THI HOA", "amount": "700000"})
    office.run()
    with office.database.session() as session:
        session.add(
            MatchDecision(
                payout_line_id=(1 << 24) + 3, settlement_line_id=(1 << 24) + 2, kind="force", reason="x",
                state="done", proposed_by="an", checked_by="binh",
                proposed_at=clock.now(), checked_at=clock.now(),
            )
        )  # fmt: skip
    office.run()
    today = f"{clock.today():%d/%m/%Y}"
    assert why(office)["L2"] == [
        f"Theo quyết định của an, binh ngày {today}: dòng 2 của tệp a.csv là khoản chi này.",
        "Ngân hàng Agribank báo đã chi 700.000 đ ngày 05/11/2026 (tệp a.csv, dòng 2).",
    ]
