"""What the stages on the way to a working account are, and what stands in the way: tables, and pure sums."""

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from payouts.core.problems import Language
from payouts.registry.rules import opt_out_reasons

# From nothing to a working account; a person with several accounts stands at the furthest of them.
STAGES = {
    "none": ("Chưa có hồ sơ", "No dossier yet"),
    "dossier": ("Đã đủ hồ sơ", "Dossier completed"),
    "refused": ("Lần chi đầu không thành công", "First payment failed"),
    "opened": ("Đã mở, chưa chi lần nào", "Opened, not paid yet"),
    "failed": ("Lần chi gần nhất không thành công", "Failed last time"),
    "unusable": ("Nhận được tiền nhưng không dùng được", "Receives but cannot use it"),
    "usable": ("Dùng được", "Usable"),
}
WITH_ACCOUNT = ("refused", "opened", "failed", "unusable", "usable")
VERIFIED = ("unusable", "usable")  # the last payment reached the account

# The steps of the funnel, each a part of the one before: code -> names, and the stages it counts.
FUNNEL = {
    "people": ("Người thụ hưởng", "Beneficiaries", tuple(STAGES)),
    "dossier": ("Đã đủ hồ sơ", "Dossier completed", tuple(STAGES)[1:]),
    "with_account": ("Đã mở tài khoản", "Account opened", WITH_ACCOUNT),
    "paid_once": ("Đã chi thành công lần đầu", "First payment succeeded", ("failed", *VERIFIED)),
    "verified": ("Lần chi gần nhất đến nơi", "Last payment arrived", VERIFIED),
    "usable": ("Dùng được", "Usable", ("usable",)),
}
FAILED_LAST = ("refused", "failed")

# What a verdict says of an account, where it says anything.
SAYS = {
    "paid": "works",
    "amount_differs": "works",
    "paid_twice": "works",
    "failed": "fails",
    "account_differs": "fails",
    "name_differs": "fails",
}

# By what coverage is told; cause tells of those alone whom something stands in the way.
BY = {
    "area": ("Xã/phường", "Ward"),
    "category": ("Nhóm đối tượng", "Category"),
    "age": ("Độ tuổi", "Age"),
    "sex": ("Giới tính", "Sex"),
    "bank": ("Ngân hàng", "Bank"),
    "cause": ("Vướng mắc", "Cause"),
}
NONE = "none"  # the key of those of whom it is not known, or who have none
ILLNESS = "illness"  # the one key of categories that reveal an illness: together, so that they reveal none
# Decree 20/2021/ND-CP Art. 5(3) and 5(8): people with HIV.
REVEALING = ("BTXH_5_3", "BTXH_5_8")

AGES = {
    "0-14": ("Dưới 15 tuổi", "Under 15", 0),
    "15-59": ("15 đến 59 tuổi", "15 to 59", 15),
    "60-74": ("60 đến 74 tuổi", "60 to 74", 60),
    "75-79": ("75 đến 79 tuổi", "75 to 79", 75),
    "80+": ("Từ 80 tuổi", "80 or older", 80),
}
SEXES = {"female": ("Nữ", "Female"), "male": ("Nam", "Male")}
UNITS = {
    "ward": ("Xã/phường", "Ward"),
    "bank": ("Ngân hàng", "Bank"),
    "police": ("Công an (căn cước)", "Police (identity cards)"),
    "family": ("Người thụ hưởng, gia đình", "The person or the family"),
    "accountant": ("Kế toán chi trả", "Accountant"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What stands between a person and a working account.

    Attributes:
        code: of data/causes.csv, or a reason of the registry to have no account
        unit: who has to act, of UNITS
        help: what would help, of data/helps.csv
        vi: on screen
        en: on screen
    """

    code: str
    unit: str
    help: str
    vi: str
    en: str

    def said(self, language: Language) -> str:
        """Name it in a language."""
        return self.vi if language == "vi" else self.en


@functools.cache
def causes() -> dict[str, Cause]:
    """Return all causes: those of data/causes.csv, and the registry's reasons to have no account."""
    own = {
        row["cause"]: Cause(*(row[name] for name in ("cause", "unit", "help", "vi", "en")))
        for row in _rows("causes.csv")
    }
    opted_out = {
        code: Cause(code, "ward", reason.would_help, reason.vi, reason.en)
        for code, reason in opt_out_reasons().items()
    }
    return own | opted_out


@functools.cache
def helps() -> dict[str, tuple[str, str]]:
    """Read data/helps.csv: what would help -> Vietnamese and English name."""
    return {row["help"]: (row["vi"], row["en"]) for row in _rows("helps.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("payouts.coverage") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
