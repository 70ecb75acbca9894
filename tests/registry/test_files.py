"""A registry file: read in Vietnamese or English, in whole or not at all, and what becomes of each cell."""

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlmodel import Session, col, select

from payouts.identity.scope import EVERYTHING
from payouts.registry.changes import changes_of
from payouts.registry.deciding import Chosen
from payouts.registry.files.intake import keep_registry_file
from payouts.registry.files.models import RegistryFile
from payouts.registry.models import (
    Beneficiary,
    Dossier,
    Enrolment,
    OptOut,
    Payee,
    Phone,
    SQLModel,
    WelfareAccount,
)
from payouts.registry.proposals import proposals_page
from tests.facts import OWED, Office

HOA = OWED["citizen_id"]
NEW = "001160001234"
HEADINGS = (
    *("Số định danh", "Họ và tên", "Ngày sinh", "Giới tính", "Xã/Phường", "Chương trình", "Hưởng từ tháng"),
    *("Hình thức nhận", "Ngân hàng", "Số tài khoản", "Tên chủ tài khoản", "Người nhận thay", "Quan hệ"),
    *("Giấy ủy quyền", "Ủy quyền đến ngày", "Mức định danh", "Hạn thẻ CCCD", "Số điện thoại"),
    *("Lý do chưa mở tài khoản", "Ngày xong hồ sơ", "Ngày gửi ngân hàng", "Căn cứ"),
)


def send(
    office: Office, name: str, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS
) -> RegistryFile:
    office.settings.data_dir.mkdir(exist_ok=True)
    path = office.settings.data_dir / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["HỒ SƠ NGƯỜI THỤ HƯỞNG"])
        for at, cells in enumerate((headings, *rows), start=1):
            sheet.write_row(at, 0, cells)
    return keep_registry_file(office.database, office.settings, path, by="ward1")


def all_of(session: Session, model: type[SQLModel], citizen_id: str) -> list[Any]:
    person = session.exec(select(Beneficiary.id).where(Beneficiary.citizen_id == citizen_id)).one()
    return list(session.exec(select(model).where(col(model.beneficiary_id) == person)))  # type: ignore[attr-defined]  # all of them have it


def test_a_file_adds_what_nobody_knew_and_proposes_what_differs(office: Office) -> None:
    office.owe({})
    lan = (
        *(NEW, "Trần Thị Lan", "01/02/1960", "Nữ", "Phường Ba Đình", "BTXH", "11/2026", "TK", "VietinBank"),
        *("0101 234.567", "TRAN THI LAN", "Trần Văn An", "Người được ủy quyền", "Số 12/2026", "31/12/2027"),
        *("Mức 2", "01/02/2035", "0912 345 678", "", "01/10/2026", "05/10/2026", "CV 45/UBND"),
    )
    hoa = (
        *(HOA, "Nguyễn Thị Hòa", "03/04/1945", "Nữ", "", "BTXH", "", "", "MB", "0990001", "NGUYEN THI HOA"),
        *("", "", "", "", "Chưa có", "Không thời hạn", "", "Nằm liệt giường, không đi lại được", "", "", ""),
    )
    taken = send(office, "ho-so.xlsx", lan, hoa)
    assert (taken.state, taken.problems, taken.outcome) == (
        *("accepted", []),
        {"people": 2, "new": 1, "proposals": 2},
    )
    with office.database.reading() as session:
        person = session.exec(select(Beneficiary).where(Beneficiary.citizen_id == NEW)).one()
        assert (person.sex, person.vneid_level, person.card_expires_on, person.area_code) == (
            *("female", 2, dt.date(2035, 2, 1), "00004"),
        )
        [account] = all_of(session, WelfareAccount, NEW)
        assert (account.bank_code, account.account_no, account.programme) == ("ICB", "0101234567", "BTXH")
        [payee] = all_of(session, Payee, NEW)
        assert (payee.relation, payee.document, payee.valid_to) == (
            *("authorised", "Số 12/2026", dt.date(2027, 12, 31)),
        )
        [enrolment] = all_of(session, Enrolment, NEW)
        assert (enrolment.since, enrolment.until) == ("2026-11", None)
        [dossier] = all_of(session, Dossier, NEW)
        assert (dossier.completed_on, dossier.sent_on, dossier.opened_on) == (
            *(dt.date(2026, 10, 1), dt.date(2026, 10, 5), None),
        )
        assert [each.number for each in all_of(session, Phone, NEW)] == ["0912345678"]
        [opt_out] = all_of(session, OptOut, HOA)
        assert (opt_out.reason, opt_out.ended_at) == ("bedridden", None)
        hoa_on_record = session.exec(select(Beneficiary).where(Beneficiary.citizen_id == HOA)).one()
        assert (hoa_on_record.full_name, hoa_on_record.vneid_level) == ("Nguyễn Thị Hoa", 0)
        waiting = proposals_page(session, EVERYTHING, Chosen())
        assert {(row["kind"], row["after"], row["row"]) for row in waiting} == {
            ("changed", "Nguyễn Thị Hòa", 4),
            ("account", "MB 0990001", 4),
        }
        told = {
            each.field: (each.after, each.source_id, each.row)
            for each in changes_of(session, hoa_on_record.id or 0)
        }
        assert told["date_of_birth"] == ("1945-04-03", taken.id, 4)
        assert told["opt_out"] == ("bedridden", taken.id, 4)
    assert office.approve() == 2
    again = send(office, "again.xlsx", (*lan[:-3], "01/10/2026", "05/10/2026", ""), hoa)
    assert again.outcome["proposals"] == 0

    headings = ("citizen_id", "dossier_completed_on", "dossier_opened_on", "opt_out")
    opened = send(
        office, "en.xlsx", (NEW, "2026-10-01", "2026-10-20", ""), (HOA, "", "", "refuses"), headings=headings
    )
    assert opened.state == "accepted"
    with office.database.reading() as session:
        [dossier] = all_of(session, Dossier, NEW)
        assert dossier.opened_on == dt.date(2026, 10, 20)
        assert [(each.reason, each.ended_by) for each in all_of(session, OptOut, HOA)] == [
            ("bedridden", "ward1"),
            ("refuses", None),
        ]


def test_one_wrong_row_keeps_the_whole_file_out_and_is_told_with_its_line(office: Office) -> None:
    headings = (
        "citizen_id",
        "full_name",
        "vneid_level",
        "opt_out",
        "account_no",
        "phone",
        "dossier_opened_on",
    )
    good = (NEW, "Trần Thị Lan", "1", "", "", "", "")
    bad = (HOA, "Hoa", "3", "lười", "0101234567", "12", "2026-10-20")
    told = send(
        office, "bad.xlsx", good, bad, good, ("001160009999", "", "", "", "", "", ""), headings=headings
    )
    assert told.state == "quarantined"
    assert {(row["code"], row["line"]) for row in told.problems} == {
        ("vneid_level_wrong", 4),
        ("opt_out_unknown", 4),
        ("programme_needed", 4),
        ("phone_wrong", 4),
        ("dossier_out_of_order", 4),
        ("person_told_twice", 5),
        ("person_unknown", 6),
    }
    with office.database.reading() as session:
        assert session.exec(select(Beneficiary)).all() == []


def test_a_file_that_is_no_registry_is_refused(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    told = keep_registry_file(office.database, office.settings, path, by="ward1")
    assert (told.state, [row["code"] for row in told.problems]) == ("refused", ["registry_header_unknown"])
