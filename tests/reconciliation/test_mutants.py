"""Some changes of the judgement would pay wrongly: the tests notice each of them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_change_that_would_pay_wrongly_is_noticed() -> None:
    """A small share of benchmarks/mutants.py; a step that was rewritten wants its entry written anew."""
    command = [sys.executable, str(ROOT / "benchmarks" / "mutants.py"), "--must-die", "--jobs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603  # our own script
    assert done.returncode == 0, done.stdout + done.stderr
