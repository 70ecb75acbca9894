"""The sheet that staff take along and fill in: its columns, and how what they wrote is read back."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from payouts.approvals.rules import KINDS as APPROVED
from payouts.cases.bulk import Change, Chosen
from payouts.cases.contacts import WAYS, next_days, results
from payouts.cases.models import Case
from payouts.cases.rules import OUTCOMES
from payouts.core import clock
from payouts.core.calendar import USUAL
from payouts.core.errors import RefusedError
from payouts.core.filled import Row, read_filled
from payouts.core.ids import id_in
from payouts.core.money import UnreadableError
from payouts.core.tables import table_behind
from payouts.core.tabular import BrokenTableError, Layout
from payouts.core.values import parse_date, parse_text
from payouts.core.words import folded
from payouts.runs.evidence import in_chunks

CASES = table_behind(Case)

# Field -> the heading of its column. Those of the first group say which case a row is of.
KNOWN = {"case": "Số việc", "version": "Lần sửa", "subject": "Mã dòng chi"}
FILLED_IN = {
    "way": "Đã liên hệ bằng",
    "result": "Kết quả liên hệ",
    "next_on": "Hẹn lại ngày",
    "outcome": "Kết thúc việc",
    "voucher_number": "Số phiếu",
    "collected_on": "Ngày ký nhận",
    "note": "Ghi chú",
}
WAY_WORDS = {"called": "Gọi điện", "visited": "Đến nhà", "came": "Người dân đến"}
LAYOUT = Layout(
    name="worklist",
    headings={folded(heading): name for name, heading in (KNOWN | FILLED_IN).items()},
    required=frozenset({*KNOWN, "note"}),
)
DAYS = ("next_on", "collected_on")


def by_hand() -> dict[str, str]:
    """Give the outcomes that a sheet may name, and their Vietnamese words."""
    return {code: each.vi for code, each in OUTCOMES.items() if each.by_hand and not each.confirmed}


def approved_words() -> frozenset[str]:
    """Give what staff may write that a second person has to approve: words and codes, folded."""
    said = {code: kind.vi for code, kind in APPROVED.items()}
    said |= {code: OUTCOMES[code].vi for code in ("stopped", "suspended")}
    return frozenset(folded(word) for pair in said.items() for word in pair)


def read_sheet(session: Session, path: Path, *, most: int) -> tuple[list[Chosen], int]:
    """Read what staff filled in; nothing is done yet, and each row says itself what is wrong with it.

    Args:
        session: the transaction
        path: the XLSX that `reports.worklist_sheet` wrote, filled in; rows may be moved or left out
        most: filled-in rows that are taken

    Returns:
        what is to become of the cases of filled-in rows, and how many rows have nothing filled in

    Raises:
        RefusedError: `sheet_unreadable`: it is no such file; `nothing_chosen`: no row is filled in;
            `sheet_too_long`
    """
    try:
        rows = list(read_filled(path, LAYOUT))
    except BrokenTableError as broken:
        raise RefusedError(
            "sheet_unreadable", "Không đọc được bảng này. Hãy nộp tệp XLSX đã tải từ danh sách việc."
        ) from broken
    filled = [
        (row, cells) for row, cells in rows if any(parse_text(cells.get(name, "")) for name in FILLED_IN)
    ]
    if len(filled) > most:
        raise RefusedError("sheet_too_long", f"Bảng có hơn {most} dòng đã điền. Hãy chia thành nhiều bảng.")
    if not filled:
        raise RefusedError("nothing_chosen", "Bảng chưa điền dòng nào.")
    known = _known(session, {id_in(cells["case"].strip()) for _, cells in filled})
    return list(_chosen(filled, known)), len(rows) - len(filled)


def _known(session: Session, ids: set[int]) -> dict[int, RowMapping]:
    found: dict[int, RowMapping] = {}
    for chunk in in_chunks(ids):
        rows = session.execute(select(CASES.c.id, CASES.c.subject).where(CASES.c.id.in_(chunk)))
        found.update((row["id"], row) for row in rows.mappings())
    return found


def _chosen(rows: list[Row], known: Mapping[int, RowMapping]) -> Iterator[Chosen]:
    seen: set[int] = set()
    for row, cells in rows:
        number = id_in(cells["case"].strip())
        case, refused, change = known.get(number), None, Change()
        try:
            change = _change(cells)
        except RefusedError as error:
            refused = error.code
        if case is None:
            refused = "no_such_case"
        elif folded(case["subject"]) != folded(cells["subject"]):
            refused = "row_mixed_up"
        elif number in seen:
            refused = "row_twice"
        seen.add(number)
        yield Chosen(row, number if case else None, id_in(cells["version"].strip()), change, refused)


def _change(cells: Mapping[str, str]) -> Change:
    """Read what is to become of one case.

    Raises:
        RefusedError: with a code of what is wrong with the row
    """
    given = {name: text for name in FILLED_IN if (text := parse_text(cells.get(name, "")))}
    days = {name: _day(given.pop(name)) for name in DAYS if name in given}
    change = Change()
    if "result" in given or "way" in given or "next_on" in days:
        change["result"] = _code(
            given.get("result", ""), {code: each.vi for code, each in results().items()}, "bad_result"
        )
        change["way"] = _code(given.get("way", ""), WAY_WORDS, "bad_way")
        later = days.get("next_on") or next_days(clock.today(), USUAL)[change["result"]]
        change["next_on"] = later.isoformat()
    if "outcome" in given:
        wrong = "takes_approval" if folded(given["outcome"]) in approved_words() else "bad_outcome"
        change["state"], change["outcome"] = "closed", _code(given["outcome"], by_hand(), wrong)
        if "note" in given:
            change["reason"] = given["note"]
        if "voucher_number" in given:
            change["voucher_number"] = given["voucher_number"]
        if "collected_on" in days:
            change["collected_on"] = days["collected_on"].isoformat()
    elif "note" in given:
        change["note"] = given["note"]
    return change


def _code(words: str, known: Mapping[str, str], wrong: str) -> str:
    """Find the code of what somebody wrote: its words without case and marks, or the code itself."""
    codes = {folded(said): code for code, vi in known.items() for said in (vi, code)}
    found = codes.get(folded(words))
    if found is None:
        raise RefusedError(wrong, "")
    return found


def _day(text: str) -> dt.date:
    try:
        day = parse_date(text)
    except UnreadableError:
        day = None
    if day is None:
        raise RefusedError("bad_day", "")
    return day


WORDS: dict[str, Callable[[], list[str]]] = {
    "way": lambda: [WAY_WORDS[code] for code in WAYS],
    "result": lambda: [each.vi for each in results().values()],
    "outcome": lambda: list(by_hand().values()),
}  # what may be chosen in a column
