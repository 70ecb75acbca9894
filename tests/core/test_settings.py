"""Settings come from the environment, and a plain address of PostgreSQL works."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from payouts.core.settings import Settings


def test_the_database_is_a_file_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHITRA_DATABASE_URL", raising=False)
    assert Settings(data_dir=Path("/srv/chitra")).url.database == "/srv/chitra/chitra.sqlite3"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_plain_postgresql_address_gets_its_driver(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://chitra:secret@db/chitra")
    assert settings.url.drivername == "postgresql+psycopg"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "url", ["mysql://db/chitra", "chitra.sqlite3", "://", "sqlite://", "sqlite:///:memory:"]
)
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(database_url=url)


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHITRA_CURRENCY", "LAK")
    monkeypatch.setenv("CHITRA_DATABASE_URL", "")
    settings = Settings()
    assert settings.currency == "LAK"
    assert settings.url.drivername == "sqlite"
