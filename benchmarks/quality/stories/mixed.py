"""Several defects on one line at once: every way to find a line, with every fate, name, account and telling.

The truth is put together from what was done: which sums stand, what differs, what the bank said last.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from benchmarks.quality import people, writing
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story
from benchmarks.quality.stories.names import OTHER, SAME

REFERENCE, ACCOUNT, PERSON = ("reference", "text"), ("account", "zeros"), ("person", "person_text", "card")
FOUND = REFERENCE * 2 + ACCOUNT + PERSON
FATES = (
    "settled", "short", "over", "halves", "twice", "thrice", "rejected", "pending", "unknown",
    "refused_order_too",
    "pending_then_settled", "returned", "returned_short", "returned_paid_again", "twice_one_back",
    "returned_twice",
)  # fmt: skip
SUMS_DIFFER = ("short", "over", "halves")
NAMES = ("same", "same", "other", "none")
ACCOUNTS = ("listed", "listed", "apart", "masked", "none", "other", "bank")
TELLINGS = ("once", "once", "two_files", "report")
DIFFERENCE = {"other": "account", "bank": "bank"}


@dataclass(frozen=True)
class Plot:
    """What is odd about a line, one choice an axis."""

    found: str
    fate: str
    name: str
    account: str
    telling: str
    programme: str

    def fits(self) -> bool:
        """Say whether such a line is found in the way it says, by the rules."""
        if self.found in ACCOUNT and self.account not in {"listed", "apart"}:
            return False
        if self.found in PERSON and (self.account in {"listed", "apart"} or self.fate in SUMS_DIFFER):
            return False
        if self.telling == "report" and self.found != "reference":
            return False
        if self.found not in REFERENCE and self.fate == "returned_twice":
            return False
        # On an account alone another sum goes only to the right name.
        return not (self.found in ACCOUNT and self.fate in {"short", "over"} and self.name == "other")

    @property
    def unclear(self) -> bool:
        """Whether nobody can say whose the movements are: several, and no reference."""
        return self.found not in REFERENCE and self.fate in {"twice", "thrice"}


def _plot(b: Book) -> Plot:
    axes = (FOUND, FATES, NAMES, ACCOUNTS, TELLINGS, ("BTXH", "BTXH", "HTXH"))
    while True:
        plot = Plot(*(axis[b.rng.integers(0, len(axis))] for axis in axes))
        if plot.fits():
            return plot


@story()
def mixed_defects(b: Book, n: int) -> None:
    """Two, three or four defects on one line, drawn at random."""
    plots = max(1, min(n // 20, 500))
    for number in range(plots):
        _tell(b, _plot(b), n // plots + (number < n % plots))


@story(lines=3)
def each_line_its_own_fate(b: Book, n: int) -> None:
    """Three lines of one account under their references, each with a fate of its own, or none."""
    rounds = max(1, min(n // 20, 200))
    for number in range(rounds):
        size = n // rounds + (number < n % rounds)
        first = b.owe(b.invent(size).assign(full_name=people.name(b.rng, size, words=4)))
        for line in (first, *(b.again(first, amount=first["amount"] + more) for more in (70_000, 150_000))):
            fate, telling = (axis[b.rng.integers(0, len(axis))] for axis in ((*FATES, "missing"), TELLINGS))
            plot = Plot("reference", fate, "same", "listed", telling, "BTXH")
            stands, verdict, reason = _FATE[fate](_Hand(b, line, plot))
            b.truth(line, *_judged(line, plot, stands, verdict), reason=reason)


def _tell(b: Book, plot: Plot, n: int) -> None:
    who = b.invent(n, programme=plot.programme).assign(full_name=people.name(b.rng, n, words=4))
    number = who["account_no"].str.lstrip("0")
    p = b.owe(who.assign(account_no="00" + number, other_ids="3" + number.str[-8:]))
    hand = _Hand(b, p, plot)
    stands, verdict, reason = _FATE[plot.fate](hand)
    b.truth(p, *_judged(p, plot, stands, verdict), reason="" if plot.unclear else reason)


def _judged(p: pd.DataFrame, plot: Plot, stands: list[pd.Series], verdict: str) -> tuple[object, ...]:
    """Say what is true of lines with these standing movements, else the bank's last word."""
    if plot.unclear or verdict == "review":
        return "review", 0
    if not stands:
        return verdict, 0, _differences(plot, short=False)
    settled = sum(stands)
    short = bool((settled != p["amount"]).all())
    order = {
        "paid_twice": len(stands) > 1 and bool((settled > p["amount"]).all()),
        "account_differs": plot.account in DIFFERENCE,
        "amount_differs": short,
        "name_differs": plot.name == "other",
        "paid": True,
    }
    return next(name for name, holds in order.items() if holds), settled, _differences(plot, short=short)


def _differences(plot: Plot, *, short: bool) -> str:
    differs = {"amount": short, DIFFERENCE.get(plot.account, ""): True, "name": plot.name == "other"}
    return ";".join(name for name in ("amount", "account", "name", "bank") if differs.get(name))


@dataclass
class _Hand:
    """Tells lines of one plot."""

    b: Book
    p: pd.DataFrame
    plot: Plot
    day: int = 3

    def words(self, status: str, disposition: str = "matched") -> pd.Series:
        """Tell a word of the bank, later than all before; gives the reasons."""
        reason = self.b.reasons(len(self.p)) if status != "pending" else pd.Series("", index=self.p.index)
        kind = ("result", "report")[self.b.rng.integers(0, 2)]
        self._line(kind, disposition, status=status, reason_code=reason, bank_ref="")
        return reason

    def moves(self, amount: pd.Series | None = None, *, undone: bool = False) -> tuple[pd.Series, pd.Series]:
        """Tell a movement, once or several times; gives its bank reference and its amount."""
        amount = self.p["amount"] if amount is None else amount
        shared = self.b.references(len(self.p))
        last = {"amount": amount, "bank_ref": shared}
        if self.plot.telling == "two_files":
            self._line("result", "repeated", **last)
            last |= {"end_to_end_id": "", "remittance_info": ""} if self.plot.found in REFERENCE else {}
        elif self.plot.telling == "report":
            self._line("report", "repeated", amount=amount, bank_ref="")
        self._line(
            "statement" if self.plot.telling != "once" else None,
            "ambiguous" if self.plot.unclear else "reversed" if undone else "matched",
            **last,
        )
        return shared, amount

    def back(
        self,
        moved: tuple[pd.Series, pd.Series],
        kept: int = 0,
        *,
        again: bool = False,
        only_by_bank_reference: bool = False,
    ) -> pd.Series:
        """Tell that a movement came back, `again` where another is paid after it; gives the reasons."""
        reason = self.b.reasons(len(self.p))
        ways = ["original_ref"] if kept else ["original_ref", "line_ref", "account"]
        way = ways[self.b.rng.integers(0, len(ways))]
        if self.plot.account in {"masked", "none"} and way == "account":
            way = "line_ref"
        if only_by_bank_reference or (again and self.plot.found not in REFERENCE):
            way = "original_ref"
        named = {"end_to_end_id": "", "remittance_info": "", "citizen_id": "", "original_ref": ""}
        named |= {"original_ref": moved[0]} if way == "original_ref" else {}
        named |= {"end_to_end_id": self.p["line_ref"]} if way == "line_ref" else {}
        self._line(
            None, "matched", status="returned", reason_code=reason, amount=moved[1] - kept,
            bank_ref=self.b.references(len(self.p)), **named,
        )  # fmt: skip
        return reason

    def _line(self, kind: str | None, disposition: str, **fields: object) -> None:
        fields = {**self._finder(), **self._account(), **self._name(), **fields}
        self.b.tell(
            self.p, kind, disposition, booked_on=self.b.days(len(self.p), self.day, self.day), **fields
        )
        self.day += 1

    def _finder(self) -> dict[str, object]:
        p, silent = self.p, {"end_to_end_id": "", "remittance_info": "", "citizen_id": ""}
        return {
            "reference": {},
            "text": silent | {"remittance_info": "TC/" + p["line_ref"] + "."},
            "account": silent,
            "zeros": silent,
            "person": silent | {"citizen_id": p["citizen_id"]},
            "person_text": silent | {"remittance_info": "CCCD " + p["citizen_id"]},
            "card": silent | {"citizen_id": p["other_ids"]},
        }[self.plot.found]

    def _account(self) -> dict[str, object]:
        number = self.p["account_no"]
        told = {
            "listed": number.str.lstrip("0") if self.plot.found == "zeros" else number,
            "apart": writing.account_apart(self.b.rng, number),
            "masked": "*****" + number.str[-4:],
            "none": "",
            "other": "9" + number.str[3:],
            "bank": number,
        }[self.plot.account]
        bank = (
            writing.another_bank(self.p["bank_code"]) if self.plot.account == "bank" else self.p["bank_code"]
        )
        return {"account_no": told, "bank_code": writing.bank_named(self.b.rng, bank)}

    def _name(self) -> dict[str, object]:
        if self.plot.name == "none":
            return {"account_name": ""}
        ways: tuple[Callable[[str], str], ...] = SAME if self.plot.name == "same" else OTHER
        return {"account_name": writing.each(self.p["full_name"], ways[self.b.rng.integers(0, len(ways))])}


Fate = tuple[list[pd.Series], str, object]


def _missing(_: _Hand) -> Fate:
    return [], "missing", ""


def _settled(h: _Hand) -> Fate:
    return [h.moves()[1]], "", ""


def _short(h: _Hand) -> Fate:
    return [h.moves(h.p["amount"] - 2_200)[1]], "", ""


def _over(h: _Hand) -> Fate:
    return [h.moves(h.p["amount"] + 77_000)[1]], "", ""


def _halves(h: _Hand) -> Fate:
    return [h.moves(part)[1] for part in (h.p["amount"] * 0 + 210_000, h.p["amount"] - 210_000)], "", ""


def _twice(h: _Hand) -> Fate:
    return [h.moves()[1] for _ in range(2)], "", ""


def _thrice(h: _Hand) -> Fate:
    return [h.moves()[1] for _ in range(3)], "", ""


def _rejected(h: _Hand) -> Fate:
    return [], "failed", h.words("rejected")


def _pending(h: _Hand) -> Fate:
    h.words("pending")
    return [], "unconfirmed" if h.plot.programme == "BTXH" else "pending", ""


def _unknown(h: _Hand) -> Fate:
    return [], "unconfirmed", h.words("unknown")


def _refused_order_too(h: _Hand) -> Fate:
    moved = h.moves()
    h.words("rejected")
    return [moved[1]], "", ""


def _pending_then_settled(h: _Hand) -> Fate:
    h.words(
        "pending", "repeated" if h.plot.found == "reference" and h.plot.telling != "report" else "matched"
    )
    return [h.moves()[1]], "", ""


def _returned(h: _Hand) -> Fate:
    return [], "failed", h.back(h.moves(undone=True))


def _returned_short(h: _Hand) -> Fate:
    h.back(h.moves(), kept=40_000)
    return [], "review", ""


def _returned_paid_again(h: _Hand) -> Fate:
    h.back(h.moves(undone=True), again=True)
    return [h.moves()[1]], "", ""


def _twice_one_back(h: _Hand) -> Fate:
    stands = h.moves()
    h.back(h.moves(undone=True), only_by_bank_reference=True)
    return [stands[1]], "", ""


def _returned_twice(h: _Hand) -> Fate:
    h.back(h.moves(undone=True), only_by_bank_reference=True)
    return [], "failed", h.back(h.moves(undone=True), only_by_bank_reference=True)


_FATE: dict[str, Callable[[_Hand], Fate]] = {
    "missing": _missing,
    "settled": _settled, "short": _short, "over": _over, "halves": _halves, "twice": _twice,
    "thrice": _thrice,
    "rejected": _rejected, "pending": _pending, "unknown": _unknown, "refused_order_too": _refused_order_too,
    "pending_then_settled": _pending_then_settled, "returned": _returned, "returned_short": _returned_short,
    "returned_paid_again": _returned_paid_again, "twice_one_back": _twice_one_back,
    "returned_twice": _returned_twice,
}  # fmt: skip
