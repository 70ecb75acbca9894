"""A SQLite file opened so that what was acknowledged survives a power cut and writers stand in a queue."""

import contextlib
import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from payouts.core.errors import ConflictError, DomainError
from payouts.core.settings import MIB

PATIENCE_SECONDS = 30  # how long a writer waits for the one before it
LARGEST_WAL = 4 * MIB  # past it the write-ahead log is folded into the file after a commit
# Before this version connections that checkpoint at once can damage the file (sqlite.org, "WAL-reset bug").
SAFE_CHECKPOINTS = (3, 51, 3)
READING = "chitra_reading"  # execution option: the transaction only reads


class BusyError(DomainError):
    """Another writer holds the database for longer than one waits."""

    def __init__(self) -> None:
        super().__init__("database_busy", "Hệ thống đang bận ghi dữ liệu. Xin thử lại sau ít phút.")


class Turn:
    """Whose turn it is to write a SQLite file: one thread of this process, or of all if `careful`."""

    def __init__(self, path: Path, *, careful: bool) -> None:
        self._here = threading.Lock()
        self._everywhere = FileLock(_beside(path, "write"), thread_local=False) if careful else None

    def take(self) -> None:
        """Wait for it; it may be given back from another thread.

        Raises:
            BusyError: it did not come within PATIENCE_SECONDS
        """
        if not self._here.acquire(timeout=PATIENCE_SECONDS):
            raise BusyError
        if self._everywhere is None:
            return
        try:
            self._everywhere.acquire(timeout=PATIENCE_SECONDS, poll_interval=0.005)
        except Timeout:
            self._here.release()
            raise BusyError from None

    def give(self) -> None:
        """Let the next one write."""
        if self._everywhere is not None:
            self._everywhere.release()
        self._here.release()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for the code inside."""
        self.take()
        try:
            yield
        finally:
            self.give()


def open_sqlite(path: Path, *, careful: bool | None = None) -> tuple[Engine, Turn]:
    """Open a SQLite file; it and its folder are made where there is none.

    Args:
        path: the file
        careful: hold one lock across processes around writes and checkpoints and let nothing checkpoint by
            itself; by default where the SQLite library is older than SAFE_CHECKPOINTS

    Returns:
        the engine, and the turn to hold while closing it, since closing the last connection checkpoints
    """
    if careful is None:
        careful = sqlite3.sqlite_version_info < SAFE_CHECKPOINTS
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    turn = Turn(path, careful=careful)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=30,
        hide_parameters=True,  # an error's text goes to the log; people's names and accounts must not
    )
    _prepare_connections(engine, careful=careful)
    _queue_writers(engine, turn, path.with_name(f"{path.name}-wal") if careful else None)
    with (
        turn.held()
    ):  # the first connection may turn the file to write-ahead logging, or mend it after a crash
        engine.connect().close()
    return engine, turn


def _prepare_connections(engine: Engine, *, careful: bool) -> None:
    pragmas = [
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose what was acknowledged when the power fails
        "foreign_keys=ON",
        f"journal_size_limit={LARGEST_WAL}",
        "cache_size=-16384",  # 16 MiB
    ]
    if careful:
        pragmas.append("wal_autocheckpoint=0")

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def _queue_writers(engine: Engine, turn: Turn, wal: Path | None) -> None:
    """Let each writer wait for its turn before it begins; fold the write-ahead log `wal` in if it grew."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        known = connection.connection.info
        reading = connection.get_execution_options().get(READING, False)
        if known.get("reading") != reading:
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
            known["reading"] = reading
        if not reading and not known.get("turn"):
            turn.take()
            known["turn"] = True
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def end(connection: sqlite3.Connection | None, record: Any) -> None:
        if not record.info.pop("turn", False):
            return
        try:
            if (
                wal is not None
                and connection is not None
                and wal.exists()
                and wal.stat().st_size > LARGEST_WAL
            ):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            turn.give()


@contextlib.contextmanager
def in_use(path: Path) -> Iterator[None]:
    """Mark a SQLite file as used by this process, so that nobody upgrades it meanwhile.

    Raises:
        ConflictError: it is being upgraded
    """
    message = f"{path} đang được nâng cấp. Xin đợi lệnh `chitra db upgrade` chạy xong."
    with _use(path, fcntl.LOCK_SH, ConflictError("database_upgrading", message)):
        yield


@contextlib.contextmanager
def alone(path: Path, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold a SQLite file for this process alone.

    Args:
        path: the file
        wait_seconds: how long to wait for another process that has it open

    Raises:
        ConflictError: another process has it open
    """
    message = (
        f"{path} đang được một tiến trình khác sử dụng. "
        "Hãy dừng `chitra serve` và các lệnh chitra khác rồi chạy lại."
    )
    with _use(path, fcntl.LOCK_EX, ConflictError("database_in_use", message), wait_seconds):
        yield


@contextlib.contextmanager
def _use(path: Path, mode: int, otherwise: ConflictError, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock beside a SQLite file, shared or alone; the system lets go of it when the process ends."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + wait_seconds
    with _beside(path, "use").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise otherwise from None
                time.sleep(0.05)
            else:
                break
        yield


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}.lock")
