"""Invents a register: people, accounts, dossiers, opt-outs, and months of judged payments to them.

    python benchmarks/people.py --people 300000 --months 3
    python benchmarks/people.py --people 300000 --months 3 --postgresql

Rows go straight into the tables, so that a register of a city is there in minutes. Most people are as they
should be; DEFECTS says what is wrong with how many of the rest. The same seed makes the same people. It is
kept in `benchmarks/out/`.
"""

import argparse
import contextlib
import datetime as dt
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import make_data
import pyarrow as pa
from databases import kept

from payouts.core import clock
from payouts.core.areas import wards
from payouts.core.bulk import insert_table, weigh
from payouts.core.database import Database
from payouts.core.keys import line_key
from payouts.core.settings import Settings
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.migrations.upgrade import open_current
from payouts.registry.models import Beneficiary, Dossier, Enrolment, OptOut, WelfareAccount
from payouts.runs.models import Run, Verdict

OUT = Path(__file__).parent / "out"
PROGRAMMES = {"BTXH": 70, "HTXH": 30}
CATEGORIES = ("BTXH_5_6_N", "BTXH_5_6_DBN", "BTXH_5_4", "BTXH_5_5A_80", "BTXH_5_8", "CS_20_2D")
OPT_OUTS = ("bedridden", "no_bank", "refuses", "no_phone", "relative")

# What is wrong with people: how many of a thousand.
DEFECTS = {
    "cmnd": 15, "no_birth": 8, "no_area": 3, "no_category": 6, "wrong_sex": 4, "wrong_year": 4,
    "same_account": 6, "other_name": 10, "same_person": 5, "card_expired": 25,
}  # fmt: skip
# How far people without an account are, and what stands in the way: how many of a hundred.
WITHOUT_ACCOUNT = {"nothing": 45, "dossier": 25, "opt_out": 30}
SHARE_WITH_ACCOUNT = 0.88
BAD_EVERY = 90  # one account of so many fails each month
# What the bank says of a payment to the others, where it is not paid: how many of a thousand.
FAILURES = {"AC04": 6, "AC01": 4, "AC06": 3, "BE01": 3}


@dataclass
class Invented:
    """People and what belongs to them, as rows of the tables; `wrong` says what is wrong with whom."""

    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)
    wrong: dict[str, list[int]] = field(default_factory=dict)  # of DEFECTS -> ids of people

    def add(self, table: type[Any], **row: Any) -> None:
        """Add a row of a table."""
        self.rows.setdefault(table, []).append(row)


def invent(count: int, seed: int = 1) -> Invented:
    """Invent people with ids from 1 on, their programmes, accounts, dossiers and opt-outs."""
    rng, made, codes = random.Random(seed), Invented(), sorted(wards())
    now, today = clock.now(), clock.today()
    for number in range(1, count + 1):
        person = _person(rng, number, codes)
        defect = _one_of(rng, DEFECTS, 1000)
        programme = _one_of(rng, PROGRAMMES, 100) or "BTXH"
        account = _account(rng, number, person, programme) if rng.random() < SHARE_WITH_ACCOUNT else None
        if defect:
            made.wrong.setdefault(defect, []).append(number)
            _spoil(defect, person, account, made, today)
        made.add(Beneficiary, **person)
        made.add(
            Enrolment, id=number, beneficiary_id=number, programme=programme, since="2025-12", recorded_at=now
        )
        if account:
            made.add(WelfareAccount, **account, recorded_at=now)
        else:
            _without(rng, made, number, now, today)
    return made


def _person(rng: random.Random, number: int, codes: list[str]) -> dict[str, Any]:
    year, female = rng.randint(1930, 2020), rng.random() < 0.55
    century = 2 * (year >= 2000) + female
    name = " ".join(rng.choice(each) for each in (make_data.SURNAMES, make_data.MIDDLES, make_data.GIVEN))
    return {
        "id": number,
        "citizen_id": f"001{century}{year % 100:02d}{number:06d}",
        "full_name": name,
        "date_of_birth": dt.date(year, rng.randint(1, 12), rng.randint(1, 28)),
        "sex": "female" if female else "male",
        "category_code": rng.choice(CATEGORIES),
        "area_code": rng.choice(codes),
        "channel": "account",
        "vneid_level": rng.choice((0, 1, 2, 2, 2)),
        "card_expires_on": dt.date(2027 + rng.randint(0, 12), 6, 1),
        "searchable": False,
    }


def _account(rng: random.Random, number: int, person: dict[str, Any], programme: str) -> dict[str, Any]:
    bank = rng.choice(tuple(make_data.BANKS))
    return {
        "id": number,
        "beneficiary_id": number,
        "programme": programme,
        "channel": "account",
        "bank_code": bank,
        "account_no": f"{make_data.BANKS[bank]}{number:08d}",
        "account_name": person["full_name"],
        "valid_from": dt.date(2025, 12, 1),
        "source_line_id": 0,
    }


def _spoil(
    defect: str, person: dict[str, Any], account: dict[str, Any] | None, made: Invented, today: dt.date
) -> None:
    """Make one thing wrong; what concerns an account needs one, and another person before."""
    before = (made.rows.get(Beneficiary) or [person])[-1]
    of_before = (made.rows.get(WelfareAccount) or [{}])[-1]
    spoilt: dict[str, dict[str, Any]] = {
        "cmnd": {"citizen_id": f"{person['id']:09d}"},
        "no_birth": {"date_of_birth": None},
        "no_area": {"area_code": None},
        "no_category": {"category_code": None},
        "wrong_sex": {"sex": "male" if person["sex"] == "female" else "female"},
        "wrong_year": {
            "date_of_birth": person["date_of_birth"].replace(year=person["date_of_birth"].year + 1)
        },
        "same_person": {name: before[name] for name in ("full_name", "date_of_birth", "area_code")},
        "card_expired": {"card_expires_on": today - dt.timedelta(days=30)},
    }
    person.update(spoilt.get(defect, {}))
    if account and defect == "other_name":
        account["account_name"] = "Trần Người Khác"
    if account and defect == "same_account" and of_before:
        account.update(bank_code=of_before["bank_code"], account_no=of_before["account_no"])


def _without(rng: random.Random, made: Invented, number: int, now: dt.datetime, today: dt.date) -> None:
    stage = _one_of(rng, WITHOUT_ACCOUNT, 100)
    usual = {
        "beneficiary_id": number,
        "source": "hand",
        "source_id": 0,
        "recorded_at": now,
        "recorded_by": "x",
    }
    if stage == "dossier":
        days = rng.randint(1, 60)
        bank = rng.choice(tuple(make_data.BANKS))
        made.add(Dossier, bank_code=bank, completed_on=today - dt.timedelta(days=days), **usual)
    if stage == "opt_out":
        made.add(OptOut, reason=rng.choice(OPT_OUTS), since=today - dt.timedelta(days=90), **usual)


def _one_of(rng: random.Random, shares: dict[str, int], of: int) -> str | None:
    """Choose by shares; None for the rest of the whole."""
    at = rng.randrange(of)
    for name, share in shares.items():
        if at < share:
            return name
        at -= share
    return None


def fill(database: Database, count: int, months: int, seed: int = 1) -> Invented:
    """Put a register and its judged months into an empty database; say what was invented."""
    made = invent(count, seed)
    with database.session() as session:
        for table, rows in made.rows.items():
            insert_table(session, table_behind(table), pa.Table.from_pylist(rows))
    for back in reversed(range(months)):
        with database.session() as session:
            _month(session, made, _month_before(back), random.Random(seed + back))
    with database.session() as session:
        for table in (*made.rows, PayoutLine, Verdict):
            weigh(session, table_behind(table))
    return made


def _month_before(back: int) -> str:
    today = clock.today()
    at = today.year * 12 + today.month - 1 - back
    return f"{at // 12}-{at % 12 + 1:02d}"


def _month(session: Any, made: Invented, month: str, rng: random.Random) -> None:
    """Let one month of all programmes be listed and judged."""
    accounts = {row["beneficiary_id"]: row for row in made.rows[WelfareAccount]}
    programme_of = {row["beneficiary_id"]: row["programme"] for row in made.rows[Enrolment]}
    now, opens_on = clock.now(), dt.date.fromisoformat(f"{month}-01")
    for programme in PROGRAMMES:
        cycle = PayoutCycle(programme=programme, cycle=month, opens_on=opens_on, made_at=now, made_by="x")
        session.add(cycle)
        session.flush()
        told = PayoutList(
            programme=programme, cycle=month, cycle_id=cycle.id, sha256=f"{programme}{month}", size=0,
            filename="list.csv", state="accepted", received_at=now, received_by="x",
        )  # fmt: skip
        run = Run(cycle_id=cycle.id, number=1, as_of=opens_on, state="done", asked_at=now, asked_by="x")
        session.add_all([told, run])
        session.flush()
        people = [row for row in made.rows[Beneficiary] if programme_of[row["id"]] == programme]
        lines = [
            _line(each, accounts.get(each["id"]), row, told, cycle)
            for row, each in enumerate(people, start=2)
        ]
        insert_table(session, table_behind(PayoutLine), pa.Table.from_pylist(lines))
        said = [_verdict(rng, run.id, line) for line in lines]
        insert_table(session, table_behind(Verdict), pa.Table.from_pylist(said))


def _line(
    person: dict[str, Any], account: dict[str, Any] | None, row: int, told: PayoutList, cycle: PayoutCycle
) -> dict[str, Any]:
    names = ("bank_code", "account_no", "account_name")
    return {
        "id": line_key(told.id or 0, row),
        "list_id": told.id,
        "cycle_id": cycle.id,
        "row": row,
        "line_ref": f"{cycle.id:04d}{person['id']:010d}",
        **{
            name: person[name]
            for name in ("citizen_id", "full_name", "date_of_birth", "category_code", "area_code")
        },
        "amount": 810_000,
        "period": cycle.cycle,
        "channel": "account" if account else "cash",
        **{name: account[name] if account else None for name in names},
        "ended_by": 0,
    }


def _verdict(rng: random.Random, run_id: int | None, line: dict[str, Any]) -> dict[str, Any]:
    bad = int(line["line_ref"][4:]) % BAD_EVERY == 0
    reason = "AC04" if bad else _one_of(rng, FAILURES, 1000)
    verdict = "offline" if line["channel"] == "cash" else "failed" if reason else "paid"
    return {
        "run_id": run_id,
        "payout_line_id": line["id"],
        "area_code": line["area_code"],
        "verdict": verdict,
        "owed": line["amount"],
        "settled": line["amount"] if verdict == "paid" else 0,
        "reason_code": reason if verdict == "failed" else None,
    }


@contextlib.contextmanager
def register(count: int, months: int, *, on_postgresql: bool = False) -> Iterator[Settings]:
    """Make a register where there is none yet; one made before is brought to the tables of today."""
    folder = OUT / f"people-{count}-{months}{'-postgresql' if on_postgresql else ''}"

    def first(settings: Settings) -> None:
        began = time.perf_counter()
        with open_current(settings) as database:
            fill(database, count, months)
        print(f"made in {time.perf_counter() - began:.0f} s", flush=True)

    with kept(folder, first, on_postgresql=on_postgresql) as settings:
        yield settings


def size_asked(doc: str | None) -> argparse.Namespace:
    """Read how many people and months a command is to have, and whether on PostgreSQL."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else None)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Make the register that was asked for."""
    asked = size_asked(__doc__)
    with register(asked.people, asked.months, on_postgresql=asked.postgresql) as settings:
        print(settings.data_dir)


if __name__ == "__main__":
    main()
