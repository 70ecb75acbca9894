"""Writes a guess as the YAML of a profile, with each doubt said beside its line, for a person to finish."""

import json
from collections.abc import Iterator

from payouts.core.problems import Language
from payouts.core.tabular import UNUSED
from payouts.settlements.guessing.guess import Column, Guess

_TRAILER = ("tổng cộng", "tổng số", "tổng", "cộng", "total")
_KEEP = ("end_to_end_id", "bank_ref", "account_no")  # required where the heading leaves no doubt
_WORDS: dict[str, tuple[str, str]] = {
    "head": (
        "Mẫu tệp do máy đoán từ {file}. Hãy xem lại chỗ ghi “?” rồi xóa dấu đó.",
        "Guessed from {file}. Look at each “?”, then remove it.",
    ),
    "row": ("Tiêu đề ở dòng {row}.", "The headings are in row {row}."),
    "words": ("? đoán theo chữ trong tiêu đề", "? by words in the heading"),
    "values": ("? đoán theo giá trị", "? by its values"),
    "nothing": ("? chưa biết cột này là gì", "? nobody knows what this is"),
    "unfit": ("? giá trị trông không giống", "? its values look different"),
    "bank": (
        "? đoán theo tên ngân hàng đứng trên bảng hoặc trong tên tệp",
        "? by a name above the table or in the file's name",
    ),
    "cash": (
        "? có vẻ là báo cáo chi tiền mặt, không phải tệp của ngân hàng",
        "? it seems to be the report of a payer of cash, no bank's file",
    ),
    "list": (
        "? có vẻ là danh sách chi trả, không phải tệp của ngân hàng",
        "? it seems to be a payout list, no bank's file",
    ),
    "numbers": ("? có hai kiểu viết số tiền", "? amounts are written in two ways"),
    "dates": ("? ngày và tháng có thể đổi chỗ", "? day and month may be the other way round"),
    "money_out": ("? bên nào là tiền ra: hãy hỏi ngân hàng", "? which side is money out: ask the bank"),
    "statuses": ("? hãy kiểm tra nghĩa của từng từ", "? check what each word means"),
    "unknown": (
        "? chưa biết nghĩa, hãy xếp vào một trạng thái: {words}",
        "? put each of these under a status: {words}",
    ),
    "missing": ("? chưa tìm thấy cột {names}", "? no column was found for {names}"),
}


def as_yaml(guess: Guess, file: str, language: Language = "vi") -> str:
    """Write a guess as YAML that `read_profile` takes once a person has settled what is missing.

    Args:
        guess: of an unknown file
        file: its name
        language: of the comments
    """
    return "\n".join(_lines(guess, file, language)) + "\n"


def doubts(guess: Guess, language: Language = "vi") -> list[str]:
    """Say what a person has to look at, one sentence each, with a few values of the file.

    The YAML quotes no values: profiles are passed on, and values may be names and accounts.
    """
    found = [
        f"{column.heading} → {column.field}: {said.removeprefix('? ')} ({_examples(column)})"
        for column in guess.columns
        if (said := _doubt(column, language))
    ]
    found += [f"{key}: {_say(key, language).removeprefix('? ')}" for key in guess.doubts]
    if unknown := _unknown(guess):
        found.append(_say("unknown", language, words=unknown).removeprefix("? "))
    if missing := _missing(guess):
        found.append(_say("missing", language, names=missing).removeprefix("? "))
    return found


def _lines(guess: Guess, file: str, language: Language) -> Iterator[str]:
    yield f"# {_say('head', language, file=file)}"
    yield f"# {_say('row', language, row=str(guess.header_row))}"
    yield f"title: {_quoted(file)}"
    yield f"formats: [{guess.kind}]"
    if guess.encoding != "utf-8":
        yield f"encoding: {guess.encoding}"
    for key in ("bank", "cash", "numbers", "dates", "money_out"):
        if value := getattr(guess, key):
            yield f"{key}: {str(value).lower() if value is True else value}{_beside(guess, key, language)}"
    yield from _headings(guess, language)
    yield f"required: [{', '.join(_required(guess))}]"
    if guess.statuses:
        yield from _statuses(guess, language)
    yield f"trailer: [{', '.join(map(_quoted, _TRAILER))}]"


def _headings(guess: Guess, language: Language) -> Iterator[str]:
    yield "headings:"
    for column in guess.columns:
        if column.field != UNUSED:
            yield f"  {column.field}: [{_quoted(column.heading)}]{_comment(column, language)}"
    if rest := [column for column in guess.columns if column.field == UNUSED]:
        yield "  unused:"
        for column in rest:
            yield f"    - {_quoted(column.heading)}{_comment(column, language)}"
    if missing := _missing(guess):
        yield f"# {_say('missing', language, names=missing)}"


def _statuses(guess: Guess, language: Language) -> Iterator[str]:
    yield f"statuses:{_beside(guess, 'statuses', language)}"
    for status in dict.fromkeys(filter(None, guess.statuses.values())):
        words = [word for word, meant in guess.statuses.items() if meant == status]
        yield f"  {status}: [{', '.join(map(_quoted, words))}]"
    if unknown := _unknown(guess):
        yield f"  # {_say('unknown', language, words=unknown)}"


def _comment(column: Column, language: Language) -> str:
    doubt = _doubt(column, language)
    return f"  # {doubt}" if doubt else ""


def _required(guess: Guess) -> list[str]:
    """Name the columns without which a file is not of this layout."""
    fields = {column.field for column in guess.columns}
    if guess.cash:
        return ["booked_on", "status"]
    if guess.money_out in {"debit", "credit"}:
        always = ["booked_on", "debit", "credit"]
    else:
        always = ["amount", "booked_on" if guess.money_out else "status"]
    sure = {column.field for column in guess.columns if column.sure}
    return [*(name for name in _KEEP if name in sure), *(name for name in always if name in fields)]


def _missing(guess: Guess) -> str:
    """Name what every layout needs and this one has not."""
    fields = {column.field for column in guess.columns}
    needed = {"amount"} if not {"debit", "credit"} <= fields else set()
    needed |= {"booked_on"} if guess.money_out else {"status"} if not guess.statuses else set()
    return ", ".join(sorted(needed - fields))


def _unknown(guess: Guess) -> str:
    return ", ".join(_quoted(word) for word, meant in guess.statuses.items() if meant is None)


def _doubt(column: Column, language: Language) -> str:
    if column.sure or (column.field == UNUSED and column.by in {"heading", "words"}):
        return ""
    return _say(column.by if column.by in {"values", "nothing"} or column.fits else "unfit", language)


def _examples(column: Column) -> str:
    return "; ".join(" ".join(value.split())[:24] for value in column.examples) or "–"


def _beside(guess: Guess, key: str, language: Language) -> str:
    return f"  # {_say(key, language)}" if key in guess.doubts else ""


def _say(key: str, language: Language, **values: str) -> str:
    said = _WORDS[key][0 if language == "vi" else 1]
    return said.format(**{name: " ".join(text.split()) for name, text in values.items()})


def _quoted(text: str) -> str:
    """Write a text so that YAML takes it as it is."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
