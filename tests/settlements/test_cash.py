"""A payer of cash tells who collected: its report is told from a bank's, and told again it adds nothing."""

import datetime as dt
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from payouts.settlements.reading import open_settlement, reported_table
from reconciliation import reconcile
from tests.settlements.conftest import Read

HEADER = "line_ref,citizen_id,full_name,amount,collected_on,collected,reason,scan"
HOA = "BT1,001145003417,Nguyễn Thị Hoa,810000,2026-11-05,yes,,ds-0511.pdf"
BINH = "BT2,001052008826,Đặng Văn Bình,,,no,Đi vắng,"
BINH_LATER = "BT2,001052008826,Đặng Văn Bình,,2026-11-12,no,Từ chối nhận,"


def report_of(folder: Path, name: str, *rows: str, header: str = HEADER) -> pa.Table:
    path = folder / name
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    reading = open_settlement(path)
    table = reported_table(reading, name)
    assert reading.report.outcome == "accepted", reading.report.problems
    return table


def judged(*reports: pa.Table) -> dict[str, tuple[str, int, str, str]]:
    owed = pa.table(
        {
            "line_ref": ["BT1", "BT2"],
            "citizen_id": ["001145003417", "001052008826"],
            "full_name": ["Nguyễn Thị Hoa", "Đặng Văn Bình"],
            "amount": [810_000, 540_000],
            "channel": ["cash", "home"],
            "cycle": ["2026-11", "2026-11"],
        }
    )
    result = reconcile(owed, pa.concat_tables(reports), as_of=dt.date(2026, 11, 25))
    return {
        row["line_ref"]: (row["verdict"], row["settled"], row["reason_code"], row["rule"])
        for row in result.verdicts.to_pylist()
    }


def test_who_collected_is_paid_by_the_signed_list_and_who_did_not_stays_offline(tmp_path: Path) -> None:
    assert judged(report_of(tmp_path, "a.csv", HOA, BINH)) == {
        "BT1": ("paid", 810_000, "", "voucher"),
        "BT2": ("offline", 0, "", "reference"),
    }


def test_a_report_told_again_with_more_in_it_pays_nobody_twice(tmp_path: Path) -> None:
    first = report_of(tmp_path, "a.csv", HOA, BINH)
    second = report_of(tmp_path, "b.csv", HOA, BINH_LATER)
    assert judged(first, second) == {
        "BT1": ("paid", 810_000, "", "voucher"),
        "BT2": ("offline", 0, "CUST", "reference"),
    }


def test_two_rows_for_one_line_are_two_collections_and_so_are_two_days(tmp_path: Path) -> None:
    assert judged(report_of(tmp_path, "a.csv", HOA, HOA))["BT1"][:2] == ("paid_twice", 1_620_000)
    later = report_of(tmp_path, "b.csv", HOA.replace("11-05", "11-06"))
    assert judged(report_of(tmp_path, "a.csv", HOA), later)["BT1"][:2] == ("paid_twice", 1_620_000)


def test_collected_after_all_is_collected(tmp_path: Path) -> None:
    collected = BINH_LATER.replace(",no,Từ chối nhận", ",yes,")
    assert judged(report_of(tmp_path, "a.csv", BINH), report_of(tmp_path, "b.csv", collected))["BT2"] == (
        "paid", 540_000, "", "voucher",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "verdict"), [("", "paid"), ("540000", "paid"), ("500000", "amount_differs")]
)
def test_a_person_named_by_citizen_id_alone_is_found(tmp_path: Path, amount: str, verdict: str) -> None:
    row = f",001052008826,,{amount},2026-11-06,yes,,"
    assert judged(report_of(tmp_path, "a.csv", row))["BT2"][0] == verdict


def test_a_collection_before_the_payment_opened_pays_nobody(tmp_path: Path) -> None:
    row = ",001052008826,,540000,2026-10-20,yes,,"
    assert judged(report_of(tmp_path, "a.csv", row))["BT2"][0] == "offline"


def test_a_row_must_say_whom_and_of_which_month_it_speaks(read: Read) -> None:
    report, rows = read(
        f"{HEADER}\n,,Nguyễn Thị Hoa,810000,2026-11-05,yes,,\n,001145003417,,810000,,yes,,\n{HOA}"
    )
    assert [(each.code, each.line) for each in report.problems] == [
        ("nobody_named", 2),
        ("collection_undated", 3),
    ]
    assert (report.outcome, len(rows)) == ("quarantined", 1)


def test_a_report_without_amounts_has_rows_of_sums_all_the_same(read: Read) -> None:
    header = "STT,Số CCCD,Ngày nhận,Kết quả nhận"
    line = "1,001145003417,05/11/2026,Đã nhận"
    report, rows = read(f"{header}\n{line}\nTổng cộng: 1 người,,,\n\nNgười lập,,,\n")
    assert (report.problems, len(rows)) == ([], 1)
    report, _ = read(f"{header}\n{line}\n2,001145003418,,\n")
    assert [(each.code, each.line) for each in report.problems] == [("status_missing", 3)]
    report, _ = read(f"{header}\n{line}\nTổng cộng: 2 người,,,\n")
    assert [each.code for each in report.problems] == ["control_count_differs"]


def test_voucher_and_scan_stand_together(read: Read) -> None:
    header = "line_ref,collected_on,collected,voucher_no,scan"
    _, rows = read(
        f"{header}\nBT1,2026-11-05,yes,PC 12,ds.pdf\nBT2,2026-11-05,yes,PC 13,\nBT3,2026-11-05,yes,,ds.pdf\n"
    )
    assert [row["remittance_info"] for row in rows] == ["PC 12; ds.pdf", "PC 13", "ds.pdf"]


def test_words_of_a_bank_are_none_of_a_cash_report(read: Read) -> None:
    report, _ = read("\n".join((HEADER, HOA.replace("yes", "Thành công"))))
    assert [each.code for each in report.problems] == ["status_unknown"]


def test_a_workbook_of_the_post_office_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["BƯU ĐIỆN KHU VỰC"])
    sheet.append(["STT", "Số CCCD", "Họ và tên", "Số tiền", "Ngày ký nhận", "Đã nhận", "Ghi chú"])
    sheet.append([1, "001052008826", "Đặng Văn Bình", 540_000, dt.date(2026, 11, 6), "x", None])
    sheet.append([2, "001145003417", "Nguyễn Thị Hoa", 810_000, None, "Chưa", "đi viện"])
    sheet.append(["Tổng cộng", None, None, 1_350_000])
    book.save(tmp_path / "a.xlsx")
    reading = open_settlement(tmp_path / "a.xlsx")
    table = reported_table(reading, "a.xlsx", sender="VNPOST")
    report = reading.report
    assert (report.outcome, report.profile, report.cash, report.lines) == (
        "accepted", "cash_result", True, 2,
    )  # fmt: skip
    assert judged(table) == {
        "BT1": ("offline", 0, "", "citizen_amount"),
        "BT2": ("paid", 540_000, "", "voucher"),
    }
