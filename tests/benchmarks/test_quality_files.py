"""The same stories as files through the service: intake, database and runs change nothing of the truth."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.quality import files, making
from benchmarks.quality.stories import STORIES
from payouts.lists.intake import keep_list
from payouts.runs.said import verdict_table
from payouts.settlements.intake import keep_file
from tests.facts import Office

SAID = ["verdict", "settled", "reason_code", "differences"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_family_ends_in_the_service_as_it_was_made(office: Office, tmp_path: Path) -> None:
    cycle = making.make(1_000, {name: 1.0 for name in STORIES if name not in files.BEYOND}, 5)
    lists, banks = files.write(cycle, tmp_path / "files")
    for one in lists:
        facts = {
            "programme": one.programme,
            "cycle": one.cycle,
            "deadline": dt.date.fromisoformat(one.deadline),
        }
        assert keep_list(office.database, office.settings, one.path, by="test", **facts).state == "accepted"
    for path, bank in banks.items():
        assert (
            keep_file(office.database, office.settings, path, bank_code=bank, by="test").state == "accepted"
        )
    said = []
    for one in lists:
        run, _ = office.run(cycle=one.cycle, programme=one.programme)
        with office.database.session() as session:
            said.append(verdict_table(session, run.id or 0).to_pandas())
    true = cycle.truth.to_pandas().set_index("line_ref").sort_index()
    told = pd.concat(said).set_index("line_ref").sort_index()[SAID].fillna("")
    told["reason_code"] = told["reason_code"].where(true["verdict"] == "failed", true["reason_code"])
    told["differences"] = told["differences"].where(true["verdict"] != "review", "")
    wrong = true.join(told.add_prefix("said_"))[(told != true[SAID]).any(axis=1)]
    assert wrong.empty, wrong.to_string()
