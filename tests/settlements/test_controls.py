"""What becomes of a file whose controls fail, as shipped and by a bank's policy; nothing is ever silent."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlmodel import Session, func, select

from payouts.core import clock
from payouts.core.problems import Problem, problem_kinds
from payouts.core.receipts import problems_of
from payouts.identity.audit import events
from payouts.runs.fallen import answer
from payouts.settlements.controls import controls
from payouts.settlements.desk import decide
from payouts.settlements.formats.base import LINES, FileReport
from payouts.settlements.intake import keep_file
from payouts.settlements.models import SettlementFile, SettlementLine, Statement
from payouts.settlements.policy import banks_with_rules, policy_of, set_rule
from payouts.settlements.reading import Reading
from tests.facts import Office

NOON = dt.datetime(2026, 11, 24, 5, tzinfo=dt.UTC)


def statement(
    number: str, opening: str, closing: str, *lines: str, kinds: str = "FF", day: str = "261105"
) -> str:
    begin, end = kinds
    fields = [":20:STMT", ":25:0123456789", f":28C:{number}", f":60{begin}:C{day}VND{opening},", *lines]
    return "\n".join([*fields, f":62{end}:C{day}VND{closing},"]) + "\n"


def debit(amount: str, reference: str, day: str = "2611051105") -> str:
    return f":61:{day}D{amount},NTRF{reference}//B{reference}"


def codes(report: FileReport | SettlementFile) -> list[str]:
    if isinstance(report, FileReport):
        return [problem.code for problem in report.problems]
    return [problem["code"] for problem in report.problems]


def take(office: Office, name: str, content: str, bank: str = "VBA") -> SettlementFile:
    office.settings.data_dir.mkdir(exist_ok=True)
    path = office.settings.data_dir / name
    path.write_text(content, encoding="utf-8")
    return keep_file(office.database, office.settings, path, bank_code=bank, by="test")


def test_each_control_is_as_grave_as_its_codes_and_the_contracts_hold_files_back() -> None:
    kinds, named = problem_kinds(), [code for each in controls().values() for code in each.codes]
    assert len(named) == len(set(named))
    for control in controls().values():
        assert {kinds[code].severity for code in control.codes} == {control.action}
        assert control.action == ("quarantine" if control.contract else "warning")


def test_a_page_that_does_not_join_the_one_before_is_told(read: Any) -> None:
    first = statement("7/1", "100", "70", debit("30", "A"), kinds="FM")
    joined = statement("7/2", "70", "50", debit("20", "B"), kinds="MF")
    torn = statement("7/2", "60", "40", debit("20", "B"), kinds="MF")
    assert codes(read(first + joined)[0]) == []
    report, _ = read(first + torn)
    assert (codes(report), report.outcome) == (["page_not_carried"], "accepted")
    assert "60 VND" in report.problems[0].message()


def test_a_missing_statement_is_told_by_number_and_by_balance(read: Any) -> None:
    one, three = statement("7", "100", "70", debit("30", "A")), statement("9", "60", "50", debit("10", "C"))
    assert codes(read(one + three)[0]) == ["opening_not_carried", "statement_gap"]
    assert codes(read(three + one)[0]) == ["opening_not_carried", "statement_gap"]  # in whatever order
    assert codes(read(one + one.replace("0123456789", "99").replace("NTRFA", "NTRFZ"))[0]) == []


def test_a_statement_is_held_to_the_banks_earlier_files(office: Office) -> None:
    take(office, "1.sta", statement("7", "100", "70", debit("30", "A"), day="261105"))
    other = take(office, "o.sta", statement("9", "60", "50", debit("10", "O"), day="261106"), bank="VCB")
    assert codes(other) == []
    after = take(office, "3.sta", statement("9", "60", "50", debit("10", "C"), day="261106"))
    assert (set(codes(after)), after.state) == ({"opening_not_carried", "statement_gap"}, "accepted")
    assert all("1.sta" in problem.message() for problem in problems_of(after.problems))
    again = take(office, "3b.sta", statement("9", "60", "50", debit("10", "C"), day="261106") + "\n")
    assert codes(again) == []  # the same statement told again
    new_year = take(office, "4.sta", statement("1", "50", "40", debit("10", "D"), day="270105"))
    assert codes(new_year) == []
    with office.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Statement)).one() == 5


def test_a_withdrawn_statement_is_no_neighbour(office: Office) -> None:
    first = take(office, "1.sta", statement("7", "100", "70", debit("30", "A")))
    with office.database.session() as session:
        decide(session, first.id or 0, "withdraw", reason="nhầm", by="an")
    with office.database.session() as session:
        answer(session, first.id or 0, "approve", by="binh")
    assert codes(take(office, "3.sta", statement("9", "60", "50", debit("10", "C"), day="261106"))) == []


def test_days_far_from_the_files_own_day_are_told(read: Any) -> None:
    usual = statement("7", "100", "70", debit("30", "A"))
    odd = statement("7", "100", "70", debit("30", "A", day="2411051105"))
    assert codes(read(usual)[0]) == []
    report, _ = read(odd)
    assert (codes(report), report.outcome) == (["dates_unusual"], "accepted")
    header = "bank_ref,account_no,amount,status,booked_on\n"
    with clock.stopped(NOON):
        assert codes(read(f"{header}F1,1,930,settled,2026-12-01\n")[0]) == []
        assert codes(read(f"{header}F1,1,930,settled,2027-11-24\n")[0]) == ["dates_unusual"]


def test_the_same_line_twice_is_told_only_where_it_carries_a_reference(read: Any) -> None:
    header = "bank_ref,account_no,amount,status\n"
    report, rows = read(f"{header}F1,1,930,settled\nF2,1,930,settled\nF1,1,930,settled\nF1,2,930,settled\n")
    assert [(each.code, each.line, each.values) for each in report.problems] == [
        ("line_twice", 4, {"other": "2"})
    ]
    assert (report.outcome, len(rows)) == ("accepted", 4)
    assert codes(read(f"{header},1,930,settled\n,1,930,settled\n")[0]) == []


def test_a_batch_that_lists_fewer_than_it_says_is_told(files: Path, read: Any) -> None:
    whole = (files / "camt053.xml").read_text(encoding="utf-8")
    listed = whole.partition("</NtryDtls>")[0].count("<TxDtls>")
    assert listed > 1
    for said, found in ((listed, []), (listed + 1, ["batch_count_differs"])):
        told = whole.replace("<NtryDtls>", f"<NtryDtls><Btch><NbOfTxs>{said}</NbOfTxs></Btch>", 1)
        report, _ = read(told)
        assert (codes(report), report.outcome) == (found, "accepted")


class Forgetful:
    """A reader that counts more lines than it yields or reports."""

    def __init__(self, lost: int, *, told: bool) -> None:
        self.lost, self.told = lost, told

    def identify(self, head: bytes) -> bool:
        return bool(head)

    def read(self, path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
        del path
        report.lines, report.good_lines = 3, 3 - self.lost
        rows = [
            dict.fromkeys(LINES.names) | {"line": at, "status": "settled", "currency": currency}
            for at in range(1, 4 - self.lost)
        ]
        if self.told:
            report.add(Problem("amount_unreadable", 3, "amount", {"value": "x"}))
        yield pa.RecordBatch.from_pylist(rows, schema=LINES)


@pytest.mark.parametrize(
    ("lost", "told", "found"),
    [(0, False, []), (1, True, ["amount_unreadable"]), (1, False, ["lines_unaccounted"]),
     (2, True, ["amount_unreadable", "lines_unaccounted"])],
)  # fmt: skip
def test_lines_are_read_or_reported_or_nothing_counts(
    tmp_path: Path,
    lost: int,
    told: bool,  # noqa: FBT001  # pytest hands it over by name
    found: list[str],
) -> None:
    reading = Reading(FileReport(), tmp_path, "VND", Forgetful(lost, told=told))
    assert sum(batch.num_rows for batch in reading.batches()) == 3 - lost
    assert codes(reading.report) == found
    lost_silently = "lines_unaccounted" in found
    assert reading.report.outcome == ("refused" if lost_silently else "quarantined" if found else "accepted")


UNTIED = statement("7", "100", "71", debit("30", "A"))


def set_balance(session: Session, action: str) -> None:
    set_rule(session, "Agribank", "balance", action, reason="ngân hàng hay làm tròn", by="shell an")


def test_a_policy_lets_a_failed_control_pass_with_a_warning_and_never_in_silence(office: Office) -> None:
    assert take(office, "1.sta", UNTIED).state == "quarantined"
    with office.database.session() as session:
        set_balance(session, "warning")
        assert banks_with_rules(session) == ["VBA"]
    file = take(office, "2.sta", UNTIED + "\n")
    assert (file.state, codes(file), file.balanced) == ("accepted", ["balance_does_not_tie"], [])
    assert problems_of(file.problems)[0].severity == "warning"
    assert take(office, "3.sta", UNTIED + "\n", bank="VCB").state == "quarantined"
    with office.database.reading() as session:
        event = events(session, subject="bank VBA")[0]
    assert (event.what, event.details["before"], event.details["after"]) == (
        ("policy.set", "shipped", "warning")
    )


def test_a_policy_refuses_what_it_says_and_keeps_no_line(office: Office) -> None:
    with office.database.session() as session:
        set_balance(session, "refuse")
    file = take(office, "1.sta", UNTIED)
    assert (file.state, file.lines) == ("refused", 1)
    with office.database.reading() as session:
        assert session.exec(select(func.count()).select_from(SettlementLine)).one() == 0
    with office.database.session() as session:
        set_balance(session, "shipped")
        assert policy_of(session, "VBA")["balance_does_not_tie"] == "quarantine"
        assert banks_with_rules(session) == []


def test_no_policy_lets_a_line_in_error_pass(office: Office) -> None:
    with office.database.session() as session:
        for control in controls():
            set_rule(session, "VBA", control, "warning", reason="thử", by="shell an")
    file = office.say("kq.csv", {"end_to_end_id": "L1"}, {"end_to_end_id": "L2", "amount": "930.5"})
    assert (file.state, codes(file)) == ("quarantined", ["amount_unreadable"])
