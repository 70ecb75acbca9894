"""A bank's own layout of CSV or XLSX as data: one YAML file a layout, checked when it is read."""

import codecs
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from payouts.core.banks import banks
from payouts.core.errors import NotFoundError, RefusedError
from payouts.core.money import DecimalMark
from payouts.core.tabular import Layout
from payouts.core.values import DayOrder
from payouts.core.words import folded, folded_words
from reconciliation.tables import STATUSES

# Fields of a settlement line that a column can fill; `debit` and `credit` are the two sides of a statement.
FIELDS = frozenset(
    {
        "bank_code", "branch", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id",
        "amount", "currency", "booked_on", "status", "reason_code", "reason_text", "fee", "original_ref",
        "remittance_info", "debit", "credit", "unused",
    }
)  # fmt: skip
_CONSTANT_FIELDS = frozenset({"bank_code", "branch", "currency"})
# A misspelt key is refused rather than passed over.
_KEYS = frozenset(
    {
        "title", "bank", "formats", "encoding", "numbers", "dates", "headings", "required", "statuses",
        "reasons", "in_doubt", "constants", "trailer", "cash",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """One layout of a bank.

    Attributes:
        name: of the YAML file
        title: for people
        bank: code of the bank that sends it, None where several use the layout
        formats: csv, xlsx or both
        encoding: of a CSV
        numbers: which mark is the decimal one where the bank says so: either, point or comma
        dates: whether 03/04/2026 is the third of April (day_first) or the fourth of March
        layout: its headings
        statuses: folded status word -> status
        reasons: words of a reason, without marks -> reason code; asked before failure_reasons.csv
        in_doubt: reason codes with which a rejection is no certain one (a time-out): its status is unknown
        constants: fields that are the same on every line
        trailer: words that open a row of control sums, in small letters; empty where it has none
        cash: whether it is the report of a payer of cash, who tells which people collected
    """

    name: str
    title: str
    bank: str | None
    formats: frozenset[str]
    encoding: str
    numbers: DecimalMark
    dates: DayOrder
    layout: Layout
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]
    in_doubt: tuple[str, ...]
    constants: Mapping[str, str]
    trailer: tuple[str, ...]
    cash: bool


def read_profile(name: str, text: str) -> Profile:
    """Read and check one profile.

    Args:
        name: by which people call it
        text: YAML

    Raises:
        RefusedError: `profile_invalid`, naming the key and what is wrong with it
    """
    import yaml  # noqa: PLC0415  # most commands need no profile, and YAML takes 30 ms to import

    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _invalid(name, f"không phải YAML: {error}") from None
    if not isinstance(raw, dict):
        raise _invalid(name, "phải là một bảng các khóa")
    if strange := raw.keys() - _KEYS:
        raise _invalid(name, f"có khóa lạ: {', '.join(sorted(map(str, strange)))}")
    headings = _lists(name, raw, "headings", FIELDS)
    required = frozenset(_texts(name, raw, "required"))
    if not required or not required <= headings.keys():
        raise _invalid(name, "required: phải có ít nhất một trường, và mỗi trường phải có trong headings")
    statuses = _lists(name, raw, "statuses", frozenset(STATUSES))
    if "status" in headings and not statuses:
        raise _invalid(name, "statuses: có cột status mà không có từ trạng thái nào")
    bank = raw.get("bank")
    if bank is not None and bank not in banks():
        raise _invalid(name, f"bank: không có ngân hàng “{bank}”")
    if "status" not in headings and not {"debit", "credit", "booked_on"} <= required:
        raise _invalid(name, "required: mẫu không có cột status thì phải có debit, credit và booked_on")
    return Profile(
        name=name,
        title=str(raw.get("title", name)),
        bank=bank,
        formats=frozenset(_one_of(name, raw, "formats", ("csv", "xlsx"))),
        encoding=_encoding(name, raw),
        numbers=_choice(name, raw, "numbers", ("either", "point", "comma")),
        dates=_choice(name, raw, "dates", ("day_first", "month_first")),
        layout=Layout(name, _folded(name, headings, folded), required),
        statuses=_folded(name, statuses, folded),
        reasons=_folded(name, _lists(name, raw, "reasons", None), folded_words),
        in_doubt=tuple(_texts(name, raw, "in_doubt")),
        constants=_constants(name, raw),
        trailer=tuple(word.casefold() for word in _texts(name, raw, "trailer")),
        cash=raw.get("cash") is True,
    )


def _invalid(name: str, what: str) -> RefusedError:
    return RefusedError("profile_invalid", f"Mẫu tệp “{name}”: {what}.")


def _texts(name: str, raw: Mapping[str, Any], key: str) -> list[str]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise _invalid(name, f"{key}: phải là danh sách chữ")
    return value


def _lists(name: str, raw: Mapping[str, Any], key: str, known: frozenset[str] | None) -> dict[str, list[str]]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise _invalid(name, f"{key}: phải là bảng từ tên sang danh sách chữ")
    if known is not None and (strange := value.keys() - known):
        raise _invalid(name, f"{key}: không có {', '.join(sorted(map(str, strange)))}")
    return {str(entry): _texts(name, value, entry) for entry in value}


def _folded(name: str, lists: Mapping[str, Iterable[str]], fold: Callable[[str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, words in lists.items():
        for word in words:
            if found.setdefault(fold(word), meaning) != meaning:
                raise _invalid(name, f"“{word}” đứng ở cả {found[fold(word)]} và {meaning}")
    return found


def _one_of(name: str, raw: Mapping[str, Any], key: str, known: tuple[str, ...]) -> list[str]:
    words = _texts(name, raw, key)
    if not words or not set(words) <= set(known):
        raise _invalid(name, f"{key}: phải là một hay nhiều trong {', '.join(known)}")
    return words


def _choice(name: str, raw: Mapping[str, Any], key: str, known: tuple[str, ...]) -> Any:
    value = raw.get(key, known[0])
    if value not in known:
        raise _invalid(name, f"{key}: phải là một trong {', '.join(known)}")
    return value


def _encoding(name: str, raw: Mapping[str, Any]) -> str:
    try:
        return codecs.lookup(str(raw.get("encoding", "utf-8"))).name
    except LookupError:
        raise _invalid(name, f"encoding: không có bảng mã “{raw['encoding']}”") from None


def _constants(name: str, raw: Mapping[str, Any]) -> dict[str, str]:
    value = raw.get("constants", {})
    if not isinstance(value, dict) or not value.keys() <= _CONSTANT_FIELDS:
        raise _invalid(name, f"constants: chỉ nhận {', '.join(sorted(_CONSTANT_FIELDS))}")
    return {key: str(text) for key, text in value.items()}


@functools.cache
def profiles() -> dict[str, Profile]:
    """Read all profiles that come with the service: name -> profile."""
    found = {}
    for file in resources.files("payouts.settlements.profiles").iterdir():
        if file.name.endswith(".yaml"):
            name = file.name.removesuffix(".yaml")
            found[name] = read_profile(name, file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def profile_named(name: str) -> Profile:
    """Find a profile by name.

    Raises:
        NotFoundError: `profile_unknown`
    """
    try:
        return profiles()[name]
    except KeyError:
        known = ", ".join(profiles())
        raise NotFoundError("profile_unknown", f"Không có mẫu tệp “{name}”. Hiện có: {known}.") from None
