"""Money that came back: what banks returned of a month's payments, and what was paid back of recoveries."""

from sqlalchemy import Select, and_, select
from sqlmodel import Session

from payouts.cases.models import Recovery, Refund
from payouts.core.areas import ward_name
from payouts.core.tables import table_behind
from payouts.core.terms import VERDICT_TERMS, Words
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, table_of
from payouts.reports.kinds.banks import BANK, bank_name
from payouts.reports.movements import FILE, LINE, SAID, VERDICT, movements
from payouts.reports.reading import frame_of, reason_names, rows_of
from payouts.reports.shared import SIGNED, report_of, same

CLAIM = table_behind(Recovery)
REFUND = table_behind(Refund)

BY_BANK = (
    BANK,
    Column("lines", Words("Số khoản", "Returns"), "count", 10, total=True),
    Column("amount", Words("Tiền trả lại (đ)", "Returned (đ)"), "money", 16, total=True),
    Column("still_lines", Words("Còn chưa chi lại", "Not paid again"), "count", 12, total=True),
    Column("still", Words("Tiền chưa chi lại (đ)", "Not paid again (đ)"), "money", 16, total=True),
)
RETURNS = (
    BANK,
    Column("booked_on", Words("Ngày trả lại", "Returned on"), "date", 12),
    Column("line_ref", Words("Mã dòng chi", "Payout line"), width=17),
    Column("full_name", Words("Họ và tên", "Full name"), width=26),
    Column("ward", Words("Xã/phường", "Ward"), width=18),
    Column("amount", Words("Số tiền (đ)", "Amount (đ)"), "money", 14, total=True),
    Column("reason", Words("Lý do", "Reason"), width=28),
    Column("bank_ref", Words("Số giao dịch", "Bank reference"), width=20, paper=False),
    Column("where", Words("Tệp:dòng", "File:line"), width=24),
    Column("verdict", Words("Kết quả hiện nay", "Verdict now"), width=20),
)
REFUNDS = (
    Column("received_on", Words("Ngày thu", "Received on"), "date", 12),
    Column("document_no", Words("Số chứng từ", "Document"), width=20),
    Column("line_ref", Words("Mã dòng chi", "Payout line"), width=17),
    Column("full_name", Words("Họ và tên", "Full name"), width=26),
    Column("ward", Words("Xã/phường", "Ward"), width=18),
    Column("amount", Words("Số tiền (đ)", "Amount (đ)"), "money", 14, total=True),
)
TITLE = Words("Tiền ngân hàng trả lại và tiền thu hồi", "Returned and recovered money")
NOTE = Words(
    "Khoản chưa chi lại: chi lại vào kỳ sau, hoặc nộp trả ngân sách nếu không còn được hưởng.",
    "What is not paid again is carried over, or goes back to the budget where it is not owed any more.",
)


def returned(session: Session, asked: Asked) -> Report:
    """List what banks returned of the cycle's payments, by bank and by line, and what was refunded."""
    found = frame_of(session, _returns(asked))
    found["bank"] = [bank_name(code) for code in found["sender"]]
    found["ward"] = [ward_name(code) if isinstance(code, str) else "" for code in found["area_code"]]
    found["reason"] = [
        reason_names().get(code, {}).get(asked.language, code) if isinstance(code, str) else ""
        for code in found["reason_code"]
    ]
    found["where"] = [f"{label}:{line}" for label, line in zip(found["label"], found["line"], strict=True)]
    still = found["verdict"] != "paid"
    found["still"] = found["amount"].where(still, 0)
    found["still_lines"] = still.astype(int)
    grouped = found.assign(lines=1).groupby("bank", sort=True)[["lines", "amount", "still_lines", "still"]]
    found["verdict"] = [VERDICT_TERMS[code][asked.language] for code in found["verdict"]]
    by_bank = table_of("banks", TITLE, BY_BANK, rows_of(grouped.sum().reset_index()), note=NOTE)
    lines = table_of("returns", Words("Từng khoản trả lại", "Each return"), RETURNS, rows_of(found))
    back = frame_of(session, _refunds(asked))
    back["ward"] = [ward_name(code) if isinstance(code, str) else "" for code in back["area_code"]]
    refunds = table_of("refunds", Words("Tiền thu hồi đã thu", "Refunds received"), REFUNDS, rows_of(back))
    tie = same(
        Words("Tiền trả lại theo ngân hàng bằng từng khoản", "Returns by bank are the single returns"),
        "banks.amount",
        "returns.amount",
        by_bank,
        lines,
    )
    return report_of(session, asked, "returned", TITLE, by_bank, lines, refunds, checks=(tie,), signed=SIGNED)


def _returns(asked: Asked) -> Select[tuple[object, ...]]:
    query: Select[tuple[object, ...]] = movements(asked, SAID.c.status == "returned").with_only_columns(
        FILE.c.bank_code.label("sender"),
        FILE.c.label,
        *(SAID.c[name] for name in ("line", "booked_on", "amount", "reason_code", "bank_ref")),
        *(LINE.c[name] for name in ("line_ref", "full_name")),
        *(VERDICT.c[name] for name in ("area_code", "verdict")),
    )
    return query.order_by(FILE.c.bank_code, SAID.c.booked_on, FILE.c.label, SAID.c.line, LINE.c.line_ref)


def _refunds(asked: Asked) -> Select[tuple[object, ...]]:
    """Select what came back of recoveries of the cycle's lines until the moment asked for."""
    line = and_(LINE.c.line_ref == CLAIM.c.line_ref, LINE.c.cycle_id == asked.cycle.id, LINE.c.ended_by == 0)
    columns = [
        *(REFUND.c[name] for name in ("received_on", "document_no", "amount")),
        *(LINE.c[name] for name in ("line_ref", "full_name", "area_code")),
    ]
    return (
        select(*columns)
        .join(CLAIM, CLAIM.c.id == REFUND.c.recovery_id)
        .join(LINE, line)
        .where(REFUND.c.at <= asked.at, *asked.scope.conditions(area=LINE.c.area_code))
        .order_by(REFUND.c.received_on, REFUND.c.id)
    )
