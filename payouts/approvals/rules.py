"""What may be asked for, who may decide it, and how many people it takes: a table."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from payouts.core.problems import Language

# Who may decide in their own right, by role. An administrator gives people their roles, so decides nothing.
OF_MONEY = frozenset({"province", "accountant"})
OF_PEOPLE = frozenset({"ward", "province"})

ANSWERS = {"approve": "done", "decline": "declined", "take_back": "taken_back"}
LONGEST_DELEGATION = dt.timedelta(days=92)  # a paper for longer is written anew

How = Literal["text", "day", "money", "month", "code", "channel", "why", "from_whom", "relation"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that takes approval.

    Attributes:
        vi: on screen
        en: on screen
        deciders: the roles that may decide it in their own right
        people: how many have to approve, besides who asks
        fields: what its details hold, and how each is written on screen
    """

    vi: str
    en: str
    deciders: frozenset[str]
    people: int
    fields: dict[str, How]

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


# What an order to pay says.
ORDER: dict[str, How] = {
    "line_ref": "code",
    "channel": "channel",
    "bank_code": "code",
    "account_no": "code",
    "account_name": "text",
}

# What closing a month, or opening one again, says.
MONTH: dict[str, How] = {"month": "month", "run": "code", "hash": "code"}

KINDS: dict[str, Kind] = {
    "reissue": Kind("Chi lại", "Pay again", OF_MONEY, 1, ORDER),
    "reissue_settled": Kind(
        "Chi lại dù tiền đã vào tài khoản khác",
        "Pay again though the money reached another account",
        OF_MONEY,
        2,
        ORDER,
    ),
    "correct_account": Kind(
        "Sửa tài khoản hoặc người nhận",
        "Correct an account or payee",
        OF_PEOPLE,
        1,
        {
            "old_account": "code",
            "channel": "channel",
            "bank_code": "code",
            "account_no": "code",
            "account_name": "text",
            "payee_citizen_id": "code",
            "proof": "text",
            "confirmed_on": "day",
            "confirmed_by": "text",
        },
    ),
    "change_payee": Kind(
        "Đổi hoặc kết thúc người nhận thay",
        "Change or end a payee",
        OF_PEOPLE,
        1,
        {
            "old_payee": "text",
            "relation": "relation",
            "payee_name": "text",
            "payee_citizen_id": "code",
            "valid_to": "day",
            "proof": "text",
        },
    ),
    "suspend": Kind(
        "Tạm dừng chi trả vì không đến nhận",
        "Suspend the allowance of somebody who does not collect it",
        OF_PEOPLE,
        1,
        {"since": "month", "months": "code", "contact_on": "day", "contact_by": "text"},
    ),
    "reinstate": Kind(
        "Chi trả trở lại, có truy lĩnh",
        "Pay again after a suspension, with arrears",
        OF_PEOPLE,
        1,
        {"since": "month", "arrears_of": "text"},
    ),
    "stop": Kind(
        "Dừng chi",
        "Stop paying",
        OF_PEOPLE,
        1,
        {
            "citizen_id": "code",
            "why": "why",
            "happened_on": "day",
            "document_no": "text",
            "document_on": "day",
            "last_month": "month",
        },
    ),
    "resume": Kind(
        "Hủy dừng chi, có truy lĩnh",
        "Undo a stop, with arrears",
        OF_PEOPLE,
        1,
        {"citizen_id": "code", "last_month": "month"},
    ),
    "recover": Kind(
        "Thu hồi tiền chi sai",
        "Claim money back",
        OF_MONEY,
        2,
        {"line_ref": "code", "from_whom": "from_whom", "holder": "text"},
    ),
    "deduct": Kind(
        "Trừ dần vào trợ cấp",
        "Deduct from later allowances",
        OF_MONEY,
        2,
        {
            "line_ref": "code",
            "document_no": "text",
            "document_on": "day",
            "monthly_cap": "money",
            "first_month": "month",
        },
    ),
    "close_month": Kind("Khóa sổ kỳ chi trả", "Close a month", OF_MONEY, 1, MONTH),
    "reopen_month": Kind("Mở lại kỳ đã khóa sổ", "Open a closed month again", OF_MONEY, 1, MONTH),
    "open_cycle": Kind(
        "Mở kỳ chi trả",
        "Open a cycle",
        OF_MONEY,
        1,
        {"month": "month", "lines": "text", "before": "money", "sha256": "code"},
    ),
}
