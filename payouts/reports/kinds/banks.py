"""How banks did in a month: days to settle, failures by reason, files late, fees that should be zero."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import func
from sqlmodel import Session, col, select

from payouts.cases.expected.models import ExpectedFile
from payouts.core.banks import banks as known_banks
from payouts.core.clock import VIETNAM
from payouts.core.terms import Words
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, Table, share_of, table_of
from payouts.reports.movements import FILE, LINE, SAID, VERDICT, movements
from payouts.reports.reading import EMPTY, PAID, frame_of, lines, reason_names, rows_of
from payouts.reports.shared import report_of, same

LARGEST_FEE = 22_000  # đồng; a line short by no more may be short by a fee
UNANSWERED = ("missing", "pending", "unconfirmed")
SLOW_PERCENT = 0.9

THROUGH_BANK = LINE.c.bank_code != ""  # empty, or null, where the money goes through none
BANK = Column("bank", Words("Ngân hàng", "Bank"), width=22)
LINES = Column("lines", Words("Số dòng", "Lines"), "count", 10, total=True)
BANKS = (
    BANK,
    LINES,
    Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 16, total=True),
    Column("paid", Words("Đã chi (đ)", "Paid (đ)"), "money", 16, total=True),
    Column("share", Words("Tỷ lệ chi", "Share paid"), "share", 9, formula='IF({owed}=0,"",{paid}/{owed})'),
    Column("failed", Words("Không thành công", "Failed"), "count", 11, total=True),
    Column("unanswered", Words("Chưa có kết quả", "No last word"), "count", 11, total=True),
    Column("days_median", Words("Ngày chi: trung vị", "Days to settle: median"), "count", 10),
    Column("days_slow", Words("Ngày chi: 90 % không quá", "Days to settle: 90 % within"), "count", 11),
    Column("days_most", Words("Ngày chi: lâu nhất", "Days to settle: most"), "count", 10),
    Column("fee_lines", Words("Dòng bị thu phí", "Lines with a fee"), "count", 10, total=True),
    Column("fees", Words("Phí đã thu (đ)", "Fees taken (đ)"), "money", 12, total=True),
    Column("short_lines", Words("Dòng thiếu nhỏ", "Lines slightly short"), "count", 10, total=True),
    Column("short", Words("Số tiền thiếu nhỏ (đ)", "Slightly short (đ)"), "money", 12, total=True),
    Column("late_days", Words("Tệp muộn (ngày)", "File late (days)"), "count", 10),
)
REASONS = (
    BANK,
    Column("reason_code", Words("Mã lý do", "Reason code"), width=10),
    Column("reason", Words("Lý do", "Reason"), width=40),
    LINES,
    Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 16, total=True),
)
DAYS = (
    BANK,
    Column("booked_on", Words("Ngày ghi có", "Booked on"), "date", 12),
    Column("days", Words("Số ngày", "Days"), "count", 9),
    LINES,
    Column("amount", Words("Số tiền (đ)", "Amount (đ)"), "money", 16, total=True),
)
FILES = (
    BANK,
    Column("due_on", Words("Hạn nộp tệp", "File due"), "date", 12),
    Column("came_on", Words("Ngày tệp về", "File came"), "date", 12),
    Column("late_days", Words("Muộn (ngày)", "Late (days)"), "count", 10),
    Column("lines", Words("Số dòng chờ", "Lines awaited"), "count", 11, total=True),
    Column("amount", Words("Số tiền (đ)", "Amount (đ)"), "money", 16, total=True),
)
TITLE = Words("Kết quả làm việc của ngân hàng", "Bank performance")
NOTE = Words(
    "Ngày chi tính từ ngày mở kỳ đến ngày ngân hàng ghi có. "
    "Dòng thiếu nhỏ: chi thiếu không quá 22.000 đ, có thể do thu phí.",
    "Days count from the opening of the cycle to the bank's booking. "
    "Slightly short: short by 22,000 đ at most, perhaps a fee.",
)


def banks(session: Session, asked: Asked) -> Report:
    """Say of each bank of beneficiaries how it did; money that goes through no bank is left out."""
    owed = _owed(session, asked)
    days = _days(session, asked)
    files = _files(session, asked)
    late = {row["bank_code"]: row["late_days"] for row in files}
    speeds = {bank: _speed(group) for bank, group in days.groupby("bank_code")}
    fees = _fees(session, asked)
    rows = [
        {
            **row,
            "share": share_of(row["paid"], row["owed"]),
            **speeds.get(row["bank_code"], {}),
            **fees.get(row["bank_code"], {"fee_lines": 0, "fees": 0}),
            "late_days": late.get(row["bank_code"]),
        }
        for row in owed
    ]
    paid, whole = (sum(row[name] for row in rows) for name in ("paid", "owed"))
    table = table_of("banks", TITLE, BANKS, _named(rows), totals={"share": share_of(paid, whole)}, note=NOTE)
    reasons = _reasons(session, asked)
    tie = same(
        Words("Dòng không thành công theo ngân hàng bằng theo lý do", "Failures by bank are those by reason"),
        "banks.failed",
        "reasons.lines",
        table,
        reasons,
    )
    return report_of(
        session,
        asked,
        "banks",
        TITLE,
        table,
        reasons,
        table_of("days", Words("Theo ngày ghi có", "By day of booking"), DAYS, _named(rows_of(days))),
        table_of("files", Words("Tệp kết quả", "Result files"), FILES, _named(files)),
        checks=(tie,),
    )


def _owed(session: Session, asked: Asked) -> list[dict[str, Any]]:
    """Add up what is owed at each bank and what became of it."""
    short = (VERDICT.c.verdict == "amount_differs") & (VERDICT.c.owed - VERDICT.c.settled).between(
        1, LARGEST_FEE
    )
    found = frame_of(
        session,
        lines(asked, THROUGH_BANK)
        .with_only_columns(
            LINE.c.bank_code,
            func.count().label("lines"),
            func.sum(VERDICT.c.owed).label("owed"),
            func.sum(PAID).label("paid"),
            _many(VERDICT.c.verdict == "failed").label("failed"),
            _many(VERDICT.c.verdict.in_(UNANSWERED)).label("unanswered"),
            _many(short).label("short_lines"),
            func.coalesce(func.sum(VERDICT.c.owed - VERDICT.c.settled).filter(short), 0).label("short"),
        )
        .group_by(LINE.c.bank_code)
        .order_by(LINE.c.bank_code),
    )
    rows: list[dict[str, Any]] = rows_of(found)
    return rows


def _many(which: Any) -> Any:
    return func.count().filter(which)


def _days(session: Session, asked: Asked) -> pd.DataFrame:
    """Count the settled movements of each bank by the day of booking, and the days since the cycle opened.

    A line without a day takes the one written in its file, as the judgement does.
    """
    booked_on = func.coalesce(SAID.c.booked_on, FILE.c.written_on)
    found = frame_of(
        session,
        movements(asked, SAID.c.status == "settled", booked_on.is_not(None), THROUGH_BANK)
        .with_only_columns(
            LINE.c.bank_code,
            booked_on.label("booked_on"),
            func.count().label("lines"),
            func.sum(SAID.c.amount).label("amount"),
        )
        .group_by(LINE.c.bank_code, booked_on)
        .order_by(LINE.c.bank_code, booked_on),
    )
    opened = asked.cycle.opens_on
    found["days"] = [(day - opened).days for day in found["booked_on"]]
    return found


def _speed(days: pd.DataFrame) -> dict[str, int]:
    """Give the median, the day by which 90 % are settled, and the most, of movements counted by day."""
    so_far = days["lines"].cumsum()
    whole = int(days["lines"].sum())
    return {
        "days_median": int(days["days"][so_far >= whole / 2].iloc[0]),
        "days_slow": int(days["days"][so_far >= whole * SLOW_PERCENT].iloc[0]),
        "days_most": int(days["days"].iloc[-1]),
    }


def _fees(session: Session, asked: Asked) -> dict[str, dict[str, int]]:
    """Add up the fees that banks tell beside what they settled."""
    query = (
        movements(asked, SAID.c.status == "settled", SAID.c.fee > 0, THROUGH_BANK)
        .with_only_columns(
            LINE.c.bank_code, func.count().label("fee_lines"), func.sum(SAID.c.fee).label("fees")
        )
        .group_by(LINE.c.bank_code)
    )
    rows = session.execute(query).mappings()
    return {row["bank_code"]: {name: int(row[name]) for name in ("fee_lines", "fees")} for row in rows}


def _reasons(session: Session, asked: Asked) -> Table:
    reason = func.coalesce(VERDICT.c.reason_code, EMPTY)
    query = (
        lines(asked, VERDICT.c.verdict == "failed", THROUGH_BANK)
        .with_only_columns(
            LINE.c.bank_code,
            reason.label("reason_code"),
            func.count().label("lines"),
            func.sum(VERDICT.c.owed).label("owed"),
        )
        .group_by(LINE.c.bank_code, reason)
        .order_by(LINE.c.bank_code, func.count().desc(), reason)
    )
    rows = frame_of(session, query)
    names = reason_names()
    rows["reason"] = [names.get(code, {}).get(asked.language, code) for code in rows["reason_code"]]
    title = Words("Lý do không thành công", "Failures by reason")
    return table_of("reasons", title, REASONS, _named(rows_of(rows)))


def _files(session: Session, asked: Asked) -> list[dict[str, Any]]:
    """Say which bank's file came when; one that has not come is late until the moment asked for."""
    until = asked.at.astimezone(VIETNAM).date()
    found = session.exec(
        select(ExpectedFile)
        .where(ExpectedFile.cycle_id == asked.cycle.id, ExpectedFile.made_at <= asked.at)
        .order_by(col(ExpectedFile.bank_code))
    )
    rows = []
    for each in found:
        came = each.came_at.astimezone(VIETNAM).date() if each.came_at and each.came_at <= asked.at else None
        late = max(((came or until) - each.due_on).days, 0) if not each.excused else 0
        told = {"bank_code": each.bank_code, "due_on": each.due_on, "came_on": came, "late_days": late}
        rows.append({**told, "lines": each.lines, "amount": each.amount})
    return rows


def _named(rows: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    return [{**row, "bank": bank_name(row["bank_code"])} for row in rows]


def bank_name(code: str) -> str:
    """Name a bank; a code that is none is given back."""
    return known_banks()[code].short_name if code in known_banks() else code
