"""How the second reading of the judgement words what its matching found."""

import datetime as dt
from dataclasses import dataclass

from tests.reconciliation.oracle_facts import (
    Owed,
    Told,
    bare,
    latest_first,
    opening,
)
from tests.reconciliation.oracle_names import names_compatible


@dataclass(frozen=True)
class Verdict:
    """What is said of one payout line; money in đồng."""

    verdict: str
    settled: int = 0
    differences: frozenset[str] = frozenset()
    rule: str = ""
    reason_code: str = ""
    evidence: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class Disposition:
    """What is said of one settlement line."""

    disposition: str
    line_refs: frozenset[str] = frozenset()
    rule: str = ""


def place(told: Told) -> tuple[str, int]:
    return (told.row["file"], told.row["line"])


def verdict_of(owed: Owed, as_of: dt.date) -> Verdict:
    """Say what became of one payout line."""
    evidence = frozenset(place(t) for t in [*(t for t, _ in owed.found), *owed.candidates])
    standing = owed.standing()
    if (
        any(not owed.by_bank and not told.cash for told, _ in owed.found)
        or any(told.disputed or told.disputes for told, _ in owed.found)
        or owed.unclear
        or (owed.candidates and not standing)
    ):
        return Verdict(
            "review", 0, differences_of(owed, standing or [t for t, _ in owed.found]), evidence=evidence
        )
    evidence = frozenset(place(t) for t, _ in owed.found)
    if standing:
        return _of_movements(owed, standing, evidence)
    if not owed.by_bank:
        return _in_person(owed, evidence)
    return _of_words(owed, as_of, evidence)


def share(owed: Owed, told: Told) -> int:
    """What a movement brings to one of its payout lines, in đồng."""
    if told.amount is None or len(told.owners) > 1:
        return owed.amount
    return told.amount


def differences_of(owed: Owed, told: list[Told]) -> frozenset[str]:
    """Compare a payout line with its evidence; a field that is empty on either side makes no difference."""
    differences = set()
    standing = [t for t in told if t.stands]
    moved = (
        [sum(share(owed, t) for t in standing)]
        if standing
        else [share(owed, t) for t in told if t.status != "returned" and t.rule != "sum"]
    )
    if any(amount != owed.amount for amount in moved):
        differences.add("amount")
    for one in told:
        if one.account and owed.account and bare(one.account) != bare(owed.account):
            differences.add("account")
        if one.bank and owed.bank and one.bank != owed.bank:
            differences.add("bank")
        if not names_compatible(one.holder, owed.name):
            differences.add("name")
        if one.day is not None and one.day < opening(owed.row):
            differences.add("period")
    return frozenset(differences)


def _of_movements(owed: Owed, standing: list[Told], evidence: frozenset[tuple[str, int]]) -> Verdict:
    settled = sum(share(owed, told) for told in standing)
    differences = differences_of(owed, standing)
    if len(standing) > 1 and settled > owed.amount:
        verdict = "paid_twice"
    elif differences & {"account", "bank"}:
        verdict = "account_differs"
    elif "amount" in differences:
        verdict = "amount_differs"
    elif "name" in differences:
        verdict = "name_differs"
    else:
        verdict = "paid"
    rule = next(rule for told, rule in owed.found if told in standing) if owed.by_bank else "voucher"
    return Verdict(verdict, settled, differences, rule, "", evidence)


def _in_person(owed: Owed, evidence: frozenset[tuple[str, int]]) -> Verdict:
    """A line in cash that no collection is told of: the voucher on file, else what the payer says instead."""
    told = [t for t, _ in owed.found]
    if owed.row.get("voucher"):
        return Verdict("paid", owed.amount, differences_of(owed, told), "voucher", evidence=evidence)
    words = [t for t in told if t.status != "settled"]
    last = min(words, key=lambda t: latest_first(t.row), default=None)
    reason = last.said("reason_code") if last else ""
    return Verdict("offline", 0, differences_of(owed, told), reason_code=reason or "", evidence=evidence)


def _of_words(owed: Owed, as_of: dt.date, evidence: frozenset[tuple[str, int]]) -> Verdict:
    deadline = owed.row.get("deadline")
    passed = deadline is None or as_of > deadline
    words = [(told, rule) for told, rule in owed.found if told.status != "settled"]
    if not words:
        return Verdict("missing" if passed else "pending", evidence=evidence)
    last, rule = min(words, key=lambda word: latest_first(word[0].row))
    verdict = {
        "returned": "failed",
        "rejected": "failed",
        "unknown": "unconfirmed",
        "pending": "unconfirmed" if passed else "pending",
    }[last.status]
    reason = "" if verdict == "pending" else last.said("reason_code")
    return Verdict(
        verdict,
        0,
        differences_of(owed, [told for told, _ in owed.found]),
        rule,
        reason or "",
        evidence,
    )


def disposition_of(told: Told) -> Disposition:
    """Say what became of one bank transaction."""
    refs = frozenset(o.ref for o in told.owners or told.candidates)
    if told.undone_by is not None:
        return Disposition("reversed", refs, told.rule)
    if told.owners or (told.undoes is not None and not told.candidates):
        return Disposition("matched", refs, told.rule)
    if told.candidates:
        return Disposition("ambiguous", refs)
    names = told.account or told.named or told.said("citizen_id") or told.holder
    return Disposition("unexpected" if told.status == "settled" and names else "unrelated")
