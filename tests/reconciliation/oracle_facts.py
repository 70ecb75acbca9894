"""What the second reading of the judgement compares, and how it folds the tellings of one transaction."""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.reconciliation.oracle_names import nfc

FEE_KEPT = 22_000
Row = dict[str, Any]
BANKS = {  # spellings of the banks that the tests use -> one code
    "VBA": "VBA", "970405": "VBA", "204": "VBA", "VBAAVNVX": "VBA",
    "ICB": "ICB", "970415": "ICB", "201": "ICB", "ICBVVNVX": "ICB",
    "BIDV": "BIDV", "970418": "BIDV", "202": "BIDV", "BIDVVNVX": "BIDV",
    "VCB": "VCB", "970436": "VCB", "203": "VCB", "BFTVVNVX": "VCB",
    "MB": "MB", "970422": "MB", "311": "MB", "MSCBVNVX": "MB",
}  # fmt: skip


# --- what is compared, and how ---------------------------------------------------------------------------


def fold_ref(value: str | None) -> str:
    """A reference, trimmed and case folded."""
    return (value or "").strip().casefold()


def tokens(text: str | None) -> set[str]:
    """The longest runs of letters and digits of a text, case folded."""
    kept = [c if unicodedata.category(c)[0] == "L" or c.isdigit() else " " for c in nfc(text)]
    return {token.casefold() for token in "".join(kept).split()}


def fold_bank(value: str | None) -> str:
    """The one code of a bank, whatever it was named by; an 11 letter SWIFT code is its first 8."""
    text = (value or "").strip().upper()
    if text[:8] in BANKS and len(text) == len("VBAAVNVXXXX"):
        text = text[:8]
    return BANKS.get(text, text)


def fold_account(value: str | None) -> str:
    """An account number without spaces, dots and dashes; a masked one is empty."""
    text = re.sub(r"[\s.\-]", "", value or "").casefold()
    return "" if "*" in text else text


def bare(account: str) -> str:
    """An account number without its leading zeros."""
    return account.lstrip("0")


# --- the two sides ---------------------------------------------------------------------------------------


@dataclass(eq=False)
class Owed:
    """A payout line with its folded keys, what was found for it, and whether it is given up as unclear."""

    row: Row
    found: list[tuple["Told", str]] = field(default_factory=list)  # evidence and the rule that found it
    candidates: list["Told"] = field(default_factory=list)  # ambiguous lines that may be its
    unclear: bool = False  # one of the steps 3 to 7 said review

    def __post_init__(self) -> None:
        row = self.row
        self.ref: str = row["line_ref"]
        self.amount: int = row["amount"]
        self.account = fold_account(row.get("account_no"))
        self.bank = fold_bank(row.get("bank_code"))
        ids = [row.get("citizen_id") or "", *(row.get("other_ids") or "").split(";")]
        self.ids = {i.strip().casefold() for i in ids if i.strip()}
        self.name = row.get("account_name") or row.get("full_name")
        self.by_bank = row["channel"] in {"account", "wallet"}

    def standing(self) -> list["Told"]:
        """The settled movements for it that nobody undid."""
        return [told for told, _ in self.found if told.status == "settled" and told.undone_by is None]

    @property
    def open(self) -> bool:
        """Left for the next step."""
        return self.by_bank and not self.unclear and not self.standing()


@dataclass(eq=False)
class Told:
    """A bank transaction: the telling that counts, and the others that repeat it."""

    row: Row
    repeats: list[Row] = field(default_factory=list)
    owners: list[Owed] = field(default_factory=list)
    rule: str = ""
    candidates: list[Owed] = field(default_factory=list)
    undone_by: "Told | None" = None  # the return that took all of it back
    returns: list["Told"] = field(default_factory=list)  # every return tied to it
    undoes: "Told | None" = None  # the movement that a return is tied to
    disputed: bool = False  # what came back is not what went out

    def __post_init__(self) -> None:
        row = self.row
        self.status: str = row["status"]
        self.day = day_of(row)
        self.cash = bool(row.get("cash"))  # the payer of cash reports it

    def said(self, name: str) -> str:
        """A field of the telling that counts, else of the latest repetition that has it."""
        rows = [self.row, *sorted(self.repeats, key=latest_first)]
        return next(
            (row[name] for row in rows if row.get(name) and not (name == "account_no" and "*" in row[name])),
            "",
        )

    @property
    def amount(self) -> int | None:
        """What moved, in đồng; none where no telling says it."""
        return next((row["amount"] for row in self.tellings if row.get("amount") is not None), None)

    @property
    def account(self) -> str:
        """The account it reached, folded."""
        return fold_account(self.said("account_no"))

    @property
    def bank(self) -> str:
        """The bank of that account."""
        return fold_bank(self.said("bank_code"))

    @property
    def holder(self) -> str:
        """The holder's name, as it is written."""
        return self.said("account_name")

    @property
    def tellings(self) -> list[Row]:
        """All lines that tell it."""
        return [self.row, *self.repeats]

    @property
    def named(self) -> set[str]:
        """The references in its end_to_end_id column; a return's original_ref names too."""
        refs = {fold_ref(row.get("end_to_end_id")) for row in self.tellings}
        if self.status == "returned":
            refs.add(fold_ref(self.said("original_ref")))
        return refs - {""}

    @property
    def words(self) -> set[str]:
        """The tokens of its text."""
        return set().union(*(tokens(row.get("remittance_info")) for row in self.tellings))

    @property
    def people(self) -> set[str]:
        """The identity numbers it may name, in the column or in the text."""
        column = {self.said("citizen_id").strip().casefold()} - {""}
        return column if self.cash else column | self.words

    @property
    def disputes(self) -> bool:
        """A return of another amount than the movement that it is tied to."""
        return self.undoes is not None and self.undoes.disputed and self.undoes.returns[0] is self

    @property
    def used(self) -> bool:
        """Evidence already, or given up as ambiguous."""
        return bool(self.owners or self.candidates)

    @property
    def stands(self) -> bool:
        """A settled movement that nobody undid."""
        return self.status == "settled" and self.undone_by is None


def day_of(row: Row) -> dt.date | None:
    """The day of a line: booked, else the day written in its file."""
    return row.get("booked_on") or row.get("written_on")


CONTENT = (
    "bank_ref", "branch", "end_to_end_id", "account_no", "bank_code", "amount", "account_name", "citizen_id",
    "status", "reason_code", "reason_text", "fee", "original_ref", "remittance_info", "sender", "movement",
)  # fmt: skip


TIES = {"turned": False}  # the rules say that content breaks ties, not in which direction


def content(row: Row) -> tuple[Any, ...]:
    """A line by what it says, never by where it stands: the day first."""
    day = day_of(row)
    texts = [str(row.get(name) or "") for name in CONTENT]
    return (day is None, day or dt.date.min, *([_turned(t) for t in texts] if TIES["turned"] else texts))


def _turned(text: str) -> list[int]:
    """A key that sorts texts the other way round."""
    return [*(-ord(letter) for letter in text), 1]


def opening(row: Row) -> dt.date:
    """The day from which movements count for a payout line: by default the 25th of the month before."""
    first = dt.date.fromisoformat(f"{row['cycle']}-01")
    opens: dt.date = row.get("opens_on") or (first - dt.timedelta(days=1)).replace(day=25)
    return opens


def may_serve(told: Told, owed: Owed) -> bool:
    """A movement booked before the payment opened never serves it."""
    return told.day is None or told.day >= opening(owed.row)


def same_account(one: Owed | Told, other: Owed | Told) -> bool:
    """Numbers equal but for leading zeros, and the banks, where both are named, agree."""
    if not one.account or bare(one.account) != bare(other.account):
        return False
    return not one.bank or not other.bank or one.bank == other.bank


# --- one transaction, however often it is told -----------------------------------------------------------


def transactions(rows: Sequence[Row]) -> list[Told]:
    """Fold the tellings of each bank transaction into one."""
    told: list[Told] = []
    rows = [{**row, "account_no": None, "bank_code": None} if row.get("cash") else row for row in rows]
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if fold_ref(row.get("bank_ref")):
            groups[_transaction_key(row)].append(row)
        else:
            told.append(Told(row))
    for group in groups.values():
        for amount in _split(group, lambda row: str(row.get("amount") or "")):
            for branch in _split(amount, lambda row: fold_ref(row.get("branch"))):
                for alike in _by_account(branch):
                    told.extend(_fold(alike))
    return _fold_reports(told)


def sender_of(row: Row) -> str:
    """Who sent the line: the bank where it is known, else the file."""
    return "bank " + fold_bank(row["sender"]) if row.get("sender") else f"file {row['file']}"


def _transaction_key(row: Row) -> tuple[Any, ...]:
    return (sender_of(row), fold_ref(row.get("bank_ref")), row["status"] == "returned")


def _split(rows: Sequence[Row], key: Callable[[Row], str]) -> Iterator[list[Row]]:
    """Part by a field; the rows without it join where there is one value only, else stand apart."""
    named = sorted({key(row) for row in rows} - {""})
    if len(named) <= 1:
        yield list(rows)
        return
    for value in [*named, ""]:
        if part := [row for row in rows if key(row) == value]:
            yield part


def _bank_of_the_account(row: Row) -> str:
    return fold_bank(row.get("bank_code")) if fold_account(row.get("account_no")) else ""


def _by_account(rows: Sequence[Row]) -> Iterator[list[Row]]:
    for number in _split(rows, lambda row: bare(fold_account(row.get("account_no")))):
        if any(fold_account(row.get("account_no")) for row in number):
            banks = _split(number, _bank_of_the_account)
        else:
            banks = _split(number, lambda row: fold_ref(row.get("end_to_end_id")))
        yield from banks


def _fullest_statement(rows: Iterable[Row]) -> list[Row]:
    """The lines of the statement that counts the most of these rows in its balance."""
    counted: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("statement") is not None and row["status"] in {"settled", "returned"}:
            counted[row["file"], row["statement"]].append(row)
    return max(counted.values(), key=lambda lines: (len(lines), min(map(content, lines))), default=[])


WORD_ORDER = ("settled", "returned", "rejected", "unknown", "pending")


def latest_first(row: Row) -> tuple[Any, ...]:
    """Order by day, latest first and undated last, then by the graver word, then by content."""
    day = day_of(row)
    settled = (row["status"] == "settled") == TIES["turned"]
    return (
        day is None,
        -(day or dt.date.min).toordinal(),
        settled,
        WORD_ORDER.index(row["status"]),
        not row.get("reason_code"),
        content(row),
    )


def _fold(rows: list[Row]) -> list[Told]:
    movements = _fullest_statement(rows)
    if len(movements) < 2:
        first, *others = sorted(rows, key=latest_first)
        return [Told(first, others)]
    places = [[row] for row in sorted(movements, key=content)]
    for row in sorted((row for row in rows if row not in movements), key=latest_first):
        ref = fold_ref(row.get("end_to_end_id"))
        same = [place for place in places if ref in _refs(place) or not ref]
        bare_places = [place for place in places if not _refs(place)]
        if fitting := same or bare_places:
            min(fitting, key=len).append(row)
        else:
            places.append([row])
    return [Told(first, others) for first, *others in (sorted(place, key=latest_first) for place in places)]


def _refs(rows: Iterable[Row]) -> set[str]:
    return {fold_ref(row.get("end_to_end_id")) for row in rows} - {""}


def _fold_reports(told: list[Told]) -> list[Told]:
    """A status report without a bank_ref and the movement it announces are one, one for one."""
    reports = [
        t
        for t in told
        if not t.row.get("movement")
        and not fold_ref(t.row.get("bank_ref"))
        and t.status in {"settled", "pending"}
    ]
    movements = [t for t in told if t.status == "settled" and not t.cash and fold_ref(t.row.get("bank_ref"))]
    free, gone = list(movements), []
    for fits in (_exactly, _less_a_fee):
        for report in sorted(reports, key=lambda t: latest_first(t.row)[2:] + latest_first(t.row)[:2]):
            match = [m for m in free if _announces(report, m) and fits(report, m)]
            if report not in gone and match:
                movement = min(match, key=lambda m: (-(m.amount or 0), content(m.row)))
                movement.repeats.extend(report.tellings)
                free.remove(movement)
                gone.append(report)
    return [t for t in told if t not in gone]


def _announces(report: Told, movement: Told) -> bool:
    mine = fold_ref(report.row.get("end_to_end_id"))
    theirs = {fold_ref(row.get("end_to_end_id")) for row in movement.tellings}
    return sender_of(report.row) == sender_of(movement.row) and bool(mine) and mine in theirs


def _exactly(report: Told, movement: Told) -> bool:
    return report.amount == movement.amount


def _less_a_fee(report: Told, movement: Told) -> bool:
    if report.amount is None or movement.amount is None:
        return True
    return 0 <= report.amount - movement.amount <= FEE_KEPT
