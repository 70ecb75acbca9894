"""What makes a draft differ from the cycle before, and what is to be known of it besides: two tables."""

from dataclasses import dataclass

from payouts.core.problems import Language


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of difference.

    Attributes:
        vi: on screen
        en: on screen
        counts: whether it changes what the draft adds up to; else somebody should only know of it
    """

    vi: str
    en: str
    counts: bool = True

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


# In the order in which a person reads them; those that count add up to the difference.
EFFECTS = {
    "new": Effect("Tăng mới", "New"),
    "stopped": Effect("Dừng chi (đã mất, chuyển đi)", "Stopped (died, moved away)"),
    "suspended": Effect("Tạm dừng", "Suspended"),
    "gone": Effect("Thôi hưởng", "No longer on the programme"),
    "raised": Effect("Điều chỉnh mức hưởng", "Amount changed"),
    "arrears": Effect("Truy lĩnh do tăng mức", "Arrears of a raise"),
    "resumed": Effect("Truy lĩnh sau khi chi trả lại", "Arrears after paying again"),
    "deducted": Effect("Khấu trừ theo quyết định", "Deducted by decision"),
    "carried_over": Effect("Kỳ trước chưa chi, chuyển sang", "Not paid before, carried over"),
    "account": Effect(
        "Nhận vào tài khoản khác kỳ trước", "Paid to another account than before", counts=False
    ),
    "kept": Effect("Giữ mức cũ vì không tính được", "Amount kept, as no table gives it", counts=False),
    "unpriced": Effect(
        "Chưa vào danh sách vì chưa rõ mức", "Left out, as no table gives the amount", counts=False
    ),
    "absent": Effect(
        "Còn trong hồ sơ nhưng kỳ trước không có", "On record, but not on the list before", counts=False
    ),
    "unsettled": Effect(
        "Kỳ trước chưa rõ kết quả, không chuyển sang", "No clear result yet, not carried over", counts=False
    ),
}

# Verdicts of which the money is carried over, and those of which nobody knows: they are asked about first.
CARRIED = ("failed", "offline", "amount_differs")
UNSETTLED = ("missing", "unconfirmed", "review", "pending")

MOST_MONTHS_BACK = 12  # of arrears
LARGEST_LOSS = 0.4  # of the people of the cycle before; a draft that loses more is marked


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be known of a whole draft."""

    vi: str
    en: str

    def said(self, language: Language, values: dict[str, str]) -> str:
        """Say it in a language."""
        return (self.vi if language == "vi" else self.en).format(**values)


NOTES = {
    "not_judged": Note(
        "Kỳ {cycle} chưa đối chiếu nên chưa có khoản nào chuyển sang.",
        "Cycle {cycle} is not reconciled yet, so nothing of it is carried over.",
    ),
    "cycles_between": Note(
        "Không có danh sách của tháng liền trước: mở từ kỳ {cycle}.",
        "The month before has no list: this opens from cycle {cycle}.",
    ),
    "mid_month": Note(
        "Mức chuẩn {amount} theo {basis} bắt đầu ngày {day}, giữa tháng: "
        "tháng này theo mức cũ, từ tháng sau theo mức mới.",
        "The base of {amount} by {basis} begins on {day}, within the month: this month goes by the old one.",
    ),
    "unverified": Note(
        "Mức chuẩn {amount} theo {basis}: cần đối chiếu văn bản ({status}).",
        "The base of {amount} by {basis} is to be checked against its text ({status}).",
    ),
    "many_lost": Note(
        "Danh sách mất {share} % số người so với kỳ {cycle}. Hãy xem kỹ trước khi đề nghị duyệt.",
        "The list loses {share} % of the people of cycle {cycle}. Look closely before you ask for approval.",
    ),
    "reissues_ready": Note(
        "{count} khoản chi lại ({amount}) đã sẵn sàng: đi cùng lệnh chi theo mã mới, không nằm trong "
        "danh sách này.",
        "{count} debts to be paid again ({amount}) are ready; they go with the orders and not on this list.",
    ),
}
