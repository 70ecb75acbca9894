"""Reads a big file in a process of its own, so that the one that serves keeps answering meanwhile."""

import contextlib
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from payouts.core.settings import MIB
from payouts.settlements.formats.base import LINES, FileReport
from payouts.settlements.reading import open_settlement

BIG = 4 * MIB  # bytes; a smaller file is read sooner than a process starts


class ReaderDiedError(RuntimeError):
    """The reading process ended without a report."""


class Apart:
    """A settlement file being read, here or in a child process; used as settlements.reading.Reading.

    Attributes:
        report: what is known of the file; final once the batches are read to the end
    """

    def __init__(self, path: Path, *, profile: str | None, currency: str, client_bank: str | None) -> None:
        self._path = path
        self._named = {"profile": profile, "currency": currency, "client_bank": client_bank}
        self.report = FileReport()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good lines (schema formats.base.LINES); of a refused file, all must be dropped.

        Raises:
            ReaderDiedError: the child was killed, or broke
        """
        if not self._path.is_file() or self._path.stat().st_size < BIG:
            reading = open_settlement(self._path, **self._named)  # type: ignore[arg-type]  # the currency is never None
            self.report = reading.report
            yield from reading.batches()
            return
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_read, args=(there, self._path, self._named), daemon=True)
        child.start()
        there.close()
        try:
            with contextlib.closing(here):
                yield from self._received(here)
        finally:
            child.terminate()
            child.join()

    def _received(self, here: Connection) -> Iterator[pa.RecordBatch]:
        try:
            while batch := here.recv_bytes():
                yield pa.ipc.read_record_batch(pa.py_buffer(batch), LINES)
            self.report = here.recv()
        except EOFError:
            raise ReaderDiedError(str(self._path)) from None


def _read(there: Connection, path: Path, named: dict[str, str | None]) -> None:
    """Read the file and send its batches, an empty message and the report."""
    reading = open_settlement(path, **named)  # type: ignore[arg-type]  # the currency is never None
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        for batch in reading.batches():
            there.send_bytes(batch.serialize())
        there.send_bytes(b"")
        there.send(reading.report)
