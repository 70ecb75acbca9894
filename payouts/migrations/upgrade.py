"""Brings a database to this version's shape; a SQLite file is copied first and must be nobody else's."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from payouts.core import clock
from payouts.core.database import Database, open_database
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.settings import Settings
from payouts.core.sqlite import alone, open_sqlite
from payouts.migrations import HEAD

HERE = Path(__file__).parent
ONE_AT_A_TIME = 7_244_218  # PostgreSQL's advisory lock of those who upgrade
STARTS_TOGETHER_SECONDS = 20  # how long one start waits for another that makes a new database


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did.

    Attributes:
        before: the revision that the database had, None for an empty one
        after: the revision that it has now
        copy: where the SQLite file was copied to, None where there was nothing to copy
    """

    before: str | None
    after: str
    copy: Path | None = None


def upgrade(settings: Settings, *, wait_seconds: float = 0) -> Upgrade:
    """Bring the settings' database to HEAD, in one transaction.

    Args:
        settings: which database
        wait_seconds: how long to wait for another process that has a SQLite file open

    Returns:
        what was done

    Raises:
        ConflictError: another process has the SQLite file open
        RefusedError: the database is a newer version's or not ours, or its copy is damaged; nothing changed
    """
    with _unreachable_told(settings):
        if settings.url.get_backend_name() == "sqlite":
            return _upgrade_sqlite(Path(settings.url.database or ""), wait_seconds)
        return _upgrade_postgresql(settings)


def open_current(settings: Settings) -> Database:
    """Open the settings' database for use; an empty one is given its tables first.

    Raises:
        ConflictError: it has the shape of an older version, or is being upgraded
        RefusedError: it is a newer version's or not ours, or it cannot be reached
    """
    with _unreachable_told(settings):
        database = open_database(settings)
        try:
            with database.reading() as session:
                revision = _checked(session.connection())
        except BaseException:
            database.close()
            raise
    if revision == HEAD:
        return database
    database.close()
    if revision is not None:
        raise ConflictError(
            "database_outdated", "Cơ sở dữ liệu thuộc phiên bản cũ. Hãy chạy `chitra db upgrade` trước."
        )
    upgrade(settings, wait_seconds=STARTS_TOGETHER_SECONDS)
    return open_database(settings)


@contextlib.contextmanager
def _unreachable_told(settings: Settings) -> Iterator[None]:
    """Say which database cannot be reached, where it is no mistake of ours."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        cause = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise RefusedError(
            "database_unreachable",
            f"Không mở được cơ sở dữ liệu {settings.url.render_as_string()}: {cause}. "
            "Hãy xem lại CHITRA_DATABASE_URL và CHITRA_DATA_DIR.",
        ) from error


def _upgrade_postgresql(settings: Settings) -> Upgrade:
    engine = create_engine(settings.url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
            before = _checked(connection)
            _run(connection)
    finally:
        engine.dispose()
    return Upgrade(before, HEAD)


def _upgrade_sqlite(path: Path, wait_seconds: float) -> Upgrade:
    with alone(path, wait_seconds=wait_seconds):
        engine, turn = open_sqlite(path)
        try:
            with engine.connect() as connection:
                before = _checked(connection)
                connection.rollback()
                if before == HEAD:
                    return Upgrade(before, HEAD)
                copy = _copied(path, before) if before else None
                # Tables are rebuilt by copying; rows that point to them must not be dropped with the old one.
                # Only outside a transaction can this be said.
                driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy types it as optional
                driver.execute("PRAGMA foreign_keys=OFF")
                with connection.begin():
                    _run(connection)
                    _refuse_broken_links(connection, copy)
            return Upgrade(before, HEAD, copy)
        finally:
            with turn.held():
                engine.dispose()


def _checked(connection: Connection) -> str | None:
    """Return the database's revision, None where it is empty; refuse one that this version cannot know."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise RefusedError(
            "foreign_database",
            "Cơ sở dữ liệu này không phải của chitra. Hãy xem lại CHITRA_DATABASE_URL và CHITRA_DATA_DIR.",
        )
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision > HEAD:
        raise RefusedError(
            "newer_database",
            f"Cơ sở dữ liệu thuộc phiên bản mới hơn ({revision}) chương trình này ({HEAD}). "
            "Hãy cài phiên bản chitra mới.",
        )
    return revision


def _copied(path: Path, before: str) -> Path:
    """Copy a SQLite file beside itself and check the copy.

    Raises:
        RefusedError: the copy is damaged, so the file may be too
    """
    copy = path.with_name(f"{path.stem}.{before}.{clock.now():%Y%m%dT%H%M%SZ}.copy.sqlite3")
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        copy.chmod(0o600)
        source.backup(target)
        found = [row[0] for row in target.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        raise RefusedError(
            "damaged_database",
            f"Bản sao {copy} bị hỏng ({found[0]}), nên không nâng cấp. "
            "Hãy khôi phục từ bản sao lưu gần nhất.",
        )
    return copy


def _refuse_broken_links(connection: Connection, copy: Path | None) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RefusedError(
            "upgrade_broke_links",
            f"Đã hủy nâng cấp vì dữ liệu không khớp; không có gì thay đổi. Bản sao: {copy}.",
        )


def _run(connection: Connection) -> None:
    """Run the revisions up to HEAD in the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
