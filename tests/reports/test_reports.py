"""Reports of a small month: two wards, a late return, arrears, cash, and a name that looks like a formula."""

import csv
import datetime as dt
import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import URL

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import DomainError, ForbiddenError, NotFoundError
from payouts.core.settings import Settings
from payouts.coverage.refresh import refresh
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING, Scope
from payouts.quality.measure import measure
from payouts.reports.asking import ask
from payouts.reports.catalogue import KINDS
from payouts.reports.document import Report
from payouts.reports.issuing import Line, Wanted, again, give, give_evidence, issued_as
from payouts.reports.kinds.sample import digest_of
from payouts.reports.planning import end_plan, make_planned, plan
from tests.facts import Office
from tests.reports.formulas import calculated

FORMULA = '=HYPERLINK("http://a.example")'
CITIZEN = "0011450034"
WARDS = ("00004", "00070")
BEFORE, AFTER = (dt.datetime(2026, 11, day, 3, tzinfo=dt.UTC) for day in (12, 26))


def fill(office: Office) -> Office:
    """Take six lines in; after the first run one payment of the second ward comes back."""
    second = {"area_code": "00070", "bank_code": "MB"}
    cash = {"channel": "cash", "account_no": "", "bank_code": ""}
    with clock.stopped(BEFORE):
        office.owe(
            {"line_ref": "A1"},
            {
                "line_ref": "A2",
                "citizen_id": f"{CITIZEN}18",
                "account_no": "1500205018",
                "full_name": FORMULA,
            },
            {"line_ref": "A3", "citizen_id": f"{CITIZEN}19", "account_no": "1500205019", "period": "2026-10"},
            {"line_ref": "B1", "citizen_id": f"{CITIZEN}20", "account_no": "250020500", **second},
            {"line_ref": "B2", "citizen_id": f"{CITIZEN}21", "account_no": "250020501", **second},
            {"line_ref": "B3", "citizen_id": f"{CITIZEN}22", **second, **cash},
        )
        office.say(
            "vba.csv",
            {"bank_ref": "F1", "end_to_end_id": "A1"},
            {"bank_ref": "F2", "end_to_end_id": "A2", "status": "rejected", "reason_code": "AC04"},
            {"bank_ref": "F3", "end_to_end_id": "A3", "booked_on": "2026-11-09"},
        )
        office.say("mb.csv", {"bank_code": "MB", "bank_ref": "M1", "end_to_end_id": "B1"}, bank="MB")
        office.run(as_of="2026-11-12")
    with clock.stopped(AFTER):
        came_back = {"bank_code": "MB", "bank_ref": "M9", "original_ref": "M1", "status": "returned"}
        office.say("mb2.csv", {**came_back, "booked_on": "2026-11-18", "reason_code": "AC06"}, bank="MB")
        office.run(as_of="2026-11-26")
        refresh(office.database)
        measure(office.database, on=dt.date(2026, 11, 26), by="test")
    return office


@pytest.fixture(scope="module")
def month(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Fill a month once: tests only read it, and note what they gave out."""
    folder = tmp_path_factory.mktemp("month")
    shutil.copy(sqlite_template, folder / "chitra.sqlite3")
    with Database(URL.create("sqlite", database=str(folder / "chitra.sqlite3"))) as database:
        yield fill(Office(database, Settings(data_dir=folder / "data")))


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.stopped(AFTER + dt.timedelta(hours=1)):
        yield


def made(office: Office, name: str, scope: Scope = EVERYTHING, **more: Any) -> Report:
    """Make a report and read its tables into memory."""
    with office.database.reading() as session:
        asked = ask(session, "BTXH", "2026-11", scope, by="test", **more)
        report = KINDS[name].make(session, asked)
        for table in report.tables:
            object.__setattr__(table, "batches", list(table.batches))
        return report


def rows(report: Report, table: int = 0) -> list[dict[str, Any]]:
    return [row for batch in report.tables[table].batches for row in batch.to_pylist()]


def given(office: Office, name: str, form: Any, path: Path, **more: Any) -> Any:
    wanted = Wanted(name, "BTXH", "2026-11", form, **more)
    return give(office.database, office.settings, wanted, EVERYTHING, path, by="test")


def test_the_month_ties_by_ward_and_a_spreadsheet_calculates_the_same(month: Office, tmp_path: Path) -> None:
    report = made(month, "settlement")
    by_ward = {row["area_code"]: row for row in rows(report)}
    assert set(by_ward) == set(WARDS)
    figures = {code: [row[name] for name in ("owed", "paid", "carried_out")] for code, row in by_ward.items()}
    assert figures == {"00004": [2_430_000, 1_620_000, 810_000], "00070": [2_430_000, 0, 2_430_000]}
    assert by_ward["00004"]["through_bank"] == 1_620_000
    assert [check.difference for check in report.checks] == [0, 0, 0]
    for name in KINDS:
        given(month, name, "xlsx", tmp_path / f"{name}.xlsx")
        found = calculated(tmp_path / f"{name}.xlsx")
        assert found or name == "sample"
        assert [each for each in found if (each[1] or 0) != pytest.approx(each[2] or 0)] == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_says_the_same(month: Office, office: Office) -> None:
    fill(office)
    for name in KINDS:
        one, other = made(month, name), made(office, name)
        assert [rows(one, place) for place in range(len(one.tables))] == [
            rows(other, place) for place in range(len(other.tables))
        ]


def test_a_report_tells_what_was_known_then(month: Office) -> None:
    now, first = made(month, "settlement"), made(month, "settlement", run=1)
    assert (now.tables[0].totals["paid"], first.tables[0].totals["paid"]) == (1_620_000, 2_430_000)
    on_the_day = made(month, "settlement", on=dt.date(2026, 11, 20))
    assert rows(on_the_day) == rows(first)
    assert "số 1" in {label.vi: value for label, value in on_the_day.stated}["Lần đối chiếu"]
    with pytest.raises(DomainError, match="chưa được đối chiếu"):
        made(month, "settlement", on=dt.date(2026, 11, 1))
    with pytest.raises(DomainError, match="không chọn cả hai"):
        made(month, "settlement", on=dt.date(2026, 11, 20), run=1)


def test_lists_returns_arrears_and_banks_say_what_happened(month: Office) -> None:
    assert {row["line_ref"] for row in rows(made(month, "paid"))} == {"A1", "A3"}
    unpaid = {row["line_ref"]: row for row in rows(made(month, "unpaid"))}
    assert set(unpaid) == {"A2", "B1", "B2", "B3"}
    assert unpaid["B1"]["reason"]
    returned = made(month, "returned")
    assert rows(returned) == [
        {"bank": "MBBank", "lines": 1, "amount": 810_000, "still_lines": 1, "still": 810_000}
    ]
    arrears = made(month, "arrears")
    assert [row["line_ref"] for row in rows(arrears, 1)] == ["A3"]
    banks = {row["bank"]: row for row in rows(made(month, "banks"))}
    assert [banks["Agribank"][name] for name in ("lines", "failed", "days_median", "days_most")] == [
        3,
        1,
        11,
        15,
    ]
    assert banks["MBBank"]["failed"] == 1
    in_time = made(month, "in-time")
    assert in_time.tables[0].totals["cases"] == 4


def test_who_has_some_wards_gets_those_and_nothing_of_banks(month: Office, tmp_path: Path) -> None:
    ward = Scope(frozenset({"00070"}), None)
    assert [row["area_code"] for row in rows(made(month, "settlement", ward))] == ["00070"]
    assert {row["line_ref"] for row in rows(made(month, "unpaid", ward))} == {"B1", "B2", "B3"}
    wanted = Wanted("banks", "BTXH", "2026-11", "csv")
    with pytest.raises(ForbiddenError):
        give(month.database, month.settings, wanted, ward, tmp_path / "x", by="test")
    with pytest.raises(NotFoundError):
        give_evidence(
            month.database, month.settings, Line("BTXH", "2026-11", "A1"), ward, tmp_path / "x", by="test"
        )


def test_cells_of_few_people_are_hidden_from_who_may_not_see_them(month: Office, tmp_path: Path) -> None:
    open_cells = made(month, "coverage", options={"cells": "all"})
    assert [(row["key"], row["people"]) for row in rows(open_cells)] == [("00004", 3), ("00070", 3)]
    assert {row["people"] for row in rows(made(month, "coverage"))} == {None}
    issue = given(month, "coverage", "xlsx", tmp_path / "c.xlsx", options={"cells": "all"})
    assert issue.options == {}
    assert rows(made(month, "quality"))[0]["people"] == 3


def test_no_text_is_ever_a_formula(month: Office, tmp_path: Path) -> None:
    given(month, "unpaid", "csv", tmp_path / "u.csv")
    with (tmp_path / "u.csv").open(encoding="utf-8", newline="") as file:
        assert f"'{FORMULA}" in {row["full_name"] for row in csv.DictReader(file)}
    given(month, "unpaid", "xlsx", tmp_path / "u.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "u.xlsx").worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA)
    assert cell.data_type == "s"


def test_every_report_can_be_made_again_byte_for_byte(month: Office, tmp_path: Path) -> None:
    issues = [
        given(month, name, form, tmp_path / f"{name}.{form}", run=2)
        for name, kind in KINDS.items()
        for form in kind.forms
    ]
    with clock.stopped(AFTER + dt.timedelta(days=9)), month.database.reading() as session:
        assert [
            (each.name, each.form)
            for each in issues
            if not again(session, month.settings, each, tmp_path / "again")
        ] == []
        assert [each.id for each in issued_as(session, issues[0].sha256)] == [issues[0].id]
        assert issued_as(session, hashlib.sha256(b"changed").hexdigest()) == []
    assert (tmp_path / "settlement.pdf").read_bytes().startswith(b"%PDF")


def test_anybody_can_draw_the_sample_again(month: Office) -> None:
    options = {"by": "ward", "size": "2", "seed": "hạt giống 7"}
    drawn = rows(made(month, "sample", options=options))
    for code in WARDS:
        refs = [row["line_ref"] for row in drawn if row["area_code"] == code]
        every = ("A1", "A2", "A3") if code == "00004" else ("B1", "B2", "B3")
        assert refs == sorted(every, key=lambda ref: digest_of("hạt giống 7", ref))[:2]
    assert digest_of("x", "A1") == hashlib.sha256(b"x|A1").hexdigest()
    population = rows(made(month, "sample", options=options), 1)
    assert [(row["lines"], row["drawn"]) for row in population] == [(3, 2), (3, 2)]
    for wrong in ({"by": "name"}, {"size": "0"}, {"size": "9999"}, {"seed": "x" * 65}):
        with pytest.raises(DomainError):
            made(month, "sample", options=wrong)


def test_the_evidence_of_a_line_holds_what_was_sent_and_its_digests(month: Office, tmp_path: Path) -> None:
    path = tmp_path / "b1.zip"
    line = Line("BTXH", "2026-11", "B1", run=2)
    give_evidence(month.database, month.settings, line, EVERYTHING, path, by="test")
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in held["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(data).hexdigest() for name, data in held.items() if name != "SHA256SUMS"
    }
    verdicts = list(csv.DictReader(io.StringIO(held["verdicts.csv"].decode())))
    assert [(row["run"], row["verdict"]) for row in verdicts] == [("1", "paid"), ("2", "failed")]
    told = list(csv.DictReader(io.StringIO(held["bank-lines.csv"].decode())))
    assert {row["bank_ref"] for row in told} == {"M1", "M9"}
    assert all("810000" in row["raw"] for row in told)
    assert "Nguyễn Thị Hoa" in held["payout-line.json"].decode()
    assert "reopened" in held["cases.json"].decode() or "opened" in held["cases.json"].decode()
    with clock.stopped(AFTER + dt.timedelta(days=3)):
        give_evidence(month.database, month.settings, line, EVERYTHING, path, by="somebody else")
    assert path.read_bytes() == first
    before = Line("BTXH", "2026-11", "B1", on=dt.date(2026, 11, 13))
    give_evidence(month.database, month.settings, before, EVERYTHING, path, by="test")
    with zipfile.ZipFile(path) as archive:
        assert b"M9" not in archive.read("bank-lines.csv")


def test_a_planned_report_is_made_once_a_cycle(month: Office) -> None:
    accountant = Staff(1, "ketoan", "accountant", EVERYTHING)
    ward = Staff(2, "xa", "ward", Scope(frozenset({"00004"}), None))
    told: dict[str, Any] = {"name": "settlement", "programme": "BTXH", "form": "xlsx", "day": "20"}
    with month.database.session() as session:
        kept = plan(session, accountant, language="vi", **told)
        with pytest.raises(ForbiddenError):
            plan(session, ward, language="vi", **told)
        for wrong in ({"day": "31"}, {"form": "docx"}, {"programme": "XX"}):
            with pytest.raises(DomainError):
                plan(session, accountant, language="vi", **{**told, **wrong})
    today = dt.date(2026, 11, 26)
    first = make_planned(month.database, month.settings, today)
    assert [(each.cycle, each.kept, each.made_by) for each in first] == [("2026-11", True, "plan 1 (ketoan)")]
    assert make_planned(month.database, month.settings, today) == []
    with month.database.session() as session:
        end_plan(session, accountant, kept.id or 0)
    assert make_planned(month.database, month.settings, dt.date(2026, 12, 28)) == []
