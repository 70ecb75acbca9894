"""Kills the service again and again while banks send files, and proves that each file was read once.

    python benchmarks/kill.py --kills 60 --files 24 [--postgresql]

On SQLite the one process that serves and works is killed; on PostgreSQL the server or one of two workers.
Half of the files come over HTTP, half into the watched folder. At the end: no file is lost after its 202, no
line stands twice, none is missing, no job is left, and nothing half taken in.
"""

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from databases import postgresql
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from payouts.core.settings import Settings

CHITRA = [sys.executable, "-c", "from payouts.cli.main import run; run()"]
HEAD = "bank_code,bank_ref,end_to_end_id,account_no,amount,currency,booked_on,status\n"
SIZES = (1, 700, 25_000, 70_000, 130_000)  # lines; the last two are read in a process of their own
TOLD = """
    SELECT f.sha256, f.state, f.received_by, count(l.id) AS lines, count(DISTINCT l.line) AS different,
           coalesce(sum(l.amount), 0) AS amount
    FROM settlement_file f LEFT JOIN settlement_line l ON l.file_id = f.id
    GROUP BY f.sha256, f.state, f.received_by
"""


@dataclass
class Sent:
    """A file that a bank sends: its bytes, how many lines they have, and what these add up to."""

    body: bytes
    lines: int
    amount: int


@dataclass
class Service:
    """The processes of the service, each started anew when it was killed."""

    data_dir: Path
    port: int
    commands: list[list[str]]
    settings: dict[str, str] = field(default_factory=dict)
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, number: int | None = None) -> None:
        """Start all processes, or one of them."""
        environment = {**os.environ, **self.settings}
        for place, command in enumerate(self.commands):
            if number in {None, place}:
                process = subprocess.Popen([*CHITRA, *command], env=environment, stdout=subprocess.DEVNULL)
                if number is None:
                    self.running.append(process)
                else:
                    self.running[place] = process

    def kill(self, number: int) -> None:
        """Kill one process as the system would, without a warning, and start it again."""
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()
        self.start(number)

    def stop(self) -> None:
        """End all processes."""
        for process in self.running:
            process.kill()
            process.wait()


def invent(number: int, rng: random.Random, sizes: tuple[int, ...] = SIZES) -> Sent:
    """Make a file that no other one is like."""
    lines = rng.choice(sizes)
    amounts = [rng.randrange(1, 2_000_000) for _ in range(lines)]
    rows = (
        f"VBA,F{number}-{place},L{number}X{place},{1500_000_000 + place},{amount},VND,2026-11-05,settled\n"
        for place, amount in enumerate(amounts)
    )
    return Sent((HEAD + "".join(rows)).encode(), lines, sum(amounts))


def send(port: int, key: str, sent: Sent) -> None:
    """Send a file until the service says that it is safe."""
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request(
                "POST",
                "/v1/settlement-files?filename=kq.csv",
                sent.body,
                {"Authorization": f"Bearer {key}"},
            )
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        finally:
            line.close()
        if answer.status in {200, 202}:
            return
        if answer.status not in {408, 503}:
            sys.exit(f"unexpected answer {answer.status}")


def drop(folder: Path, number: int, sent: Sent) -> None:
    """Put a file into the watched folder as a careful bank does."""
    part = folder / f"{number}.csv.part"
    part.write_bytes(sent.body)
    part.rename(folder / f"{number}.csv")


def check(url: URL, files: list[Sent], dropped: int, data_dir: Path, watched: Path) -> None:
    """Compare what is kept with what was sent.

    Raises:
        AssertionError: a file or a line is missing, or there twice
    """
    engine = create_engine(url)
    with engine.connect() as connection:
        kept = {row.sha256: row for row in connection.execute(text(TOLD))}
        left = connection.execute(text("SELECT count(*) FROM job WHERE state <> 'done'")).scalar()
        receipts = connection.execute(text("SELECT count(*) FROM settlement_file")).scalar()
    engine.dispose()
    expected = {hashlib.sha256(sent.body).hexdigest(): sent for sent in files}
    _must(kept.keys() == expected.keys() and receipts == len(files), f"{receipts} receipts")
    for digest, sent in expected.items():
        row = kept[digest]
        found = (row.state, row.lines, row.different, row.amount)
        _must(found == ("accepted", sent.lines, sent.lines, sent.amount), f"{found}, not {sent.lines} lines")
        bytes_kept = (data_dir / "files" / digest[:2] / digest).read_bytes()
        _must(hashlib.sha256(bytes_kept).hexdigest() == digest, "the bytes kept are others")
    _must(left == 0, f"{left} jobs are left")
    done = [path for path in (watched / "VBA" / "done").glob("*") if path.suffix == ".csv"]
    _must(len(done) == dropped, f"{len(done)} files in done/")
    told = all(path.with_name(f"{path.name}.receipt.json").exists() for path in done)
    _must(told and not list((watched / "VBA" / "in").iterdir()), "a drop without its receipt")


def _must(true: bool, otherwise: str) -> None:  # noqa: FBT001  # a condition
    if not true:
        raise AssertionError(otherwise)


def until_read(url: URL, files: int, watched: Path, patience: float) -> None:
    """Wait until every file is read and put away."""
    engine = create_engine(url)
    end = time.monotonic() + patience
    while True:
        with engine.connect() as connection:
            read = connection.execute(
                text("SELECT count(*) FROM settlement_file WHERE state <> 'received'")
            ).scalar()
        if read == files and not list((watched / "VBA" / "in").iterdir()):
            break
        _must(time.monotonic() < end, f"{read} of {files} files are read")
        time.sleep(0.2)
    engine.dispose()


def survive(
    folder: Path,
    url: URL | None,
    *,
    kills: int,
    files: int,
    seed: int,
    sizes: tuple[int, ...] = SIZES,
    pause: float = 5.0,
) -> tuple[int, float]:
    """Send files while processes are killed, then check.

    Args:
        folder: for data and drops
        url: an empty PostgreSQL; SQLite in the folder where there is none
        kills: how many
        files: how many are sent
        seed: of sizes and moments
        sizes: in lines, one of which each file has
        pause: seconds between two kills, at most

    Returns:
        lines that were kept, and seconds
    """
    rng = random.Random(seed)
    watched = folder / "drops"
    (watched / "VBA" / "in").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "CHITRA_DATA_DIR": str(folder / "data"),
        "CHITRA_WATCH_DIR": str(watched),
        "CHITRA_LOG_LEVEL": "error",
    }
    commands = [["serve", "--port", str(port)]]
    if url is not None:
        settings["CHITRA_DATABASE_URL"] = url.render_as_string(hide_password=False)
        commands = [[*commands[0], "--no-worker"], ["worker"], ["worker"]]
    known = Settings(data_dir=folder / "data", database_url=settings.get("CHITRA_DATABASE_URL"))
    added = [*CHITRA, "banks", "add-client", "--bank", "VBA", "--json"]
    told = subprocess.run(added, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE)
    key = json.loads(told.stdout)["key"]
    service = Service(folder / "data", port, commands, settings)
    everything = [invent(number, rng, sizes) for number in range(files)]
    over_http = everything[::2]
    senders = [
        threading.Thread(target=lambda mine=over_http[place::2]: [send(port, key, each) for each in mine])
        for place in range(2)
    ]
    began = time.monotonic()
    service.start()
    try:
        for number, sent in enumerate(everything[1::2]):
            drop(watched / "VBA" / "in", number, sent)
        for sender in senders:
            sender.start()
        for _ in range(kills):
            time.sleep(rng.uniform(0.0, pause))
            service.kill(rng.randrange(len(commands)))
        for sender in senders:
            sender.join()
        until_read(known.url, files, watched, patience=600)
        time.sleep(1)  # for the last job to be called done
    finally:
        service.stop()
    check(known.url, everything, len(everything[1::2]), folder / "data", watched)
    return sum(sent.lines for sent in everything), time.monotonic() - began


def main() -> None:
    """Kill, and tell."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--files", type=int, default=24)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--postgresql", action="store_true", help="a server and two workers on PostgreSQL")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chitra-kill-"))
    with contextlib.ExitStack() as held:
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        url = held.enter_context(postgresql()) if given.postgresql else None
        lines, seconds = survive(folder, url, kills=given.kills, files=given.files, seed=given.seed)
    where = "PostgreSQL, a server and two workers" if given.postgresql else "SQLite, one process"
    print(f"{where}: killed {given.kills} times in {seconds:.0f} s (seed {given.seed})")
    print(f"{given.files} files with {lines:,} lines: each read once, no line missing, none twice")


if __name__ == "__main__":
    main()
