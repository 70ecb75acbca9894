"""What the demonstration's officers did the morning after the deadline, so that cases look lived in."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlmodel import Session

from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.worklist import Wanted, worklist
from payouts.core import clock
from payouts.core.database import Database
from payouts.coverage.campaign import open_campaign
from payouts.coverage.left import Left
from payouts.coverage.refresh import refresh
from payouts.coverage.targets import EVERYWHERE, WHOLE, set_target
from payouts.identity.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to the nth case of a verdict in a ward's list."""

    verdict: str
    nth: int
    note: str
    state: str = "in_progress"
    outcome: str | None = None


ACTS = (
    Act("failed", 0, "Đã gọi. Người nhà hẹn sáng thứ Hai ra ngân hàng mở lại tài khoản.", "waiting"),
    Act(
        "failed", 1, "Người thụ hưởng xin nhận vào kỳ sau, cùng lúc đổi tài khoản.", "closed", "carried_over"
    ),
    Act("failed", 2, "Gọi hai lần chưa ai nghe máy; nhờ tổ trưởng tổ dân phố báo giúp."),
    Act("missing", 0, "Người thụ hưởng nói tiền chưa về. Đã báo cấp thành phố hỏi ngân hàng.", "waiting"),
    Act(
        "name_differs",
        0,
        "Tài khoản của con, có giấy ủy quyền; đã nhận đủ.",
        "closed",
        "confirmed_received",
    ),
    Act("offline", 0, "Đã nhận tại nhà văn hóa.", "closed", "paid_in_cash"),
    Act("offline", 1, "Đã nhận tại nhà, có chữ ký của người chăm sóc.", "closed", "paid_in_cash"),
)

DAYS_TO_TARGET = dt.timedelta(days=60)


def let_staff_work(database: Database, officers: dict[str, str]) -> None:
    """Let each ward's officer work through the first cases of their list.

    Args:
        database: where the cases are
        officers: area code -> username
    """
    for area, username in officers.items():
        scope = Scope(areas=frozenset({area}), programmes=None)
        with database.session() as session:
            found = {act: _nth(session, scope, act) for act in ACTS}
            for number, (act, row) in enumerate(found.items(), start=1):
                if row is not None:
                    _do(session, scope, act, row, username=username, number=number)


def begin_campaign(database: Database, area: str, *, by: str, visitor: str) -> None:
    """Let the city set a target, and a ward send a visitor to those of its people whom a visit would help.

    Args:
        database: where the facts are
        area: the ward
        by: the username of its officer
        visitor: the username of who visits
    """
    refresh(database)
    scope = Scope(areas=frozenset({area}), programmes=None)
    with database.session() as session:
        set_target(
            session,
            EVERYTHING,
            area_code=EVERYWHERE,
            share=WHOLE,
            due=clock.today() + DAYS_TO_TARGET,
            but_force_majeure=True,
            reason="Kế hoạch chi trả qua tài khoản",
            by="thanhpho",
        )
        open_campaign(session, scope, Left(help="home_visit"), by=by, assignee=visitor)


def _nth(session: Session, scope: Scope, act: Act) -> RowMapping | None:
    rows = worklist(
        session, scope, Wanted(verdict=(act.verdict,), state="open", sort="due"), limit=act.nth + 1
    ).items
    return rows[act.nth] if len(rows) > act.nth else None


def _do(session: Session, scope: Scope, act: Act, row: RowMapping, *, username: str, number: int) -> None:
    if act.outcome is None:
        add_note(session, row["id"], scope, by=username, note=act.note)
    change = CaseChange(assignee=username, state=act.state)
    if act.outcome:
        change |= CaseChange(outcome=act.outcome, reason=act.note)
    if act.outcome == "paid_in_cash":
        change |= CaseChange(
            voucher_number=f"PC {number:03}", collected_on=clock.today() - dt.timedelta(days=2)
        )
    change_case(session, row["id"], scope, version=row["version"], by=username, role="ward", change=change)
