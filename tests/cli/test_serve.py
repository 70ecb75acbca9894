"""Commands that stay: what they say when they cannot start, and that they end when told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

CHITRA = Path(sys.executable).parent / "chitra"


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CHITRA_DATA_DIR": str(folder)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([CHITRA, *arguments], env=environment, **pipes)  # noqa: S603  # our own command


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            process = start(tmp_path / "data", command, "--port", str(port))
            _, said = process.communicate(timeout=60)
            assert process.returncode == 1
            assert f"127.0.0.1:{port}" in said.decode()
            assert "--port" in said.decode()
            assert "Traceback" not in said.decode()
    assert not (tmp_path / "data").exists()


def test_serve_answers_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    for how in (signal.SIGTERM, signal.SIGINT):
        with start(tmp_path, "serve", "--port", "0") as process:
            assert process.stdout
            url = process.stdout.readline().decode().removeprefix("chitra: ").strip()
            with urllib.request.urlopen(f"{url}/livez") as answer:  # noqa: S310  # our own server
                assert answer.status == 200
            with urllib.request.urlopen(f"{url}/sign-in") as answer:  # noqa: S310  # the same
                assert "Đăng nhập" in answer.read().decode()
            process.send_signal(how)
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said.decode()
            assert "Traceback" not in said.decode()


def test_a_worker_ends_when_it_is_told_to(tmp_path: Path) -> None:
    first = start(tmp_path, "db", "upgrade", "--json")
    first.communicate(timeout=60)
    with start(tmp_path, "worker") as process:
        assert process.stdout
        assert process.stdout.readline().startswith(b"chitra worker")
        process.terminate()
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()


def test_demo_without_serving_tells_how_to_sign_in_on_one_line(tmp_path: Path) -> None:
    process = start(tmp_path, "demo", "--no-serve", "--json")
    out, said = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    (line,) = out.decode().splitlines()
    told = json.loads(line)
    assert set(told) == {"users", "banks", "cycle", "programme"}
    assert {"username", "password", "role", "area"} == set(told["users"][0])
    assert {"bank_code", "key"} == set(told["banks"][0])
    again = start(tmp_path, "demo", "--no-serve", "--json")
    assert json.loads(again.communicate(timeout=60)[0]) == told
