"""In whichever order files come and runs are made, in the end every line has the same verdict."""

import datetime as dt
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from payouts.jobs.asking import start_run
from payouts.jobs.worker import work_once
from payouts.runs.store import verdict_page
from tests.facts import Office
from tests.jobs.histories import AS_OF, CYCLES, Facts, invent

NOW = dt.datetime(2026, 11, 28, 5, tzinfo=dt.UTC)
SAID = ("verdict", "settled", "reason_code", "differences")


@pytest.mark.parametrize(("seed", "referenced"), [(1, 1.0), (2, 0.5), (3, 0.5)])
def test_the_order_of_files_and_runs_changes_no_verdict(
    seed: int, referenced: float, office: Office, sqlite_template: Path, tmp_path: Path
) -> None:
    facts = invent(seed, referenced=referenced)
    path = tmp_path / "at-once.sqlite3"
    shutil.copy(sqlite_template, path)
    with Database(URL.create("sqlite", database=str(path))) as database:
        at_once = Office(database, Settings(data_dir=tmp_path / "at-once"))
        owe(at_once, facts)
        for name, lines in sorted(facts.files.items()):
            at_once.say(name, *lines)
        settle(at_once, list(CYCLES))
        expected = said(at_once)

    live_through(office, facts, random.Random(seed))  # noqa: S311  # a repeatable generator is wanted
    assert said(office) == expected


def live_through(office: Office, facts: Facts, dice: random.Random) -> None:
    """Let files come in any order, with runs at any time, then let each month be run once more."""
    owe(office, facts)
    names = list(facts.files)
    dice.shuffle(names)
    for name in names:
        office.say(name, *facts.files[name])
        if dice.random() < 0.5:  # about every second file
            settle(office, [dice.choice(CYCLES)])
    order = list(CYCLES)
    dice.shuffle(order)
    settle(office, order)


def owe(office: Office, facts: Facts) -> None:
    for cycle, lines in facts.owed.items():
        deadline = dt.date(2026, int(cycle[-2:]), 20)
        office.owe(*lines, cycle=cycle, deadline=deadline, name=f"{cycle}.csv")


def settle(office: Office, cycles: list[str]) -> None:
    """Run some months, and whatever follows from that."""
    for cycle in cycles:
        with clock.stopped(NOW):
            with office.database.session() as session:
                day = dt.date.fromisoformat(AS_OF)
                start_run(session, programme="BTXH", cycle=cycle, by="test", as_of=day)
            while work_once(office.database, office.settings):
                pass


def said(office: Office) -> dict[str, tuple[object, ...]]:
    with office.database.reading() as session:
        return {
            row["line_ref"]: tuple(row[name] for name in SAID)
            for cycle in CYCLES
            for row in verdict_page(session, "BTXH", cycle, EVERYTHING).items
        }
