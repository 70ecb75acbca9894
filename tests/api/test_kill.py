"""A server killed in the middle of an upload leaves nothing half, and the same bytes can be sent again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import select

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.banks import add_bank_client
from payouts.migrations.upgrade import open_current
from payouts.settlements.models import SettlementFile

from .conftest import MB_RESULT, bearer

SERVE = """
import sys, uvicorn
from payouts.api.app import create_app
from payouts.core.settings import Settings
uvicorn.run(create_app(Settings()), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""
PATH = "/v1/settlement-files?filename=mb.csv"


@contextmanager
def served(data_dir: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CHITRA_DATA_DIR": str(data_dir)}
    environment.pop("CHITRA_DATABASE_URL", None)
    with subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment) as server:  # noqa: S603  # our own program
        try:
            _wait_for(port)
            yield port, server
        finally:
            server.kill()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server never answered")


def test_a_kill_in_the_middle_of_an_upload_leaves_nothing_half(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_current(settings) as database, database.session() as session:
        _, key = add_bank_client(session, "MB", by="test")
    with served(tmp_path) as (port, server):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.putrequest("POST", PATH)
        line.putheader("Authorization", bearer(key)["Authorization"])
        line.putheader("Content-Length", str(10 * len(MB_RESULT)))
        line.endheaders()
        line.send(MB_RESULT)
        _wait_for_arrival(tmp_path)
        server.send_signal(signal.SIGKILL)
        server.wait()
        line.close()
    _nothing_is_kept(settings)
    with served(tmp_path) as (port, _):
        statuses = [_send(port, key) for _ in range(2)]
    assert statuses == [202, 200]
    assert list((tmp_path / "files" / "arriving").iterdir()) == []


def _wait_for_arrival(data_dir: Path) -> None:
    for _ in range(200):
        if any((data_dir / "files" / "arriving").glob("*")):
            return
        time.sleep(0.05)
    raise AssertionError("nothing arrived")


def _nothing_is_kept(settings: Settings) -> None:
    with Database(settings.url) as database, database.reading() as session:
        assert session.exec(select(SettlementFile)).all() == []
    kept = [path for path in (settings.data_dir / "files").rglob("*") if path.is_file()]
    assert all(path.parent.name == "arriving" for path in kept)


def _send(port: int, key: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("POST", PATH, MB_RESULT, bearer(key))
    status = line.getresponse().status
    line.close()
    return status
