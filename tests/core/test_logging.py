"""The log says where something broke, and nothing of whom it broke for."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from payouts.core.database import Database
from payouts.core.logging import write_log
from payouts.core.settings import Settings


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    yield
    write_log(Settings())


def test_an_error_is_logged_without_the_values_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    write_log(Settings(log_level="info"))
    full_name = "Nguyễn Thị Hoa"
    log = structlog.get_logger()
    try:
        _ = 1 // len(full_name[:0])
    except ZeroDivisionError:
        log.exception("broke")
    log.debug("not shown")
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert full_name not in line
    assert said.out == ""


def test_a_log_that_cannot_be_written_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(Settings(log_level="info"))
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    structlog.get_logger().info("lost")


def test_a_database_error_does_not_quote_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as error, database.reading() as session:
        session.connection().execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": "Hoa"})
    assert "Hoa" not in str(error.value)
