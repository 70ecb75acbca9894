"""Reads MT940 statements, strictly and as a stream: SWIFT User Handbook category 9, with the habits of banks.

A line is each field 61; a statement is each message, page by page. Choices where banks differ:

- The envelope ({1:..}{4: .. -}) may be there or not, a lone `-` may end a message; a body that was opened and
  never closed is a file cut short.
- D and RC are money out, C and RD money in: a reversal of a credit takes money out.
- `booked_on` is the entry date, else the value date. A reference may be longer than 16 characters.
- Text that is not UTF-8 is read as Windows-1252 and said so: no word of it decides who was paid.
- MT942 and MT941 are read to their end for the receipt, and refused: what they tell is not booked.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from payouts.core.limits import LONGEST_TEXT
from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport, StatementBalance
from payouts.settlements.formats.mt940_columns import Regular, in_order, read_regular
from payouts.settlements.formats.mt940_movement import movement_row, read_day, read_movement
from payouts.settlements.formats.mt940_text import BEFORE_A_MOVEMENT, Lines, blocks
from payouts.settlements.formats.standard import (
    UNKNOWN_CURRENCY,
    Row,
    add_total,
    amount_problem,
    batch,
    decimals,
    plain,
    swift_amount,
    units,
)

FORMAT, INTERIM = "mt940", "mt942"
FEW = 50  # movements that are read one by one sooner than in columns
MOST_LINES_OF_A_FIELD = 100  # SWIFT allows 6, and banks 20

_HEAD = re.compile(
    rb"(?:^|[\r\n])[\x00-\x20]*:(?:20|21|25P?|28C?|60[FM]|61|62[FM]|64|65|86|34F|13D?|90[CD]|NS):"
)
_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
_END = re.compile(r"-(?:[}å].*|XXX)?")
_OPEN = re.compile(r"\{4:$")
_INTERIM_ENVELOPE = re.compile(r"\{2:[IO]94[12]")  # MT941 and MT942
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*)")
_NUMBER = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9}))?")  # of the statement, and of its page
_SERVICER = re.compile(r"([A-Z]{4}VN[A-Z0-9]{2}(?:[A-Z0-9]{3})?)/")
_CLOSING = frozenset({"62F", "62M"})
_INTERIM_FIELDS = frozenset({"34F", "13", "13D", "90C", "90D"})
# After which fields a field may stand in its message.
_AFTER = {
    "20": {""},
    "21": {"20"},
    "25": {"20", "21"},
    "25P": {"20", "21"},
    "28": {"25", "25P"},
    "28C": {"25", "25P"},
    "60F": {"28", "28C", "25", "NS"},
    "60M": {"28", "28C", "25", "NS"},
    "61": {"60F", "60M", "61", "86", "NS"},
    "86": {"61", "86", "NS", "62F", "62M", "64", "65"},
    "62F": {"60F", "60M", "61", "86", "NS"},
    "62M": {"60F", "60M", "61", "86", "NS"},
    "64": {"62F", "62M"},
    "65": {"62F", "62M", "64", "65"},
}


def identify(head: bytes) -> bool:
    """Say whether the first bytes of a file are an MT940, or an MT942, which is refused."""
    return _HEAD.search(head) is not None


def read(path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
    """Yield batches of good lines; see formats.base.Reader."""
    reading = _Reading(report, currency)
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        for text in blocks(stream):
            yield from reading.block(text)
    reading.end()
    if reading.rows:
        yield batch(reading.rows)


@dataclass(slots=True)
class _Message:
    """A message while it is read."""

    number: int
    fields: set[str] = field(default_factory=set)
    last: str = ""
    opening: tuple[Decimal, str] | None = None
    closing: tuple[Decimal, str] | None = None
    moved: Decimal = Decimal(0)
    readable: bool = True
    account: str | None = None
    place: tuple[int | None, int | None] = (None, None)  # number and page
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None


class _Reading:
    """Where the reader stands in a file: the message, the movement and the field that it is in."""

    def __init__(self, report: FileReport, currency: str) -> None:
        self.report = report
        self.currency = currency
        self.rows: list[Row] = []
        self.lines = Lines(report)
        self.message: _Message | None = None
        self.opened = False  # the body of an envelope was opened and not yet closed
        self.cut = False  # a field had more lines than are kept
        self.whole = False  # some message has a reference and an opening balance
        self.movement: list[str] | None = None  # the lines of a field 61
        self.details: list[str] = []  # the lines of its field 86
        self.folding: list[str] | None = None  # where a further line of the present field goes
        self.steps: dict[str, Callable[[str], None]] = {
            "25": self._account,
            "25P": self._account,
            "28": self._place,
            "28C": self._place,
            "60F": self._opening,
            "60M": self._opening,
            "62F": self._closing,
            "62M": self._closing,
        }

    def block(self, text: str) -> Iterator[pa.RecordBatch]:
        """Take some lines of the file: runs of regular movements at once, all else line by line."""
        pieces = BEFORE_A_MOVEMENT.split(text)
        if len(pieces) < FEW:
            self._one_by_one(pieces)
            lines = [batch(self.rows)]
        else:
            lines = [self._in_runs(pieces), batch(self.rows)]
        self.rows.clear()
        yield from in_order(*lines)

    def _in_runs(self, pieces: list[str]) -> pa.RecordBatch:
        """Take pieces of a block, of which the last one may go on in the next."""
        regular = read_regular(pieces[:-1], self.currency)
        done = 0
        for start, stop in regular.runs():
            place = int(regular.places[start])
            self._one_by_one(pieces[done:place])
            done = place + stop - start
            if self._is_plain():
                self._run(regular, start, stop)
            else:
                self._one_by_one(pieces[place:done])
        self._one_by_one(pieces[done:])
        return regular.batch()

    def _one_by_one(self, pieces: list[str]) -> None:
        for line in self.lines.of("\n".join(pieces)):
            self._take(line)

    def _is_plain(self) -> bool:
        """Say whether a movement may come here, in the service's currency."""
        message = self.message
        return (
            message is not None
            and message.opening is not None
            and message.opening[1] == self.currency
            and self.report.format != INTERIM
            and _in_place("61", message)
        )

    def _run(self, regular: Regular, start: int, stop: int) -> None:
        """Take regular movements, which stand one behind the other."""
        self._end_movement()
        self.folding = None
        report, message = self.report, self.message
        if message is None:
            return
        regular.take(start, stop, report.lines + 1, message.number)
        for credit in (True, False):
            lines, amount = regular.moved(start, stop, credit=credit)
            add_total(report, self.currency, amount, lines, credit=credit)
            message.moved += amount if credit else -amount
        report.lines += stop - start
        report.good_lines += stop - start
        message.fields.add("61")
        message.last = "86" if regular.detailed[stop - 1] else "61"

    def _take(self, line: str) -> None:
        """Take a line of the file."""
        tag = _TAG.match(line) if line.startswith(":") else None
        if tag is not None:
            self._field(tag[1], tag[2])
        elif line.startswith("-") and _END.fullmatch(line.rstrip()):
            self.folding = None  # the message ends with the next one: a stray movement is still its own
            self.opened = False
        elif self.folding is not None:
            if len(self.folding) < MOST_LINES_OF_A_FIELD:
                self.folding.append(line)
            elif not self.cut:
                self.cut = True
                self.report.add(Problem("text_line_too_long", values={"line": str(self.report.lines)}))
        else:
            self.opened = self.opened or _OPEN.search(line.strip()) is not None
            if _INTERIM_ENVELOPE.search(line):
                self.report.format = INTERIM

    def end(self) -> None:
        """Take the end of the file."""
        self._end_message()
        if self.report.format == INTERIM:
            self.report.add(Problem("interim_report", values={"value": "MT942"}))
        elif self.opened:
            self.report.add(Problem("file_truncated"))
        elif not self.whole:
            self.report.add(Problem("fragment"))

    def _field(self, tag: str, text: str) -> None:
        """Take the first line of a field."""
        report = self.report
        if tag == "20" or self.message is None:
            if tag == "20" or not report.statements:
                self._end_message()
                report.statements += 1
            self.message = _Message(report.statements)
        message = self.message
        if tag in _INTERIM_FIELDS:
            report.format = INTERIM
        elif report.format != INTERIM and not _in_place(tag, message):
            values = {"statement": str(message.number), "value": tag, "after": message.last or "-"}
            report.add(Problem("field_out_of_place", report.lines + 1 if tag == "61" else None, tag, values))
        message.fields.add(tag)
        message.last = tag
        self.folding = None
        if tag == "61":
            self._end_movement()
            report.lines += 1
            self.movement = self.folding = [text]
        elif tag in {"86", "NS"}:
            self.folding = self.details if self.movement is not None else []
            self.folding.append(text)
        else:
            self._end_movement()
            if tag in self.steps:
                self.steps[tag](text)

    def _account(self, text: str) -> None:
        servicer = _SERVICER.match(text)
        if servicer and self.report.sender is None:
            self.report.sender = servicer[1]
        if self.message is not None:
            self.message.account = text.strip()[:LONGEST_TEXT] or None

    def _place(self, text: str) -> None:
        match = _NUMBER.fullmatch(text.strip())
        if self.message is not None and match is not None:
            self.message.place = (int(match[1]), int(match[2]) if match[2] else None)

    def _opening(self, text: str) -> None:
        if self.message is not None:
            self.message.opening, self.message.opened_on = self._balance(text, "60")
            self.whole = self.whole or "20" in self.message.fields

    def _closing(self, text: str) -> None:
        if self.message is not None:
            self.message.closing, self.message.closed_on = self._balance(text, "62")

    def _balance(self, text: str, name: str) -> tuple[tuple[Decimal, str] | None, dt.date | None]:
        """Read a balance, as signed amount and currency, and its day."""
        match = _BALANCE.fullmatch(text.strip())
        amount = swift_amount(match[4]) if match else None
        day = read_day(match[2]) if match else None
        if match is None or amount is None or day is None:
            number = str(self.message.number) if self.message else ""
            self.report.add(
                Problem("balance_unreadable", None, name, {"statement": number, "value": text[:100]})
            )
        if match is None or amount is None:
            return None, day
        if name == "62" and day is not None:
            self.report.written_on = max(self.report.written_on or day, day)
        return (amount if match[1] == "C" else -amount, match[3]), day

    def _end_message(self) -> None:
        """Check a message: that it is one, and that its movements lead from one balance to the other."""
        self._end_movement()
        message, self.message, self.folding = self.message, None, None
        if message is None or self.report.format == INTERIM:
            return
        number = {"statement": str(message.number)}
        if not _CLOSING & message.fields:
            self.report.add(Problem("no_closing_balance", None, "62", number))
        elif not {"60F", "60M"} & message.fields:
            self.report.add(Problem("no_opening_balance", None, "60", number))
        elif message.readable and message.opening and message.closing:
            self._check(message, message.opening, message.closing)

    def _check(self, message: _Message, opening: tuple[Decimal, str], closing: tuple[Decimal, str]) -> None:
        found = opening[0] + message.moved
        ties = (found, opening[1]) == closing
        self.report.add_balance(
            StatementBalance(
                message.number,
                opening[1],
                opening[0],
                closing[0],
                ties,
                account=message.account,
                number=message.place[0],
                page=message.place[1],
                begun="60M" in message.fields,
                goes_on="62M" in message.fields,
                opened_on=message.opened_on,
                closed_on=message.closed_on,
            )
        )
        if ties:
            return
        values = {
            "statement": str(message.number),
            "opening": f"{plain(opening[0])} {opening[1]}",
            "moved": plain(message.moved),
            "expected": f"{plain(closing[0])} {closing[1]}",
            "found": f"{plain(found)} {opening[1]}",
        }
        self.report.add(Problem("balance_does_not_tie", None, "62", values))

    def _end_movement(self) -> None:
        """Take a movement whose lines are complete: count it, and keep it where nothing is wrong with it."""
        if self.movement is None or self.message is None:
            return
        (first, *more), details = self.movement, self.details
        self.movement, self.details = None, []
        report, message, line = self.report, self.message, self.report.lines
        movement = read_movement(first)
        if movement is None or not movement.comma:
            report.add(Problem("movement_unreadable", line, "61", {"value": first[:100]}))
        if movement is None:
            message.readable = False
            return
        amount, currency = movement.amount, message.opening[1] if message.opening else UNKNOWN_CURRENCY
        counted = units(amount, currency) if currency == self.currency else None
        if counted is not None:
            amount = Decimal(counted).scaleb(-decimals(currency))
        message.moved += amount if movement.credit else -amount
        add_total(report, currency, amount, credit=movement.credit)
        if movement.booked_on is None:
            report.add(Problem("date_unreadable", line, "61", {"value": movement.dates}))
        if counted is None and message.opening:
            report.add(amount_problem(line, "61", amount, currency, self.currency))
        elif counted is None and report.format != INTERIM:
            report.add(Problem("movement_without_opening", line, "61"))
        if counted is not None and movement.comma and movement.booked_on is not None:
            place, money = (line, message.number), (counted, currency)
            self.rows.append(movement_row(place, movement, money, more, details))
            report.good_lines += 1


def _in_place(tag: str, message: _Message) -> bool:
    """Say whether a field may stand where it does."""
    if tag == "NS":
        return True
    return message.last in _AFTER.get(tag, ()) and not (tag == "61" and _CLOSING & message.fields)
