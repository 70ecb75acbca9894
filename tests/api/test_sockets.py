"""On a real socket: who sends too much, too slowly or not what was announced holds nobody up."""

import contextlib
import http.client
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL
from sqlmodel import select

from payouts.api.connections import Connection
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.settlements.models import SettlementFile

from .conftest import MB_RESULT, Keys

PATH = "/v1/settlement-files?filename=mb.csv"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """Give a SQLite file: sockets know no database."""
    path = tmp_path / "chitra.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite", database=str(path))


@pytest.fixture
def port(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve on a port, as `chitra serve` does, with short patience."""
    monkeypatch.setattr("payouts.core.limits.SENDER_SECONDS", 1.5)
    monkeypatch.setattr("payouts.core.limits.HEADERS_SECONDS", 1.5)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=Connection,
                log_config=None,
                access_log=False,
                backlog=512,
                timeout_graceful_shutdown=2,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield door.getsockname()[1]
        server.should_exit = True
        thread.join()


class Lines(contextlib.ExitStack):
    """Connections to the server, closed at the end of a test."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def silent(self) -> socket.socket:
        return self.enter_context(socket.create_connection(("127.0.0.1", self._port), timeout=20))

    def opened(self, headers: str, key: str = "", method: str = f"POST {PATH}") -> socket.socket:
        line = self.silent()
        line.sendall(f"{method} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{headers}".encode())
        return line


@pytest.fixture
def lines(port: int) -> Iterator[Lines]:
    with Lines(port) as opened:
        yield opened


def answer(line: socket.socket) -> tuple[int, dict[str, object]]:
    """Read an answer; 0 where the connection ended without one."""
    response = http.client.HTTPResponse(line)
    try:
        response.begin()
        body = response.read()
    except (http.client.BadStatusLine, ConnectionError):
        return 0, {}
    finally:
        response.close()
    return response.status, json.loads(body) if body.startswith(b"{") else {}


def ended(line: socket.socket) -> bool:
    """Say whether the other side has closed, having sent whatever."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        return True
    return True


def kept(database: Database) -> list[SettlementFile]:
    with database.reading() as session:
        return list(session.exec(select(SettlementFile)))


def left_over(settings: Settings) -> list[Path]:
    return list((settings.data_dir / "files" / "arriving").iterdir())


def test_fifty_slow_senders_hold_nobody_up_and_are_cut_off(
    lines: Lines, keys: Keys, settings: Settings, database: Database
) -> None:
    slow = [lines.opened("Content-Length: 500000\r\n\r\n", keys.mb) for _ in range(50)]
    slow += [
        lines.opened(
            "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n",
            keys.province,
            "POST /v1/cycles/BTXH/2026-11/runs",
        )
        for _ in range(10)
    ]
    headers = [lines.opened("X-Slow: ") for _ in range(20)]
    silent = [lines.silent() for _ in range(10)]
    began = time.monotonic()
    over = threading.Event()
    drip = threading.Thread(target=_drip, args=([*slow, *headers], over))
    drip.start()
    took = []
    for number in range(3):
        line = lines.opened(f"Content-Length: {len(MB_RESULT)}\r\n\r\n", keys.mb)
        asked = time.monotonic()
        line.sendall(MB_RESULT)
        assert answer(line)[0] == (200 if number else 202)
        took.append(time.monotonic() - asked)
    statuses = {answer(line)[0] for line in slow}
    assert all(ended(line) for line in [*slow, *headers, *silent])
    seconds = time.monotonic() - began
    over.set()
    drip.join()
    assert max(took) < 1.5
    assert statuses <= {408, 0}
    assert 408 in statuses
    assert seconds < 8
    assert left_over(settings) == []
    assert len(kept(database)) == 1


def _drip(lines: list[socket.socket], over: threading.Event) -> None:
    """Send one byte each now and then."""
    while not over.wait(0.2):
        for line in lines:
            try:
                line.send(b"1", socket.MSG_DONTWAIT)
            except OSError:
                continue


@pytest.mark.parametrize("more", ["", "Expect: 100-continue\r\n"])
def test_a_length_over_the_largest_is_refused_before_any_byte(
    lines: Lines, keys: Keys, settings: Settings, more: str
) -> None:
    for length in (settings.largest_file + 1, 2**63, 10**30):
        line = lines.opened(f"{more}Content-Length: {length}\r\n\r\n", keys.mb)
        status, told = answer(line)
        assert (status, str(told.get("type"))[-14:]) in {(413, "file_too_large"), (400, "None")}, told
        assert ended(line)


def test_a_body_without_a_length_is_stopped_at_the_largest(
    lines: Lines, keys: Keys, settings: Settings, database: Database
) -> None:
    line = lines.opened("Transfer-Encoding: chunked\r\n\r\n", keys.mb)
    sent = 0
    try:
        while sent < 50 * settings.largest_file:
            line.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536
    except ConnectionError:
        pass
    assert sent < 20 * settings.largest_file
    assert answer(line)[0] in {413, 0}
    assert left_over(settings) == []
    assert kept(database) == []


def test_a_length_that_lies_keeps_what_was_announced_or_nothing(
    lines: Lines, keys: Keys, settings: Settings, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    longer = lines.opened(f"Content-Length: {len(MB_RESULT) + 10}\r\n\r\n", keys.mb)
    longer.sendall(MB_RESULT)
    longer.shutdown(socket.SHUT_WR)
    assert answer(longer)[0] in {400, 0}
    time.sleep(0.2)
    assert kept(database) == []
    assert "Traceback" not in capfd.readouterr().err
    assert left_over(settings) == []
    shorter = lines.opened(f"Content-Length: {len(MB_RESULT)}\r\n\r\n", keys.mb)
    shorter.sendall(MB_RESULT + b"MB,HN01,FT3,A0003,0123456791,LE THI LAN,,1,VND,2026-11-20,settled,,,,,\n")
    assert answer(shorter)[0] == 202
    assert [file.size for file in kept(database)] == [len(MB_RESULT)]


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 0x10",
        "Content-Length: 5, 6",
        "Content-Length: 1_0",
        "Transfer-Encoding: gzip, chunked",
    ],
)
def test_a_length_that_is_none_is_refused(lines: Lines, keys: Keys, database: Database, headers: str) -> None:
    line = lines.opened(f"{headers}\r\n\r\n", keys.mb)
    assert answer(line)[0] in {400, 501, 0}
    assert kept(database) == []
