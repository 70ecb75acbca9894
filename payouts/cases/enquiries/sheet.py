"""The sheet of a letter that a bank fills in: which headings it has, and how it is read back."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payouts.cases.enquiries.answering import Given
from payouts.cases.enquiries.rules import answer_kinds
from payouts.core.errors import RefusedError
from payouts.core.filled import read_filled
from payouts.core.money import UnreadableError, parse_money
from payouts.core.problems import Problem
from payouts.core.tabular import BrokenTableError, Layout
from payouts.core.values import parse_date, parse_text
from payouts.core.words import folded

# Field -> the heading of its column; those of the first group say what is asked of, the others are filled in.
ASKED_COLUMNS = {
    "place": "STT",
    "line_ref": "Mã dòng chi",
    "full_name": "Người thụ hưởng",
    "account_no": "Số tài khoản",
    "amount": "Số tiền (đồng)",
    "cycle": "Kỳ chi trả",
    "last_word": "Ngân hàng đã báo",
}
ANSWER_COLUMNS = {
    "answer": "Trả lời",
    "booked_on": "Ngày ghi có hoặc hoàn tiền",
    "bank_ref": "Số tham chiếu của ngân hàng",
    "reason": "Lý do",
    "other_amount": "Số tiền khác (nếu có)",
    "other_account": "Tài khoản khác (nếu có)",
    "other_name": "Tên chủ tài khoản khác",
    "note": "Ghi chú",
}
_LAYOUT = Layout(
    name="enquiry",
    headings={
        **{folded(heading): name for name, heading in (ASKED_COLUMNS | ANSWER_COLUMNS).items()},
        **{folded(name): name for name in ASKED_COLUMNS | ANSWER_COLUMNS},
        folded("Số tiền"): "amount",
    },
    required=frozenset({"line_ref", "answer"}),
)
_NAMES = {"other_amount": "amount", "other_account": "account_no", "other_name": "account_name"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a filled-in sheet says: the rows with an answer, and how many have none."""

    given: list[Given]
    empty: int


def read_sheet(path: Path) -> Sheet:
    """Read a sheet that a bank filled in: rows may be moved, left out, or without answer.

    Args:
        path: a CSV or XLSX with the headings of ASKED_COLUMNS and ANSWER_COLUMNS, or the names of the fields

    Raises:
        RefusedError: `answers_unreadable`, it is no such file; `answers_wrong`, with the problems of each row
    """
    try:
        rows = list(read_filled(path, _LAYOUT))
    except BrokenTableError as broken:
        raise RefusedError("answers_unreadable", "Không đọc được tệp trả lời.", [broken.problem]) from None
    problems: list[Problem] = []
    given = [each for row, cells in rows if (each := _given(row, cells, problems))]
    if problems:
        raise RefusedError(
            "answers_wrong", f"Có {len(problems)} chỗ cần sửa, chưa ghi câu trả lời nào.", problems
        )
    return Sheet(given, len(rows) - len(given))


def _given(row: int, cells: dict[str, str], problems: list[Problem]) -> Given | None:
    """Read one row; None where it gives no answer."""
    values: dict[str, Any] = {}
    for name in ("line_ref", *ANSWER_COLUMNS):
        try:
            values[_NAMES.get(name, name)] = _value(name, parse_text(cells.get(name, "")))
        except UnreadableError as error:
            problems.append(Problem(error.code, row, name, {"value": cells[name]}))
    if not values.get("answer"):
        if any(values.get(name) for name in ("booked_on", "bank_ref", "reason", "note")):
            problems.append(Problem("answer_unknown", row, "answer", {"value": ""}))
        return None
    return Given(row=row, **values) if len(values) == len(ANSWER_COLUMNS) + 1 else None


def _value(name: str, text: str) -> str | int | dt.date | None:
    """Read a cell.

    Raises:
        UnreadableError: it is no amount, or no day
    """
    if name == "booked_on":
        return parse_date(text)
    if name == "other_amount":
        return parse_money(text) if text else None
    if name == "line_ref":
        return text.upper()
    return _answers().get(folded(text), text) if name == "answer" else text


def _answers() -> dict[str, str]:
    """Give the words by which an answer may be named: Vietnamese, English, or its code."""
    return {folded(said): code for code, kind in answer_kinds().items() for said in (code, kind.vi, kind.en)}
