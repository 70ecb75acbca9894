"""What keeps a payment out of an order, what may be paid again, and as what an order goes out: tables."""

import re
from dataclasses import dataclass

from payouts.core.problems import Language

# Verdict -> the kind of approval that paying again takes. What stands not here cannot be paid again.
PAID_AGAIN = {
    "failed": "reissue",
    "amount_differs": "reissue",  # what is lacking of it
    "account_differs": "reissue_settled",  # the stranger's money is recovered beside it, never first
    "name_differs": "reissue_settled",
}

BY_BANK = ("account", "wallet")  # channels that a bank pays
BY_HAND = ("cash", "home")  # channels that a person pays, against a signature

ACCOUNT = re.compile(r"[A-Za-z0-9]{6,19}")


@dataclass(frozen=True, slots=True)
class Held:
    """Why a payment is held back.

    Attributes:
        vi: on screen
        en: on screen
        mend_vi: what to do
        mend_en: what to do
    """

    vi: str
    en: str
    mend_vi: str
    mend_en: str

    def said(self, language: Language) -> str:
        """Say why in a language."""
        return self.vi if language == "vi" else self.en

    def mend(self, language: Language) -> str:
        """Say what to do in a language."""
        return self.mend_vi if language == "vi" else self.mend_en


# The first that holds, from above, is told. The conditions stand in holding.py under the same names.
HELD = {
    "answered": Held(
        "Ngân hàng đã trả lời cho dòng này",
        "The bank has answered for this line",
        "Xem kết quả đối chiếu; chưa nhận được thì đề nghị chi lại.",
        "Look at the verdict; ask to pay again where the money did not arrive.",
    ),
    "sent_elsewhere": Held(
        "Lệnh của ngân hàng này đã gửi ngoài hệ thống",
        "The order to this bank went out without this service",
        "Chờ kết quả của ngân hàng; gửi thêm lệnh là chi hai lần.",
        "Wait for the bank's result; another order would pay twice.",
    ),
    "carried_over": Held(
        "Đã chuyển sang kỳ sau",
        "Carried over to a later cycle",
        "Khoản này được chi trong kỳ sau.",
        "It is paid in the later cycle.",
    ),
    "reissued": Held(
        "Đang được chi lại theo mã mới",
        "Being paid again under a new reference",
        "Lệnh đi theo mã mới.",
        "The order goes out under the new reference.",
    ),
    "stopped": Held(
        "Người này đã dừng chi",
        "This person is stopped",
        "Gửi danh sách sửa đổi bỏ dòng này, hoặc hủy dừng chi nếu dừng nhầm.",
        "Send a corrected list without the line, or undo the stop if it was wrong.",
    ),
    "suspended": Held(
        "Người này đang tạm dừng chi trả",
        "This person is suspended",
        "Gửi danh sách sửa đổi bỏ dòng này, hoặc đề nghị chi trả trở lại.",
        "Send a corrected list without the line, or propose to pay them again.",
    ),
    "account_corrected": Held(
        "Tài khoản đã được sửa sau khi lập danh sách",
        "The account was corrected after the list was made",
        "Gửi danh sách sửa đổi với tài khoản mới.",
        "Send a corrected list with the new account.",
    ),
    "no_account": Held(
        "Thiếu số tài khoản",
        "No account number",
        "Bổ sung tài khoản bằng danh sách sửa đổi, hoặc chi tiền mặt.",
        "Add the account by a corrected list, or pay cash.",
    ),
    "no_bank": Held(
        "Chưa rõ ngân hàng",
        "No bank is known",
        "Bổ sung ngân hàng bằng danh sách sửa đổi.",
        "Add the bank by a corrected list.",
    ),
    "verdict_changed": Held(
        "Kết quả đối chiếu đã thay đổi từ khi duyệt chi lại",
        "The verdict has changed since paying again was approved",
        "Xem lại việc cần xử lý; rút lệnh chi lại nếu không cần nữa.",
        "Look at the case; take the order to pay again back if it is not needed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Format:
    """As what an order goes out.

    Attributes:
        media_type: of the file
        suffix: of its name
        laid_out: whether a layout says its columns
    """

    media_type: str
    suffix: str
    laid_out: bool


FORMATS = {
    "pain.001": Format("application/xml", ".xml", laid_out=False),
    "csv": Format("text/csv; charset=utf-8", ".csv", laid_out=True),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", laid_out=True
    ),
}
USUAL_FORMAT = "pain.001"
USUAL_LAYOUT = "generic"
