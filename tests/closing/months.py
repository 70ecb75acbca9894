"""Three months of whatever facts, and the independent sums to which what the months say is held.

Facts of all kinds come: payments, rejections, returns, wrong amounts and accounts, cash with and without
vouchers, deaths told late and taken back, debts carried over by a list, files late and in any order, months
closed in between.
"""

import datetime as dt
import itertools
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, text
from sqlmodel import select

from payouts.closing.identity import Identity, identity
from payouts.closing.models import MonthClose
from payouts.closing.summary import month_at_a_glance
from payouts.closing.verifying import verify
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import PayoutLine, Voucher
from payouts.registry.models import Stop
from tests.closing.told import close_month
from tests.facts import OWED, Office

MONTHS = ("2026-09", "2026-10", "2026-11")
USUAL = {**OWED, **dict.fromkeys(("amount_current", "amount_carried_over", "carried_from"), "")}
PEOPLE = 4
RIGHT = frozenset({"paid", "amount_differs", "paid_twice"})
SETTLED = ("paid", "stopped", "to_recover")
KINDS = ("pay", "short", "twice", "wrong", "reject", "return", "voucher", "die", "live", "close", "judge")


@dataclass
class World:
    """An office, and what was told in it so far."""

    office: Office
    said: int = 0
    closed: int = 0
    carries: bool = False

    def ref(self, month: int, person: int) -> str:
        return f"M{month}P{person}"

    def list_month(self, month: int, carried: frozenset[int]) -> None:
        """Bring a month's list; some of its lines carry over what the month before owes."""
        lines = []
        for person in range(PEOPLE):
            line: dict[str, Any] = {
                "line_ref": self.ref(month, person),
                "citizen_id": f"00114500342{person}",
                "account_no": f"150020500442{person}",
                "period": MONTHS[month],
                "area_code": ("00004", "00008")[person % 2],
                "channel": "cash" if person == PEOPLE - 1 else "account",
                "amount": "500000",
            }
            if line["channel"] == "cash":
                line |= {"bank_code": "", "account_no": ""}
            if month and person in carried:
                self.carries = True
                more = {"amount_current": "500000", "amount_carried_over": "500000"}
                line |= {"amount": "1000000", "carried_from": self.ref(month - 1, person), **more}
            lines.append(line)
        listed = self.office.owe(
            *lines,
            cycle=MONTHS[month],
            name=f"l{month}.csv",
            deadline=dt.date.fromisoformat(f"{MONTHS[month]}-20"),
            usual=USUAL,
        )
        assert listed.state == "accepted", listed.problems

    def tell(self, month: int, person: int, kind: str) -> None:
        """Let one fact be: a file of one line, or something that people write down."""
        self.said += 1
        told = {"bank_ref": f"B{self.said}", "end_to_end_id": self.ref(month, person), "amount": "500000"}
        told["account_no"] = f"150020500442{person}"
        told["booked_on"] = f"{MONTHS[month]}-{10 + self.said % 15:02}"
        bank = {
            "pay": {},
            "short": {"amount": "450000"},
            "twice": {"amount": "500000"},
            "wrong": {"account_no": "1500205009999"},
            "reject": {"status": "rejected", "reason_code": "AC04"},
            "return": {"status": "returned"},
        }
        number = f"00114500342{person}"
        if kind in bank:
            self.office.say(f"k{self.said}.csv", {**told, **bank[kind]})
        elif kind == "voucher":
            with self.office.database.session() as session:
                line = session.exec(
                    select(PayoutLine).where(PayoutLine.line_ref == self.ref(month, person))
                ).one()
                if session.get(Voucher, line.id) is None:
                    day = dt.date.fromisoformat(told["booked_on"])
                    paper = {"number": f"P{self.said}", "collected_on": day, "recorded_by": "x"}
                    session.add(Voucher(payout_line_id=line.id, recorded_at=clock.now(), **paper))
        else:
            self.stop(number, MONTHS[month], dies=kind == "die")

    def stop(self, number: str, month: str, *, dies: bool) -> None:
        with self.office.database.session() as session:
            found = session.exec(
                select(Stop).where(Stop.citizen_id == number, Stop.ended_at.is_(None))
            ).first()  # type: ignore[union-attr]  # a column
            if found and not dies:
                found.ended_at = clock.now()
                session.add(found)
            elif dies and not found:
                day = dt.date.fromisoformat(f"{month}-05")
                paper = {"document_no": "1", "document_on": day, "happened_on": day, "why": "died"}
                more = {"approval_id": 1, "made_at": clock.now(), "made_by": "x", "last_month": month}
                session.add(Stop(citizen_id=number, **paper, **more))

    def judge(self, upto: int) -> None:
        for month in range(upto + 1):
            self.office.run(cycle=MONTHS[month], as_of="2026-12-05")

    def close_next(self, upto: int) -> None:
        """Close the first open month, where it has been judged; all earlier ones are closed."""
        if self.closed <= upto:
            self.judge(upto)
            close_month(self.office, MONTHS[self.closed])
            self.closed += 1


Facts = tuple[int, int, str]  # month, person, kind


def play(template: Path, carried: tuple[frozenset[int], ...], told: tuple[list[Facts], ...]) -> None:
    """Let facts come month by month, in an office of their own, and hold what is said at the end of each."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(template, folder / "chitra.sqlite3")
    with Database(URL.create("sqlite", database=str(folder / "chitra.sqlite3"))) as database:
        world = World(Office(database, Settings(data_dir=folder / "data")))
        for now, happened in enumerate(told):
            world.list_month(now, carried[now])
            for month, person, kind in happened:
                if kind == "close":
                    world.close_next(now - 1)
                elif kind == "judge":
                    world.judge(now)
                else:
                    world.tell(min(month, now), person, kind)
            world.judge(now)
            check(world, now)
    shutil.rmtree(folder)


def check(world: World, upto: int) -> None:
    with world.office.database.reading() as session:
        told = [identity(session, "BTXH", month) for month in MONTHS[: upto + 1]]
        for month, found in zip(MONTHS, told, strict=False):
            quick = month_at_a_glance(session, "BTXH", month, EVERYTHING)["identity"]
            assert quick == {**found.total.as_dict(), "difference": 0}, month
            for figures in (*found.wards.values(), *found.people.values()):
                assert figures.difference == 0
                assert min(figures.as_dict().values()) >= 0
        for close in session.exec(select(MonthClose)):
            assert verify(session, close) == []
        independent(session, told, listed=world.carries)


def independent(session: Any, told: list[Identity], *, listed: bool) -> None:
    """Hold what the months say together to sums made anew, by SQL that knows nothing of closing."""
    now: dict[str, int] = defaultdict(int)
    for row in session.execute(text(STATES)):
        owed, before, settled = row.amount, row.before, row.settled
        got = owed if row.vouchers else min(owed, settled) if row.verdict in RIGHT else 0
        last = session.execute(text(LAST), {"person": row.citizen_id}).scalar() or "9999-99"
        halves = ((owed - before, got - min(got, before), row.period), (before, min(got, before), row.source))
        for amount, paid, month in halves:
            due = (month or "") <= last
            now["paid" if due else "to_recover"] += paid
            now["stopped"] += 0 if due else amount - paid
            now["carried_out"] += amount - paid if due and not row.moved else 0
        now["owed"] += owed - before
    said = {name: sum(getattr(each.total, name) for each in told) for name in ("owed", *SETTLED)}
    late = sum(sum(each.late.values()) for each in told)
    assert said["owed"] == now["owed"]
    assert told[-1].total.carried_out == now["carried_out"]
    if not listed:
        # What months said was settled, less what came in late, is what is settled now: each đồng once.
        assert sum(said[name] for name in SETTLED) - late == sum(now[name] for name in SETTLED)
        for before, after in itertools.pairwise(told):
            assert after.total.carried_in == before.total.carried_out + sum(after.late.values())


STATES = """
SELECT l.period, l.citizen_id, l.amount, coalesce(l.amount_carried_over, 0) AS before,
       (SELECT e.period FROM payout_line e WHERE e.line_ref = l.carried_from) AS source,
       coalesce(v.settled, 0) AS settled, v.verdict,
       (SELECT count(*) FROM voucher w WHERE w.payout_line_id = l.id) AS vouchers,
       (SELECT count(*) FROM payout_line n WHERE n.carried_from = l.line_ref) AS moved
FROM payout_line l
JOIN verdict v ON v.payout_line_id = l.id
WHERE v.run_id = (SELECT max(r.id) FROM run r WHERE r.cycle_id = l.cycle_id AND r.state = 'done')
"""
LAST = "SELECT min(last_month) FROM stop WHERE citizen_id = :person AND ended_at IS NULL"
