"""Casts invented people into the stories: the payout lists of a cycle and everything their banks did."""

import calendar
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from payouts.demo.people import (
    BANKS,
    SOCIAL_PENSION,
    SOCIAL_PROTECTION,
    Category,
    Person,
    invent_name,
    invent_number,
    invent_people,
)
from payouts.demo.stories import PLAY, Event, Line, Part, Stage, as_banks_write, paid

BASE_AMOUNT = 650_000  # đồng a month at coefficient 1 in Hanoi
ARREARS = 150_000  # đồng: a rise that came late, paid back at coefficient 1

STRANGERS = 7  # credits to people whom nobody owed anything
LATE_ARREARS = 24  # people with a second line, for the month before


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a cycle. Early in the month they are squeezed, so that none lies in the future."""

    cycle: str
    opens_on: dt.date  # list and money go to the banks
    first_day: dt.date  # banks pay from here
    last_day: dt.date  # to here
    deadline: dt.date  # the day by which they must have answered
    late_day: dt.date  # late returns
    as_of: dt.date  # the day of the reconciliation
    month_end: dt.date


def schedule(cycle: str, today: dt.date) -> Schedule:
    """Lay out the days of a cycle such as 2026-11; from the 22nd of its month they depend on it alone."""
    year, month = (int(part) for part in cycle.split("-"))
    opens_on = (dt.date(year, month, 1) - dt.timedelta(days=1)).replace(day=25)
    as_of = min(today, dt.date(year, month, 22))
    span = (as_of - opens_on).days

    def day(share: float) -> dt.date:
        return opens_on + dt.timedelta(days=max(1, int(span * share)))

    month_end = dt.date(year, month, calendar.monthrange(year, month)[1])
    return Schedule(
        cycle, opens_on, day(0.35), day(0.65), day(0.8), as_of - dt.timedelta(days=1), as_of, month_end
    )


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of the demonstration: its mark in references, its size and its kinds of allowance."""

    code: str
    mark: str
    size: int
    categories: tuple[Category, ...]
    banks: dict[str, int] | None = None


PROGRAMMES = (
    Programme("BTXH", "BT", 1_700, SOCIAL_PROTECTION),
    Programme("HTXH", "HT", 300, SOCIAL_PENSION, {"VBA": 60, "ICB": 40}),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demonstration is made of: payout lines by programme, and what the banks tell."""

    schedule: Schedule
    lines: dict[str, list[Line]]
    events: list[Event]
    strangers: list[Event]


def invent(cycle: str, today: dt.date) -> Plan:
    """Invent a whole cycle; the same cycle gives the same people, amounts and stories every time.

    Args:
        cycle: the month, e.g. 2026-11
        today: no event lies after it
    """
    days = schedule(cycle, today)
    stage = Stage(random.Random(f"chitra {cycle}"), days.first_day, days.last_day, days.late_day)
    lines: dict[str, list[Line]] = {}
    events: list[Event] = []
    for programme in PROGRAMMES:
        cast = list(_cast(stage.dice, programme, days))
        lines[programme.code] = [line for _, group in cast for line in group]
        for part, group in cast:
            events.extend(part.story(stage, group))
    return Plan(days, lines, events, list(_strangers(stage)))


def _cast(dice: random.Random, programme: Programme, days: Schedule) -> Iterator[tuple[Part, list[Line]]]:
    """Give each story its lines, in the order of the list; lines without a story are paid."""
    people = invent_people(
        dice, programme.size - LATE_ARREARS, programme.categories, days.month_end, programme.banks
    )
    free = list(range(len(people)))
    roles: list[tuple[Part, list[int]]] = []
    for part in PLAY[programme.code]:
        for _ in range(part.times):
            first = dice.choice([at for at in free if people[at].bank in part.banks.split()])
            free.remove(first)
            group = [first]
            for _ in range(part.lines - 1):
                other = dice.choice([at for at in free if people[at].ward == people[first].ward])
                free.remove(other)
                people[other] = _same_account(people[other], people[first], same_amount=part.same_amount)
                group.append(other)
            roles.append((part, group))
    simply_paid = Part(paid, " ".join(BANKS), 1)
    roles.extend((simply_paid, [at]) for at in free)
    arrears = dice.sample(free, LATE_ARREARS)
    ref = _references(programme, days.cycle)
    for part, group in sorted(roles, key=lambda role: role[1][0]):
        yield part, [_line(dice, next(ref), people[at], days.cycle, part) for at in group]
        if group[0] in arrears:
            line = _line(dice, next(ref), people[group[0]], days.cycle, part)
            earlier = f"{days.opens_on:%Y-%m}"
            amount = round(ARREARS * line.person.coefficient)
            yield part, [replace(line, amount=amount, period=earlier, note="Truy lĩnh")]


def _references(programme: Programme, cycle: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{cycle[2:4]}{cycle[5:]}{programme.mark}{number:06}"


def _same_account(person: Person, other: Person, *, same_amount: bool) -> Person:
    """Let a person receive on another's account; with the same amount they also draw the same allowance."""
    shared = replace(
        person, bank=other.bank, account_no=other.account_no, holder=other.holder,
        holder_id=other.holder_id or other.citizen_id,
    )  # fmt: skip
    return replace(shared, category=other.category, coefficient=other.coefficient) if same_amount else shared


def _line(dice: random.Random, line_ref: str, person: Person, cycle: str, part: Part) -> Line:
    amount = round(BASE_AMOUNT * person.coefficient)
    return Line(line_ref, person, amount, cycle, dice.choice(part.channels))


def _strangers(stage: Stage) -> Iterator[Event]:
    """Tell of credits to people who stand on no list."""
    for _ in range(STRANGERS):
        bank, day = stage.dice.choice(("VBA", "BIDV")), stage.day()
        yield Event(
            bank, "settled", day, stage.bank_ref(bank, day), "", invent_number(stage.dice, BANKS[bank][1]),
            as_banks_write(invent_name(stage.dice, "male")), bank, BASE_AMOUNT,
        )  # fmt: skip
