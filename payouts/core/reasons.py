"""Finds the code of a reason in a bank's own words, by the phrases of failure_reasons.csv."""

import csv
import functools
import re
from collections.abc import Mapping
from importlib import resources

from payouts.core.words import folded_words

_ISO_CODE = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    text = (resources.files("payouts.core") / "data" / "failure_reasons.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@functools.cache
def _phrases() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows():
        for phrase in (row["label_vi"], *row["phrases_vi_unverified"].split(";")):
            found.setdefault(folded_words(phrase), row["iso_code"])
    found.pop("", None)
    return found


@functools.cache
def reason_codes() -> frozenset[str]:
    """Give the reason codes that are known: of the service's own table, and external ones of ISO 20022."""
    text = (resources.files("payouts.core") / "data" / "iso_return_reasons.csv").read_text(encoding="utf-8")
    iso = {row["code"] for row in csv.DictReader(text.splitlines())}
    return frozenset(iso | {row["iso_code"] for row in _rows()})


@functools.cache
def _card_codes() -> dict[str, str]:
    """Response codes of ISO 8583, as the domestic switch gives them -> reason code; unverified."""
    return {code: row["iso_code"] for row in _rows() for code in row["iso8583_unverified"].split(";") if code}


def reason_code_of(code: str, text: str, own: Mapping[str, str] | None = None) -> str:
    """Find the reason code of a line.

    Args:
        code: what the bank gives as a code: of ISO 20022, a response code of ISO 8583, its own, or nothing
        text: its words
        own: phrases of one bank (`core.words.folded_words`) -> code, asked first

    Returns:
        The ISO code where one is found, else the bank's own code.
    """
    said = code.upper()
    if _ISO_CODE.fullmatch(said):
        return said
    return _card_codes().get(said) or reason_code_in(text, own) or code


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
