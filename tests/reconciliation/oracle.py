"""A second, slow and plain reading of the judgement, to hold the fast one against.

It was written from the published rules alone, without a look at the code it checks: lists, loops and sets, no
table engine. `judge` takes the rows of `reconciliation.tables` as dicts and is meant for tens of lines.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from tests.reconciliation.oracle_facts import (
    FEE_KEPT,
    Owed,
    Row,
    Told,
    bare,
    content,
    day_of,
    fold_bank,
    fold_ref,
    may_serve,
    names_compatible,
    same_account,
    transactions,
)
from tests.reconciliation.oracle_verdicts import Disposition, Verdict, disposition_of, place, verdict_of

T = TypeVar("T")

# Where the rules can be read two ways: what is open, and the reading taken here.
AMBIGUITIES = (
    (
        "are a movement and its return, told under one bank_ref, one transaction?",
        "no: a return is its own transaction, so the movement is `reversed`, not `repeated`",
    ),
    (
        "tellings of one (sender, branch, bank_ref, amount) of which some name accounts and some none",
        "one named account: all are one transaction; several: the ones without an account stand apart",
    ),
    (
        "tellings of one batch reference without accounts but with different end_to_end_ids",
        "different transactions; with the same account named they are one, unless a balanced statement counts more",
    ),
    (
        "one for one of report and movement where both a pending and a settled report were sent",
        "the settled report is the repeated one; the pending one stays a word about the line",
    ),
    (
        "does `movement` in that rule mean a booked statement line, or any settled line with a bank_ref?",
        "any settled line with a bank_ref, told by any file of the sender",
    ),
    (
        "is a settled line already undone by original_ref or reference counted in steps 3 to 7?",
        "no: it follows as a word does, together with its return, and counts only where nothing stands",
    ),
    (
        "`not after it`: does it bind only the second choice, or also the one of equal amount?",
        "both: `reversed` is a movement undone by a later line",
    ),
    (
        "a return that names a payout line, whose movement was found without a reference",
        "undoes the movement that is evidence for the line it names",
    ),
    (
        "a return tied to a movement that names nobody, while the return names a payout line",
        "the movement is evidence for that line too",
    ),
    (
        "a return tied to the movement of another payout line than the one it names",
        "it follows the movement",
    ),
    (
        "a return of more than the movement it is tied to",
        "review, as one that is too short",
    ),
    (
        "an original_ref that is a line_ref",
        "names the payout line",
    ),
    (
        "a payout line made `review` by steps 3 to 7: is it left for the next step (it has no settled evidence)?",
        "no: `all are review` is final; the last rule (both still open) still sees it",
    ),
    (
        "a line that is ambiguous by reference: are the payout lines it names left for the next steps?",
        "yes, and with settled evidence of their own they are judged by that alone",
    ),
    (
        "a return with no reference beside two or more pairs of equal account and amount",
        "another status with the same key, k > 1: review; with no settled line there it is `unrelated`",
    ),
    (
        "`names one and equals the sum of it and open lines of its account` where several sums fit",
        "evidence for the named line only; sums of two movements that overlap are review",
    ),
    (
        "several open cycles: counts that differ over all of them",
        "the older cycle takes the earliest by content, as many as it has lines; the rest is left for the later",
    ),
    (
        "banks that conflict on one number, with a line that names none, after step 4",
        "as in steps 3 and 4: all are review",
    ),
    (
        "fields that the telling which counts leaves empty and another telling has",
        "all are lent, not the reference only: who was paid to which account must not get lost",
    ),
    (
        "words of one day and one status, of which one has a reason",
        "the one with the reason",
    ),
    (
        "tellings of which some name a branch and some none",
        "as with accounts: one named branch, and all are one transaction",
    ),
    (
        "the old CMND of a person who has several lines, known with one of them",
        "it is the person's on all lines",
    ),
    (
        "step 6 where an older and a newer cycle are open on the account",
        "two open payout lines: no match",
    ),
    (
        "`overlap` in step 7: only combinations that are the only one for their line?",
        "all that fit, also where a line has several",
    ),
    (
        "differences of lines without standing movements (failed, review, pending)",
        "those of the words or movements about it: they are kept whatever the verdict",
    ),
    (
        "a settled line without an amount",
        "it counts as what was owed; named in the column and the text the column wins",
    ),
    (
        "the difference `period`",
        "said where evidence was booked before the payment opened",
    ),
    (
        "one letter more or less `with 8 letters or more`",
        "both names have 8 letters or more",
    ),
)


class Judgement:
    """The state of one run: what is owed, what was told, and what of it is decided."""

    def __init__(self, owed: list[Owed], told: list[Told]) -> None:
        self.owed = sorted(owed, key=lambda o: (o.row["cycle"], o.ref))
        self.told = sorted(told, key=lambda t: content(t.row))
        self.by_ref = {fold_ref(o.ref): o for o in owed}
        for one, other in itertools.product(owed, owed):
            if one.row.get("citizen_id") and one.row.get("citizen_id") == other.row.get("citizen_id"):
                one.ids = one.ids | other.ids

    def run(self) -> None:
        """All steps, strongest first."""
        self.returns_by_reference()
        for step in (
            self.by_reference,
            self.by_sum_of_the_named,
            self.by_account_and_amount,
            self.by_account_without_zeros,
            self.by_citizen_and_amount,
            self.by_account_only,
            self.by_sum,
            self.left_over,
        ):
            step()
            self.returns_among_evidence()

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
        if movement is not None and not movement.used and not any(self.references(movement)):
            self.give(movement, owners, rule)

    def unclear(self, told: Iterable[Told], owed: Iterable[Owed], *, final: bool = True) -> None:
        """None is chosen: the settlement lines are ambiguous, the payout lines review."""
        pairs = [(t, o) for t, o in itertools.product(told, owed) if not final or may_serve(t, o)]
        for t, o in pairs:
            o.unclear = o.unclear or final
            if o not in t.candidates:
                t.candidates.append(o)
                o.candidates.append(t)

    # steps 1 and 2

    def references(self, told: Told) -> tuple[list[Owed], list[Owed]]:
        """The payout lines it names in its column, and in its text only."""
        column = [o for ref, o in sorted(self.by_ref.items()) if ref in told.named]
        text = [o for ref, o in sorted(self.by_ref.items()) if ref in told.words and o not in column]
        return column, text

    def by_reference(self) -> None:
        """Steps 1 and 2: every settlement line, also for a payout line that has evidence."""
        for following in (False, True):
            for told in self.told:
                follows = told.undoes is not None and any(self.references(told.undoes))
                if not told.used and follows == following:
                    self._by_its_references(told)

    def _by_its_references(self, told: Told) -> None:
        column, text = self.references(told)
        if len(column) == 1 and told.amount in {None, column[0].amount}:
            text = []
        named = column + text
        if len(named) > 1 and told.amount != sum(o.amount for o in named):
            self.unclear([told], named, final=False)
        else:
            for owner in named:
                self.give(told, [owner], "reference" if owner in column else "reference_in_text")

    def by_sum_of_the_named(self) -> None:
        """A line that names one payout line and equals the sum of it and open lines of its account."""
        wider = {}
        for told in self.told:
            if len(told.owners) != 1 or told.amount is None or told.undoes or told.rule == "return":
                continue
            owner = told.owners[0]
            others = [
                o
                for o in self.owed
                if o.open and o is not owner and same_account(owner, o) and may_serve(told, o)
            ]
            fits = [c for c in _combinations(others, 1, 7) if _sum(c) + owner.amount == told.amount]
            if len(fits) == 1 and owner.by_bank:
                wider[told] = list(fits[0])
        for told, others in wider.items():
            rivals = [t for t, theirs in wider.items() if t is not told and set(theirs) & set(others)]
            if rivals:
                self.unclear([told], [*told.owners, *others])
            else:
                self.give(told, others, told.rule)

    # steps 3 and 4

    def free(self) -> list[Told]:
        """What no step decided yet."""
        return [t for t in self.told if not t.used]

    def by_account_and_amount(self) -> None:
        """Step 3: the account, zeros included, and the amount."""
        self._by_key("account_amount", lambda x: x.account)

    def by_account_without_zeros(self) -> None:
        """Step 4: as step 3, the accounts equal but for leading zeros."""
        self._by_key("account_zeros", lambda x: bare(x.account))

    def _by_key(self, rule: str, number: Callable[[Owed | Told], str]) -> None:
        keys = sorted({(number(o), o.amount) for o in self.owed if o.open and number(o)})
        for key in keys:
            owed = [o for o in self.owed if o.open and (number(o), o.amount) == key]
            told = [t for t in self.free() if (number(t), t.amount) == key and _serves_any(t, owed)]
            if not _counted(told):
                continue
            banks = {x.bank for x in [*owed, *told]}
            if "" in banks and len(banks) > 2:
                self.unclear(told, owed)
                continue
            parts = [banks] if "" in banks else [{bank} for bank in sorted(banks)]
            for part in parts:
                self.pair([o for o in owed if o.bank in part], [t for t in told if t.bank in part], rule)

    def pair(self, owed: list[Owed], told: list[Told], rule: str, *, most: int = 1_000) -> None:
        """Pair a group that shares a key where the counts agree, older cycles first; else all are unclear."""
        told = [t for t in told if _serves_any(t, owed)]
        counted = _counted(told)
        words = [t for t in told if t not in counted and t.undoes is None]
        if not owed or not counted:
            return
        alone = len(owed) == len(counted) == 1
        if len(owed) > most or (words and not alone and counted[0].stands):
            self.unclear(told, owed)
            return
        for cycle in sorted({o.row["cycle"] for o in owed}):
            lines = [o for o in owed if o.row["cycle"] == cycle]
            later = [o for o in owed if o.row["cycle"] > cycle]
            counted = self._pair_a_cycle(lines, counted, later, rule)
        if alone:
            for word in words:
                if word.status != "returned":
                    self.give(word, owed, rule)

    def _pair_a_cycle(
        self, lines: list[Owed], counted: list[Told], later: list[Owed], rule: str
    ) -> list[Told]:
        able = [t for t in counted if _serves_any(t, lines)]
        own = [t for t in able if not _serves_any(t, later)]
        rest = [t for t in counted if t not in able]
        if len(able) == len(lines) or len(own) <= len(lines) < len(able):
            taken = sorted(able, key=lambda t: (t not in own, content(t.row)))[: len(lines)]
            for owner, movement in zip(lines, sorted(taken, key=lambda t: content(t.row)), strict=True):
                self.give(movement, [owner], rule)
            return [t for t in counted if t not in taken]
        unclear = able if len(able) < len(lines) else own
        if unclear:
            self.unclear(unclear, lines)
        return rest + [t for t in able if t not in unclear]

    # step 5

    def by_citizen_and_amount(self) -> None:
        """Step 5: the person and the amount, unique on both sides."""
        for owed, told in self._people_groups():
            serving = [o for o in owed if any(may_serve(t, o) for t in told)]
            per_cycle = [sum(o.row["cycle"] == c for o in serving) for c in {o.row["cycle"] for o in serving}]
            if not serving or not _counted(told):
                continue
            people = {frozenset(o.ids) for o in serving}
            if len(people) > 1 or max(per_cycle) > 1 or len(_counted(told)) > len(per_cycle):
                self.unclear([t for t in told if _serves_any(t, serving)], serving)
            else:
                self.pair(serving, told, "citizen_amount")

    def _people_groups(self) -> list[tuple[list[Owed], list[Told]]]:
        """Groups of open lines of one amount, tied together by the people that the settlement lines name."""
        groups: list[tuple[list[Owed], list[Told]]] = []
        for told in self.free():
            owed = [o for o in self.owed if o.open and o.amount == told.amount and o.ids & told.people]
            joined = [g for g in groups if set(g[0]) & set(owed)]
            groups = [g for g in groups if g not in joined]
            others = [o for g in joined for o in g[0] if o not in owed]
            if owed:
                groups.append((owed + others, [told, *(t for g in joined for t in g[1])]))
        return groups

    # steps 6 and 7, and what follows

    def by_account_only(self) -> None:
        """Step 6: one open payout line and one open settled line of an account."""
        self._give_up_unclear_banks()
        settled = [t for t in self.free() if t.status == "settled"]
        pairs = []
        for owner in [o for o in self.owed if o.open]:
            mine = [t for t in settled if same_account(owner, t) and may_serve(t, owner)]
            mine = [t for t in mine if t.stands] or mine
            if len(mine) == 1:
                rivals = [
                    o for o in self.owed if o.open and same_account(o, mine[0]) and may_serve(mine[0], o)
                ]
                if len(rivals) == 1 and names_compatible(mine[0].holder, owner.name):
                    pairs.append((mine[0], owner))
        for told, owner in pairs:
            self.give(told, [owner], "account_only")

    def _give_up_unclear_banks(self) -> None:
        """Where the banks of one number conflict and a line names none, nobody knows whose it is."""
        for number in sorted({bare(o.account) for o in self.owed if o.open and bare(o.account)}):
            owed = [o for o in self.owed if o.open and bare(o.account) == number]
            told = [t for t in self.free() if t.stands and bare(t.account) == number and _serves_any(t, owed)]
            banks = {x.bank for x in [*owed, *told]}
            if told and "" in banks and len(banks) > 2:
                self.unclear(told, owed)

    def by_sum(self) -> None:
        """Step 7: instalments, and one credit for several lines of an account."""
        fits: list[tuple[tuple[Owed, ...], tuple[Told, ...], bool]] = []
        for number in sorted({bare(o.account) for o in self.owed if o.open and bare(o.account)}):
            owed = [o for o in self.owed if o.open and bare(o.account) == number]
            told = [t for t in self.free() if t.stands and bare(t.account) == number and _serves_any(t, owed)]
            if told and len(owed) + len(told) > 20:
                self.unclear(told, owed)
                continue
            for owner in owed:
                mine = [
                    t for t in told if same_account(owner, t) and may_serve(t, owner) and t.amount is not None
                ]
                sums = [c for c in _combinations(mine, 2, 8) if _sum(c) == owner.amount]
                fits += [((owner,), c, len(sums) == 1) for c in sums]
            for movement in told:
                lines = [o for o in owed if same_account(o, movement) and may_serve(movement, o)]
                sums = [c for c in _combinations(lines, 2, 8) if _sum(c) == movement.amount]
                fits += [(c, (movement,), len(sums) == 1) for c in sums]
        for owed, told, only in fits:
            rivals = [
                f for f in fits if f[:2] != (owed, told) and (set(f[0]) & set(owed) or set(f[1]) & set(told))
            ]
            if only and not rivals:
                for movement in told:
                    self.give(movement, owed, "sum")
            elif only or any(rival[2] for rival in rivals):
                self.unclear(told, owed)

    def left_over(self) -> None:
        """After step 7: a second credit on a served account, or both sides still open on one account."""
        again, both = [], []
        for told in [t for t in self.free() if t.stands]:
            lines = [o for o in self.owed if o.by_bank and same_account(o, told) and may_serve(told, o)]
            waiting = [o for o in lines if not o.standing()]
            served = [o for o in lines if o.standing()]
            if waiting:
                both.append((told, waiting))
            elif len(served) == 1:
                again.append((told, served))
        for told, lines in both:
            self.unclear([told], lines)
        for told, lines in again:
            self.give(told, lines, "account_only")

    # returns

    def returns_by_reference(self) -> None:
        """Tie returns to movements by original_ref, else by end_to_end_id; both are known before any step."""
        for ties in (_by_original_ref, _by_end_to_end):
            for fits in (_of_equal_amount, _of_any_amount):
                for back in self._untied():
                    mine = [m for m in self._settled() if ties(back, m) and fits(back, m)]
                    self._tie(back, mine, lenient=True)

    def returns_among_evidence(self) -> None:
        """Tie returns to the evidence of the line they name, else by account and amount among all evidence."""
        for back in self._untied():
            shares = [[m for m in o.standing() if m.amount == o.amount] for o in back.owners]
            if len(shares) > 1 and all(shares) and len({s[0] for s in shares}) > 1:
                for owner in back.owners:
                    self._undo(back, max((m for m in owner.standing()), key=_latest_key))
        for fits in (_of_equal_amount, _of_any_amount):
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

    def _undo(self, back: Told, movement: Told) -> None:
        movement.undone_by = back
        back.undoes, back.rule = movement, "return"

    def _untied(self) -> list[Told]:
        return [t for t in self.told if t.status == "returned" and t.undoes is None and not t.candidates]

    def _settled(self) -> list[Told]:
        return [t for t in self.told if t.status == "settled"]

    def _tie(self, back: Told, movements: list[Told], *, lenient: bool) -> None:
        movements = [m for m in movements if m.day is None or back.day is None or m.day <= back.day]
        fresh = [m for m in movements if m.undone_by is None]
        if not movements:
            return
        movement = max(fresh or movements, key=lambda m: (m.amount == back.amount, _latest_key(m)))
        movement.returns.append(back)
        back.undoes, back.rule = movement, "return"
        short = (movement.amount or 0) - (back.amount or 0)
        unknown = movement.amount is None or back.amount is None
        if fresh and (unknown or short == 0 or (lenient and 0 <= short <= FEE_KEPT)):
            movement.undone_by = back
        elif fresh:
            movement.disputed = True
        if movement.owners and not back.used:
            self.give(back, movement.owners, "return")


def _latest_key(told: Told) -> tuple[Any, ...]:
    return (told.day is not None, told.day or dt.date.min, content(told.row))


def _of_equal_amount(back: Told, movement: Told) -> bool:
    return back.amount == movement.amount


def _of_any_amount(_back: Told, _movement: Told) -> bool:
    return True


def _by_original_ref(back: Told, movement: Told) -> bool:
    refs = {fold_ref(row.get("original_ref")) for row in back.tellings} - {""}
    theirs, mine = movement.row.get("sender"), back.row.get("sender")
    branches = {fold_ref(movement.row.get("branch")), fold_ref(back.row.get("branch"))} - {""}
    of_one_bank = (not theirs or not mine or fold_bank(theirs) == fold_bank(mine)) and len(branches) < 2
    bank_refs = {fold_ref(row.get("bank_ref")) for row in movement.tellings}
    return bool(refs & movement.named) or (of_one_bank and bool(refs & bank_refs))


def _by_end_to_end(back: Told, movement: Told) -> bool:
    refs = {fold_ref(row.get("end_to_end_id")) for row in back.tellings} - {""}
    return bool(refs & movement.named)


def _on_the_account(back: Told, movement: Told) -> bool:
    if movement.account:
        return same_account(back, movement)
    return any(same_account(back, owner) for owner in movement.owners)


def _serves_any(told: Told, owed: Iterable[Owed]) -> bool:
    return any(may_serve(told, o) for o in owed)


def _counted(told: Sequence[Told]) -> list[Told]:
    """What is counted of a group: standing movements; where there are none, all words but loose returns."""
    settled = [t for t in told if t.stands]
    return settled or [t for t in told if t.status != "returned"]


def _sum(parts: Iterable[Owed | Told]) -> int:
    return sum(part.amount or 0 for part in parts)


def _combinations(items: Sequence[T], least: int, most: int) -> Iterator[tuple[T, ...]]:
    for size in range(least, min(most, len(items)) + 1):
        yield from itertools.combinations(items, size)


def matched(expected: Sequence[Row], reported: Sequence[Row], as_of: dt.date) -> Judgement:
    """Go through all steps with the lines that are looked at on a day."""
    judgement = Judgement(
        [Owed(row) for row in expected], transactions([r for r in reported if seen(r, as_of)])
    )
    judgement.run()
    return judgement


def seen(row: Row, as_of: dt.date) -> bool:
    """Whether a settlement line is looked at: informational ones and later ones are not."""
    day = day_of(row)
    return row["status"] != "informational" and (day is None or day <= as_of)


def judge(
    expected: Sequence[Row], reported: Sequence[Row], as_of: dt.date
) -> tuple[dict[str, Verdict], dict[tuple[str, int], Disposition]]:
    """Judge one run: line_ref -> verdict of the judged lines, (file, line) -> disposition of all lines."""
    judgement = matched(expected, reported, as_of)
    dispositions = {(row["file"], row["line"]): Disposition("unrelated") for row in reported}
    for told in judgement.told:
        said = disposition_of(told)
        dispositions[place(told)] = said
        for row in told.repeats:
            dispositions[row["file"], row["line"]] = Disposition("repeated", said.line_refs, said.rule)
    verdicts = {o.ref: verdict_of(o, as_of) for o in judgement.owed if o.row.get("judged", True)}
    return verdicts, dispositions
