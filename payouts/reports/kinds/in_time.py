"""Whether cases are done in time: by ward and by what they are about, as it stood at a moment."""

import datetime as dt
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import Session

from payouts.cases.kinds import kinds
from payouts.cases.models import Case
from payouts.core.areas import ward_name
from payouts.core.bulk import read_table
from payouts.core.clock import VIETNAM
from payouts.core.tables import table_behind
from payouts.core.terms import VERDICT_TERMS, Words
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, share_of, table_of
from payouts.reports.reading import rows_of
from payouts.reports.shared import report_of, same

CASES = table_behind(Case)

DONE_IN_TIME, DONE_LATE, IN_TIME, OVERDUE, PARKED = (
    "done_in_time",
    "done_late",
    "in_time",
    "overdue",
    "parked",
)
HOW = (DONE_IN_TIME, DONE_LATE, IN_TIME, OVERDUE, PARKED)
FIGURES = (
    Column(
        "cases",
        Words("Tổng số việc", "Cases"),
        "count",
        10,
        total=True,
        formula="+".join(f"{{{name}}}" for name in HOW),
    ),
    Column(DONE_IN_TIME, Words("Xong đúng hạn", "Done in time"), "count", 11, total=True),
    Column(DONE_LATE, Words("Xong quá hạn", "Done late"), "count", 11, total=True),
    Column(IN_TIME, Words("Đang làm, còn hạn", "Open, in time"), "count", 11, total=True),
    Column(OVERDUE, Words("Đang làm, quá hạn", "Open, overdue"), "count", 11, total=True),
    Column(PARKED, Words("Chờ tệp ngân hàng", "Waiting for a bank's file"), "count", 11, total=True),
    Column(
        "share",
        Words("Tỷ lệ đúng hạn", "Share in time"),
        "share",
        10,
        formula=f'IF({{{DONE_IN_TIME}}}+{{{DONE_LATE}}}+{{{OVERDUE}}}=0,"",'
        f"{{{DONE_IN_TIME}}}/({{{DONE_IN_TIME}}}+{{{DONE_LATE}}}+{{{OVERDUE}}}))",
    ),
    Column("days", Words("Số ngày làm: trung vị", "Days to finish: median"), "number", 11),
    Column("escalated", Words("Đã báo cấp trên", "Escalated"), "count", 11, total=True),
)
WARDS = (
    Column("ward", Words("Xã/phường", "Ward"), width=26),
    Column("area_code", Words("Mã xã", "Ward code"), width=8, paper=False),
    *FIGURES,
)
SUBJECTS = (Column("about", Words("Việc gì", "About"), width=34), *FIGURES)
TITLE = Words("Việc xử lý đúng hạn", "Cases done in time")
NOTE = Words(
    "Tỷ lệ đúng hạn = xong đúng hạn / (xong đúng hạn + xong quá hạn + đang làm đã quá hạn). "
    "Việc còn hạn và việc chờ tệp không tính.",
    "Share in time = done in time / (done in time + done late + open and overdue). "
    "Cases still in time, or waiting for a file, do not count.",
)


def in_time(session: Session, asked: Asked) -> Report:
    """Add up the cases of a cycle by whether they were done in time.

    A case that was closed and opened again since stands as the later opening tells it.
    """
    found = _cases(session, asked)
    by_ward = _added_up(found, "area_code")
    by_subject = _added_up(found, "about")
    for row in by_ward:
        row["ward"] = ward_name(row["area_code"]) or "–"
    wards = table_of("wards", TITLE, WARDS, by_ward, totals=_totals(by_ward), note=NOTE)
    subjects = table_of(
        "subjects", Words("Theo loại việc", "By subject"), SUBJECTS, by_subject, totals=_totals(by_subject)
    )
    tie = same(
        Words("Số việc theo xã bằng số việc theo loại", "Cases by ward are the cases by subject"),
        "wards.cases",
        "subjects.cases",
        wards,
        subjects,
    )
    return report_of(session, asked, "in-time", TITLE, wards, subjects, checks=(tie,))


def _cases(session: Session, asked: Asked) -> pd.DataFrame:
    """Read the cases that were open, or closed, at the moment; an incident is about a bank's file."""
    columns = [
        CASES.c[name]
        for name in ("kind", "verdict", "state", "due", "opened_at", "closed_at", "escalated_at")
    ]
    rows = read_table(
        session,
        select(func.coalesce(CASES.c.area_code, "").label("area_code"), *columns).where(
            CASES.c.programme == asked.cycle.programme,
            CASES.c.cycle == asked.cycle.cycle,
            CASES.c.kind != "incident",
            CASES.c.opened_at <= asked.at,
            *asked.scope.conditions(area=CASES.c.area_code),
        ),
    )
    today = asked.at.astimezone(VIETNAM).date()
    told = [_told(row, asked, today) for row in rows.to_pylist()]
    return pd.DataFrame(told, columns=["area_code", "about", "how", "days", "escalated"])


def _told(row: dict[str, Any], asked: Asked, today: dt.date) -> dict[str, Any]:
    closed = row["closed_at"] if row["closed_at"] and row["closed_at"] <= asked.at else None
    done_on = closed.astimezone(VIETNAM).date() if closed else None
    if done_on:
        how = DONE_IN_TIME if done_on <= row["due"] else DONE_LATE
    elif row["state"] == "parked":
        how = PARKED
    else:
        how = OVERDUE if row["due"] < today else IN_TIME
    about = (
        VERDICT_TERMS[row["verdict"]][asked.language]
        if row["kind"] == "exception"
        else kinds()[row["kind"]].said(asked.language)
    )
    days = (closed - row["opened_at"]).total_seconds() / 86_400 if closed else None
    escalated = row["escalated_at"] is not None and row["escalated_at"] <= asked.at
    return {"area_code": row["area_code"], "about": about, "how": how, "days": days, "escalated": escalated}


def _added_up(found: pd.DataFrame, by: str) -> list[dict[str, Any]]:
    """Count the cases of each ward or subject by how they stand."""
    if found.empty:
        return []
    counts = pd.crosstab(found[by], found["how"]).reindex(columns=HOW, fill_value=0)
    counts["cases"] = counts.sum(axis="columns")
    counts["days"] = found.groupby(by)["days"].median().round(1)
    counts["escalated"] = found.groupby(by)["escalated"].sum()
    counts["share"] = [_share(row) for row in rows_of(counts)]
    told = rows_of(counts.reset_index())
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in told]


def _share(row: dict[str, Any]) -> float | None:
    return share_of(int(row[DONE_IN_TIME]), int(row[DONE_IN_TIME] + row[DONE_LATE] + row[OVERDUE]))


def _totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    whole = {name: sum(int(row[name]) for row in rows) for name in HOW}
    return {"cases": sum(whole.values()), "share": _share(whole)}
