"""When a verdict makes a case, how a case may move, and how it may end, as tables that a person can read."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from payouts.core.calendar import USUAL, Calendar, after_banking_days

# Whether a verdict needs somebody to act: "late" means once the deadline has passed.
NEEDS_CASE: dict[str, Literal["yes", "no", "late"]] = {
    "paid": "no",
    "failed": "yes",
    "missing": "yes",
    "pending": "no",
    "unconfirmed": "yes",
    "amount_differs": "yes",
    "account_differs": "yes",
    "name_differs": "yes",
    "paid_twice": "yes",
    "review": "yes",
    "offline": "late",
}

# How many banking days a ward has, by verdict: who got nothing comes first.
DAYS_TO_ACT = {
    "failed": 5,
    "missing": 5,
    "offline": 5,
    "unconfirmed": 7,
    "review": 7,
    "account_differs": 7,
    "name_differs": 10,
    "amount_differs": 10,
    "paid_twice": 10,
}

STATES = {"open": "Mới", "in_progress": "Đang xử lý", "waiting": "Chờ phản hồi", "closed": "Đã xong"}

# From a state, the states that a person may move a case to.
MOVES = {
    "open": frozenset({"in_progress", "waiting", "closed"}),
    "in_progress": frozenset({"open", "waiting", "closed"}),
    "waiting": frozenset({"open", "in_progress", "closed"}),
    "closed": frozenset({"open"}),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case may end.

    Attributes:
        vi: on screen
        en: on screen
        by_hand: whether a person may choose it; the others are a run's
        voucher: whether it needs the number and day of a signed voucher
    """

    vi: str
    en: str
    by_hand: bool = True
    voucher: bool = False


OUTCOMES = {
    "found_paid": Outcome(
        "Ngân hàng đã chi, theo lần đối chiếu sau", "Found paid by a later run", by_hand=False
    ),
    "no_longer_due": Outcome(
        "Không còn là việc cần xử lý, theo lần đối chiếu sau",
        "No exception any more by a later run",
        by_hand=False,
    ),
    "confirmed_received": Outcome(
        "Người thụ hưởng xác nhận đã nhận đủ", "The beneficiary confirms receipt in full"
    ),
    "paid_in_cash": Outcome(
        "Đã chi tiền mặt, có phiếu ký nhận", "Paid in cash against a signed voucher", voucher=True
    ),
    "carried_over": Outcome("Chuyển chi vào kỳ sau", "Carried over to the next cycle"),
    "no_action": Outcome("Không cần xử lý", "No action needed"),
}


def verdicts_with_case(*, late: bool) -> frozenset[str]:
    """Return the verdicts that need a case.

    Args:
        late: the cycle's deadline has passed
    """
    wanted = {"yes", "late"} if late else {"yes"}
    return frozenset(verdict for verdict, need in NEEDS_CASE.items() if need in wanted)


def due_on(verdict: str, opened_on: dt.date, calendar: Calendar = USUAL) -> dt.date:
    """Return the day by which the ward is to have acted on a verdict that makes a case."""
    return after_banking_days(opened_on, DAYS_TO_ACT[verdict], calendar)
