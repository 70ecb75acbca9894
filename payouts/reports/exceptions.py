"""The exception workbook: what people take with them to work through a cycle's exceptions, ready to print."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from sqlalchemy import RowMapping, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.next_steps import next_step
from payouts.cases.rules import NEEDS_CASE, OUTCOMES, STATES
from payouts.core import clock
from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.core.tables import table_behind
from payouts.core.terms import VERDICT_TERMS
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.reports.tables import run_of
from payouts.runs.models import NOT_PAID, Run, Verdict

LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)
CASE = table_behind(Case)

CHANNELS = {"account": "Tài khoản", "wallet": "Ví", "cash": "Tiền mặt", "home": "Tại nhà"}
TITLE_ROWS = 3  # title, when and by which run, blank
MONEY_FORMAT = "#,##0"  # a spreadsheet shows 930.000 where Vietnamese is its language


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its heading, its width in letters, what stands in it and how."""

    heading: str
    width: int
    value: Callable[[RowMapping], Any]
    style: str = "text"


def _text(name: str) -> Callable[[RowMapping], Any]:
    return lambda row: row[name]


def _next_step(row: RowMapping) -> str | None:
    step = next_step(row["verdict"], row["reason_code"])
    return step.vi if step else None


def _bank(row: RowMapping) -> str | None:
    known = banks().get(row["bank_code"] or "")
    return known.short_name if known else row["bank_code"]


COLUMNS = (
    Column("Xã/phường", 18, lambda row: ward_name(row["area_code"] or "")),
    Column("Mã xã", 7, _text("area_code")),
    Column("Mã dòng chi", 17, _text("line_ref")),
    Column("Họ và tên", 24, _text("full_name")),
    Column("Số định danh", 14, _text("citizen_id")),
    Column("Kênh chi", 10, lambda row: CHANNELS.get(row["channel"], row["channel"])),
    Column("Ngân hàng", 14, _bank),
    Column("Số tài khoản", 18, _text("account_no")),
    Column("Chủ tài khoản", 22, _text("account_name")),
    Column("Phải chi (đ)", 13, _text("owed"), "money"),
    Column("Đã chi (đ)", 13, _text("settled"), "money"),
    Column("Kết quả đối chiếu", 20, lambda row: VERDICT_TERMS[row["verdict"]]["vi"]),
    Column("Diễn giải", 44, _text("explanation"), "wrapped"),
    Column("Việc tiếp theo", 44, _next_step, "wrapped"),
    Column("Trạng thái", 13, lambda row: STATES.get(row["state"] or "")),
    Column("Người phụ trách", 16, _text("assignee")),
    Column("Hạn xử lý", 11, _text("due"), "date"),
    Column(
        "Cách kết thúc", 22, lambda row: OUTCOMES[row["outcome"]].vi if row["outcome"] else None, "wrapped"
    ),
    Column("Chứng cứ (tệp:dòng)", 30, _text("evidence"), "wrapped"),
)
STYLES: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "valign": "top", "border": 1},
    "wrapped": {"num_format": "@", "valign": "top", "border": 1, "text_wrap": True},
    "money": {"num_format": MONEY_FORMAT, "valign": "top", "border": 1},
    "date": {"num_format": "dd/mm/yyyy", "valign": "top", "align": "left", "border": 1},
}


def exception_workbook(session: Session, programme: str, cycle: str, scope: Scope) -> bytes:
    """Write the exceptions of a cycle's last run as an XLSX, by area and name of the list.

    Identifiers are text, money is numbers, and nothing is ever a formula, whatever a file said.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to show

    Raises:
        NotFoundError: there is no such cycle in the scope
        ConflictError: no run of it is done
    """
    run = run_of(session, programme, cycle, scope)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"Danh sách cần xử lý {programme} {cycle}", "company": "chitra"})
        book.set_calc_mode("manual")
        sheet = book.add_worksheet("Cần xử lý")
        styles = {name: book.add_format(style) for name, style in STYLES.items()}
        _head(book, sheet, run, f"Danh sách cần xử lý, chương trình {programme}, kỳ {cycle}")
        count = 0
        for count, row in enumerate(_exceptions(session, run, scope), 1):
            _write_row(sheet, styles, TITLE_ROWS + count, row)
        sheet.autofilter(TITLE_ROWS, 0, TITLE_ROWS + max(count, 1), len(COLUMNS) - 1)
        _set_up_print(sheet, programme, cycle)
    return target.getvalue()


def _exceptions(session: Session, run: Run, scope: Scope) -> list[RowMapping]:
    """Read the lines whose verdict needs somebody to act, or whose case is open."""
    shown = ("line_ref", "full_name", "citizen_id", "channel", "bank_code", "account_no", "account_name")
    said = ("area_code", "verdict", "owed", "settled", "reason_code", "explanation", "evidence")
    acting = [verdict for verdict, need in NEEDS_CASE.items() if need != "no"]
    columns = [
        *(LINE.c[name] for name in shown),
        *(VERDICT.c[name] for name in said),
        *(CASE.c[name] for name in ("state", "assignee", "due", "outcome")),
    ]
    rows = session.execute(
        select(*columns)
        .select_from(VERDICT)
        .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
        .outerjoin(CASE, (CASE.c.payout_line_id == LINE.c.id) & (CASE.c.kind == "exception"))
        .where(
            VERDICT.c.run_id == run.id,
            VERDICT.c.verdict.in_(acting),
            NOT_PAID,
            *scope.conditions(area=VERDICT.c.area_code),
        )
        .order_by(VERDICT.c.area_code, VERDICT.c.payout_line_id)
    )
    return list(rows.mappings())


def _head(book: Any, sheet: Any, run: Run, title: str) -> None:
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    made = f"Lập ngày {clock.today():%d/%m/%Y}."
    sheet.write_string(1, 0, f"Theo lần đối chiếu số {run.number}, tính đến {run.as_of:%d/%m/%Y}. {made}")
    heading = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#E7EDF3", "text_wrap": True, "valign": "top"}
    )
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(TITLE_ROWS, place, column.heading, heading)
    sheet.freeze_panes(TITLE_ROWS + 1, 4)


def _write_row(sheet: Any, styles: dict[str, Any], at: int, row: RowMapping) -> None:
    for place, column in enumerate(COLUMNS):
        value, style = column.value(row), styles[column.style]
        if value is None:
            sheet.write_blank(at, place, None, style)
        elif column.style == "money":
            sheet.write_number(at, place, value, style)
        elif column.style == "date":
            sheet.write_datetime(at, place, value, style)
        else:
            sheet.write_string(at, place, value, style)


def _set_up_print(sheet: Any, programme: str, cycle: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROWS)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L{programme} {cycle}&CTài liệu có dữ liệu cá nhân&RTrang &P/&N")
