"""Lays what was owed beside what the bank said, field by field, and marks what differs."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from payouts.cases.store import CaseView
from payouts.core.words import folded
from payouts.runs.beside import without_strangers
from payouts.web.words import N_


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of the comparison: how it is shown is the template's, whether it differs is said here."""

    value: Any
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its name, how it is written (text, money, day, code, label), and a cell a column."""

    name: str
    kind: str
    owed: Cell
    told: list[Cell]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    owed: Callable[[CaseView], Any]
    told: str
    difference: str | None = None  # the name under which the judgement reports it
    nothing_is_empty: bool = False  # 0 đ says no more than no value


def _holder(view: CaseView) -> str | None:
    if view.line is None or not view.line.account_no:
        return None
    return view.line.account_name or view.line.full_name


FIELDS = (
    _Field(N_("Amount"), "money", lambda view: view.line and view.line.amount, "amount", "amount"),
    _Field(N_("Account"), "code", lambda view: view.line and view.line.account_no, "account_no", "account"),
    _Field(
        N_("Bank of the account"), "code", lambda view: view.line and view.line.bank_code, "bank_code", "bank"
    ),
    _Field(N_("Account holder"), "text", _holder, "account_name", "name"),
    _Field(N_("Status"), "status", lambda _view: None, "status"),
    _Field(N_("Booked on"), "day", lambda _view: None, "booked_on"),
    _Field(N_("Reason"), "reason", lambda _view: None, "reason_code"),
    _Field(N_("Fee"), "money", lambda _view: None, "fee", nothing_is_empty=True),
    _Field(N_("Line reference"), "code", lambda view: view.line and view.line.line_ref, "end_to_end_id"),
    _Field(N_("Bank's reference"), "code", lambda _view: None, "bank_ref"),
    _Field(N_("Text"), "text", lambda view: view.line and view.line.note, "remittance_info"),
)


def _same(kind: str, owed: Any, told: Any) -> bool:
    """Say whether two values are the same for a reader: the judgement knows the finer points."""
    if owed in {None, ""} or told in {None, ""}:
        return True
    if kind == "money":
        return bool(owed == told)
    return folded(str(owed)).lstrip("0") == folded(str(told)).lstrip("0")


def in_order(evidence: Sequence[RowMapping]) -> list[RowMapping]:
    """Put the bank's lines in the order in which they were booked, those without a day last."""
    return sorted(evidence, key=lambda line: (line["booked_on"] or dt.date.max, line["label"], line["line"]))


def compare(view: CaseView, evidence: Sequence[RowMapping]) -> list[Row]:
    """Lay out the comparison of a case; fields that neither side knows are left out.

    Args:
        view: the case with its payout line and its verdict
        evidence: the bank's lines, a column each; of a stranger's numbers the ends are shown
    """
    told_lines = [without_strangers(view.line, line) for line in evidence] if view.line else []
    named = set((view.verdict.differences or "").split(";")) if view.verdict else set()
    rows: list[Row] = []
    for field in FIELDS:
        owed = field.owed(view)
        told = [line[field.told] for line in told_lines]
        if field.nothing_is_empty:
            told = [each or None for each in told]
        if owed in {None, ""} and all(each in {None, ""} for each in told):
            continue
        differs = [field.difference in named and not _same(field.kind, owed, each) for each in told]
        cells = [Cell(each, marked) for each, marked in zip(told, differs, strict=True)]
        rows.append(Row(field.name, field.kind, Cell(owed, any(differs)), cells))
    return rows
