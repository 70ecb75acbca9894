"""Runs the command as a shell would, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from payouts.cli import main
from payouts.core.settings import get_settings

Chitra = Callable[..., tuple[int, str, str]]


@pytest.fixture
def chitra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Chitra:
    monkeypatch.setenv("CHITRA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CHITRA_DATABASE_URL", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        get_settings.cache_clear()
        monkeypatch.setattr("sys.argv", ["chitra", *words])
        with pytest.raises(SystemExit) as ended:
            main.run()
        said = capsys.readouterr()
        status = ended.value.code
        return (status if isinstance(status, int) else 0), said.out, said.err

    return run
