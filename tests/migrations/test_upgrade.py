"""The migrations make exactly the tables that the code knows, and an upgrade loses nothing."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, text

from payouts.core.database import Database
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.settings import Settings
from payouts.migrations import HEAD
from payouts.migrations.tables import metadata
from payouts.migrations.upgrade import HERE, open_current, upgrade


def settings_of(url: URL) -> Settings:
    return Settings(database_url=url.render_as_string(hide_password=False))


@pytest.fixture
def empty(database_url: URL) -> Settings:
    with Database(database_url) as database:
        metadata.drop_all(database.engine)
    return settings_of(database_url)


def test_migrations_and_tables_agree(empty: Settings) -> None:
    assert upgrade(empty).before is None
    with Database(empty.url) as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert upgrade(empty).before == HEAD


def test_the_program_knows_its_own_latest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_every_constraint_and_index_has_a_name() -> None:
    for table in metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name
        assert all(index.name for index in table.indexes), table.name


def test_an_empty_database_is_ready_at_first_use(empty: Settings) -> None:
    for _ in range(2):
        with open_current(empty) as database, database.reading() as session:
            assert session.connection().execute(text("SELECT count(*) FROM users")).scalar() == 0


def test_a_sqlite_file_is_copied_and_the_copy_checked_before(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    path = tmp_path / "chitra.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    with pytest.raises(ConflictError):
        open_current(settings)
    with pytest.raises(Exception, match="0000"):
        upgrade(settings)  # no such revision ever was, so it fails after the copy was made
    (copy,) = tmp_path.glob("*.copy.sqlite3")
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0000",)]
    kept.close()
    assert copy.stat().st_mode & 0o077 == 0


def test_an_upgrade_refuses_while_another_process_runs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    code = (
        "from payouts.migrations.upgrade import open_current; from payouts.core.settings import Settings\n"
        "with open_current(Settings()):\n    print('open', flush=True); input()"
    )
    environment = {**os.environ, "CHITRA_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(ConflictError) as refusal:
            upgrade(settings)
        other.communicate("\n")
    assert refusal.value.code == "database_in_use"
    upgrade(settings)


def test_a_foreign_or_newer_database_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings)
    path = tmp_path / "chitra.sqlite3"
    for statement, code in [
        ("UPDATE alembic_version SET version_num = '9999'", "newer_database"),
        ("DROP TABLE alembic_version", "foreign_database"),
    ]:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()
        for use in (upgrade, open_current):
            with pytest.raises(RefusedError) as refusal:
                use(settings)
            assert refusal.value.code == code
