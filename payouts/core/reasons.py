"""Finds the code of a reason in a bank's own words, by the phrases of failure_reasons.csv."""

import csv
import functools
from collections.abc import Mapping
from importlib import resources

from payouts.core.words import folded_words


@functools.cache
def _phrases() -> dict[str, str]:
    text = (resources.files("payouts.core") / "data" / "failure_reasons.csv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        for phrase in (row["label_vi"], *row["phrases_vi_unverified"].split(";")):
            found.setdefault(folded_words(phrase), row["iso_code"])
    found.pop("", None)
    return found


def reason_code_in(text: str, own: Mapping[str, str] | None = None) -> str | None:
    """Find the reason that a text tells, as an ISO 20022 external code; None where it tells none.

    Phrases are whole words, matched without marks and case; the longest one wins.

    Args:
        text: a bank's words, e.g. "Tài khoản đã đóng"
        own: phrases of one bank (`core.words.folded_words`) -> code, asked first
    """
    said = f" {folded_words(text)} "
    for table in (own or {}, _phrases()):
        found = [phrase for phrase in table if f" {phrase} " in said]
        if found:
            return table[max(found, key=len)]
    return None
