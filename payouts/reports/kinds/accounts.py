"""Coverage and quality of data as reports: who has an account that works, and how good the data are."""

import datetime as dt
from typing import Any

from sqlmodel import Session

from payouts.core.clock import VIETNAM
from payouts.core.errors import ConflictError
from payouts.core.terms import Words
from payouts.coverage.naming import name_of
from payouts.coverage.rules import BY
from payouts.coverage.store import Figures, day_before, figures, tallies
from payouts.coverage.targets import EVERYWHERE, WHOLE, targets
from payouts.quality.rules import SCORES, checks
from payouts.quality.store import Tally, by_area, by_check, measured, together
from payouts.reports.asking import Asked
from payouts.reports.document import Column, Report, Table, share_of, table_of
from payouts.reports.shared import named, report_of

COVERAGE = Words("Bao phủ tài khoản an sinh", "Coverage of welfare accounts")
QUALITY = Words("Chất lượng dữ liệu người thụ hưởng", "Quality of data on beneficiaries")
PEOPLE = Column("people", Words("Số người", "People"), "count", 12, total=True)
SHARE = 'IF({people}=0,"",IF({with_account}="","",{with_account}/{people}))'
COVERED = (
    Column("name", Words("Nhóm", "Group"), width=34),
    Column("key", Words("Mã", "Code"), width=14, paper=False),
    PEOPLE,
    Column("with_account", Words("Có tài khoản", "With an account"), "count", 14, total=True),
    Column("verified", Words("Lần chi gần nhất đến nơi", "Last payment arrived"), "count", 16, total=True),
    Column("share", Words("Tỷ lệ có tài khoản", "Share with an account"), "share", 12, formula=SHARE),
    Column("target", Words("Chỉ tiêu", "Target"), "share", 10),
)
HIDDEN = Words(
    "Ô dưới 5 người bị ẩn, cùng những ô mà từ đó tính ra được; bảng có ô ẩn không cộng dòng.",
    "Cells under 5 people are hidden, and those from which they follow; such a table is not added up.",
)
SCORE_NAMES = {name: Words(*words[:2]) for name, words in SCORES.items()}
SCORED = (
    Column("ward", Words("Xã/phường", "Ward"), width=26),
    Column("area_code", Words("Mã xã", "Ward code"), width=8, paper=False),
    PEOPLE,
    *(Column(name, words, "count", 12, total=True) for name, words in SCORE_NAMES.items()),
    *(
        Column(
            f"share_{name}",
            Words(f"Tỷ lệ {words.vi.lower()}", f"Share {words.en.lower()}"),
            "share",
            11,
            formula=f'IF({{people}}=0,"",{{{name}}}/{{people}})',
        )
        for name, words in SCORE_NAMES.items()
    ),
)
CHECKED = (
    Column("score", Words("Tiêu chí", "Score"), width=14),
    Column("check", Words("Điều kiểm tra", "Check"), width=44),
    PEOPLE,
    Column("mend", Words("Cách sửa", "What would mend it"), width=54),
    Column("who", Words("Ai sửa", "Who"), width=20),
)


def coverage(session: Session, asked: Asked) -> Report:
    """Tell coverage as last worked out up to the day asked for, by each grouping.

    Raises:
        ConflictError: it was not worked out by then
    """
    day = day_before(session, _day(asked))
    if day is None:
        raise ConflictError("no_figures_yet", f"Đến ngày {_day(asked):%d/%m/%Y} chưa có số liệu bao phủ.")
    tables = [_covered(session, asked, by, day) for by in BY if by != "cause"]
    return report_of(session, asked, "coverage", _on(COVERAGE, day), *tables)


def _covered(session: Session, asked: Asked, by: str, day: dt.date) -> Table:
    told = figures(tallies(session, asked.scope, by, day), all_cells=asked.options.get("cells") == "all")
    set_for = targets(session) if by == "area" else {}
    usual = set_for.get(EVERYWHERE)
    rows = []
    for row in told:
        target = set_for.get(row.key, usual)
        share = {"share": row.share, "target": target.share / WHOLE if target else None}
        shown = {name: getattr(row, name) for name in ("key", "people", "with_account", "verified")}
        rows.append({**shown, **share, "name": name_of(by, row.key, asked.language)})
    title = Words(f"Theo {BY[by][0].lower()}", f"By {BY[by][1].lower()}")
    if any(_covers(row) for row in told):
        plain = tuple(
            Column(each.key, each.heading, each.kind, each.width, formula=each.formula, paper=each.paper)
            for each in COVERED
        )
        return table_of(by, title, plain, rows, note=HIDDEN)
    people, holders = (sum(getattr(row, name) for row in told) for name in ("people", "with_account"))
    return table_of(by, title, COVERED, rows, totals={"share": share_of(holders, people)})


def _covers(row: Figures) -> bool:
    return None in {row.people, row.with_account, row.verified}


def quality(session: Session, asked: Asked) -> Report:
    """Tell the four scores by ward and what each check found, as last measured up to the day asked for.

    Raises:
        ConflictError: nothing was measured by then
    """
    last = measured(session, on=_day(asked))
    if last is None:
        raise ConflictError("no_figures_yet", f"Đến ngày {_day(asked):%d/%m/%Y} chưa đo chất lượng dữ liệu.")
    found = by_area(session, last.id or 0, asked.scope)
    whole = together(found)
    wards = table_of(
        "wards",
        QUALITY,
        SCORED,
        [{**named(each.area_code), **_scored(each)} for each in found],
        totals={name: value for name, value in _scored(whole).items() if name.startswith("share_")},
    )
    counts = by_check(session, last.id or 0, asked.scope)
    rows = [
        {
            "score": SCORE_NAMES[check.score].said(asked.language),
            "check": check.name(asked.language),
            "people": counts.get(code, 0),
            "mend": check.mend(asked.language),
            "who": check.mended_by(asked.language),
        }
        for code, check in checks().items()
    ]
    plain = tuple(
        Column(each.key, each.heading, each.kind, each.width) for each in CHECKED
    )  # one person may fail several checks: they are not added up
    per_check = table_of("checks", Words("Theo điều kiểm tra", "By check"), plain, rows)
    return report_of(session, asked, "quality", _on(QUALITY, last.day), wards, per_check)


def _scored(each: Tally) -> dict[str, Any]:
    passing: dict[str, int] = {name: each.passing(name) for name in SCORES}
    shares = {f"share_{name}": share_of(count, each.people) for name, count in passing.items()}
    return {"people": each.people, **passing, **shares}


def _day(asked: Asked) -> dt.date:
    """Give the last day that was over, or under way, at the moment asked for."""
    return (asked.at - dt.timedelta(microseconds=1)).astimezone(VIETNAM).date()


def _on(title: Words, day: dt.date) -> Words:
    return Words(f"{title.vi} ngày {day:%d/%m/%Y}", f"{title.en} on {day:%d/%m/%Y}")
