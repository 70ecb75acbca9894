"""Why a later run says something else of a payout line: the causes as a rule, in plain words."""

import csv
import datetime as dt
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from payouts.core.banks import banks
from payouts.core.problems import Language
from payouts.core.terms import grouped
from reconciliation.explain import reasons

WAITING = frozenset({"pending", "offline"})  # what the clock alone turns into something else
LATE = frozenset({"missing", "unconfirmed", "offline"})


@dataclass(frozen=True, slots=True)
class Told:
    """A settlement line that stands in evidence.

    Attributes:
        file: its file's name in evidence
        line: its number there
        stands: where the file stands: accepted, withdrawn, ...; see settlements.rules.standing
        sender: the bank that sent it
        cash: whether that is a payer of cash
        status, amount (đồng), booked_on, reason_code, reason_text: as the bank told them
    """

    file: str
    line: int
    stands: str
    sender: str
    cash: bool
    status: str
    amount: int | None
    booked_on: dt.date | None
    reason_code: str | None
    reason_text: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of a payout line: its verdict, its evidence (`file:line`), and the list it is of."""

    verdict: str
    evidence: tuple[str, ...]
    rule: str | None
    payout_line: int
    list_id: int


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two runs of a cycle.

    Attributes:
        before: the day that the earlier one asks about
        after: the day that the later one asks about
        deadline: of the cycle; None where it has always passed
        rules: the versions of the rules they went by, where these are not the same
    """

    before: dt.date
    after: dt.date
    deadline: dt.date | None
    rules: tuple[str, str] | None = None

    def passed(self) -> bool:
        """Say whether the deadline passed between the two."""
        return self.deadline is not None and self.before <= self.deadline < self.after

    def came_back(self) -> bool:
        """Say whether the later run asks about a day before the deadline, and the earlier one did not."""
        return self.deadline is not None and self.after <= self.deadline < self.before


@dataclass(frozen=True, slots=True)
class Voucher:
    """A signed voucher of a payout line."""

    number: str
    collected_on: dt.date


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided of the payout line and one settlement line, between the two runs.

    Attributes:
        code: decided_match, decided_apart or decided_undone
        who: they, joined
        day: on which it came to count, or ceased to
        told: the settlement line
    """

    code: str
    who: str
    day: dt.date
    told: Told


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that changed: a row of data/causes.csv, its values, and the settlement line it is about."""

    code: str
    told: Told | None = None
    values: tuple[tuple[str, dt.date | str], ...] = ()

    def said(self, language: Language = "vi") -> str:
        """Say it to a ward officer in a language."""
        values = {name: _day(value) for name, value in self.values}
        if self.told is not None:
            values |= _values(self.told, language)
        return _sentences(language)[self.code].format(**values)


def causes(
    before: Side | None,
    after: Side | None,
    between: Between,
    told: Mapping[str, Told],
    *,
    voucher: Voucher | None = None,
    decisions: Sequence[Decision] = (),
) -> list[Cause]:
    """Find why two runs say something else of one payout line, the plainest cause first.

    Args:
        before: what the earlier run says; None where the line was not there
        after: what the later run says; None where the line is there no more
        between: what lies between the two runs
        told: the lines of both evidences, by `file:line`
        voucher: the line's voucher, where it has one
        decisions: of people, on this line, between the two runs

    Returns:
        the causes, never none
    """
    found = [
        *_of_lists(before, after),
        *(Cause(each.code, each.told, (("who", each.who), ("day", each.day))) for each in decisions),
        *_of_files(before, after, told),
        *_of_the_clock(before, after, between),
        *_of_vouchers(before, after, voucher),
    ]
    if not found and between.rules:
        found = [Cause("rules", values=tuple(zip(("before", "after"), between.rules, strict=True)))]
    return found or [Cause("others")]


def _of_lists(before: Side | None, after: Side | None) -> Iterator[Cause]:
    if after is None:
        yield Cause("line_gone", values=(("list", str(before.list_id)),) if before else ())
    elif before is None:
        yield Cause("line_added", values=(("list", str(after.list_id)),))
    elif before.payout_line != after.payout_line:
        yield Cause("line_corrected", values=(("list", str(after.list_id)),))


def _of_files(before: Side | None, after: Side | None, told: Mapping[str, Told]) -> Iterator[Cause]:
    """Name the lines that are new in the evidence, then those that are gone from it."""
    if after is None:
        return
    had, has = (side.evidence if side else () for side in (before, after))
    for place in has:
        if place not in had and place in told:
            yield Cause(f"told_{told[place].status}", told[place])
    for place in had:
        if place not in has and place in told:
            gone = {"withdrawn": "file_withdrawn", "superseded": "file_superseded"}
            yield Cause(gone.get(told[place].stands, "let_go"), told[place])


def _of_the_clock(before: Side | None, after: Side | None, between: Between) -> Iterator[Cause]:
    if before is None or after is None or before.verdict == after.verdict or between.deadline is None:
        return
    if between.passed() and before.verdict in WAITING and after.verdict in LATE:
        spoke = after.verdict == "unconfirmed"
        code = "deadline_passed_pending" if spoke else "deadline_passed"
        yield Cause(code, values=(("deadline", between.deadline),))
    if between.came_back() and before.verdict in LATE and after.verdict in WAITING:
        yield Cause("deadline_ahead", values=(("as_of", between.after), ("deadline", between.deadline)))


def _of_vouchers(before: Side | None, after: Side | None, voucher: Voucher | None) -> Iterator[Cause]:
    by_voucher = after is not None and after.rule == "voucher" and not after.evidence
    if by_voucher and voucher and before is not None and before.rule != "voucher":
        yield Cause("voucher", values=(("number", voucher.number), ("day", voucher.collected_on)))


@functools.cache
def _sentences(language: Language) -> dict[str, str]:
    text = (resources.files("payouts.runs") / "data" / "causes.csv").read_text(encoding="utf-8")
    return {row["code"]: row[language] for row in csv.DictReader(text.splitlines())}


@functools.cache
def _reasons(language: Language) -> dict[str, str]:
    return {row["code"]: row[language] for row in reasons()}


def _values(told: Told, language: Language) -> dict[str, str]:
    said = _sentences(language)
    bank = banks().get(told.sender)
    reason = _reasons(language).get(told.reason_code or "") or told.reason_text or told.reason_code
    return {
        "bank": said["payer" if told.cash else "bank"].format(name=bank.short_name if bank else told.sender),
        "amount": "–" if told.amount is None else f"{grouped(told.amount, language)} đ",
        "on_day": said["on_day"].format(day=_day(told.booked_on)) if told.booked_on else "",
        "reason": said["reason"].format(reason=reason) if reason else "",
        "file": told.file,
        "line": str(told.line),
    }


def _day(value: dt.date | str) -> str:
    return value if isinstance(value, str) else f"{value:%d/%m/%Y}"
