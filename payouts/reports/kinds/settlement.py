"""The monthly settlement report by ward: owed, paid, not paid and carried over, stopped, to be recovered.

Decree 20/2021/NĐ-CP, Art. 34, clauses 4 and 5, asks for it every month; Decree 176/2025/NĐ-CP pays the social
pension the same way.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import func
from sqlmodel import Session

from payouts.closing.identity import Identity, identity
from payouts.core.terms import VERDICT_TERMS, Words
from payouts.reports.asking import Asked
from payouts.reports.document import Check, Column, Report, share_of, table_of
from payouts.reports.reading import AREA, CHANNELS, LINE, PAID, PERSON, VERDICT, frame_of, lines, rows_of
from payouts.reports.shared import SIGNED, named, report_of

TITLE = Words("Báo cáo quyết toán chi trả", "Settlement report")
DETAIL = Words("Chi tiết", "Detail")
PEOPLE = Words("Theo người", "In people")

SIDES = {
    "owed": Words("Phải chi trong kỳ (đ)", "Owed (đ)"),
    "carried_in": Words("Kỳ trước chuyển sang (đ)", "Carried in (đ)"),
    "paid": Words("Đã chi (đ)", "Paid (đ)"),
    "carried_out": Words("Chưa chi, chuyển kỳ sau (đ)", "Carried out (đ)"),
    "stopped": Words("Dừng chi (đ)", "Stopped (đ)"),
    "to_recover": Words("Phải thu hồi (đ)", "To recover (đ)"),
}
OUT = ("paid", "carried_out", "stopped", "to_recover")
WARD = (
    Column("ward", Words("Xã/phường", "Ward"), width=26),
    Column("area_code", Words("Mã xã", "Ward code"), width=8, paper=False),
)
DIFFERENCE = "{owed}+{carried_in}" + "".join(f"-{{{name}}}" for name in OUT)
TIES = Words("Chênh lệch (đ)", "Difference (đ)")
SUMS = tuple(Column(name, words, "money", 17, total=True) for name, words in SIDES.items())
SHARE = 'IF({owed}+{carried_in}=0,"",{paid}/({owed}+{carried_in}))'


def _by_channel(channels: tuple[str, ...]) -> str:
    """Add up what was paid through some channels, out of the detail."""
    looked_up = ("{detail.paid}", "{detail.area_code}", "{area_code}", "{detail.channel}")
    return "+".join(f'SUMIFS({",".join(looked_up)},"{channel}")' for channel in channels)


BY_WARD = (
    *WARD,
    *SUMS,
    Column("difference", TIES, "money", 14, total=True, formula=DIFFERENCE),
    Column("share", Words("Tỷ lệ chi", "Share paid"), "share", 9, formula=SHARE),
    Column(
        "through_bank",
        Words("Ngân hàng, ví đã chi (đ)", "Paid by banks, wallets (đ)"),
        "money",
        17,
        total=True,
        formula=_by_channel(("account", "wallet")),
    ),
    Column(
        "in_person",
        Words("Tiền mặt, tại nhà đã chi (đ)", "Paid in cash, at home (đ)"),
        "money",
        17,
        total=True,
        formula=_by_channel(("cash", "home")),
    ),
)
IN_PEOPLE = (
    *WARD,
    *(
        Column(
            name, Words(words.vi.replace(" (đ)", ""), words.en.replace(" (đ)", "")), "count", 14, total=True
        )
        for name, words in SIDES.items()
    ),
    Column("difference", Words("Chênh lệch", "Difference"), "count", 12, total=True, formula=DIFFERENCE),
)
IN_DETAIL = (
    *WARD,
    Column("channel", Words("Mã kênh", "Channel code"), width=10),
    Column("channel_name", Words("Kênh chi", "Channel"), width=14),
    Column("verdict", Words("Kết quả đối chiếu", "Verdict"), width=26),
    Column("lines", Words("Số dòng", "Lines"), "count", 10, total=True),
    Column("people", Words("Số người", "People"), "count", 10),
    Column("owed", Words("Phải chi (đ)", "Owed (đ)"), "money", 17, total=True),
    Column("paid", Words("Đã chi (đ)", "Paid (đ)"), "money", 17, total=True),
    Column("settled", Words("Ngân hàng báo đã chi (đ)", "Settled (đ)"), "money", 17, total=True),
)
NOTE = Words(
    "Phải chi + kỳ trước chuyển sang = đã chi + chuyển kỳ sau + dừng chi + phải thu hồi, từng xã và toàn bộ.",
    "Owed + carried in = paid + carried out + stopped + to recover, in each ward and together.",
)


def settlement(session: Session, asked: Asked) -> Report:
    """Add a month up by ward, in đồng and in people, with where each figure comes from."""
    told = identity(session, asked.cycle.programme, asked.cycle.cycle, asked.scope, at=asked.at)
    detail = _detail(session, asked)
    paid = _paid_by_channel(detail)
    total = told.total
    whole = total.owed + total.carried_in
    wards = table_of(
        "wards",
        TITLE,
        BY_WARD,
        [_ward(area, told, paid) for area in sorted(told.wards)],
        totals={
            "difference": total.difference,
            "share": share_of(total.paid, whole),
            **{name: sum(each[name] for each in paid.values()) for name in ("through_bank", "in_person")},
        },
        note=NOTE,
    )
    people = table_of(
        "people",
        PEOPLE,
        IN_PEOPLE,
        [
            {**named(area), **figures.as_dict(), "difference": figures.difference}
            for area, figures in sorted(told.people.items())
        ],
        totals={"difference": told.total_people.difference},
    )
    rows = table_of("detail", DETAIL, IN_DETAIL, detail, paper=False)
    checks = _checks(told, rows.totals)
    report = report_of(session, asked, "settlement", TITLE, wards, people, rows, checks=checks, signed=SIGNED)
    beside = f"{_money(told.surplus)} / {_money(told.to_others)}"
    label = Words("Chi thừa / chi nhầm cho người khác", "Surplus / sent to others")
    return replace(report, stated=(*report.stated, (label, beside)))


def _ward(area: str, told: Identity, paid: dict[str, dict[str, int]]) -> dict[str, Any]:
    figures = told.wards[area]
    whole = figures.owed + figures.carried_in
    return {
        **named(area),
        **figures.as_dict(),
        "difference": figures.difference,
        "share": share_of(figures.paid, whole),
        **paid.get(area, {"through_bank": 0, "in_person": 0}),
    }


def _detail(session: Session, asked: Asked) -> list[dict[str, Any]]:
    """Add up what the run says by ward, channel and verdict."""
    by = (AREA, LINE.c.channel, VERDICT.c.verdict)
    found = frame_of(
        session,
        lines(asked)
        .with_only_columns(
            AREA.label("area_code"),
            LINE.c.channel,
            VERDICT.c.verdict,
            func.count().label("lines"),
            func.count(PERSON.distinct()).label("people"),
            func.sum(VERDICT.c.owed).label("owed"),
            func.sum(PAID).label("paid"),
            func.sum(VERDICT.c.settled).label("settled"),
        )
        .group_by(*by)
        .order_by(*by),
    )
    return [
        {
            **row,
            **named(row["area_code"]),
            "channel_name": CHANNELS[row["channel"]].said(asked.language),
            "verdict": VERDICT_TERMS[row["verdict"]][asked.language],
        }
        for row in rows_of(found)
    ]


def _paid_by_channel(detail: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    paid: dict[str, dict[str, int]] = {}
    for row in detail:
        sums = paid.setdefault(row["area_code"], {"through_bank": 0, "in_person": 0})
        sums["through_bank" if row["channel"] in {"account", "wallet"} else "in_person"] += row["paid"]
    return paid


def _checks(told: Identity, detail: Any) -> tuple[Check, ...]:
    total, people = told.total, told.total_people
    both = "SUM({{{0}.owed}})+SUM({{{0}.carried_in}})"
    out = "+".join(f"SUM({{{{{{0}}.{name}}}}})" for name in OUT)

    def identity_of(table: str, what: Words, figures: Any) -> Check:
        sides = figures.owed + figures.carried_in
        return Check(what, both.format(table), out.format(table), (sides, sides - figures.difference))

    return (
        identity_of(
            "wards",
            Words(
                "Tiền: phải chi + chuyển sang = đã chi + chuyển kỳ sau + dừng + thu hồi",
                "Money: owed + carried in = paid + carried out + stopped + to recover",
            ),
            total,
        ),
        identity_of("people", Words("Người: cũng như trên", "People: the same"), people),
        Check(
            Words(
                "Đã chi qua ngân hàng và tiền mặt = đã chi của từng dòng",
                "Paid by banks and in person = paid of the lines",
            ),
            "SUM({wards.through_bank})+SUM({wards.in_person})",
            "SUM({detail.paid})",
            (detail["paid"], detail["paid"]),
        ),
    )


def _money(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")
