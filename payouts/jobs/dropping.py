"""Takes in what banks drop into the watched folder, as over SFTP, and puts each file away with its receipt.

A bank may own the folder that it writes to, so nothing in it is trusted: folders and files are opened from
one another by descriptor and without following links, and what was read is what is moved.
"""

import contextlib
import datetime as dt
import fcntl
import json
import os
import signal
import stat
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

import structlog

from payouts.core.banks import bank_code
from payouts.core.database import Database
from payouts.core.errors import DomainError
from payouts.core.problems import Problem
from payouts.core.receipts import said_problems
from payouts.core.settings import Settings
from payouts.core.sqlite import BusyError
from payouts.core.storage import CHUNK, Stored, arriving
from payouts.identity import audit
from payouts.identity.banks import UNLISTED_CODE
from payouts.jobs.asking import read_file, take_file
from payouts.jobs.worker import do_now
from payouts.settlements.models import SettlementFile
from payouts.settlements.receipts import receipt_values

QUIET_SECONDS = 5  # a file changed since may still be written
QUIET_UNSEEN_SECONDS = 60  # the same, where the system does not tell whether somebody has it open
UNFINISHED = (".part", ".partial", ".filepart", ".tmp")  # what programs call a file until it is whole
INNER = (".", "in")  # where in a bank's folder files wait
RECEIPT = ".receipt.json"
LONGEST_ON_DISK = 255  # bytes of a file's name
LONGEST_SUFFIX = 20  # letters; what is longer is no kind of file

log = structlog.get_logger()

Mark = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that lies in the watched folder.

    Attributes:
        bank: code of the bank
        home: the bank's folder, open
        folder: the folder that the file is in, open
        name: of the file
    """

    bank: str
    home: int
    folder: int
    name: str


def take_dropped(database: Database, settings: Settings, passed_by: set[Mark]) -> bool:
    """Take in, read and put away the next file that lies in the watched folder.

    Whoever is killed in the middle leaves the file where it is; taken again it is the same file, since its
    bytes are.

    Args:
        database: where receipts are
        settings: which folder is watched, how large a file may be
        passed_by: what cannot be put away, so that it is not taken again and again; added to

    Returns:
        whether there was one
    """
    if settings.watch_dir is None:
        return False
    settings.watch_dir.mkdir(parents=True, exist_ok=True)
    root = os.open(settings.watch_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return any(_take(database, settings, drop, passed_by) for drop in _waiting(root))
    except BlockingIOError:  # another worker looks after it
        return False
    finally:
        os.close(root)


def _waiting(root: int) -> Iterator[Dropped]:
    """Yield what lies ready; its folders are open until the next one is asked for."""
    for name in sorted(os.listdir(root)):
        bank = bank_code(name) or name.upper()
        if not UNLISTED_CODE.fullmatch(bank):
            continue
        for inner in INNER:
            with contextlib.suppress(OSError), _folder(name, root) as home, _folder(inner, home) as folder:
                for ready in _ready(folder):
                    yield Dropped(bank, home, folder, ready)


def _ready(folder: int) -> list[str]:
    """List the files that have been left alone for a while, the longest first."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            whole = not entry.name.startswith(".") and not entry.name.lower().endswith(UNFINISHED)
            if whole and entry.is_file(follow_symlinks=False):
                changed = entry.stat(follow_symlinks=False).st_ctime
                if time.time() - changed > QUIET_SECONDS:
                    found.append((changed, entry.name))
    return [name for _, name in sorted(found)]


def _take(database: Database, settings: Settings, drop: Dropped, passed_by: set[Mark]) -> bool:
    told = None
    try:
        seen = os.stat(drop.name, dir_fd=drop.folder, follow_symlinks=False)
        if _mark(seen) in passed_by:
            return False
        passed_by.add(_mark(seen))  # until it is put away, or found not to be whole yet
        handle = os.open(drop.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=drop.folder)
        with os.fdopen(handle, "rb") as file, contextlib.suppress(BusyError):
            told = None if _written_still(handle) else _told(database, settings, drop, file)
        if told is not None:
            _put_away(drop, seen, told)
        passed_by.discard(_mark(seen))
    except OSError as error:
        log.warning("drop_stays", bank=drop.bank, cause=error.strerror)
        return False
    except Exception:  # not the file's fault: it is tried again
        passed_by.discard(_mark(seen))
        raise
    return told is not None


def _told(database: Database, settings: Settings, drop: Dropped, file: BinaryIO) -> dict[str, Any] | None:
    """Keep and read a dropped file and return its receipt; None where it is not whole yet, or not read."""
    before = os.fstat(file.fileno())
    if not stat.S_ISREG(before.st_mode):
        raise FileNotFoundError(2, "no file")
    if before.st_size > settings.largest_file:
        problem = Problem("file_too_large", values={"most": str(settings.largest_file)})
        return {"state": "refused", "problems": said_problems([problem], settings.language)}
    with arriving(settings.data_dir) as arrival:
        while arrival.size <= before.st_size and (chunk := file.read(CHUNK)):
            arrival.write(chunk)
        if _mark(os.fstat(file.fileno())) != _mark(before):
            return None
        return _read(database, settings, arrival.keep(), drop)


def _read(database: Database, settings: Settings, stored: Stored, drop: Dropped) -> dict[str, Any] | None:
    by = f"drop {drop.bank}"
    with database.session() as session:
        receipt, new = take_file(session, stored, bank_code=drop.bank, filename=drop.name, by=by)
        job = read_file(session, receipt)
        if new:
            subject = f"settlement file {receipt.id}"
            audit.note(session, by, "file.sent", subject, sha256=stored.sha256, new=new)
    with contextlib.suppress(DomainError):  # what became of the file stands on its receipt
        do_now(database, settings, job)
    with database.reading() as session:
        receipt = session.get_one(SettlementFile, receipt.id)
    return None if receipt.state == "received" else receipt_values(receipt, settings.language)


def _put_away(drop: Dropped, seen: os.stat_result, told: dict[str, Any]) -> None:
    """Write the receipt, then move the file beside it, unless it is another one by now."""
    target = "done" if told["state"] == "accepted" else "failed"
    with contextlib.suppress(FileExistsError):
        os.mkdir(target, 0o755, dir_fd=drop.home)
    with _folder(target, drop.home) as place:
        kept = _free_name(place, drop.name)
        part = f".{uuid.uuid4().hex}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=place)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            json.dump({"file": kept, **told}, file, ensure_ascii=False, default=_spelled, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, kept + RECEIPT, src_dir_fd=place, dst_dir_fd=place)
        if _mark(os.stat(drop.name, dir_fd=drop.folder, follow_symlinks=False)) == _mark(seen):
            os.rename(drop.name, kept, src_dir_fd=drop.folder, dst_dir_fd=place)


def _free_name(place: int, name: str) -> str:
    """Choose a name for a file that no other one has there, short enough for its receipt's name too."""
    parts = PurePath(name)
    stem, suffix = (parts.stem, parts.suffix) if len(parts.suffix) <= LONGEST_SUFFIX else (name, "")
    taken = set(os.listdir(place))
    number = 1
    while True:
        more = f" ({number})" if number > 1 else ""
        room = LONGEST_ON_DISK - len(os.fsencode(more + suffix + RECEIPT))
        kept = os.fsdecode(os.fsencode(stem)[:room]) + more + suffix
        if kept not in taken:
            return kept
        number += 1


def _written_still(handle: int) -> bool:
    """Say whether somebody may still write a file: asked of the system, else told by how long it is quiet."""
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # which nobody minds, if a lease is broken
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # a file of another user, and we may not ask
        return time.time() - os.fstat(handle).st_ctime < QUIET_UNSEEN_SECONDS
    return False


@contextlib.contextmanager
def _folder(name: str, inside: int) -> Iterator[int]:
    """Open a folder that is no link."""
    handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=inside)
    try:
        yield handle
    finally:
        os.close(handle)


def _mark(seen: os.stat_result) -> Mark:
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
