"""Writes what the demonstration's banks send back, each bank in its own format."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from payouts.demo import iso20022
from payouts.demo.play import Plan, Schedule
from payouts.demo.stories import Event

CHITRA_COLUMNS = (
    "bank_code", "branch", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id", "amount",
    "currency", "booked_on", "status", "reason_code", "reason_text", "fee", "original_ref", "remittance_info",
)  # fmt: skip

# The layout of MB's result file of 2026: column -> heading; rows above the heading hold the letterhead.
MB_HEADINGS = {
    0: "STT",
    2: "SỐ TÀI KHOẢN (Account No)",
    5: "TÊN ĐƠN VỊ THỤ HƯỞNG (Beneficiary Name)",
    6: "NGÂN HÀNG THỤ HƯỞNG (Beneficiary Bank)",
    7: "SỐ TIỀN GIAO DỊCH (Amount)",
    9: "CHI TIẾT THANH TOÁN (Payment Details)",
    12: "PHÍ (CHƯA GỒM VAT)",
    15: "HÌNH THỨC CHUYỂN KHOẢN (Payment Method)",
    16: "TRẠNG THÁI GIAO DỊCH (Transaction status)",
    17: "TRẠNG THÁI HẠCH TOÁN (Account deduction status)",
    18: "GHI CHÚ (Note)",
    23: "BÚT TOÁN (FT number)",
}
MB_HEADING_ROW = 12

ICB_OPENING = 15_000_000  # đồng on the payer's account; what comes in for the payments goes out again
INTEREST = 41_250  # đồng
FUNDING = "KHO BAC NHA NUOC CAP KINH PHI CHI TRO CAP"
TOLD_AGAIN = 12  # movements that VBA tells in its statement and once more in its advices
MB_STATUS = {"settled": "Thành công", "rejected": "Thất bại", "pending": "Đang xử lý"}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a bank sends."""

    bank: str
    path: Path
    came_on: dt.date


def text_of(event: Event, cycle: str) -> str:
    """Say what a payment is for, as it stands on the account statement."""
    return f"CHI TRO CAP XA HOI T{cycle[5:]}/{cycle[:4]} {event.line_ref}".strip()


def write_mb(path: Path, events: Sequence[Event], days: Schedule) -> None:
    """Write MB's result file: a letterhead, then one row a payment; the reference stands in the text only."""
    import xlsxwriter  # noqa: PLC0415  # the shell starts without it

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("KET QUA")
    sheet.write_string(1, 5, "KẾT QUẢ GIAO DỊCH CHUYỂN KHOẢN THEO LÔ")
    sheet.write_string(3, 1, f"Ngày: {days.deadline:%d/%m/%Y}")
    for column, heading in MB_HEADINGS.items():
        sheet.write_string(MB_HEADING_ROW - 1, column, heading)
    for number, event in enumerate(events, start=1):
        row = MB_HEADING_ROW - 1 + number
        sheet.write_number(row, 0, number)
        if event.account_no.startswith("0"):
            sheet.write_string(row, 2, event.account_no)
        else:
            sheet.write_number(row, 2, int(event.account_no))
        sheet.write_string(row, 5, event.account_name)
        sheet.write_string(row, 6, event.account_bank)
        sheet.write_number(row, 7, event.amount)
        sheet.write_string(row, 9, text_of(event, days.cycle))
        sheet.write_number(row, 12, event.fee)
        sheet.write_string(row, 15, "Nội bộ")
        sheet.write_string(row, 16, MB_STATUS[event.status])
        sheet.write_string(row, 18, event.reason_text)
        sheet.write_string(row, 23, event.bank_ref)
    book.close()


def write_chitra_csv(path: Path, events: Sequence[Event], days: Schedule) -> None:
    """Write a result file in the service's own layout."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(CHITRA_COLUMNS)
        for event in events:
            who = (event.account_no, event.account_name, event.citizen_id)
            what = (event.amount, "VND", event.booked_on.isoformat(), event.status)
            why = (event.reason, event.reason_text, event.fee or "", event.original_ref)
            refs = (event.account_bank, "", event.bank_ref, event.line_ref)
            out.writerow((*refs, *who, *what, *why, text_of(event, days.cycle)))


def write_slip(path: Path, events: Sequence[Event], days: Schedule) -> None:
    """Write a correction with an amount that nobody can read: the file is quarantined."""
    write_chitra_csv(path, events, days)
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[2] = rows[2].replace(f",{events[1].amount},", ',"930.5",')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Statement:
    """An account statement: its number, its balance at the start in đồng, and the money that came in."""

    number: int
    opening: int
    begins: dt.date
    ends: dt.date
    income: Sequence[tuple[dt.date, int, str, str]]  # day, amount, the bank's reference, text


def write_mt940(path: Path, events: Sequence[Event], cycle: str, statement: Statement) -> None:
    """Write an account statement: income, one entry a payment, returns as reversed debits."""
    entries = [("C", day, amount, "NONREF", ref, text) for day, amount, ref, text in statement.income]
    entries.extend(
        (
            "RD" if event.status == "returned" else "D",
            event.booked_on,
            event.amount,
            event.line_ref or "NONREF",
            event.bank_ref,
            _told(event, cycle),
        )
        for event in events
    )
    balance = statement.opening
    body = [
        f":20:SK{cycle.replace('-', '')}",
        ":25:111000990001",
        f":28C:{statement.number}/1",
        f":60F:C{statement.begins:%y%m%d}VND{balance},",
    ]
    for sign, day, amount, ref, bank_ref, text in sorted(entries, key=lambda entry: entry[1]):
        balance += amount if sign in {"C", "RD"} else -amount
        body.append(f":61:{day:%y%m%d}{day:%m%d}{sign}{amount},NTRF{ref}//{bank_ref}")
        body.append(f":86:{text}")
    body.append(f":62F:C{statement.ends:%y%m%d}VND{balance},")
    head = "{1:F01ICBVVNVXAXXX0000000000}{2:O9400000000000ICBVVNVXXXXX00000000000000000000N}{4:"
    path.write_text("\r\n".join([head, *body, "-}", ""]), encoding="utf-8")


def _told(event: Event, cycle: str) -> str:
    """Tell an entry's details over lines of at most 65 characters."""
    parts = [text_of(event, cycle), f"TK {event.account_no} {event.account_name}"]
    if event.status == "returned":
        parts[0] = f"HOAN TRA {event.original_ref} {event.reason} {event.line_ref}"
    return "\r\n".join(part[:65] for part in parts)


def write_files(plan: Plan, folder: Path) -> list[SentFile]:
    """Write every bank's files, in the order in which they came: results by the deadline, returns later."""
    told: dict[tuple[str, bool], list[Event]] = {}
    for event in sorted([*plan.events, *plan.strangers], key=lambda event: (event.booked_on, event.bank_ref)):
        told.setdefault((event.bank, event.status == "returned"), []).append(event)
    return [*_first_files(plan.schedule, folder, told), *_later_files(plan.schedule, folder, told)]


def _first_files(
    days: Schedule, folder: Path, told: dict[tuple[str, bool], list[Event]]
) -> Iterator[SentFile]:
    cycle, came_on = days.cycle, days.deadline
    first = SentFile("VBA", folder / f"VBA-sao-ke-{cycle}.xml", came_on)
    iso20022.write_camt053(first.path, told["VBA", False], days, text_of)
    yield first
    order = SentFile("ICB", folder / f"ICB-trang-thai-lenh-{cycle}.xml", came_on)
    iso20022.write_pain002(order.path, told["ICB", False], days)
    yield order
    statement = SentFile("ICB", folder / f"ICB-sao-ke-1-{cycle}.sta", came_on)
    _first_statement(statement.path, told["ICB", False], days)
    yield statement
    result = SentFile("BIDV", folder / f"BIDV-ket-qua-{cycle}.csv", came_on)
    write_chitra_csv(result.path, told["BIDV", False], days)
    yield result
    sheet = SentFile("MB", folder / f"MB-ket-qua-chi-tro-cap-{cycle}.xlsx", came_on)
    write_mb(sheet.path, told["MB", False], days)
    yield sheet


def _later_files(
    days: Schedule, folder: Path, told: dict[tuple[str, bool], list[Event]]
) -> Iterator[SentFile]:
    cycle, came_on = days.cycle, days.as_of
    slip = SentFile("BIDV", folder / f"BIDV-dieu-chinh-{cycle}.csv", came_on)
    write_slip(slip.path, [each for each in told["BIDV", False] if each.status == "settled"][:3], days)
    yield slip
    returns = SentFile("BIDV", folder / f"BIDV-hoan-tra-{cycle}.csv", came_on)
    write_chitra_csv(returns.path, told["BIDV", True], days)
    yield returns
    statement = SentFile("ICB", folder / f"ICB-sao-ke-2-{cycle}.sta", came_on)
    interest = (days.late_day, INTEREST, "LAI000001", "LAI TIEN GUI KHONG KY HAN")
    second = Statement(2, ICB_OPENING, days.late_day, days.late_day, (interest,))
    write_mt940(statement.path, told["ICB", True], cycle, second)
    yield statement
    advice = SentFile("VBA", folder / f"VBA-bao-no-bao-co-{cycle}.xml", came_on)
    again = told["VBA", False][-TOLD_AGAIN:]
    iso20022.write_camt054(advice.path, [*again, *told["VBA", True]], days, text_of)
    yield advice


def _first_statement(path: Path, events: Sequence[Event], days: Schedule) -> None:
    moved = [event for event in events if event.status == "settled"]
    funding = (days.first_day, sum(event.amount for event in moved), "KBNN000117", FUNDING)
    statement = Statement(1, ICB_OPENING, days.opens_on, days.deadline, (funding,))
    write_mt940(path, moved, days.cycle, statement)
