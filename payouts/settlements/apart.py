"""Reads a big file in a process of its own, so that the one that serves keeps answering meanwhile."""

import contextlib
import json
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypedDict

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
        here, there = Pipe(duplex=False)
        asked = [
            sys.executable,
            "-m",
            __name__,
            str(there.fileno()),
            str(self._path),
            json.dumps(self._named),
        ]
        with (
            contextlib.closing(here),
            subprocess.Popen(asked, pass_fds=[there.fileno()]) as child,  # noqa: S603  # ourselves, with a path of our own making
            ThreadPoolExecutor(max_workers=1) as ahead,
        ):
            there.close()
            try:
                yield from self._received(here, ahead)
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


def _read(there: Connection, path: Path, named: _Named) -> None:
    """Read the file and send its batches, an empty message and the report."""
    reading = open_settlement(path, **named)
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        for batch in reading.batches():
            there.send_bytes(batch.serialize())
        there.send_bytes(b"")
        there.send_bytes(pickle.dumps(reading.report))


if __name__ == "__main__":
    _read(Connection(int(sys.argv[1]), readable=False), Path(sys.argv[2]), json.loads(sys.argv[3]))
