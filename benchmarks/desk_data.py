"""Invents an office after a year: twelve cycles through the service itself, and the cases they left open.

    python benchmarks/desk_data.py --lines 1000000 --cases 50000
    python benchmarks/desk_data.py --lines 1000000 --cases 50000 --postgresql

Every cycle pays the same people. Lists and bank files are taken in, judged and followed by cases as any
day, so that whatever the service keeps beside its facts (sums, search keys, hardship) is there, too. It takes
minutes, and is kept in `benchmarks/out/`.
"""

import argparse
import contextlib
import csv
import datetime as dt
import random
import time
from collections.abc import Iterator
from pathlib import Path

import make_data
from databases import kept

from payouts.cases.open import open_cases
from payouts.core.areas import wards
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.users import add_user
from payouts.jobs.searchable import fill_search_keys
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.apart import dismiss
from payouts.settlements.intake import keep_file

OUT = Path(__file__).parent / "out"
PROGRAMME = "BTXH"
MONTHS = [f"2025-{month:02d}" for month in (12,)] + [f"2026-{month:02d}" for month in range(1, 12)]
PASSWORD = "mật khẩu của phép đo này"  # noqa: S105  # of invented people
WARD_OFFICERS, PROVINCE_OFFICERS = 16, 4

# What becomes of a line that is not simply paid; kinds as make_data tells them.
EXCEPTIONS = {
    "rejected": 46, "silent": 20, "pending": 10, "returned": 6, "short": 6, "other_name": 6,
    "other_account": 3, "twice": 3,
}  # fmt: skip


@contextlib.contextmanager
def office(lines: int, cases: int, *, on_postgresql: bool = False) -> Iterator[Settings]:
    """Make an office where there is none yet; one made before is brought to the tables of today.

    Args:
        lines: payout lines over all cycles
        cases: about so many of their cases stay open
        on_postgresql: on a PostgreSQL of its own, which runs until the end; a SQLite file by default
    """
    folder = OUT / f"desk-{lines}-{cases}{'-postgresql' if on_postgresql else ''}"
    with kept(
        folder, lambda settings: _fill(settings, lines, cases), on_postgresql=on_postgresql
    ) as settings:
        yield settings


def _fill(settings: Settings, lines: int, cases: int) -> None:
    """Let a year of an office happen."""
    with open_current(settings) as database:
        add_people(database)
        people = invent(lines // len(MONTHS))
        rng = random.Random(7)
        for month in MONTHS:
            began = time.perf_counter()
            _live_through(database, settings, month, people, rng, share=cases / lines)
            print(f"{month}: {time.perf_counter() - began:.0f} s", flush=True)
        began = time.perf_counter()
        while fill_search_keys(database):
            pass
        print(f"search keys: {time.perf_counter() - began:.0f} s", flush=True)
    dismiss()


def add_people(database: Database) -> None:
    """Add officers of wards, each with one ward, and of the province."""
    codes = sorted(wards())
    with database.session() as session:
        for number in range(WARD_OFFICERS):
            add_user(session, f"xa{number}", "ward", areas=[codes[number]], password=PASSWORD, by="benchmark")
        for number in range(PROVINCE_OFFICERS):
            add_user(session, f"tinh{number}", "province", areas=[], password=PASSWORD, by="benchmark")


def invent(count: int) -> list[make_data.Row]:
    """Invent people, each with a payout line that every cycle repeats."""
    maker = make_data.Maker(random.Random(1))
    codes = sorted(wards())
    people = []
    for number in range(count):
        person = maker.owed()
        person["citizen_id"] = f"001{person['citizen_id'][3:6]}{number:06d}"
        people.append(person | {"area_code": codes[number % len(codes)]})
    return people


def _live_through(
    database: Database,
    settings: Settings,
    month: str,
    people: list[make_data.Row],
    rng: random.Random,
    *,
    share: float,
) -> None:
    """Let one cycle happen: its list, one file of the bank, a run and its cases."""
    owed = settings.data_dir / f"list-{month}.csv"
    told = settings.data_dir / f"bank-{month}.csv"
    _write(owed, make_data.LIST, (_line(person, month) for person in people))
    _write(told, make_data.SETTLEMENT, _said(people, month, rng, share))
    year, number = map(int, month.split("-"))
    deadline = dt.date(year, number, 20)
    cycle = {"cycle": month, "programme": PROGRAMME}
    keep_list(database, settings, owed, **cycle, deadline=deadline, by="benchmark")
    keep_file(database, settings, told, bank_code="VBA", profile="chitra", by="benchmark")
    as_of = min(deadline + dt.timedelta(days=10), dt.date.today())  # noqa: DTZ011  # the machine's own day
    run = reconcile_cycle(database, **cycle, by="benchmark", as_of=as_of)
    with database.session() as session:
        open_cases(session, run.id or 0)
    owed.unlink()
    told.unlink()


def _line(person: make_data.Row, month: str) -> make_data.Row:
    reference = f"{month[2:4]}{month[5:]}{person['line_ref'][4:]}"
    return person | {"line_ref": reference, "period": month}


def _said(
    people: list[make_data.Row], month: str, rng: random.Random, share: float
) -> Iterator[make_data.Row]:
    """Tell what the bank says of a cycle: most are paid, and of the rest each story has its part."""
    maker = make_data.Maker(rng)
    maker.movement = int(month[:4] + month[5:]) * 1_000_000 % 100_000_000
    kinds = tuple(EXCEPTIONS)
    for person in people:
        exception = rng.random() < share
        kind = rng.choices(kinds, tuple(EXCEPTIONS.values()))[0] if exception else "clean"
        for row in maker.story(kind, _line(person, month)):
            yield row | {"booked_on": f"{month}-{row['booked_on'][8:]}"}


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[make_data.Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Make the office that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with office(asked.lines, asked.cases, on_postgresql=asked.postgresql) as settings:
        print(settings.data_dir)


if __name__ == "__main__":
    main()
