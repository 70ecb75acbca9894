"""One bank, many names: finds the one code of a bank by code, BIN, CITAD, SWIFT or name."""

import csv
import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from importlib import resources

from payouts.core.words import folded

_CITAD = re.compile(r"[0-9]{2}([0-9]{3})[0-9]{3}")  # province, bank, branch
_SWIFT = re.compile(r"([A-Z]{6}[A-Z0-9]{2})(?:[A-Z0-9]{3})?", re.IGNORECASE)
_PIECES = re.compile(r"\s[-–]\s|[(),/;|]|\bCN\b|\bchi nhánh\b|\bPGD\b", re.IGNORECASE)
_BEFORE_NAME = ("nganhangthuongmaicophan", "nganhangtmcp", "nganhangtnhhmtv", "nganhang", "nh", "tmcp")


@dataclass(frozen=True, slots=True)
class Bank:
    """One row of banks.csv.

    Attributes:
        code: the short code by which the service knows the bank
        bin: 6 digits of the card scheme, the first digits of a card number
        citad: the bank's 3 digits within an 8-digit CITAD code
        swift: 8 letters
        short_name: as people call it, by its newest known name
        name: the registered name
    """

    code: str
    bin: str
    citad: str
    swift: str
    short_name: str
    name: str


@functools.cache
def banks() -> dict[str, Bank]:
    """Give all banks: code -> bank."""
    found: dict[str, Bank] = {}
    for row in _rows():
        short = row["renamed_to_short_unverified"] or row["short_name"]
        name = row["renamed_to_name_unverified"] or row["name"]
        bank = Bank(row["code"], row["bin"], row["citad_bank3"], row["swift"], short, name)
        found.setdefault(bank.code, bank)
    return found


def bank_code(text: str) -> str | None:
    """Find the one code of a bank.

    Args:
        text: code (`ICB`), BIN (`970415`), CITAD (`01201001` or its `201`), SWIFT (8 or 11 letters) or name,
            alone or with a branch behind it (`VietinBank - CN Ba Đình`)

    Returns:
        The code; None where no bank or more than one is meant.
    """
    return _find(text) or next(iter(_pieces(text)), None)


def _pieces(text: str) -> set[str]:
    found = {code for piece in _PIECES.split(text) if (code := _find(piece))}
    return found if len(found) == 1 else set()


def _find(text: str) -> str | None:
    said = folded(text)
    if (citad := _CITAD.fullmatch(said)) is not None:
        return _by_name().get(citad[1])
    if (known := _by_name().get(said)) is not None:
        return known
    if (swift := _SWIFT.fullmatch(text.strip())) is not None:
        known = _by_name().get(swift[1].casefold())
    for prefix in _BEFORE_NAME:
        if known is None and said.startswith(prefix):
            known = _by_name().get(said.removeprefix(prefix))
    return known


@functools.cache
def _by_name() -> dict[str, str]:
    meant: dict[str, set[str]] = defaultdict(set)
    for row in _rows():
        for column in ("code", "bin", "citad_bank3", "swift", "short_name", "renamed_to_short_unverified"):
            meant[folded(row[column])].add(row["code"])
        for column in ("name", "renamed_to_name_unverified"):
            name = folded(row[column])
            for said in (name, name.removeprefix("tmcp")):
                meant[said].add(row["code"])
                meant[said.removesuffix("vietnam")].add(row["code"])
    meant.pop("", None)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    text = (resources.files("reconciliation") / "data" / "banks.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
