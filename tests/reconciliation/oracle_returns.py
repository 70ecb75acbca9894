"""What is evidence in the second reading of the judgement, and which movement a return undoes."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from tests.reconciliation.oracle_facts import (
    FEE_KEPT,
    Owed,
    Told,
    bare,
    content,
    fold_bank,
    fold_ref,
    same_account,
    sender_of,
)


class Evidence:
    """The state of one run: what is owed, what was told, and what of it is evidence for what."""

    def __init__(self, owed: list[Owed], told: list[Told]) -> None:
        self.owed = sorted(owed, key=lambda o: (o.row["cycle"], o.ref))
        self.told = sorted(told, key=lambda t: content(t.row))
        self.by_ref = {fold_ref(o.ref): o for o in owed}
        for one, other in itertools.product(owed, owed):
            if one.row.get("citizen_id") and one.row.get("citizen_id") == other.row.get("citizen_id"):
                one.ids = one.ids | other.ids

    def give(self, told: Told, owners: Sequence[Owed], rule: str) -> None:
        """Make a transaction evidence for payout lines, its return or movement with it."""
        for owner in owners:
            if all(told is not known for known, _ in owner.found):
                owner.found.append((told, rule))
                told.owners.append(owner)
        told.rule = told.rule or rule
        for back in told.returns:
            if back not in {t for t, _ in owners[0].found}:
                self.give(back, owners, "return")
        movement = told.undoes
        lends = movement is not None and movement.returns[:1] == [told]
        if movement is not None and lends and not movement.used and not any(self.references(movement)):
            self.give(movement, owners, rule)

    def references(self, told: Told) -> tuple[list[Owed], list[Owed]]:
        """The payout lines it names in its column, and in its text only."""
        column = [o for ref, o in sorted(self.by_ref.items()) if ref in told.named]
        text = [o for ref, o in sorted(self.by_ref.items()) if ref in told.words and o not in column]
        return column, text

    def returns_by_reference(self) -> None:
        """Tie returns to movements by original_ref, else by end_to_end_id; both are known before any step."""
        for ties in (_by_original_ref, _by_end_to_end, _by_own_ref):
            for fits in FITS:
                for back in self._untied():
                    mine = [m for m in self._settled() if ties(back, m) and fits(back, m)]
                    self._tie(back, mine, lenient=True)

    def returns_among_evidence(self) -> None:
        """Tie returns to evidence of the line they name, else by account and amount among all evidence."""
        for back in self._untied():
            if len(back.owners) > 1 and all(
                m.amount != back.amount for o in back.owners for m in o.standing()
            ):
                self._undo_shares(back)
        for fits in FITS:
            for back in self._untied():
                mine = [m for o in back.owners for m in o.standing() if fits(back, m)]
                self._tie(back, mine, lenient=True)
        for back in self._untied():
            if not back.used and back.amount is not None:
                evidence = [m for o in self.owed for m in o.standing()]
                mine = [
                    m
                    for m in evidence
                    if m.amount == back.amount and not m.disputed and _on_the_account(back, m)
                ]
                self._tie(back, mine, lenient=False)

    def _undo_shares(self, back: Told) -> None:
        """A return for several payout lines undoes of each what equals its share."""
        for owner in back.owners:
            equal = [m for m in owner.standing() if m.amount == owner.amount and _not_after(m, back)]
            if equal:
                movement = max(equal, key=_latest_key)
                movement.undone_by = back
                movement.returns.append(back)
                back.undoes, back.rule = movement, "return"

    def returns_told_again(self) -> None:
        """At last, a return whose movement another return has undone: the same told again."""
        for ties in (_by_original_ref, _by_end_to_end):
            for back in self._untied():
                undone = [m for m in self._settled() if _told_again(back, m) and ties(back, m)]
                if undone:
                    movement = max(undone, key=lambda m: (m.amount == back.amount, _latest_key(m)))
                    movement.returns.append(back)
                    back.undoes, back.rule = movement, "return"
                    if movement.owners and not back.used:
                        self.give(back, movement.owners, "return")

    def _untied(self) -> list[Told]:
        return [t for t in self.told if t.status == "returned" and t.undoes is None and not t.candidates]

    def _settled(self) -> list[Told]:
        return [t for t in self.told if t.status == "settled"]

    def _tie(self, back: Told, movements: list[Told], *, lenient: bool) -> None:
        movements = [m for m in movements if _not_after(m, back) and m.undone_by is None]
        if not movements:
            return
        movement = max(
            movements,
            key=lambda m: (
                not _of_another_account(back, m),
                m.amount == back.amount,
                *_likeness(back, m),
                _latest_key(m),
            ),
        )
        movement.returns.append(back)
        back.undoes, back.rule = movement, "return"
        short = (movement.amount or 0) - (back.amount or 0)
        unknown = movement.amount is None or back.amount is None
        if unknown or short == 0 or (lenient and 0 <= short <= FEE_KEPT):
            movement.undone_by = back
        else:
            movement.disputed = True
        if movement.owners:
            self.give(back, movement.owners, "return")


def _told_again(back: Told, movement: Told) -> bool:
    first = movement.undone_by
    return first is not None and first.amount == back.amount and _not_after(movement, back)


def _not_after(movement: Told, back: Told) -> bool:
    return movement.day is None or back.day is None or movement.day <= back.day


def _of_another_account(back: Told, movement: Told) -> bool:
    mine, theirs = bare(back.account), bare(movement.account)
    return bool(mine and theirs and mine != theirs)


def _likeness(back: Told, movement: Told) -> tuple[bool, bool]:
    """What speaks for a movement among several of equal amount: a batch shares one bank_ref."""
    mine, theirs = bare(back.account), bare(movement.account)
    ref = fold_ref(back.row.get("end_to_end_id"))
    return (
        bool(ref) and ref in movement.named,
        bool(mine) and mine == theirs,
    )


def _latest_key(told: Told) -> tuple[Any, ...]:
    return (told.day is not None, told.day or dt.date.min, content(told.row))


def _by_original_ref(back: Told, movement: Told) -> bool:
    refs = {fold_ref(back.said("original_ref"))} - {""}
    theirs, mine = movement.row.get("sender"), back.row.get("sender")
    branches = {fold_ref(movement.row.get("branch")), fold_ref(back.row.get("branch"))} - {""}
    of_one_bank = (not theirs or not mine or fold_bank(theirs) == fold_bank(mine)) and len(branches) < 2
    bank_refs = {fold_ref(row.get("bank_ref")) for row in movement.tellings}
    return bool(refs & movement.named) or (of_one_bank and bool(refs & bank_refs))


def _by_own_ref(back: Told, movement: Told) -> bool:
    """The same transaction, told as settled and then as returned."""
    alike = (
        {fold_ref(back.row.get("branch")), fold_ref(movement.row.get("branch"))} - {""},
        {bare(back.account), bare(movement.account)} - {""},
        {fold_ref(back.said("end_to_end_id")), fold_ref(movement.said("end_to_end_id"))} - {""},
        {sender_of(back.row), sender_of(movement.row)},
        {back.amount, movement.amount},
    )
    theirs = {fold_ref(row.get("bank_ref")) for row in movement.tellings}
    mine = "" if back.said("original_ref") else fold_ref(back.row.get("bank_ref"))
    return bool(mine) and mine in theirs and all(len(each) < 2 for each in alike)


def _by_end_to_end(back: Told, movement: Told) -> bool:
    refs = {fold_ref(row.get("end_to_end_id")) for row in back.tellings} - {""}
    return bool(refs & movement.named)


def _on_the_account(back: Told, movement: Told) -> bool:
    if movement.cash:
        return False
    if movement.account:
        return same_account(back, movement)
    return any(same_account(back, owner) for owner in movement.owners)


# A return is tied to the first of these: a batch shares its bank_ref with strangers.
FITS = (
    lambda back, movement: not _of_another_account(back, movement) and back.amount == movement.amount,
    lambda back, movement: not _of_another_account(back, movement),
    lambda back, movement: back.amount == movement.amount,
    lambda _back, _movement: True,
)
