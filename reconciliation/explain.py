"""Says in plain words why a line has its verdict, for a ward officer, in Vietnamese or English."""

import csv
import functools
import re
from importlib import resources
from typing import Literal, NamedTuple

Language = Literal["vi", "en"]


class Words(NamedTuple):
    """How a verdict is explained: the language, and the currency of all amounts by ISO 4217."""

    language: Language
    currency: str = "VND"


# The sentence that fits: the first condition that holds, on the columns of the verdict table.
_SITUATIONS = (
    ("v.verdict = 'paid' AND v.rule = 'voucher' AND v.movements > 0", "collected"),
    ("v.verdict = 'paid' AND v.rule = 'voucher'", "voucher"),
    ("v.rule = 'voucher' AND v.verdict = 'paid_twice'", "cash_twice"),
    ("v.rule = 'voucher' AND v.verdict = 'amount_differs' AND v.settled < v.owed", "cash_short"),
    ("v.rule = 'voucher' AND v.verdict = 'amount_differs'", "cash_over"),
    ("v.rule = 'voucher' AND v.verdict = 'name_differs'", "cash_name"),
    ("v.verdict = 'paid'", "paid"),
    ("v.verdict = 'failed' AND v.status = 'returned'", "returned"),
    ("v.verdict = 'failed'", "rejected"),
    ("v.verdict = 'missing'", "missing"),
    ("v.verdict = 'pending' AND v.status IS NULL", "waiting"),
    ("v.verdict = 'pending'", "in_progress"),
    ("v.verdict = 'unconfirmed' AND v.status = 'unknown'", "unknown"),
    ("v.verdict = 'unconfirmed'", "overdue_in_progress"),
    ("v.verdict = 'paid_twice'", "twice"),
    ("v.verdict = 'account_differs'", "other_account"),
    ("v.verdict = 'amount_differs' AND v.settled < v.owed", "short"),
    ("v.verdict = 'amount_differs'", "over"),
    ("v.verdict = 'name_differs'", "other_name"),
    ("v.verdict = 'offline' AND v.status IS NULL", "offline"),
    ("v.verdict = 'offline'", "not_collected"),
    ("v.beyond", "review_beyond"),
    ("v.rule IN ('citizen_amount', 'citizen_only')", "review_citizen"),
    ("NOT v.account_channel", "review_offline"),
    ("v.rule IN ('reference', 'reference_in_text')", "review_reference"),
    ("v.rule = 'return'", "review_return"),
    ("TRUE", "review_account"),
)

# The account may be a stranger's: its end alone is said, unless it is nearly the one on the list.
_TOLD_ACCOUNT = (
    "CASE WHEN length(s.told_account) <= 4 OR levenshtein(s.told_account, s.listed_account) <= 2"
    " THEN s.told_account ELSE '•••' || right(s.told_account, 4) END"
)


@functools.cache
def sentences(language: Language) -> dict[str, str]:
    """Give the sentences by situation, and the parts of sentences."""
    text = (resources.files("reconciliation") / "data" / "explanations.csv").read_text(encoding="utf-8")
    return {row["situation"]: row[language] for row in csv.DictReader(text.splitlines())}


@functools.cache
def reasons() -> list[dict[str, str]]:
    """Give the reason codes that banks use with their meaning: code, vi, en."""
    text = (resources.files("reconciliation") / "data" / "reasons.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _filled(sentence: str, values: dict[str, str]) -> str:
    """Make of a sentence with {names} an SQL expression that joins its words and the values' expressions."""
    parts = re.split(r"\{(\w+)\}", sentence)
    pieces = [values[part] if index % 2 else _quoted(part) for index, part in enumerate(parts) if part]
    return f"({' || '.join(pieces)})"


@functools.cache
def decimals(currency: str) -> int:
    """Give how many decimals a currency has by ISO 4217: VND 0, KES 2, KWD 3.

    Raises:
        ValueError: ISO 4217 has no such code
    """
    text = (resources.files("reconciliation") / "data" / "currencies.csv").read_text(encoding="utf-8")
    known = {row["code"]: int(row["exponent"]) for row in csv.DictReader(text.splitlines())}
    if currency not in known:
        raise ValueError(f"currency is {currency!r}: must be a code of ISO 4217 such as EUR")
    return known[currency]


def money(expression: str, words: Words) -> str:
    """Give the SQL expression that writes a sum: 930.000 đ, in English 930,000 đ, or 4,000.00 KES."""
    digits, after = f"CAST({expression} AS STRING)", decimals(words.currency)
    whole = expression
    if after:
        before = f"left({digits}, length({digits}) - {after})"
        whole = f"CAST(CASE WHEN length({digits}) > {after} THEN {before} ELSE '0' END AS DECIMAL(38, 0))"
    grouped = f"format_number({whole}, 0)"
    point = "."
    if words.language == "vi":
        grouped, point = f"replace({grouped}, ',', '.')", ","
    fraction = f" || '{point}' || right('{'0' * after}' || {digits}, {after})" if after else ""
    unit = "đ" if words.currency == "VND" else words.currency
    return f"({grouped}{fraction} || ' {unit}')"


def _optional(sentence: str, name: str, expression: str) -> str:
    """Say a part of a sentence only where its value is known."""
    return f"CASE WHEN {expression} IS NULL THEN '' ELSE {_filled(sentence, {name: expression})} END"


def explanation(words: Words) -> str:
    """Give the explanation as SQL over v (verdict), s (spoken), m (money) and r (reason)."""
    said = sentences(words.language)
    day, deadline = (f"date_format({column}, 'dd/MM/yyyy')" for column in ("v.day", "v.deadline"))
    fee = f"CASE WHEN v.fee > 0 THEN {money('v.fee', words)} END"
    values = {
        "owed": "m.said",
        "settled": money("v.settled", words),
        "gap": money("abs(v.settled - v.owed)", words),
        "movements": "CAST(v.movements AS STRING)",
        "on_day": _optional(said["on_day"], "date", day),
        "by_deadline": _optional(said["by_deadline"], "date", deadline),
        "fee": _optional(said["fee"], "amount", fee),
        "reason": (
            "CASE WHEN r.code IS NOT NULL THEN r.said || ' (' || r.code || ')'"
            " WHEN nullif(v.reason_text, '') IS NOT NULL AND nullif(v.reason_code, '') IS NOT NULL"
            " THEN v.reason_text || ' (' || v.reason_code || ')'"
            " ELSE coalesce(nullif(v.reason_text, ''), nullif(v.reason_code, ''),"
            f" {_quoted(said['no_reason'])}) END"
        ),
        "told_account": f"trim(concat_ws(' ', {_TOLD_ACCOUNT}, s.told_bank))",
        "listed_account": "trim(concat_ws(' ', s.listed_account, s.listed_bank))",
        "told_name": "coalesce(s.told_name, '')",
        "listed_name": "coalesce(s.listed_name, '')",
    }
    cases = " ".join(f"WHEN {when} THEN {_filled(said[name], values)}" for when, name in _SITUATIONS)
    return f"CASE {cases} END"
