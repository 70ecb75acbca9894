"""Twenty people at work over a year of an office: how long each page takes, and how large it is.

    python benchmarks/desk_load.py                                  1,000,000 payout lines, 50,000 open cases
    python benchmarks/desk_load.py --postgresql
    python benchmarks/desk_load.py --lines 24000 --cases 1200 --people 4 --seconds 20 --every 1

Each does one thing every five seconds: leafs through the worklist, opens a case, searches, looks at the
dashboard, or notes a call and sets the next date. The server is a process of its own, asked over HTTP as a
browser asks; times are those of whole answers. At the end page 100 of the province's worklist is asked beside
page 1.
"""

import argparse
import asyncio
import html
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import httpx
from desk_data import PASSWORD, PROVINCE_OFFICERS, WARD_OFFICERS, office
from make_data import GIVEN, MIDDLES, SURNAMES, unmarked
from sqlmodel import col, func, select

from payouts.cases.models import Case
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.lists.models import PayoutLine
from payouts.registry.models import Beneficiary

# What people do, how often of a hundred times.
ACTIONS = {"worklist": 30, "case": 30, "search": 15, "dashboard": 10, "contact": 15}
FILTERS = (
    "",
    "",
    "",
    "?verdict=failed",
    "?verdict=missing",
    "?verdict=unconfirmed",
    "?reason=AC04",
    "?state=open",
)
MEDIAN_MS, P95_MS, LARGEST_HTML = 150, 300, 100_000
DEEP, ROUNDS = 100, 20
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
RESULT = re.compile(r'name="result" value="([a-z_]+)"')
CASE = re.compile(r'href="/cases/(\d+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass
class Told:
    """What was measured: page -> milliseconds of each answer, and its largest HTML in bytes."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def print(self) -> None:
        """Print a line a page, and say which are over the bounds."""
        print(f"\n{'page':<12}{'answers':>8}{'median':>10}{'p95':>10}{'largest':>10}{'HTML':>12}")
        for name, times in self.times.items():
            median, p95 = (
                statistics.median(times),
                statistics.quantiles(times, n=20, method="inclusive")[-1] if times[1:] else times[0],
            )
            met = median <= MEDIAN_MS and p95 <= P95_MS and self.sizes[name] < LARGEST_HTML
            print(
                f"{name:<12}{len(times):>8}{median:>7.0f} ms{p95:>7.0f} ms{max(times):>7.0f} ms"
                f"{self.sizes[name]:>10,} B{'' if met else '   over the bound'}"
            )


@dataclass
class Person:
    """Somebody signed in, with the cases of the page of the worklist that lies before them."""

    client: httpx.AsyncClient
    told: Told
    rng: random.Random
    known: list[PayoutLine]
    cases: list[str] = field(default_factory=list)
    following: str = ""

    async def see(self, name: str, path: str) -> str:
        """Ask for a page, and measure."""
        began = time.perf_counter()
        answer = await self.client.get(path)
        self._keep(name, began, answer)
        return answer.text

    def _keep(self, name: str, began: float, answer: httpx.Response) -> None:
        if answer.status_code not in {200, 303}:
            sys.exit(
                f"{answer.request.method} {answer.request.url}: {answer.status_code}\n{answer.text[-2000:]}"
            )
        self.told.times[name].append((time.perf_counter() - began) * 1000)
        self.told.sizes[name] = max(self.told.sizes[name], len(answer.content))

    async def worklist(self) -> None:
        """Look at the worklist, or leaf on in it."""
        leaf = self.following and self.rng.random() < 0.4
        page = await self.see("worklist", self.following if leaf else f"/cases{self.rng.choice(FILTERS)}")
        self.cases = CASE.findall(page) or self.cases
        found = NEXT.search(page)
        self.following = html.unescape(found[1]) if found else ""

    async def case(self) -> str:
        """Open one of the cases in sight."""
        if not self.cases:
            await self.worklist()
        self._case = self.rng.choice(self.cases)
        return await self.see("case", f"/cases/{self._case}")

    async def search(self) -> None:
        """Search for a number or a name, with or without marks."""
        line = self.rng.choice(self.known)
        name = f"{self.rng.choice(SURNAMES)} {self.rng.choice(MIDDLES)} {self.rng.choice(GIVEN)}"
        asked = (
            line.line_ref,
            line.citizen_id,
            line.account_no,
            line.full_name,
            name,
            unmarked(name).lower(),
        )
        await self.see("search", str(httpx.URL("/search", params={"q": self.rng.choice(asked) or name})))

    async def dashboard(self) -> None:
        """Look at the dashboard."""
        await self.see("dashboard", "/dashboard")

    async def contact(self) -> None:
        """Open a case, note a call there and set the next date."""
        page = await self.case()
        form = {
            "csrf_token": TOKEN.findall(page)[-1],
            "version": VERSION.findall(page)[0],
            "way": "called",
            "result": self.rng.choice(RESULT.findall(page)),
            "note": f"Hẹn lại {self.rng.randint(1, 99)}",
        }
        began = time.perf_counter()
        answer = await self.client.post(f"/cases/{self._case}/contact", data=form)
        self._keep("contact", began, answer)

    async def work(self, until: float, every: float) -> None:
        """Do one thing after the other until a moment of the clock."""
        await asyncio.sleep(self.rng.random() * every)
        while time.perf_counter() < until:
            began = time.perf_counter()
            await getattr(self, self.rng.choices(tuple(ACTIONS), tuple(ACTIONS.values()))[0])()
            await asyncio.sleep(max(0.0, every - (time.perf_counter() - began)))


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve an office in a process of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CHITRA_DATA_DIR": str(settings.data_dir), "CHITRA_LOG_LEVEL": "error"}
    environment |= {"CHITRA_DATABASE_URL": settings.database_url} if settings.database_url else {}
    command = [sys.executable, "-c", "from payouts.cli.main import run; run()", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            while True:
                try:
                    httpx.get(f"{address}/readyz").raise_for_status()
                except httpx.HTTPError:
                    time.sleep(0.2)
                else:
                    break
            yield address
        finally:
            server.terminate()


@asynccontextmanager
async def signed_in(
    address: str, username: str, told: Told, known: list[PayoutLine]
) -> AsyncIterator[Person]:
    """Sign somebody in."""
    soon = httpx.Limits(keepalive_expiry=2)  # before the server hangs up on somebody who reads
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=soon) as client:
        token = TOKEN.findall((await client.get("/sign-in")).text)[0]
        form = {"csrf_token": token, "username": username, "password": PASSWORD}
        answer = await client.post("/sign-in", data=form)
        if answer.status_code != 303:
            sys.exit(f"{username} cannot sign in: {answer.status_code}")
        yield Person(client, told, random.Random(username), known)


async def people_at_work(
    address: str, count: int, seconds: float, every: float, known: list[PayoutLine]
) -> None:
    """Let people work side by side, then look at a deep page of the worklist."""
    told, deep = Told(), Told()
    names = [f"tinh{n}" for n in range(PROVINCE_OFFICERS)] + [f"xa{n}" for n in range(WARD_OFFICERS)]
    async with AsyncExitStack() as held:
        people = [
            await held.enter_async_context(signed_in(address, name, told, known)) for name in names[:count]
        ]
        for person in people:  # each once, so that nothing is measured that only a cold server does
            await person.worklist()
            await person.dashboard()
        told.times.clear()
        until = time.perf_counter() + seconds
        await asyncio.gather(*(person.work(until, every) for person in people))
        told.print()
        await leaf_through(people[0], deep)
        deep.print()


async def leaf_through(person: Person, told: Told) -> None:
    """Go to a deep page of the whole worklist, and ask for it and for the first one in turn."""
    person.told, path = Told(), "/cases"
    for _ in range(DEEP - 1):
        found = NEXT.search(await person.see("on the way", path))
        if found is None:
            return
        path = html.unescape(found[1])
    person.told = told
    for _ in range(ROUNDS):
        await person.see("page 1", "/cases")
        await person.see(f"page {DEEP}", path)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument(
        "--every", type=float, default=5.0, help="seconds from one action of a person to the next"
    )
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    with office(asked.lines, asked.cases, on_postgresql=asked.postgresql) as settings:
        known, counted = _known(settings)
        before = os.getloadavg()[0]
        with served(settings) as address:
            asyncio.run(people_at_work(address, asked.people, asked.seconds, asked.every, known))
    where = "PostgreSQL" if asked.postgresql else "SQLite"
    print(f"\n{counted}, {where}")
    print(f"{asked.people} people, each one action every {asked.every:g} s, for {asked.seconds:g} s")
    print(f"load of the machine before {before:.1f}, after {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")


def _known(settings: Settings) -> tuple[list[PayoutLine], str]:
    """Give some payout lines that people search for, and say how much there is."""
    with Database(settings.url) as database, database.reading() as session:
        people = session.exec(select(func.count()).select_from(Beneficiary)).one()
        chosen = [f"2611{random.Random(n).randint(1, people):08d}" for n in range(500)]
        lines = session.exec(select(PayoutLine).where(col(PayoutLine.line_ref).in_(chosen))).all()
        owed = session.exec(select(func.count()).select_from(PayoutLine)).one()
        cases = session.exec(select(func.count()).select_from(Case).where(Case.state != "closed")).one()
    return list(lines), f"{owed:,} payout lines, {cases:,} open cases"


if __name__ == "__main__":
    main()
