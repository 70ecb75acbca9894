"""Received bytes, kept on disk under their own digest before anybody is told that they arrived."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from payouts.core.limits import LONGEST_NAME

CHUNK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are safe: their SHA-256 in hexadecimal, and how many they are."""

    sha256: str
    size: int


class Arrival:
    """Bytes on their way in, hashed while they are written to a file beside the place they will have."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._file, self._path = _opened(_arriving(data_dir))
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    @property
    def path(self) -> Path:
        """Where the bytes are as long as they are not kept."""
        self._file.flush()
        return self._path

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the bytes so far."""
        return self._digest.digest()

    def keep(self) -> Stored:
        """Make the bytes outlive a power cut, under the name of their digest."""
        self._file.flush()
        os.fsync(self._file.fileno())
        stored = Stored(self._digest.hexdigest(), self.size)
        place = path_of(self._data_dir, stored.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(place)
        _sync(place.parent)  # the file's name in it
        _sync(place.parent.parent)  # the folder's own name, if it is new
        return stored

    def drop(self) -> None:
        """Forget the bytes, unless they were kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def arriving(data_dir: Path) -> Iterator[Arrival]:
    """Take bytes in; what is not kept when the code inside ends is gone.

    Args:
        data_dir: the data folder of the settings
    """
    arrival = Arrival(data_dir)
    try:
        yield arrival
    finally:
        arrival.drop()


def sweep_arrivals(data_dir: Path) -> int:
    """Remove what processes that were killed left half taken in, and say how much there was.

    Args:
        data_dir: the data folder of the settings
    """
    swept = 0
    for path in _arriving(data_dir).iterdir():
        with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # whoever still writes it holds this
            path.unlink()
            swept += 1
    return swept


def _arriving(data_dir: Path) -> Path:
    folder = data_dir / "files" / "arriving"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _opened(folder: Path) -> tuple[BinaryIO, Path]:
    """Make a file that is held as long as this process writes it, so that no sweep takes it away."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if Path(name).exists():  # else a sweep came between
            return os.fdopen(handle, "wb"), Path(name)
        os.close(handle)


def _sync(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_copy(data_dir: Path, path: Path) -> Stored:
    """Keep a copy of a file's bytes.

    Args:
        data_dir: the data folder of the settings
        path: the file
    """
    with arriving(data_dir) as arrival, path.open("rb") as source:
        while chunk := source.read(CHUNK):
            arrival.write(chunk)
        return arrival.keep()


def path_of(data_dir: Path, sha256: str) -> Path:
    """Return where the bytes of that digest are kept."""
    return data_dir / "files" / sha256[:2] / sha256


def space(data_dir: Path, *, test: bool) -> Path:
    """Return the data folder of live files, or the one inside it of test files, which are swept."""
    return data_dir / "test" if test else data_dir


def plain_name(filename: str) -> str:
    """Return the last part of a file name as a sender gives it, without what would not show on one line."""
    last = filename.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[-LONGEST_NAME:] or "-"
