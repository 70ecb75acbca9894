"""The reports there are, as one table: names, who may take each, in which forms, and what makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from payouts.core.errors import ForbiddenError, NotFoundError
from payouts.core.terms import Words
from payouts.identity.rules import Staff
from payouts.reports.asking import Asked
from payouts.reports.document import Report
from payouts.reports.kinds.accounts import coverage, quality
from payouts.reports.kinds.arrears import arrears
from payouts.reports.kinds.banks import banks
from payouts.reports.kinds.in_time import in_time
from payouts.reports.kinds.people import exceptions, paid, unpaid
from payouts.reports.kinds.returned import returned
from payouts.reports.kinds.sample import sample
from payouts.reports.kinds.settlement import settlement

Form = Literal["xlsx", "pdf", "csv"]
MEDIA_TYPES: dict[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8; header=present",
}
ALL: tuple[Form, ...] = ("xlsx", "pdf", "csv")
ALL_CELLS = "coverage.people"  # the permission to see cells of few people
NOT_YOURS = "Vai trò hoặc phạm vi của bạn không được lấy báo cáo này."
LISTS: tuple[Form, ...] = ("xlsx", "csv")  # too long for paper


@dataclass(frozen=True, slots=True)
class Kind:
    """A report.

    Attributes:
        title: its name
        about: what it says, in a sentence
        permission: who may take it, a row of identity/data/permissions.csv
        forms: in which it can be had, the usual one first
        make: makes it
        people: whether it names people, so that taking it is logged as reading of personal data
        everywhere: whether only those who see all areas may take it, since lines of banks belong to none
        options: what else it takes
        hides: whether cells of few people are hidden from those without the permission coverage.people
    """

    title: Words
    about: Words
    permission: str
    forms: tuple[Form, ...]
    make: Callable[[Session, Asked], Report]
    people: bool = False
    everywhere: bool = False
    options: tuple[str, ...] = ()
    hides: bool = False


KINDS: dict[str, Kind] = {
    "settlement": Kind(
        Words("Báo cáo quyết toán chi trả", "Settlement report"),
        Words(
            "Từng xã: phải chi, đã chi, chưa chi chuyển kỳ sau, dừng chi, phải thu hồi; các số phải khớp.",
            "By ward: owed, paid, carried over, stopped, to recover; the figures have to tie.",
        ),
        "cycle.see",
        ALL,
        settlement,
    ),
    "paid": Kind(
        Words("Danh sách đã nhận tiền", "People who received their money"),
        Words(
            "Ai đã nhận, qua kênh nào, bao nhiêu (Nghị định 20/2021/NĐ-CP, Điều 34 khoản 5).",
            "Who received, through which channel, how much (Decree 20/2021, Art. 34, clause 5).",
        ),
        "verdicts.see",
        LISTS,
        paid,
        people=True,
    ),
    "unpaid": Kind(
        Words("Danh sách chưa nhận tiền", "People who did not receive their money"),
        Words(
            "Ai chưa nhận đủ và vì sao, để chuyển chi kỳ sau (Điều 34 khoản 5).",
            "Who did not receive all of it and why, to be carried over (Art. 34, clause 5).",
        ),
        "verdicts.see",
        ALL,
        unpaid,
        people=True,
    ),
    "exceptions": Kind(
        Words("Danh sách cần xử lý", "Exceptions"),
        Words(
            "Các dòng cần có người xử lý, kèm chứng cứ của ngân hàng.",
            "Lines that somebody has to look after, with the banks' evidence.",
        ),
        "verdicts.see",
        ALL,
        exceptions,
        people=True,
    ),
    "arrears": Kind(
        Words("Truy lĩnh và thành phần số tiền", "Arrears and parts of amounts"),
        Words(
            "Số tiền mỗi xã gồm những phần nào; từng người có truy lĩnh.",
            "What the amounts of each ward are made of, and each line with arrears.",
        ),
        "verdicts.see",
        ALL,
        arrears,
        people=True,
    ),
    "returned": Kind(
        Words("Tiền ngân hàng trả lại và tiền thu hồi", "Returned and recovered money"),
        Words(
            "Tiền đã chi rồi quay về: khoản nào chi lại, khoản nào chuyển kỳ sau hoặc nộp ngân sách.",
            "Money that came back: paid again, to be carried over, or given back to the budget.",
        ),
        "files.see",
        ALL,
        returned,
        people=True,
        everywhere=True,
    ),
    "banks": Kind(
        Words("Kết quả làm việc của ngân hàng", "Bank performance"),
        Words(
            "Mỗi ngân hàng chi mất mấy ngày, lỗi vì sao, nộp tệp muộn bao lâu, có thu phí không.",
            "Days to settle, failures by reason, files late, and fees that should be zero, bank by bank.",
        ),
        "files.see",
        ALL,
        banks,
        everywhere=True,
    ),
    "in-time": Kind(
        Words("Việc xử lý đúng hạn", "Cases done in time"),
        Words(
            "Tỷ lệ việc làm đúng hạn theo xã, phường và theo loại việc.",
            "The share of cases done in time, by ward and by subject.",
        ),
        "cases.see",
        ALL,
        in_time,
    ),
    "coverage": Kind(
        Words("Bao phủ tài khoản an sinh", "Coverage of welfare accounts"),
        Words(
            "Bao nhiêu người có tài khoản dùng được: theo xã, nhóm, tuổi, giới, ngân hàng; mọi chương trình.",
            "How many have an account that works: by ward, category, age, sex, bank; all programmes.",
        ),
        "coverage.see",
        ALL,
        coverage,
        hides=True,
    ),
    "quality": Kind(
        Words("Chất lượng dữ liệu", "Quality of data"),
        Words(
            "Bốn tiêu chí đúng, đủ, sạch, sống theo xã; mỗi điều kiểm tra thấy bao nhiêu người, ai sửa.",
            "Four scores by ward (right, complete, clean, live); whom each check found, and who mends it.",
        ),
        "quality.see",
        ALL,
        quality,
    ),
    "sample": Kind(
        Words("Mẫu kiểm tra", "Audit sample"),
        Words(
            "Mẫu rút theo tầng cho kiểm toán; ai rút lại cũng ra đúng mẫu này.",
            "A sample by stratum for auditors, which anybody can draw again.",
        ),
        "evidence.take",
        ALL,
        sample,
        people=True,
        options=("by", "size", "seed"),
    ),
}


def kind_of(name: str) -> Kind:
    """Find a report by its name.

    Raises:
        NotFoundError: there is none
    """
    if name not in KINDS:
        raise NotFoundError("no_such_report", f"Không có báo cáo “{name}”. Các báo cáo: {', '.join(KINDS)}.")
    return KINDS[name]


def may_take(staff: Staff, kind: Kind) -> bool:
    """Say whether a member of staff may take a report."""
    return staff.may(kind.permission) and not (kind.everywhere and staff.scope.areas is not None)


def require_kind(staff: Staff, kind: Kind) -> None:
    """Refuse a report that somebody may not take.

    Raises:
        ForbiddenError: their role may not, or they do not see all areas
    """
    if not may_take(staff, kind):
        raise ForbiddenError("report_not_yours", NOT_YOURS)
