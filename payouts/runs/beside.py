"""Lays what was owed beside a bank's line, letter by letter, and shows no more of it than is needed."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy import RowMapping

from payouts.core.words import folded
from payouts.lists.models import PayoutLine

NEAR = 2  # so many letters or digits put in, left out or changed make two numbers near
ALIKE = 0.6  # texts less alike differ as a whole: marks on single letters would tell nothing
LETTERS_SHOWN = 4  # of a stranger's number, at its end
MASK = "•••"
NUMBER = re.compile(r"[0-9]{6,}")  # in a text: it may be somebody's account or identity number

Change = Literal["", "put_in", "left_out", "changed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters of a value, and how they differ from the other side: left out, put in, changed."""

    text: str
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both sides.

    Attributes:
        name: name, account, bank, amount, citizen_id, bank_ref or text
        owed: the pieces of what the list says; none where it says nothing
        told: the pieces of what the bank says
        same: whether both say the same; None where one says nothing
        hidden: whether a part of what the bank says is not shown
    """

    name: str
    owed: tuple[Piece, ...]
    told: tuple[Piece, ...]
    same: bool | None
    hidden: bool = False


def beside(owed: PayoutLine, told: RowMapping | dict[str, Any]) -> list[Compared]:
    """Compare a payout line with a line of a bank, field by field.

    A number of somebody else is shown by its end alone: only one that equals the person's own, or nearly,
    helps to decide.

    Args:
        owed: the payout line
        told: a row of offers.TOLD
    """
    holder = owed.account_name or owed.full_name
    return [
        _letters("name", holder, told["account_name"], _letter),
        _number("account", owed.account_no, told["account_no"]),
        _whole("bank", owed.bank_code, told["bank_code"]),
        _whole("amount", owed.amount, told["amount"]),
        _number("citizen_id", owed.citizen_id, told["citizen_id"]),
        Compared("bank_ref", (), _plain(told["bank_ref"]), None),
        _text(owed, told["remittance_info"]),
    ]


def without_strangers(owed: PayoutLine, told: RowMapping | dict[str, Any]) -> dict[str, Any]:
    """Give a line of a bank with a stranger's numbers cut to their ends, as `beside` shows them.

    Args:
        owed: the payout line
        told: account_no of the line, with citizen_id and remittance_info if they are known, and what else
    """
    cut = dict(told)
    for name, of in (("account_no", owed.account_no), ("citizen_id", owed.citizen_id)):
        if told.get(name):
            cut[name] = _joined(_number(name, of, told[name]))
    if told.get("remittance_info"):
        cut["remittance_info"] = _joined(_text(owed, told["remittance_info"]))
    return cut


def _joined(field: Compared) -> str:
    return "".join(piece.text for piece in field.told)


def _letters(name: str, owed: str | None, told: str | None, key: Callable[[str], str]) -> Compared:
    one, other = _keyed(owed, key), _keyed(told, key)
    first, second = "".join(one[1]), "".join(other[1])
    if not first or not second:
        return Compared(name, _plain(owed), _plain(told), None)
    if first == second or "*" in first + second:
        return Compared(name, _plain(owed), _plain(told), first == second or None)
    matcher = SequenceMatcher(None, one[1], other[1], autojunk=False)
    if matcher.ratio() < ALIKE:
        return Compared(name, _changed(owed), _changed(told), False)
    left: dict[int, Change] = {}
    right: dict[int, Change] = {}
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what != "equal":
            left |= dict.fromkeys(one[0][i1:i2], "changed" if what == "replace" else "left_out")
            right |= dict.fromkeys(other[0][j1:j2], "changed" if what == "replace" else "put_in")
    return Compared(name, tuple(_pieces(owed or "", left)), tuple(_pieces(told or "", right)), False)


def _number(name: str, owed: str | None, told: str | None) -> Compared:
    """Compare numbers; one that is not near the person's own is cut to its end."""
    both = _letters(name, owed, told, _digit)
    changed = [piece.text for piece in (*both.owed, *both.told) if piece.change]
    if both.same or not told or (both.same is False and sum(map(len, changed)) <= 2 * NEAR):
        return both
    end = told[-LETTERS_SHOWN:] if len(told) > LETTERS_SHOWN else told
    return Compared(name, _plain(owed), (Piece(MASK + end),), both.same, hidden=True)


def _text(owed: PayoutLine, told: str | None) -> Compared:
    """Show a text, with the numbers in it that are not the person's own cut to their ends."""
    own = {folded(each) for each in (owed.account_no, owed.citizen_id, owed.line_ref) if each}

    def cut(number: re.Match[str]) -> str:
        return number[0] if folded(number[0]) in own else MASK + number[0][-LETTERS_SHOWN:]

    shown = NUMBER.sub(cut, told or "")
    return Compared("text", (), _plain(shown), None, hidden=shown != (told or ""))


def _whole(name: str, owed: object, told: object) -> Compared:
    if owed in {None, ""} or told in {None, ""}:
        return Compared(name, _plain(owed), _plain(told), None)
    if owed == told:
        return Compared(name, _plain(owed), _plain(told), True)
    return Compared(name, _changed(owed), _changed(told), False)


def _changed(value: object) -> tuple[Piece, ...]:
    return (Piece(str(value), "changed"),)


def _plain(value: object) -> tuple[Piece, ...]:
    return () if value in {None, ""} else (Piece(str(value)),)


def _keyed(text: str | None, key: Callable[[str], str]) -> tuple[list[int], list[str]]:
    """Give the places of the letters that are compared, and what each is compared by."""
    letters = unicodedata.normalize("NFC", text or "")
    kept = [(place, key(letter)) for place, letter in enumerate(letters)]
    return [place for place, by in kept if by], [by for _, by in kept if by]


def _letter(letter: str) -> str:
    return letter if letter == "*" else folded(letter)


def _digit(letter: str) -> str:
    return letter.upper() if letter.isalnum() or letter == "*" else ""


def _pieces(text: str, changes: Mapping[int, Change]) -> Iterator[Piece]:
    """Cut a text where a change begins or ends."""
    letters, start = unicodedata.normalize("NFC", text), 0
    for place in range(1, len(letters) + 1):
        if place == len(letters) or changes.get(place, "") != changes.get(start, ""):
            yield Piece(letters[start:place], changes.get(start, ""))
            start = place
