"""The database at the edge: one request or job step is one transaction, begun and committed only here."""

import contextlib
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

import payouts.core.fields  # noqa: F401  # names the constraints before any table is made
from payouts.core.settings import Settings
from payouts.core.sqlite import READING, BusyError, Turn, in_use, open_sqlite

# PostgreSQL's codes of a serialization failure, a deadlock and a lock not had in time.
IN_EACH_OTHERS_WAY = frozenset({"40001", "40P01", "55P03"})


class Database:
    """One database, SQLite or PostgreSQL, open in this process until `close`, or as a context manager."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.sqlite = url.get_backend_name() == "sqlite"
        self._marks = contextlib.ExitStack()
        if self.sqlite:
            path = Path(url.database or "")
            self._marks.enter_context(in_use(path))
            self.engine, turn = open_sqlite(path)
            self._close = weakref.finalize(self, _close, self.engine, turn, self._marks)
        else:
            self.engine = create_engine(
                url, pool_size=10, max_overflow=40, pool_pre_ping=True, hide_parameters=True
            )
            self._close = weakref.finalize(self, _close, self.engine, None, self._marks)
        # A read sees one state of the database from its first statement to its end.
        self._still = (
            self.engine.execution_options(**{READING: True})
            if self.sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Give one transaction that writes: committed at the end, undone when anything is raised.

        It begins with the first statement, not before, so that nobody waits for one who only might write.

        Raises:
            BusyError: another writer did not end in time
        """
        with Session(self.engine, expire_on_commit=False) as session, _busy_told():
            yield session
            session.commit()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give one transaction that only reads and sees one state throughout; writes are refused."""
        with Session(self._still, expire_on_commit=False) as session, _busy_told():
            yield session

    def close(self) -> None:
        """Close all connections; nobody may use it afterwards."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name; a SQLite file and its folder are made where there is none.

    Raises:
        ConflictError: `chitra db upgrade` is at work on it
    """
    return Database(settings.url)


def _close(engine: Engine, turn: Turn | None, marks: contextlib.ExitStack) -> None:
    with turn.held() if turn else contextlib.nullcontext():
        engine.dispose()
    marks.close()


@contextlib.contextmanager
def _busy_told() -> Iterator[None]:
    """Tell a database that stayed locked apart from one that is broken."""
    try:
        yield
    except OperationalError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state in IN_EACH_OTHERS_WAY or "database is locked" in str(error.orig):
            raise BusyError from error
        raise
