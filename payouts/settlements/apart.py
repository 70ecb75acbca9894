"""Reads a big file in a process of its own, so that the one that serves keeps answering meanwhile."""

import contextlib
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self, TypedDict

import pyarrow as pa

from payouts.settlements.controls import Policy
from payouts.settlements.formats.base import LINES, FileReport
from payouts.settlements.reading import open_settlement

BIG = 4 << 20  # bytes; a smaller file is read sooner than a process starts
AHEAD = 8  # batches


class ReaderDiedError(RuntimeError):
    """The reading process ended without a report."""


class _Named(TypedDict):
    profile: str | None
    currency: str
    client_bank: str | None
    policy: Policy


class Apart:
    """A settlement file being read, here or in a child process; used as settlements.reading.Reading.

    Attributes:
        report: what is known of the file; final once the batches are read to the end
    """

    def __init__(
        self, path: Path, *, profile: str | None, currency: str, client_bank: str | None, policy: Policy
    ) -> None:
        self._path = path
        self._named: _Named = {
            "profile": profile,
            "currency": currency,
            "client_bank": client_bank,
            "policy": policy,
        }
        self.report = FileReport()

    def batches(self) -> Generator[pa.RecordBatch]:
        """Yield the good lines (schema formats.base.LINES); of a refused file, all must be dropped.

        Raises:
            ReaderDiedError: the child was killed, or broke
        """
        if not self._path.is_file() or self._path.stat().st_size < BIG:
            reading = open_settlement(self._path, **self._named)
            self.report = reading.report
            yield from reading.batches()
            return
        child = _waiting() or _Child()
        with child, ThreadPoolExecutor(max_workers=1) as ahead:
            try:
                child.pipe.send((self._path, self._named))
                yield from self._received(child.pipe, ahead)
            finally:
                child.kill()

    def _received(self, here: Connection, ahead: ThreadPoolExecutor) -> Iterator[pa.RecordBatch]:
        """Take some messages ahead, so that the child reads on while the caller keeps what it got."""
        coming = deque(ahead.submit(here.recv_bytes) for _ in range(AHEAD))
        try:
            while batch := coming.popleft().result():
                coming.append(ahead.submit(here.recv_bytes))
                yield pa.ipc.read_record_batch(pa.py_buffer(batch), LINES)
            self.report = pickle.loads(coming.popleft().result())  # noqa: S301  # our own child's
        except EOFError:
            raise ReaderDiedError(str(self._path)) from None


class _Child:
    """A process that waits until it is asked for one file; it ends where whoever started it is gone."""

    def __init__(self) -> None:
        self.pipe, there = Pipe()
        with there:
            asked = [sys.executable, "-m", __name__, str(there.fileno())]
            self._process = subprocess.Popen(asked, pass_fds=[there.fileno()])  # noqa: S603  # ourselves

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.pipe.close()
        self._process.wait()

    def lives(self) -> bool:
        """Say whether it can still be asked."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it; what waits for its answer sees the end."""
        self._process.kill()


_spare: list[_Child] = []


def make_ready() -> None:
    """Start a process for the next big file beforehand, unless one waits: starting takes a third of a second.

    Who calls this calls dismiss in the end.
    """
    if not _spare:
        _spare.append(_Child())


def dismiss() -> None:
    """End the process that waits, if one does."""
    while _spare:
        with _spare.pop():
            pass


def _waiting() -> _Child | None:
    """Give the process that waits, if it still lives."""
    while _spare:
        child = _spare.pop()
        if child.lives():
            return child
        with child:
            pass
    return None


def _read(there: Connection) -> None:
    """Wait for what to read; send its batches, an empty message and the report."""
    with contextlib.suppress(EOFError, BrokenPipeError):  # whoever started this is gone
        path, named = there.recv()
        reading = open_settlement(path, **named)
        for batch in reading.batches():
            there.send_bytes(batch.serialize())
        there.send_bytes(b"")
        there.send_bytes(pickle.dumps(reading.report))


if __name__ == "__main__":
    _read(Connection(int(sys.argv[1])))
