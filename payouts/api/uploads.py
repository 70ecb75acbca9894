"""Takes a file as the raw body: streamed to disk while it is hashed, never held in memory."""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from payouts.api.errors import ProtocolError
from payouts.api.unzip import Unzip
from payouts.core.limits import LONGEST_WAIT_SECONDS
from payouts.core.settings import Settings
from payouts.core.storage import Arrival, arriving, space

WRITTEN_AT_ONCE = 1 << 20  # bytes gathered before a thread writes them
LOOK_EVERY_SECONDS = 0.1  # while a client waits for the outcome
GZIP_NAMES = frozenset({"gzip", "x-gzip"})  # RFC 9110, 8.4.1.3

DIGEST_ITEM = re.compile(r"\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/=]*):\s*")
T = TypeVar("T")

ALGORITHMS: dict[str, Callable[[], Any]] = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?([0-9]{1,9})"?\s*(?=,|;|$)', re.IGNORECASE)


@contextlib.asynccontextmanager
async def incoming(request: Request, settings: Settings, *, test: bool = False) -> AsyncIterator[Arrival]:
    """Take the request's body to disk; what the code inside does not keep is gone at its end.

    Args:
        request: with a raw body
        settings: where files go, and how large they may be

        test: into the test space

    Raises:
        ProtocolError: in an encoding that is not taken, too large (413 before any of it is read where the
            length is told), not what its Content-Digest says, or no gzip though it says so
    """
    zipped = _zipped(request)
    _refuse_long(request, settings)
    expected = _digests(request)
    with arriving(space(settings.data_dir, test=test)) as arrival:
        await _receive(request, settings, arrival, expected, Unzip(settings.largest_file) if zipped else None)
        yield arrival


async def _receive(
    request: Request,
    settings: Settings,
    arrival: Arrival,
    expected: dict[str, bytes],
    unzip: Unzip | None,
) -> None:
    """Write what comes, unzipped; digests are of the bytes as they were sent."""
    digests = {name: ALGORITHMS[name]() for name in expected}

    def write(gathered: bytes) -> None:
        for digest in digests.values():
            digest.update(gathered)
        for piece in unzip.pieces(gathered) if unzip else (gathered,):
            arrival.write(piece)

    gathered = bytearray()
    taken = 0
    async for chunk in request.stream():
        gathered += chunk
        taken += len(chunk)
        if taken > settings.largest_file:
            raise _too_large(settings)
        if len(gathered) >= WRITTEN_AT_ONCE:
            await run_in_threadpool(write, bytes(gathered))
            gathered.clear()
    await run_in_threadpool(write, bytes(gathered))
    if unzip:
        unzip.finish()
    if any(digests[name].digest() != digest for name, digest in expected.items()):
        said = (
            "Nội dung nhận được không khớp Content-Digest. Tệp có thể hỏng trên đường truyền; hãy gửi lại.",
            "What arrived does not match Content-Digest; it may be damaged. Send it again.",
        )
        raise ProtocolError(400, "digest_mismatch", said)


def _zipped(request: Request) -> bool:
    """Say whether the body is gzip; refuse what else it may be wrapped in."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if encoding not in {"", "identity", *GZIP_NAMES}:
        said = ("Hãy gửi tệp không nén hoặc nén gzip.", "Send the file as it is, or as gzip.")
        raise ProtocolError(415, "encoding_not_taken", said, {"Accept-Encoding": "gzip, identity"})
    if kind.startswith("multipart/"):
        said = (
            "Hãy gửi chính nội dung tệp làm thân yêu cầu (curl --data-binary @TỆP), không dùng multipart.",
            "Send the file itself as the body (curl --data-binary @FILE), not as multipart.",
        )
        raise ProtocolError(415, "multipart_not_taken", said)
    return encoding in GZIP_NAMES


def _refuse_long(request: Request, settings: Settings) -> None:
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and int(length) > settings.largest_file:
        raise _too_large(settings)


def _too_large(settings: Settings) -> ProtocolError:
    said = (
        f"Tệp lớn hơn {settings.largest_file} byte. Hãy chia nhỏ.",
        f"The file is larger than {settings.largest_file} bytes. Send it in parts.",
    )
    return ProtocolError(413, "file_too_large", said, {"Connection": "close"})


def _digests(request: Request) -> dict[str, bytes]:
    """Read Content-Digest (RFC 9530): algorithm -> expected digest; unknown algorithms are passed by."""
    header = request.headers.get("content-digest")
    if header is None:
        return {}
    items = [DIGEST_ITEM.fullmatch(item) for item in header.split(",")]
    try:
        found = {item[1]: base64.b64decode(item[2], validate=True) for item in items if item is not None}
    except binascii.Error:
        found = {}
    known = {name: digest for name, digest in found.items() if name in ALGORITHMS}
    if None in items or not known:
        said = (
            "Không đọc được Content-Digest. Ví dụ: sha-256=:<base64>:",
            "Content-Digest cannot be read. Example: sha-256=:<base64>:",
        )
        raise ProtocolError(400, "digest_unreadable", said, {"Want-Content-Digest": "sha-256=10, sha-512=3"})
    return known


def wished_wait(request: Request) -> int:
    """Read how many seconds a client wishes to wait (`Prefer: wait=N`); at most LONGEST_WAIT_SECONDS."""
    found = WAIT.search(request.headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


async def waited(seconds: int, look: Callable[[], T], over: Callable[[T], bool]) -> T:
    """Look again and again, in a thread, until it is over or the time is.

    Args:
        seconds: for how long
        look: gives how it stands
        over: says whether that is the end
    """
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = await run_in_threadpool(look)
        if over(found) or asyncio.get_running_loop().time() >= end:
            return found
        await asyncio.sleep(LOOK_EVERY_SECONDS)
