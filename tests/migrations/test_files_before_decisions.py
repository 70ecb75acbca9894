"""Files that were taken in before there were decisions on them stay what they were."""

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, text

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.migrations.tables import metadata
from payouts.migrations.upgrade import HERE, open_current, upgrade
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.rules import standing
from payouts.settlements.store import counts_already

FILE = """INSERT INTO settlement_file (id, bank_code, sha256, profile, size, filename, label, state, movement,
statements, balances, balanced, lines, good_lines, totals, problems, problem_count, received_at, received_by)
VALUES (1, 'VBA', 'aa', '', 1, 'a.csv', 'a.csv', 'accepted', true, 0, '[]', '[]', 1, 1, '[]', '[]', 0,
'2026-11-05 03:00:00', 'bank VBA')"""
LINE = "INSERT INTO settlement_line (id, file_id, line, status) VALUES (16777218, 1, 2, 'settled')"


def test_an_accepted_file_of_the_first_version_counts_after_the_upgrade(database_url: URL) -> None:
    settings = Settings(database_url=database_url.render_as_string(hide_password=False))
    with Database(database_url) as database:
        metadata.drop_all(database.engine)
        config = Config()
        config.set_main_option("script_location", str(HERE))
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            connection.execute(text(FILE))
            connection.execute(text(LINE))
    assert upgrade(settings).before == "0001"
    with open_current(settings) as database, database.reading() as session:
        file = session.get_one(SettlementFile, 1)
        assert (standing(file), file.supersedes, file.test) == ("accepted", None, False)
        assert counts_already(session, 1)
        assert session.get_one(SettlementLine, 16777218).file_id == 1
