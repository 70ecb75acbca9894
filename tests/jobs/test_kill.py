"""The service is killed at any moment, and each file is read once: a small share of benchmarks/kill.py."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import URL, create_engine, text

ROOT = Path(__file__).parent.parent.parent
LITTLE = {"kills": 3, "files": 4, "sizes": (1, 700, 60_000), "pause": 2.0}


@pytest.fixture(scope="module")
def kill() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill", ROOT / "benchmarks" / "kill.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")  # as for a script that stands there
        spec.loader.exec_module(made)
    return made


def test_on_sqlite_a_kill_at_any_moment_ends_with_each_file_read_once(
    kill: ModuleType, tmp_path: Path
) -> None:
    kill.survive(tmp_path, None, seed=1, **LITTLE)


@pytest.mark.postgresql
def test_on_postgresql_a_kill_of_server_or_worker_ends_with_each_file_read_once(
    kill: ModuleType, tmp_path: Path, postgresql_server: URL
) -> None:
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE killed"))
    engine.dispose()
    kill.survive(tmp_path, postgresql_server.set(database="killed"), seed=2, **LITTLE)
