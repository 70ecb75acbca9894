"""Wards of Hanoi: their codes of today, and how the names and codes of 2024 lead to them.

Since 1 July 2025 there are two tiers, province and ward. Five-digit codes of before went to other wards,
so a code alone says a ward of today, and a ward of 2024 is known by code and name together or by its name.
"""

import csv
import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from payouts.core.words import folded

Kind = Literal["current", "mapped", "split", "unknown"]
TODAY_SINCE = "2025-07"  # the first month of two tiers (Law 72/2025/QH15)
_DIGITS = 5
_KINDS = ("phường", "xã", "thị trấn", "p.", "x.", "tt.")


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward of today.

    Attributes:
        code: 5 digits of the General Statistics Office, valid from 1 July 2025
        name: with its kind, e.g. "Phường Ba Đình"
        kind: Phường or Xã
        province: 2 digits of its province
    """

    code: str
    name: str
    kind: str
    province: str


@dataclass(frozen=True, slots=True)
class Place:
    """What a code or name means today.

    Attributes:
        kind: current (a ward of today), mapped (a ward of 2024 that lies wholly in one of today), split (it
            lies in several: a person must choose) or unknown
        code: the ward of today, None where it is split or unknown
        candidates: the wards of today among which to choose
    """

    kind: Kind
    code: str | None
    candidates: tuple[str, ...] = ()


_UNKNOWN = Place("unknown", None)


def _read(name: str) -> list[dict[str, str]]:
    text = (resources.files("payouts.core") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@functools.cache
def wards() -> dict[str, Ward]:
    """Give the 126 wards of Hanoi of today: code -> ward."""
    return {
        row["code"]: Ward(row["code"], row["name"], row["kind"], row["province_code"])
        for row in _read("hanoi_wards_2025.csv")
    }


def ward_name(code: str) -> str:
    """Name a ward of today; a code that is none is given back."""
    ward = wards().get(code)
    return ward.name if ward else code


@functools.cache
def province_names() -> dict[str, str]:
    """Give the 34 provinces of today: code -> name."""
    return {row["code"]: row["name"] for row in _read("provinces.csv") if row["scheme"] == "new34"}


def is_former(cycle: str | None) -> bool:
    """Say whether lists of a cycle, e.g. 2025-06, were written when the wards of before July 2025 stood."""
    return cycle is not None and cycle < TODAY_SINCE


@functools.lru_cache(maxsize=65_536)
def find_ward(code: str, name: str = "", *, former: bool = False) -> Place:
    """Find the ward of today that a list means.

    A code or name that both schemes have means the ward of today, unless the name beside a code is the one of
    2024, or the list is of the time before; then it is the other way round.

    Args:
        code: 5 digits (or fewer, where a spreadsheet ate the zeros), or empty
        name: of the ward, with or without its kind (and, of 2024, its district behind a comma), or empty
        former: whether it was written when the scheme of before July 2025 held, see `is_former`
    """
    digits = code.zfill(_DIGITS) if code.isascii() and code.isdigit() else code
    said = _names(name)
    if digits:
        today, old = wards().get(digits), _old_units().get(digits)
        is_today = today is not None and _same(said, today.name)
        if old is not None and _same(said, old) and (former or not is_today):
            return _lead(digits)
        if is_today:
            return Place("current", digits)
        return Place("current", digits) if today is not None else _UNKNOWN
    return _by_name(said, former=former) or _UNKNOWN


def _names(text: str) -> tuple[str, ...]:
    """Fold a name with and without its kind; what stands behind a comma or in brackets does not count."""
    head = text.replace("(", ",").split(",", maxsplit=1)[0].strip()
    bare = next((head[len(kind) :] for kind in _KINDS if head.casefold().startswith(kind)), head)
    return tuple(dict.fromkeys(name for name in (folded(head), folded(bare)) if name))


def _same(said: tuple[str, ...], name: str) -> bool:
    return not said or not set(said).isdisjoint(_names(name))


def _by_name(said: tuple[str, ...], *, former: bool) -> Place | None:
    """Look a name up, whole before bare, the wards of the time before those of the other one."""
    schemes = [(_today_by_name(), _now), (_old_by_name(), _lead)]
    for known, means in reversed(schemes) if former else schemes:
        for name in said:
            if codes := known.get(name):
                return means(*codes)
    return None


def _now(*codes: str) -> Place:
    return Place("current", codes[0]) if len(codes) == 1 else Place("split", None, codes)


def _lead(*old: str) -> Place:
    """Lead from units of 2024 to the ward of today; more than one is for a person to choose."""
    rows = [row for code in old for row in _successors().get(code, ())]
    candidates = tuple(dict.fromkeys(code for code, _ in rows))
    if len(old) == 1 and len(rows) == 1 and rows[0][1] == "full":
        return Place("mapped", candidates[0])
    return Place("split", None, candidates)


@functools.cache
def _successors() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = defaultdict(tuple)
    for row in _read("hanoi_ward_map.csv"):
        found[row["old_code"]] += ((row["new_code"], row["split"]),)
    return found


@functools.cache
def _old_units() -> dict[str, str]:
    """Give the units before July 2025: code -> name; those of early 2025 win over those of 2024."""
    rows = _read("hanoi_units_2024.csv") + _read("hanoi_units_2025h1.csv")
    return {row["ward_code"]: row["ward_name"] for row in rows}


@functools.cache
def _today_by_name() -> dict[str, tuple[str, ...]]:
    return _index({code: ward.name for code, ward in wards().items()}.items())


@functools.cache
def _old_by_name() -> dict[str, tuple[str, ...]]:
    files = ("hanoi_units_2024.csv", "hanoi_units_2025h1.csv")
    return _index((row["ward_code"], row["ward_name"]) for file in files for row in _read(file))


def _index(names: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, name in names:
        for key in _names(name):
            found[key][code] = None
    return {key: tuple(codes) for key, codes in found.items()}
