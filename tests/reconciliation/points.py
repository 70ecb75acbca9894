"""Short ways to write the few lines of a fine point of the rules."""

import datetime as dt
from typing import Any

Row = dict[str, Any]

A, B = "0201234568", "0301234567"
AS_OF = dt.date(2026, 11, 25)


def owed(ref: str, amount: int, account: str | None = A, **more: Any) -> Row:
    usual = {
        "line_ref": ref,
        "full_name": "Nguyễn Thị Hoa",
        "account_no": account,
        "amount": amount,
        "channel": "account",
        "programme": "BTXH",
        "cycle": "2026-11",
        "opens_on": dt.date(2026, 10, 25),
        "deadline": dt.date(2026, 11, 20),
        "judged": True,
        "voucher": False,
    }
    return usual | more


def told(amount: int | None, day: int | None = 5, *, status: str = "settled", **more: Any) -> Row:
    """A line of the result file; `ref`, `account`, `text` are short for the long names."""
    short = {"ref": "end_to_end_id", "account": "account_no", "text": "remittance_info"}
    usual = {
        "file": "a.csv",
        "movement": False,
        "amount": amount,
        "booked_on": day and dt.date(2026, 11, day),
        "status": status,
    }
    return usual | {short.get(name, name): value for name, value in more.items()}


def back(amount: int, day: int, **more: Any) -> Row:
    return told(amount, day, status="returned", **more)


def moved(amount: int | None, day: int = 5, **more: Any) -> Row:
    """A line of a statement of the same bank."""
    return told(amount, day, **{"file": "b.xml", "movement": True, "sender": "VBA", **more})


# Owed, told, then `line_ref verdict settled reason` of each payout line, and the dispositions in any order.
Point = tuple[list[Row], list[Row], str, str]
