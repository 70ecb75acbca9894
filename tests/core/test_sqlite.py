"""Several processes share one SQLite file: they write in turn, and one that is killed spoils nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from payouts.core.errors import ConflictError
from payouts.core.sqlite import LARGEST_WAL, alone, in_use, open_sqlite

WRITER = """
import sys
from pathlib import Path
from payouts.core.sqlite import open_sqlite
engine, turn = open_sqlite(Path(sys.argv[1]), careful=True)
name, rounds, pause = sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
for number in range(rounds):
    with engine.begin() as connection:
        (count,) = connection.exec_driver_sql("SELECT n FROM counted").fetchone()
        connection.exec_driver_sql("INSERT INTO filler VALUES (?)", ("x" * 20_000,))
        if pause:
            print("holding", flush=True)
            import time; time.sleep(pause)
        connection.exec_driver_sql("UPDATE counted SET n = ?", (count + 1,))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "shared.sqlite3"
    engine, _ = open_sqlite(made, careful=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (n INTEGER)")
        connection.exec_driver_sql("CREATE TABLE filler (x TEXT)")
        connection.exec_driver_sql("INSERT INTO counted VALUES (0)")
    engine.dispose()
    return made


def writer(path: Path, name: str, rounds: int, pause: float = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(path), name, str(rounds), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program


def look(path: Path) -> tuple[int, str]:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT n FROM counted").fetchone()
    (health,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return count, health


def test_processes_write_in_turn_and_no_change_is_lost(path: Path) -> None:
    writers = [writer(path, str(number), 150) for number in range(3)]
    assert [process.wait(timeout=120) for process in writers] == [0, 0, 0]
    for process in writers:
        process.communicate()
    assert look(path) == (450, "ok")
    wal = path.with_name("shared.sqlite3-wal")
    assert not wal.exists() or wal.stat().st_size < 3 * LARGEST_WAL


def test_a_writer_that_is_killed_leaves_the_turn_to_the_next(path: Path) -> None:
    victim = writer(path, "victim", 1, pause=60)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "holding\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    began = time.monotonic()
    after = writer(path, "after", 1)
    after.communicate(timeout=60)
    assert after.returncode == 0
    assert time.monotonic() - began < 20
    assert look(path) == (1, "ok")


def test_who_uses_a_file_and_who_wants_it_alone_keep_each_other_out(path: Path) -> None:
    with in_use(path), in_use(path), pytest.raises(ConflictError) as refusal, alone(path):
        pass
    assert refusal.value.code == "database_in_use"
    with alone(path), pytest.raises(ConflictError) as refusal, in_use(path):
        pass
    assert refusal.value.code == "database_upgrading"
    with alone(path):
        pass
