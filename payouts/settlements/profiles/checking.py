"""Reads the YAML of a profile; of a wrong one it says which key, in which line, and how to mend it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from payouts.core.banks import banks
from payouts.core.money import is_currency
from payouts.core.reasons import reason_codes
from payouts.core.tabular import MOST_BANNER_ROWS, MOST_COLUMNS, Layout
from payouts.core.vietnamese import encoding_named
from payouts.core.words import folded, folded_words
from payouts.core.yamlfile import YamlFile, YamlFileError, quoted
from reconciliation.tables import STATUSES

# Fields of a settlement line that a column can fill; `debit` and `credit` are the two sides of a
# statement, `voucher_no` goes into remittance_info.
FIELDS = (
    "bank_code", "branch", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id", "amount",
    "currency", "booked_on", "status", "reason_code", "reason_text", "fee", "original_ref", "remittance_info",
    "debit", "credit", "voucher_no", "unused",
)  # fmt: skip
KEYS = (
    "title", "bank", "formats", "encoding", "numbers", "dates", "cash", "money_out", "headings", "columns",
    "banner", "required", "statuses", "reasons", "in_doubt", "constants", "trailer",
)  # fmt: skip
_CHOICES = {
    "numbers": ("either", "point", "comma"),
    "dates": ("day_first", "month_first"),
    "money_out": ("debit", "credit", "negative", "positive"),
}
_CONSTANTS = ("bank_code", "branch", "currency")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OF_ANY_LINE = {"settled", "returned"}


class ProfileError(YamlFileError):
    """A profile cannot be as it is."""

    code_of_kind = "profile_invalid"


class Checked(YamlFile):
    """The keys of one profile, each asked for by what it has to be.

    Args:
        name: of the profile
        text: its YAML

    Raises:
        ProfileError: from each method, and at once where the text is no table of known keys
    """

    kind = ("Mẫu tệp", "Profile")
    error = ProfileError

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        if not _NAME.fullmatch(name):
            raise self.wrong(
                "",
                "tên chỉ gồm chữ không dấu, chữ số, “_” và “-”. Hãy đổi tên tệp",
                "a name is letters, digits, “_” and “-”. Rename the file",
            )
        self.only(KEYS, self.raw, "")

    def text(self, key: str, usual: str) -> str:
        """Give a text."""
        value = self.raw.get(key, usual)
        if not isinstance(value, str):
            raise self.wrong(key, "phải là chữ. Hãy đặt trong dấu nháy", "must be text. Put it in quotes")
        return value

    def texts(self, key: str, within: Mapping[str, Any] | None = None) -> list[str]:
        """Give a list of texts; an absent one is empty."""
        value = (self.raw if within is None else within).get(key.rpartition(".")[2], [])
        if not isinstance(value, list):
            raise self.wrong(key, "phải là danh sách: [chữ, chữ]", "must be a list: [word, word]")
        for word in value:
            if not isinstance(word, str) or not word.strip():
                raise self.wrong(
                    key,
                    f'“{quoted(word)}” không phải chữ. Hãy đặt trong dấu nháy: "{quoted(word)}"',
                    f'“{quoted(word)}” is no text. Put it in quotes: "{quoted(word)}"',
                )
        return value

    def lists(self, key: str, known: Iterable[str]) -> dict[str, list[str]]:
        """Give a table from known names to lists of texts."""
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "phải là bảng: tên: [chữ, chữ]", "must be a table: name: [word, word]")
        self.only(tuple(known), value, key)
        found = {str(entry): self.texts(f"{key}.{entry}", value) for entry in value}
        for entry, words in found.items():
            if not words:
                raise self.wrong(f"{key}.{entry}", "chưa có chữ nào", "has no word")
        return found

    def folded(self, key: str, lists: Mapping[str, list[str]], fold: Callable[[str], str]) -> dict[str, str]:
        """Turn meaning -> words into folded word -> meaning; no word may mean two things."""
        found: dict[str, str] = {}
        for meaning, words in lists.items():
            for word in words:
                other = found.setdefault(fold(word), meaning)
                if other != meaning:
                    raise self.wrong(
                        f"{key}.{meaning}",
                        f"“{word}” đã đứng ở {other}. Hãy bỏ một trong hai",
                        f"“{word}” stands in {other} already. Remove one of the two",
                    )
                if not fold(word):
                    raise self.wrong(f"{key}.{meaning}", f"“{word}” không có chữ", f"“{word}” has no letter")
        return found

    def choice(self, key: str) -> Any:
        """Give one of a few words, by default the first."""
        known = _CHOICES[key]
        value = self.raw.get(key, known[0])
        if value not in known:
            of = ", ".join(known)
            raise self.wrong(
                key, f"“{quoted(value)}” không được nhận. Hãy dùng: {of}", f"must be one of: {of}"
            )
        return value

    def formats(self) -> frozenset[str]:
        """Give csv, xlsx or both."""
        words = self.texts("formats")
        if not words or not set(words) <= {"csv", "xlsx"}:
            raise self.wrong("formats", "phải là [csv], [xlsx] hoặc [csv, xlsx]", "must be csv, xlsx or both")
        return frozenset(words)

    def bank(self) -> str | None:
        """Give the code of a known bank."""
        bank = self.raw.get("bank")
        if bank is None:
            return None
        if not isinstance(bank, str) or bank not in banks():
            raise self.wrong(
                "bank",
                f"không có ngân hàng “{quoted(bank)}”. Hãy ghi mã như VCB, hoặc bỏ khóa này",
                f"there is no bank “{quoted(bank)}”. Give a code such as VCB, or leave the key out",
            )
        return bank

    def encoding(self) -> str:
        """Give the encoding of text that is not UTF-8."""
        name = self.text("encoding", "utf-8")
        try:
            return encoding_named(name)
        except LookupError:
            raise self.wrong(
                "encoding",
                f"không có bảng mã “{name}”. Hãy dùng utf-8, cp1258, tcvn3, vni, viscii hoặc utf-16",
                f"there is no encoding “{name}”. Use utf-8, cp1258, tcvn3, vni, viscii or utf-16",
            ) from None

    def yes(self, key: str) -> bool:
        """Give true or false."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "phải là true hoặc false", "must be true or false")
        return value

    def constants(self) -> dict[str, str]:
        """Give fields that are the same on every line."""
        value = self.raw.get("constants", {})
        words = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        if not words or not value.keys() <= set(_CONSTANTS):
            of = ", ".join(_CONSTANTS)
            raise self.wrong("constants", f"chỉ nhận {of}, giá trị là chữ", f"takes only {of}, as texts")
        if "currency" in value and not is_currency(value["currency"]):
            raise self.wrong("constants.currency", "phải là mã tiền ISO 4217", "must be a code of ISO 4217")
        return dict(value)

    def layout(self) -> Layout:
        """Give the headings, or the places of columns without headings, and the fields that must be there."""
        lists, places = self.lists("headings", FIELDS), self._places()
        if bool(lists) == bool(places):
            raise self.wrong(
                "headings" if lists else "columns" if places else "",
                "phải có headings, hoặc columns nếu tệp không có dòng tiêu đề, không dùng cả hai",
                "needs headings, or columns where the file has no row of headings, and not both",
            )
        fields = lists.keys() | places.keys()
        required = frozenset(self.texts("required"))
        if not required or not required <= fields:
            absent = ", ".join(sorted(required - fields)) or "?"
            raise self.wrong(
                "required",
                f"phải có ít nhất một trường, và mỗi trường phải có trong headings (thiếu: {absent})",
                f"needs at least one field, each of them in headings (missing: {absent})",
            )
        headings = self.folded("headings", lists, folded)
        return Layout(self.name, headings, required, places, self._banner(places))

    def _places(self) -> dict[str, int]:
        """Give field -> position, written as the number of the column from 1."""
        value = self.raw.get("columns", {})
        if not isinstance(value, dict):
            raise self.wrong(
                "columns", "phải là bảng: tên: số cột", "must be a table: name: number of the column"
            )
        self.only(FIELDS, value, "columns")
        taken: dict[int, str] = {}
        for name, number in value.items():
            if type(number) is not int or not 1 <= number <= MOST_COLUMNS or number in taken:
                raise self.wrong(
                    f"columns.{name}",
                    f"phải là số thứ tự cột từ 1 đến {MOST_COLUMNS}, mỗi cột một lần",
                    f"must be the number of a column from 1 to {MOST_COLUMNS}, each once",
                )
            taken[number] = name
        return {name: number - 1 for number, name in taken.items()}

    def _banner(self, places: Mapping[str, int]) -> int:
        """Give the rows above the first line of a layout without headings."""
        rows = self.raw.get("banner", 0)
        if type(rows) is not int or not 0 <= rows <= MOST_BANNER_ROWS or (rows and not places):
            raise self.wrong(
                "banner",
                f"phải là số dòng từ 0 đến {MOST_BANNER_ROWS}, chỉ dùng cùng columns",
                f"must be a number of rows from 0 to {MOST_BANNER_ROWS}, with columns only",
            )
        return rows

    def statuses(self, fields: Iterable[str], *, cash: bool) -> dict[str, str]:
        """Give folded status word -> status."""
        known = [
            status for status in STATUSES if status != "informational" and not (cash and status == "returned")
        ]
        lists = self.lists("statuses", known)
        if "status" in fields and not lists:
            raise self.wrong(
                "statuses", "có cột status mà không có từ trạng thái nào", "there is no word of a status"
            )
        return self.folded("statuses", lists, folded)

    def sides(self, fields: Iterable[str], required: frozenset[str], *, cash: bool) -> str | None:
        """Give which side is money out, of a layout without statuses: a statement."""
        if "status" in fields:
            if "money_out" in self.raw or {"debit", "credit"} & set(fields):
                raise self.wrong(
                    "money_out", "chỉ dùng khi không có cột status", "is for layouts without status"
                )
            if cash and "status" not in required:
                raise self.wrong("required", "mẫu chi tiền mặt phải có status", "a cash report needs status")
            return None
        side: str = self.choice("money_out")
        needed = {"booked_on", "debit", "credit"} if side in {"debit", "credit"} else {"booked_on", "amount"}
        if cash or not needed <= required:
            names = ", ".join(sorted(needed))
            raise self.wrong(
                "required",
                f"mẫu không có cột status thì phải có {names}",
                f"a layout without status needs {names}",
            )
        return side

    def reasons(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Give folded words of a reason -> reason code, and the codes that leave a doubt."""
        raw = self.raw.get("reasons", {})
        lists = self.lists("reasons", raw if isinstance(raw, dict) else ())
        in_doubt = tuple(self.texts("in_doubt"))
        for key, code in (
            *((f"reasons.{code}", code) for code in lists),
            *(("in_doubt", each) for each in in_doubt),
        ):
            if code not in reason_codes():
                raise self.wrong(
                    key,
                    f"không có mã lý do “{code}”. Hãy dùng mã của failure_reasons.csv, ví dụ AC04",
                    f"there is no reason code “{code}”. Use one of failure_reasons.csv such as AC04",
                )
        return self.folded("reasons", lists, folded_words), in_doubt
