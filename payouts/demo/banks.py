"""Writes what the demonstration's banks send back, each bank in its own format."""

import csv
from collections.abc import Callable, Sequence
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
MOVED = frozenset({"settled", "returned"})  # what an account statement tells of
MB_STATUS = {"settled": "Thành công", "rejected": "Thất bại", "pending": "Đang xử lý"}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a bank sends."""

    bank: str
    path: Path


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


def write_mt940(path: Path, events: Sequence[Event], days: Schedule) -> None:
    """Write an account statement: funding in, one entry a payment, returns as reversed debits, interest."""
    funding = sum(event.amount for event in events)
    opening, interest = 15_000_000, 41_250
    balance = opening
    body = [
        ":20:SK" + days.cycle.replace("-", ""),
        ":25:111000990001",
        ":28C:11/1",
        f":60F:C{days.opens_on:%y%m%d}VND{opening},",
    ]
    entries = [
        ("C", days.first_day, funding, "NTRF", "NONREF", "KBNN000117", "KHO BAC NHA NUOC CAP KINH PHI")
    ]
    entries.extend(
        (
            "RD" if event.status == "returned" else "D",
            event.booked_on,
            event.amount,
            "NTRF",
            event.line_ref or "NONREF",
            event.bank_ref,
            _told(event, days.cycle),
        )
        for event in events
    )
    entries.append(("C", days.late_day, interest, "NINT", "NONREF", "LAI000001", "LAI TIEN GUI KHONG KY HAN"))
    for sign, day, amount, kind, ref, bank_ref, text in sorted(entries, key=lambda entry: entry[1]):
        balance += amount if sign in {"C", "RD"} else -amount
        body.append(f":61:{day:%y%m%d}{day:%m%d}{sign}{amount},{kind}{ref}//{bank_ref}")
        body.append(f":86:{text}")
    body.append(f":62F:C{days.late_day:%y%m%d}VND{balance},")
    head = "{1:F01ICBVVNVXAXXX0000000000}{2:O9400000000000ICBVVNVXXXXX00000000000000000000N}{4:"
    path.write_text("\r\n".join([head, *body, "-}", ""]), encoding="utf-8")


def _told(event: Event, cycle: str) -> str:
    """Tell an entry's details over lines of at most 65 characters."""
    parts = [text_of(event, cycle), f"TK {event.account_no} {event.account_name}"]
    if event.status == "returned":
        parts[0] = f"HOAN TRA {event.original_ref} {event.reason} {event.line_ref}"
    return "\r\n".join(part[:65] for part in parts)


def write_files(plan: Plan, folder: Path) -> list[SentFile]:
    """Write every bank's files, in the order in which they came."""
    days, cycle = plan.schedule, plan.schedule.cycle
    of: dict[str, list[Event]] = {bank: [] for bank in ("MB", "VBA", "BIDV", "ICB")}
    for event in sorted([*plan.events, *plan.strangers], key=lambda event: (event.booked_on, event.bank_ref)):
        of[event.bank].append(event)
    in_time = [event for event in of["VBA"] if event.booked_on <= days.deadline]
    late = [event for event in of["VBA"] if event.booked_on > days.deadline]
    told_again = in_time[-12:]
    Writer = Callable[[Path], None]  # noqa: N806  # a type
    files: list[tuple[SentFile, Writer]] = [
        (
            SentFile("MB", folder / f"MB-ket-qua-chi-tro-cap-{cycle}.xlsx"),
            lambda path: write_mb(path, of["MB"], days),
        ),
        (
            SentFile("VBA", folder / f"VBA-sao-ke-{cycle}.xml"),
            lambda path: iso20022.write_camt053(path, in_time, days, text_of),
        ),
        (
            SentFile("ICB", folder / f"ICB-trang-thai-lenh-{cycle}.xml"),
            lambda path: iso20022.write_pain002(path, of["ICB"], days),
        ),
        (
            SentFile("ICB", folder / f"ICB-sao-ke-{cycle}.sta"),
            lambda path: write_mt940(
                path, [e for e in of["ICB"] if e.status in {"settled", "returned"}], days
            ),
        ),
        (
            SentFile("BIDV", folder / f"BIDV-ket-qua-{cycle}.csv"),
            lambda path: write_chitra_csv(path, of["BIDV"], days),
        ),
        (
            SentFile("BIDV", folder / f"BIDV-dieu-chinh-{cycle}.csv"),
            lambda path: write_slip(path, [e for e in of["BIDV"] if e.status == "settled"][:3], days),
        ),
        (
            SentFile("VBA", folder / f"VBA-bao-no-bao-co-{cycle}.xml"),
            lambda path: iso20022.write_camt054(path, [*told_again, *late], days, text_of),
        ),
    ]
    for sent, write in files:
        write(sent.path)
    return [sent for sent, _ in files]
