"""When a verdict makes a case, how a case may move, and how it may end, as tables that a person can read."""

import csv
import datetime as dt
import functools
from dataclasses import dataclass
from importlib import resources
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

STATES = {
    "open": "Mới",
    "in_progress": "Đang xử lý",
    "waiting": "Chờ phản hồi",
    "parked": "Chờ tệp ngân hàng",
    "closed": "Đã xong",
}


@functools.cache
def table_of_moves() -> dict[tuple[str, str], frozenset[str]]:
    """Read data/moves.csv: a state and the one after it -> the roles, or a "run", that may move it so."""
    text = (resources.files("payouts.cases") / "data" / "moves.csv").read_text(encoding="utf-8")
    return {
        (row.pop("from"), row.pop("to")): frozenset(who for who, may in row.items() if may)
        for row in csv.DictReader(text.splitlines())
    }


def moves(state: str, role: str) -> frozenset[str]:
    """Return the states that a role, or a "run", may move a case to from a state: data/moves.csv."""
    return frozenset(
        after for (before, after), who in table_of_moves().items() if before == state and role in who
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case may end.

    Attributes:
        vi: on screen
        en: on screen
        by_hand: whether a person may choose it; the others are a run's
        voucher: whether it needs the number and day of a signed voucher
        confirmed: whether it is the person's own confirmation, which alone closes a case opened by hand
    """

    vi: str
    en: str
    by_hand: bool = True
    voucher: bool = False
    confirmed: bool = False


OUTCOMES = {
    "found_paid": Outcome(
        "Ngân hàng đã chi, theo lần đối chiếu sau", "Found paid by a later run", by_hand=False
    ),
    "no_longer_due": Outcome(
        "Không còn là việc cần xử lý, theo lần đối chiếu sau",
        "No exception any more by a later run",
        by_hand=False,
    ),
    "file_came": Outcome("Tệp của ngân hàng đã về", "The bank's file has come", by_hand=False),
    "confirmed_received": Outcome(
        "Người thụ hưởng xác nhận đã nhận đủ", "The beneficiary confirms receipt in full"
    ),
    "paid_in_cash": Outcome(
        "Đã chi tiền mặt, có phiếu ký nhận", "Paid in cash against a signed voucher", voucher=True
    ),
    "confirmed_solved": Outcome(
        "Người thụ hưởng tự xác nhận đã được giải quyết",
        "The person confirms that it is solved",
        confirmed=True,
    ),
    "carried_over": Outcome("Chuyển chi vào kỳ sau", "Carried over to the next cycle"),
    "no_action": Outcome("Không cần xử lý", "No action needed"),
    "stopped": Outcome(
        "Dừng chi: không còn được hưởng tháng này", "Stopped: not owed any more", by_hand=False
    ),
    "suspended": Outcome("Tạm dừng chi trả vì không đến nhận", "Suspended: not collected", by_hand=False),
    "account_works": Outcome(
        "Tài khoản đã nhận được tiền", "The account works: a payment reached it", by_hand=False
    ),
    "recovered": Outcome("Đã thu hồi đủ", "All of it came back", by_hand=False),
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
