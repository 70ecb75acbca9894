"""The steps by which the second reading of the judgement matches the two sides."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from tests.reconciliation.oracle_facts import Owed, Told, bare, content, may_serve, same_account
from tests.reconciliation.oracle_names import names_compatible
from tests.reconciliation.oracle_returns import Evidence

T = TypeVar("T")
MOST_OPEN = 20  # lines of one account, payout and settled together, up to which sums are tried


class Judgement(Evidence):
    """The steps of the matching, strongest first, each on what is left."""

    def run(self) -> None:
        """All steps, strongest first."""
        self.returns_by_reference()
        self.by_reference()
        for step in (
            self.by_sum_of_the_named,
            self.by_account_and_amount,
            self.by_account_without_zeros,
            self.by_citizen_and_amount,
            self.by_account_only,
            self.by_person_in_cash,
            self.by_sum,
            self.left_over,
        ):
            step()
            self.returns_among_evidence()
        self.returns_told_again()

    def take_back(self, told: Told) -> list[Owed]:
        """Make a transaction no evidence any more, and say of which lines it was."""
        owners, told.owners = told.owners, []
        for owner in owners:
            owner.found = [(known, rule) for known, rule in owner.found if known is not told]
        return owners

    def unclear(self, told: Iterable[Told], owed: Iterable[Owed], *, final: bool = True) -> None:
        """None is chosen: the settlement lines are ambiguous, the payout lines review."""
        pairs = [(t, o) for t, o in itertools.product(told, owed) if not final or may_serve(t, o)]
        for t, o in pairs:
            o.unclear = o.unclear or final
            if o not in t.candidates:
                t.candidates.append(o)
                o.candidates.append(t)

    # steps 1 and 2

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
            if (
                len(told.owners) != 1
                or told.amount is None
                or told.undoes
                or told.cash
                or told.rule == "return"
            ):
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
            rivals = [
                t for t, theirs in wider.items() if t is not told and t.stands and set(theirs) & set(others)
            ]
            if told.stands and rivals:
                self.unclear([told], [*self.take_back(told), *others])
            else:
                self.give(told, others, "sum")

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
        open_lines = [o for o in self.owed if o.open]
        self._by_person_and_amount(open_lines, [t for t in self.free() if not t.cash])

    def _by_person_and_amount(self, open_lines: list[Owed], free: list[Told]) -> None:
        for owed, told in self._people_groups(open_lines, free):
            serving = [o for o in owed if any(may_serve(t, o) for t in told)]
            per_cycle = [sum(o.row["cycle"] == c for o in serving) for c in {o.row["cycle"] for o in serving}]
            if not serving or not _counted(told):
                continue
            people = {frozenset(o.ids) for o in serving}
            if len(people) > 1 or max(per_cycle) > 1 or len(_counted(told)) > len(per_cycle):
                for t in told:
                    self.unclear([t], [o for o in serving if _names(t, o)])
            else:
                self.pair(serving, told, "citizen_amount")

    @staticmethod
    def _people_groups(open_lines: list[Owed], free: list[Told]) -> list[tuple[list[Owed], list[Told]]]:
        """Groups of open lines of one amount, tied together by the people that the settlement lines name."""
        groups: list[tuple[list[Owed], list[Told]]] = []
        for told in free:
            owed = [o for o in open_lines if o.amount == told.amount and _names(told, o)]
            joined = [g for g in groups if set(g[0]) & set(owed)]
            groups = [g for g in groups if g not in joined]
            others = [o for g in joined for o in g[0] if o not in owed]
            if owed:
                groups.append((owed + others, [told, *(t for g in joined for t in g[1])]))
        return groups

    # cash: who collected, by the person

    def by_person_in_cash(self) -> None:
        """Reports of payers of cash that name a person and no line: the amount too, else the only one."""
        self._by_person_and_amount(self.open_in_cash(), self.cash_words())
        groups = []
        for person in {frozenset(o.ids) for o in self.open_in_cash()}:
            words = [t for t in self.cash_words() if t.people & person]
            owed = [o for o in self.open_in_cash() if o.ids == person and any(may_serve(t, o) for t in words)]
            groups.append((owed, [t for t in words if _serves_any(t, owed)]))
        for owed, words in groups:
            collected = [t for t in words if t.stands]
            if len(owed) == 1 and len(collected) <= 1:
                for word in words:
                    self.give(word, owed, "citizen_only")
            elif owed:
                self.unclear(collected, owed)

    def open_in_cash(self) -> list[Owed]:
        """The lines not paid by a bank that no collection is evidence for."""
        return [
            o for o in self.owed if not o.by_bank and not o.unclear and not any(t.cash for t in o.standing())
        ]

    def cash_words(self) -> list[Told]:
        """What payers of cash say, and no step decided yet; a return says nothing of a person."""
        return [t for t in self.free() if t.cash and t.status != "returned"]

    # steps 6 and 7, and what follows

    def open_on(self, number: str, *, reviewed: bool) -> tuple[list[Owed], list[Told], bool]:
        """What is open on both sides of a number, and whether its banks leave unclear whose it is."""
        owed = [o for o in self.owed if o.by_bank and not o.standing() and bare(o.account) == number]
        owed = [o for o in owed if reviewed or o.open]
        told = [t for t in self.free() if t.stands and bare(t.account) == number and _serves_any(t, owed)]
        banks = {x.bank for x in [*owed, *told]}
        return owed, told, "" in banks and len(banks) > 2

    def undone_on(self, number: str, owed: list[Owed]) -> list[Told]:
        """The movements of a number that came back, and no step decided yet."""
        settled = [t for t in self.free() if t.status == "settled" and bare(t.account) == number]
        return [t for t in settled if _serves_any(t, owed)]

    def numbers(self) -> list[str]:
        """The account numbers with open payout lines."""
        return sorted({bare(o.account) for o in self.owed if not o.standing() and bare(o.account)})

    def by_account_only(self) -> None:
        """Step 6: one open payout line and one open settled line of an account."""
        settled = [t for t in self.free() if t.status == "settled"]
        pairs = []
        for owner in [
            o for o in self.owed if o.open and not self.open_on(bare(o.account), reviewed=False)[2]
        ]:
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

    def by_sum(self) -> None:
        """Step 7: instalments, and one credit for several lines of an account; else both stay open."""
        fits: list[tuple[tuple[Owed, ...], tuple[Told, ...], bool]] = []
        for number in self.numbers():
            owed, standing, unclear = self.open_on(number, reviewed=False)
            told = standing or self.undone_on(number, owed)
            if not unclear and len(owed) + len(told) <= MOST_OPEN:
                fits += _sums(owed, told)
        for owed_parts, told_parts, only in fits:
            parts = {*owed_parts, *told_parts}
            if only and not any(parts & {*f[0], *f[1]} for f in fits if f[:2] != (owed_parts, told_parts)):
                for movement in told_parts:
                    self.give(movement, owed_parts, "sum")

    def left_over(self) -> None:
        """After step 7: a second credit on a served account, or both sides still open on one account."""
        again, both = [], []
        for told in [t for t in self.free() if t.stands]:
            lines = [o for o in self.owed if o.by_bank and same_account(o, told) and may_serve(told, o)]
            waiting = [o for o in lines if not o.standing()]
            if waiting:
                both.append((told, waiting))
            elif len(lines) == 1:
                again.append((told, lines))
        for told, lines in again:
            self.give(told, lines, "account_only")
        for number in self.numbers():
            owed, free, unclear = self.open_on(number, reviewed=True)
            if unclear:
                both += [(told, owed) for told in free]
        for told, lines in both:
            self.unclear([told], lines)


def _sums(owed: list[Owed], told: list[Told]) -> Iterator[tuple[tuple[Owed, ...], tuple[Told, ...], bool]]:
    """All combinations that fit within one account, and whether each is the only one for its line."""
    for owner in owed:
        mine = [t for t in told if same_account(owner, t) and may_serve(t, owner) and t.amount is not None]
        sums = [c for c in _combinations(mine, 2, 8) if _sum(c) == owner.amount]
        for movements in sums:
            yield (owner,), movements, len(sums) == 1
    for movement in told:
        lines = [o for o in owed if same_account(o, movement) and may_serve(movement, o)]
        sums = [c for c in _combinations(lines, 2, 8) if _sum(c) == movement.amount]
        for parts in sums:
            yield parts, (movement,), len(sums) == 1


def _names(told: Told, owed: Owed) -> bool:
    return bool(owed.ids & told.people) and may_serve(told, owed)


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
