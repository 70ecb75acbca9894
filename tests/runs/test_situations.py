"""Every folder of fixtures/ taken in from files, kept in the database and judged there ends as it must."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.identity.scope import EVERYTHING
from payouts.lists.intake import keep_list
from payouts.reports.tables import settlement_lines, verdicts
from payouts.runs.reconcile import reconcile_cycle
from payouts.settlements.intake import keep_file

FIXTURES = Path(__file__).parents[2] / "fixtures"
SITUATIONS = sorted(path.parent.name for path in FIXTURES.glob("*/cycle.yaml"))

Row = dict[str, Any]


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_story_ends_as_expected_through_the_database(
    name: str, database: Database, tmp_path: Path
) -> None:
    folder, settings = FIXTURES / name, Settings(data_dir=tmp_path)
    story = yaml.safe_load((folder / "cycle.yaml").read_text(encoding="utf-8"))
    which = {"programme": story["programme"], "cycle": story["cycle"]}

    receipt = keep_list(
        database, settings, folder / "list.csv", deadline=story["deadline"], by="test", **which
    )
    assert receipt.state == "accepted", receipt.problems
    for file, bank in story["files"].items():
        taken = keep_file(database, settings, folder / file, bank_code=bank, by="test")
        assert taken.state == "accepted", taken.problems
    reconcile_cycle(database, by="test", as_of=story["as_of"], **which)
    with database.reading() as session:
        said = verdicts(session, scope=EVERYTHING, **which).to_pylist()
        lines = settlement_lines(session, **which).to_pylist()

    assert {row["line_ref"]: _verdict(row) for row in said} == {
        row["line_ref"]: _verdict(row) for row in _read(folder / "expected-verdicts.csv")
    }
    assert {(row["file"], row["line"]): _line(row) for row in lines} == {
        (row["file"], int(row["line"])): _line(row) for row in _read(folder / "expected-lines.csv")
    }


def _verdict(row: Row) -> tuple[str, int, str, set[str]]:
    return (row["verdict"], int(row["settled"]), row["reason_code"], set(row["differences"].split(";")))


def _line(row: Row) -> tuple[str, set[str]]:
    return (row["disposition"], set(row["line_refs"].split(";")))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
