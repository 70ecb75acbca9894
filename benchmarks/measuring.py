"""Runs a command as a whole process and says how long it took and how much memory it held."""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One process from its start to its end: seconds by the clock and of the processor, MB held at most."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(command: Sequence[str]) -> Measured:
    """Run a command, its output thrown away, and measure it.

    Python may keep what it compiled, as it does for whoever uses the command.

    Raises:
        SystemExit: it ended with another status than 0
    """
    start = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], list(command), environment, file_actions=silence)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def alternate(
    commands: dict[str, Sequence[str]], rounds: int, inner: Path | None = None
) -> dict[str, list[Measured]]:
    """Run commands in turn, so that a busy machine troubles all alike; the first round only warms up.

    Where a command leaves the seconds that count in a file, `inner` names it.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            measured = measure(command)
            runs[name].append(replace(measured, seconds=float(inner.read_text())) if inner else measured)
    return {name: measured[1:] for name, measured in runs.items()}


def report(runs: dict[str, list[Measured]], ours: str, *theirs: str) -> None:
    """Print median, range and peak memory of each command, and how many times the others one is."""
    for name, measured in runs.items():
        seconds = [each.seconds for each in measured]
        cpu = statistics.median(each.cpu_seconds for each in measured)
        peak = max(each.peak_mb for each in measured)
        print(
            f"{name:<22} median {statistics.median(seconds):7.2f} s"
            f"   ({min(seconds):.2f} to {max(seconds):.2f})   cpu {cpu:7.2f} s   peak {peak:6.0f} MB"
        )
    median = {name: statistics.median(each.seconds for each in measured) for name, measured in runs.items()}
    for other in theirs:
        print(f"ratio {ours} / {other}: {median[ours] / median[other]:.2f}")
