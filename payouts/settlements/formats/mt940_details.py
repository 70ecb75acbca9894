"""Reads what a bank writes in field 86 of an MT940: ?-fields, /-fields, or plain text, folded over lines.

Lines of field 86 hold at most 65 characters and ?-fields 27, and words are cut in two where they end. The
text keeps the lines with a blank between, and behind it the words that were cut, put together again, so that
a reference is found as a whole token wherever the line broke.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_STRUCTURED = re.compile(r"\s?[0-9]{3}([^\w\s/:.,+'-])(?=[0-9]{2})")
_SUBFIELD = 27  # characters of a full ?-field: what follows continues its last word
_NAME_FIELDS, _ACCOUNT_FIELDS, _BANK_FIELDS = ("32", "33"), ("31", "38"), ("30",)
_TEXT_FIELDS = (*(str(number) for number in range(20, 30)), "60", "61", "62", "63")

TAGS = "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP"
_TAGGED = re.compile(rf"({TAGS})\+")
WORDS = "BENM|ORDP|CNTP|NAME|ACCW|ACCT|ACC|IBAN|BIC|EREF|REMI|RTRN|ADDR|ISDT|TRTP|CSID|MARF"
SLASHED = re.compile(f"/({WORDS})/")
PARTIES = frozenset({"BENM", "ORDP", "CNTP"})
_FIELDS = {
    "NAME": "name",
    "ACCW": "account",
    "ACCT": "account",
    "ACC": "account",
    "IBAN": "account",
    "BIC": "bank",
}
_NAMING = frozenset(_FIELDS.values())
# Who is the other side of money in (True) or out; the one who receives it back may stay named as BENM.
_LOOKED_AT = {True: ("ORDP", "CNTP", "", "BENM"), False: ("BENM", "CNTP", "")}

_ACCOUNT = re.compile(r"(?=.*[0-9]{4})[A-Z]{0,2}[0-9A-Z.\- ]{5,34}")
_BANK = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}")


@dataclass(slots=True)
class Details:
    """What field 86 says of the other side of a movement."""

    text: str | None = None
    name: str | None = None
    account: str | None = None
    bank: str | None = None
    reference: str | None = None
    reason: str | None = None


def read_details(lines: list[str], more: list[str], *, credit: bool) -> Details:
    """Read field 86.

    Args:
        lines: its lines, as they stand
        more: lines that belong to the text too (the supplement of field 61)
        credit: whether the movement brings money in: then the other side is who ordered it
    """
    whole = "".join(lines)
    structured = _STRUCTURED.match(whole)
    if structured:
        details, pieces = _of_subfields(whole[structured.end(1) :], structured[1])
    else:
        details, pieces = of_slashes(whole, credit=credit), lines
    details.text = " ".join(filter(None, (unfold(more), unfold(pieces)))) or None
    return details


def unfold(pieces: list[str]) -> str | None:
    """Join pieces of text with blanks, and put the words behind that a break cut in two."""
    texts = [text for text in (" ".join(piece.split()) for piece in pieces) if text]
    cut = [
        f"{before.rsplit(' ', 1)[-1]}{after.split(' ', 1)[0]}"
        for before, after in pairwise(texts)
        if before[-1].isalnum() and after[0].isalnum()
    ]
    return " ".join((*texts, *cut)) or None


def _of_subfields(text: str, separator: str) -> tuple[Details, list[str]]:
    """Read `00GUTSCHRIFT?20EREF+...?31account?32name`; give the details and the pieces of text."""
    fields: list[tuple[str, str]] = []
    for part in text.split(separator):
        if part[:2].isdigit():
            fields.append((part[:2], part[2:]))
        elif fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]}{separator}{part}")
    pieces = [value for code, value in fields if code in _TEXT_FIELDS]
    details = Details(
        name=_continued([value for code, value in fields if code in _NAME_FIELDS]),
        account=_first(fields, _ACCOUNT_FIELDS),
        bank=_first(fields, _BANK_FIELDS),
    )
    tagged = _TAGGED.split("".join(pieces))
    values = dict(zip(tagged[1::2], tagged[2::2], strict=False))
    details.reference = values.get("EREF", "").strip() or None
    return details, pieces


def _first(fields: list[tuple[str, str]], codes: tuple[str, ...]) -> str | None:
    found = dict(reversed(fields))
    return next((found[code].strip() for code in codes if found.get(code, "").strip()), None)


def _continued(values: list[str]) -> str | None:
    """Join parts of a name: a full part ends within a word."""
    name = ""
    for value in values:
        name += value if len(value) >= _SUBFIELD else f"{value} "
    return " ".join(name.split()) or None


def of_slashes(text: str, *, credit: bool) -> Details:
    """Read `/BENM//NAME/NGUYEN VAN A/ACCT/0123456789/REMI/...`."""
    _, *parts = SLASHED.split(text)
    if not parts:
        return Details()
    sides: dict[str, dict[str, str]] = {"": {}}
    found = sides[""]
    for word, between in zip(parts[::2], parts[1::2], strict=True):
        value = between.strip("/ ")
        if word in PARTIES:
            found = sides.setdefault(word, {})
            for part in filter(None, value.split("/")):
                found.setdefault(_kind(part), part.strip())
        elif word in _FIELDS:
            found.setdefault(_FIELDS[word], value.split("/", 1)[0].split(",", 1)[0].strip())
        else:
            sides[""].setdefault(word, value)
            found = sides[""]
    party = next((sides[side] for side in _LOOKED_AT[credit] if _NAMING & sides.get(side, {}).keys()), {})
    reason = _REASON.match(sides[""].get("RTRN", ""))
    return Details(
        name=party.get("name") or None,
        account=party.get("account") or None,
        bank=party.get("bank") or None,
        reference=sides[""].get("EREF") or None,
        reason=reason[0] if reason else None,
    )


def _kind(part: str) -> str:
    """Tell an account and a bank from a name."""
    if _BANK.fullmatch(part):
        return "bank"
    return "account" if _ACCOUNT.fullmatch(part) else "name"
