"""What happens to each invented payout line at its bank: one small story a verdict, told as events."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from payouts.core.words import without_marks
from payouts.demo.people import BANKS, Person, invent_name, invent_number

# Fees that a bank takes off although it should not, in đồng.
FEES = (3_300, 11_000)

# Reasons that banks give: ISO code, what they write, how often.
REASONS = (
    ("AC04", "Tài khoản đã đóng", 26),
    ("AC01", "Sai số tài khoản", 22),
    ("AC06", "Tài khoản bị phong tỏa", 14),
    ("BE01", "Tên không khớp", 14),
    ("RR04", "Giấy tờ hết hạn", 12),
    ("RC01", "Sai ngân hàng thụ hưởng", 6),
    ("MD07", "Chủ tài khoản đã chết", 6),
)


MASKED = 0.08  # share of names that banks hide behind stars


@dataclass(frozen=True, slots=True)
class Line:
    """One payout line of the invented list. Amounts are in đồng."""

    line_ref: str
    person: Person
    amount: int
    period: str
    channel: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a bank did with a payment. Amounts are in đồng."""

    bank: str  # the bank that tells it
    status: str
    booked_on: dt.date
    bank_ref: str
    line_ref: str  # "" where the bank lost it
    account_no: str
    account_name: str
    account_bank: str
    amount: int
    citizen_id: str = ""
    reason: str = ""
    reason_text: str = ""
    fee: int = 0
    original_ref: str = ""


@dataclass(slots=True)
class Stage:
    """What the stories draw on: chance, the calendar, and bank references that are not yet used."""

    dice: random.Random
    first_day: dt.date  # on which banks pay
    last_day: dt.date  # on which they pay without being late
    late_day: dt.date  # on which returns come
    references: dict[str, int] = field(default_factory=dict)

    def day(self) -> dt.date:
        """Draw a day on which banks pay."""
        span = (self.last_day - self.first_day).days + 1
        return self.first_day + dt.timedelta(days=int(self.dice.random() * span))

    def bank_ref(self, bank: str, day: dt.date) -> str:
        """Give the bank's next reference."""
        number = self.references[bank] = self.references.get(bank, 1000) + self.dice.randint(1, 9)
        return f"FT{day:%y%j}{bank[:2]}{number:05}"


def as_banks_write(name: str, dice: random.Random | None = None) -> str:
    """Write a name as banks do: upper case without marks, sometimes with stars for letters."""
    plain = without_marks(name).upper()
    if dice is not None and dice.random() < MASKED:
        return " ".join(word[0] + "***" for word in plain.split())
    return plain


def _settled(stage: Stage, line: Line, **changes: object) -> Event:
    person, day = line.person, stage.day()
    told = Event(
        person.bank, "settled", day, stage.bank_ref(person.bank, day), line.line_ref, person.account_no,
        as_banks_write(person.holder, stage.dice), person.bank, line.amount,
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]  # the stories name the fields


def _reason(stage: Stage) -> tuple[str, str]:
    code, text, _ = stage.dice.choices(REASONS, [share for *_, share in REASONS])[0]
    return code, text


def paid(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid in full, with the list's own reference."""
    yield _settled(stage, lines[0])


def reference_lost(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid in full, but the bank dropped the reference: account and amount must find it."""
    yield _settled(stage, lines[0], line_ref="")


def zeros_eaten(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid in full, without a reference, and a spreadsheet ate the account's leading zeros."""
    yield _settled(stage, lines[0], line_ref="", account_no=lines[0].person.account_no.lstrip("0"))


def account_masked(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid in full; the bank hides the account and names the identity number."""
    person = lines[0].person
    yield _settled(
        stage, lines[0], line_ref="", account_no=f"****{person.account_no[-4:]}", citizen_id=person.citizen_id
    )


def in_instalments(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid in two parts without a reference."""
    first = lines[0].amount * 2 // 5 // 1000 * 1000
    for part in (first, lines[0].amount - first):
        yield _settled(stage, lines[0], line_ref="", amount=part)


def one_credit_for_two(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Husband and wife share an account; the bank sends one credit for both."""
    yield _settled(stage, lines[0], line_ref="", amount=sum(line.amount for line in lines))


def rejected(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The bank could not pay and says why."""
    code, text = _reason(stage)
    yield _settled(stage, lines[0], status="rejected", reason=code, reason_text=text)


def returned(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid, and sent back days later."""
    first = _settled(stage, lines[0])
    code, text = _reason(stage)
    late = stage.late_day - dt.timedelta(days=stage.dice.randint(0, 1))
    yield first
    yield replace(
        first, status="returned", booked_on=late, bank_ref=stage.bank_ref(first.bank, late),
        reason=code, reason_text=text, original_ref=first.bank_ref,
    )  # fmt: skip


def timed_out(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The bank does not know itself: neither paid nor failed."""
    yield _settled(stage, lines[0], status="unknown", reason="AB05", reason_text="Hết thời gian chờ")


def still_pending(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The bank has the order and has not carried it out."""
    yield _settled(stage, lines[0], status="pending")


def fee_taken(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid less a fee that nobody agreed to."""
    fee = stage.dice.choice(FEES)
    yield _settled(stage, lines[0], amount=lines[0].amount - fee, fee=fee)


def old_rate(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid by last year's rate."""
    yield _settled(stage, lines[0], amount=lines[0].amount * 10 // 13 // 1000 * 1000)


def other_account(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The reference is right, the account is somebody else's."""
    bank = lines[0].person.bank
    yield _settled(
        stage, lines[0], account_no=invent_number(stage.dice, BANKS[bank][1]),
        account_name=as_banks_write(invent_name(stage.dice, "male")),
    )  # fmt: skip


def mistyped(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """No reference, and two digits of the account swapped: a person has to say whose it is."""
    account = lines[0].person.account_no
    swapped = next(
        (account[:at] + account[at + 1] + account[at] + account[at + 2 :])
        for at in range(len(account) - 2, 0, -1)
        if account[at] != account[at + 1]
    )
    yield _settled(stage, lines[0], line_ref="", account_no=swapped)


def other_bank(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The number is right, the bank is another."""
    yield _settled(stage, lines[0], account_bank=stage.dice.choice(("TCB", "VPB", "ACB")))


def other_name(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """The account is right, but its holder is called otherwise."""
    yield _settled(stage, lines[0], account_name=as_banks_write(invent_name(stage.dice, "female")))


def twice(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Paid two times over."""
    yield _settled(stage, lines[0])
    yield _settled(stage, lines[0])


def twins(stage: Stage, lines: Sequence[Line]) -> Iterator[Event]:
    """Two children on one guardian's account with the same amount, and three credits without a reference."""
    for _ in range(len(lines) + 1):
        yield _settled(stage, lines[0], line_ref="")


def silence(_stage: Stage, _lines: Sequence[Line]) -> Iterator[Event]:
    """The bank says nothing."""
    yield from ()


Story = Callable[[Stage, Sequence[Line]], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class Part:
    """A story, the banks it can happen at, how many times it does, and how many lines take part each time."""

    story: Story
    banks: str
    times: int
    lines: int = 1
    same_amount: bool = True
    channels: tuple[str, ...] = ("account",)


# Programme -> what happens; all other lines are simply paid.
PLAY: dict[str, tuple[Part, ...]] = {
    "BTXH": (
        Part(silence, "VBA MB BIDV ICB", 34, channels=("cash", "home")),
        Part(silence, "VBA MB BIDV ICB", 22),
        Part(reference_lost, "VBA BIDV", 45),
        Part(zeros_eaten, "MB", 14),
        Part(account_masked, "BIDV", 8),
        Part(in_instalments, "BIDV VBA", 4),
        Part(one_credit_for_two, "BIDV VBA", 3, lines=2, same_amount=False),
        Part(rejected, "MB BIDV ICB", 52),
        Part(returned, "VBA ICB BIDV", 16),
        Part(timed_out, "BIDV", 7),
        Part(still_pending, "MB ICB", 6),
        Part(fee_taken, "BIDV VBA", 7),
        Part(old_rate, "MB ICB BIDV", 5),
        Part(other_account, "VBA BIDV MB", 6),
        Part(other_bank, "BIDV", 3),
        Part(other_name, "VBA MB BIDV", 13),
        Part(twice, "VBA BIDV ICB", 6),
        Part(twins, "VBA BIDV", 3, lines=2),
        Part(mistyped, "VBA MB", 5),
    ),
    "HTXH": (
        Part(silence, "VBA ICB", 14),
        Part(silence, "VBA ICB", 8, channels=("cash",)),
        Part(still_pending, "ICB", 38),
        Part(rejected, "ICB", 7),
        Part(returned, "VBA", 3),
        Part(other_name, "VBA", 2),
    ),
}
