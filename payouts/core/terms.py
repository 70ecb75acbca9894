"""What verdicts are called and how figures are written for people, in two languages."""

from dataclasses import dataclass

from payouts.core.problems import Language

VERDICT_TERMS: dict[str, dict[Language, str]] = {
    "paid": {"vi": "Đã chi", "en": "Paid"},
    "failed": {"vi": "Chi không thành công", "en": "Failed"},
    "missing": {"vi": "Quá hạn, chưa có kết quả", "en": "Missing"},
    "pending": {"vi": "Chờ kết quả", "en": "Pending"},
    "unconfirmed": {"vi": "Chờ tra soát", "en": "Unconfirmed"},
    "amount_differs": {"vi": "Lệch số tiền", "en": "Amount differs"},
    "account_differs": {"vi": "Lệch tài khoản", "en": "Account differs"},
    "name_differs": {"vi": "Không khớp tên", "en": "Name differs"},
    "paid_twice": {"vi": "Chi trùng", "en": "Paid twice"},
    "review": {"vi": "Cần kiểm tra", "en": "To review"},
    "offline": {"vi": "Chi trực tiếp", "en": "Paid in person"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Say it in a language."""
        return self.vi if language == "vi" else self.en


def grouped(number: int, language: Language = "vi") -> str:
    """Write a whole number with its thousands apart: 930.000 in Vietnamese, 930,000 in English."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "vi" else text
