"""What the amounts of a month are made of: this month, carried over, arrears, deducted, one-off."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_
from sqlmodel import Session

from payouts.core.areas import ward_name
from payouts.core.terms import Words
from payouts.lists.parts import PARTS
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, table_of
from payouts.reports.kinds.people import OWED, PAID_SUM, PERIOD, VERDICT_NAME, WHO
from payouts.reports.reading import AREA, LINE, PAID, PERSON, VERDICT, frame_of, lines, listed, rows_of
from payouts.reports.shared import report_of, same

HEADINGS = {
    "amount_current": Words("Tháng này (đ)", "This month (đ)"),
    "amount_carried_over": Words("Kỳ trước chuyển sang (đ)", "Carried over (đ)"),
    "amount_arrears": Words("Truy lĩnh (đ)", "Arrears (đ)"),
    "amount_deducted": Words("Khấu trừ (đ)", "Deducted (đ)"),
    "amount_one_off": Words("Chi một lần (đ)", "One-off (đ)"),
}
ADDED_UP = "".join(f"{'+' if sign > 0 else '-'}{{{name}}}" for name, sign in PARTS.items()).removeprefix("+")
PARTS_SHOWN = tuple(Column(name, words, "money", 16, total=True) for name, words in HEADINGS.items())
BY_WARD = (
    Column("ward", Words("Xã/phường", "Ward"), width=24),
    Column("area_code", Words("Mã xã", "Ward code"), width=8, paper=False),
    Column("people", Words("Số người", "People"), "count", 10, total=True),
    *PARTS_SHOWN,
    Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 16, total=True, formula=ADDED_UP),
    PAID_SUM,
)
TITLE = Words("Truy lĩnh và thành phần số tiền", "Arrears and parts of amounts")


def arrears(session: Session, asked: Asked) -> Report:
    """Add up the parts of amounts by ward, and list the lines with arrears of a raise."""
    parts = parts_of(asked.cycle.cycle)
    sums = [*parts.items(), ("owed", VERDICT.c.owed), ("paid", PAID)]
    query = lines(asked).with_only_columns(
        AREA.label("area_code"),
        func.count(PERSON.distinct()).label("people"),
        *(func.sum(each).label(name) for name, each in sums),
    )
    rows = frame_of(session, query.group_by(AREA))
    rows["ward"] = rows["area_code"].map(ward_name)
    whole = rows_of(rows)
    by_ward = table_of(
        "wards", Words("Theo xã, phường", "By ward"), BY_WARD, whole, totals={"owed": int(rows["owed"].sum())}
    )
    owing = Column("amount_arrears", HEADINGS["amount_arrears"], "money", 14, total=True)
    people = listed(
        session,
        asked,
        Words("Người có truy lĩnh", "People with arrears"),
        (*WHO, PERIOD, owing, OWED, PAID_SUM, VERDICT_NAME),
        parts["amount_arrears"] > 0,
        name="people",
        reads={"amount_arrears": parts["amount_arrears"]},
    )
    tie = same(
        Words("Truy lĩnh theo xã bằng truy lĩnh từng người", "Arrears by ward are those of the people"),
        "wards.amount_arrears",
        "people.amount_arrears",
        by_ward,
        people,
    )
    return report_of(session, asked, "arrears", TITLE, by_ward, people, checks=(tie,))


def parts_of(cycle: str) -> dict[str, ColumnElement[Any]]:
    """Say what the parts of a line are, in đồng.

    A line whose list keeps none apart is carried over where it names the line that it comes from, arrears
    where its period lies before the cycle, and this month's otherwise.

    Args:
        cycle: 2026-11
    """
    none_kept = and_(*(LINE.c[name].is_(None) for name in PARTS))
    means: dict[str, ColumnElement[bool]] = {
        "amount_carried_over": LINE.c.carried_from.is_not(None),
        "amount_arrears": and_(LINE.c.carried_from.is_(None), func.coalesce(LINE.c.period, cycle) < cycle),
    }
    means["amount_current"] = ~or_(*means.values())
    return {
        name: case(
            (none_kept, case((means[name], LINE.c.amount), else_=0) if name in means else literal(0)),
            else_=func.coalesce(LINE.c[name], 0),
        )
        for name in PARTS
    }
