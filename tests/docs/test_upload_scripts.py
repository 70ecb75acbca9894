"""The two upload programs in the guide for banks do what the guide says, against a live server."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from payouts.core.settings import Settings
from payouts.identity.banks import add_bank_client
from payouts.migrations.upgrade import open_current
from tests.api.live import free_port, served

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "how-to" / "send-a-file-as-a-bank.md").read_text(encoding="utf-8")
RESULT = (
    "bank_code,bank_ref,end_to_end_id,account_no,amount,currency,booked_on,status\n"
    "MB,FT1,A0001,0123456789,930000,VND,2026-11-20,settled\n"
)


@dataclass
class Bank:
    """A bank's programmer with a program from the guide."""

    program: list[str]
    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, content: str = RESULT) -> "subprocess.Popen[str]":
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return subprocess.Popen(  # noqa: S603  # our own program
            [*self.program, str(path)],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, name: str, content: str = RESULT) -> tuple[int, dict[str, object]]:
        with self.start(name, content) as running:
            said, _ = running.communicate(timeout=60)
        return running.returncode, json.loads(said)


@pytest.fixture(params=["bash", "python"])
def bank(request: pytest.FixtureRequest, tmp_path: Path) -> Bank:
    [program] = re.findall(rf"^```{request.param}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(program.strip().splitlines()) <= 35
    (tmp_path / "send").write_text(program, encoding="utf-8")
    with open_current(Settings(data_dir=tmp_path)) as database, database.session() as session:
        _, key = add_bank_client(session, "MB", by="test")
    port = free_port()
    shell = {"bash": "/bin/sh", "python": sys.executable}[request.param]
    return Bank(
        [shell, str(tmp_path / "send")],
        tmp_path,
        port,
        {"SERVER": f"http://127.0.0.1:{port}", "KEY": key},
    )


def test_it_sends_once_however_often_it_tries_and_tells_what_became_of_the_file(bank: Bank) -> None:
    with bank.start("kết quả & 1.csv") as early:  # nobody answers yet: it tries again
        time.sleep(0.5)
        with served(bank.folder, bank.port):
            said, _ = early.communicate(timeout=60)
            first = json.loads(said)
            assert (early.returncode, first["state"]) == (0, "accepted"), said
            assert first["filename"] == "kết quả & 1.csv"
            assert bank.send("again.csv") == (0, first)
            status, told = bank.send("bad.csv", RESULT.replace("930000", "930.5"))
            assert (status, told["state"]) == (1, "quarantined")
            bank.environment["KEY"] += "x"
            status, told = bank.send("again.csv")
            assert (status, told["status"]) == (1, 401)
