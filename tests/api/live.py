"""The whole service in a process of its own, for tests that kill it or speak to its socket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHITRA = [sys.executable, "-c", "from payouts.cli.main import run; run()"]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(data_dir: Path, port: int, *more: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `chitra serve` on a data folder until the code inside ends.

    Args:
        data_dir: CHITRA_DATA_DIR
        port: to listen on
        more: options of the command
        settings: further variables of the environment
    """
    environment = {**os.environ, "CHITRA_DATA_DIR": str(data_dir), "CHITRA_LOG_LEVEL": "error", **settings}
    if "CHITRA_DATABASE_URL" not in settings:
        environment.pop("CHITRA_DATABASE_URL", None)
    command = [*CHITRA, "serve", "--port", str(port), *more]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:  # noqa: S603  # our own program
        try:
            _wait_for(port, server)
            yield server
        finally:
            server.kill()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server never answered")
