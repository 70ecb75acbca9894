"""Invents small histories of three months: the same facts, in any order of files and runs."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

CYCLES = ("2026-09", "2026-10", "2026-11")
AS_OF = "2026-11-28"
PEOPLE = 3
AMOUNTS = ("810000", "810000", "540000")
REASONS = ("AC01", "AC04", "AC06")

Line = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is owed in each month, and what banks told in files."""

    owed: dict[str, list[Line]]
    files: dict[str, list[Line]]


def invent(seed: int, *, referenced: float = 0.7) -> Facts:
    """Invent what three people are owed in three months, and what their bank told of it.

    Args:
        seed: the same seed, the same facts
        referenced: the share of movements that name the payout line
    """
    dice = random.Random(seed)  # noqa: S311  # invented rows want a repeatable generator, not a secret one
    owed = {cycle: [_owed(dice, cycle, person) for person in range(PEOPLE)] for cycle in CYCLES}
    told: list[Line] = []
    for cycle, lines in owed.items():
        for line in lines:
            told += _story(dice, cycle, line, len(told), referenced)
    dice.shuffle(told)
    files: dict[str, list[Line]] = {}
    while told:
        size = dice.randint(1, 4)
        files[f"f{len(files)}.csv"], told = told[:size], told[size:]
    return Facts(owed, files)


def _owed(dice: random.Random, cycle: str, person: int) -> Line:
    return {
        "line_ref": f"P{person}{cycle[-2:]}",
        "citizen_id": f"00114500341{person}",
        "full_name": ("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Lan")[person],
        "account_no": f"150020500441{person}",
        "amount": dice.choice(AMOUNTS) if person else AMOUNTS[0],
        "period": cycle,
    }


def _story(dice: random.Random, cycle: str, line: Line, number: int, referenced: float) -> list[Line]:
    """Tell what became of one payout line: nothing, a word, a payment, and what undid or followed it."""
    opens = dt.date(2026, int(cycle[-2:]) - 1, 25)
    day = opens + dt.timedelta(days=dice.randint(3, 25))
    named = dice.random() < referenced
    usual = {
        "bank_ref": f"F{number}",
        "end_to_end_id": line["line_ref"] if named else "",
        "account_no": "" if named and dice.random() < 0.3 else line["account_no"],
        "amount": line["amount"],
    }

    def at(later: int, **words: str) -> Line:
        return {**usual, "booked_on": str(day + dt.timedelta(days=later)), **words}

    reason = dice.choice(REASONS)
    returned = at(
        dice.randint(1, 45), status="returned", bank_ref=f"R{number}", original_ref=f"F{number}",
        end_to_end_id="", reason_code=reason,
    )  # fmt: skip
    again = at(dice.randint(46, 55), bank_ref=f"G{number}", end_to_end_id=line["line_ref"])
    return dice.choice(
        (
            [],
            [at(0)],
            [at(0)],
            [at(dice.randint(20, 40))],
            [at(0), returned],
            [at(0), returned],
            [at(0), returned, again],
            [at(0, status="rejected", reason_code=reason)],
            [at(0, status="rejected", reason_code=reason), again],
            [at(0), at(1, bank_ref=f"H{number}")],
            [at(0, status="pending"), at(dice.randint(5, 40))],
            [at(0, amount="500000")],
        )
    )
