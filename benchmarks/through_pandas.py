"""The same in pandas' own way, into the same tables: to_sql, read_sql, one merge on the reference, to_sql.

    python benchmarks/through_pandas.py DATA WORK [--stored URL]

With --stored it begins with facts that stand in a database. It checks nothing and explains nothing. Leaves in
WORK/seconds what it took from the file, or from the stored facts, to the stored verdicts.
"""

import argparse
import contextlib
import datetime as dt
import tempfile
import time
from pathlib import Path

import pandas as pd
from databases import copy_of
from sqlalchemy import Connection, make_url

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.keys import line_key
from payouts.core.settings import Settings
from payouts.lists.intake import keep_list
from payouts.migrations.upgrade import open_current
from payouts.runs.models import Run
from payouts.settlements.models import SettlementFile

CYCLE = {"programme": "BTXH", "cycle": "2026-11"}


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--stored", metavar="URL")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.work) as folder, contextlib.ExitStack() as held:
        url = held.enter_context(copy_of(make_url(asked.stored))) if asked.stored else None
        database_url = url.render_as_string(hide_password=False) if url else None
        settings = Settings(data_dir=Path(folder), database_url=database_url)
        with open_current(settings) as database:
            if not asked.stored:
                deadline = dt.date(2026, 11, 20)
                path = asked.data / "list.csv"
                keep_list(database, settings, path, by="benchmark", deadline=deadline, **CYCLE)
            start = time.perf_counter()
            if not asked.stored:
                _take_in(database, asked.data / "settlement.csv")
            _reconcile(database)
            (asked.work / "seconds").write_text(str(time.perf_counter() - start))


def _take_in(database: Database, path: Path) -> None:
    told = pd.read_csv(path, dtype=str)
    with database.session() as session:
        receipt = SettlementFile(
            bank_code="VBA",
            sha256="",
            size=path.stat().st_size,
            filename=path.name,
            label=path.name,
            state="accepted",
            received_at=clock.now(),
            received_by="benchmark",
        )
        session.add(receipt)
        session.flush()
        told["line"] = range(2, len(told) + 2)
        told["id"] = told["line"] + line_key(receipt.id or 0, 0)
        told["file_id"] = receipt.id
        for name in ("amount", "fee"):
            told[name] = pd.to_numeric(told[name]).astype("Int64")
        told["booked_on"] = pd.to_datetime(told["booked_on"]).dt.date
        told.to_sql("settlement_line", session.connection(), index=False, if_exists="append")


def _reconcile(database: Database) -> None:
    with database.session() as session:
        run = Run(
            cycle_id=1, number=1, as_of=dt.date(2026, 11, 25), asked_at=clock.now(), asked_by="benchmark"
        )
        session.add(run)
        session.flush()
        connection = session.connection()
        owed = pd.read_sql("SELECT * FROM payout_line WHERE cycle_id = 1", connection)
        told = pd.read_sql("SELECT * FROM settlement_line", connection)
        _keep(connection, run.id or 0, owed, told)


def _keep(connection: Connection, run: int, owed: pd.DataFrame, told: pd.DataFrame) -> None:
    both = owed.merge(told, how="left", left_on="line_ref", right_on="end_to_end_id", suffixes=("", "_told"))
    both["run_id"] = run
    both["settled"] = both["amount_told"].where(both["status"] == "settled", 0).fillna(0).astype("int64")
    both["verdict"] = "amount_differs"
    both.loc[both["settled"] == both["amount"], "verdict"] = "paid"
    both.loc[both["status"] == "rejected", "verdict"] = "failed"
    both.loc[both["status"].isna(), "verdict"] = "missing"
    both["evidence"] = "settlement.csv:" + both["line"].astype("Int64").astype(str)
    both = both.rename(columns={"id": "payout_line_id", "id_told": "settlement_line_id", "amount": "owed"})
    verdicts = both.groupby("payout_line_id", as_index=False).first()
    columns = [
        "run_id",
        "payout_line_id",
        "area_code",
        "verdict",
        "owed",
        "settled",
        "reason_code",
        "evidence",
    ]
    verdicts[columns].to_sql("verdict", connection, index=False, if_exists="append")
    links = both.loc[both["settlement_line_id"].notna(), ["run_id", "payout_line_id", "settlement_line_id"]]
    links.to_sql("evidence_link", connection, index=False, if_exists="append")
    found = told.merge(owed[["line_ref"]], how="left", left_on="end_to_end_id", right_on="line_ref")
    found["run_id"] = run
    found["disposition"] = found["line_ref"].notna().map({True: "matched", False: "unexpected"})
    found = found.rename(columns={"id": "settlement_line_id", "line_ref": "line_refs"})
    kept = found[["run_id", "settlement_line_id", "disposition", "line_refs"]]
    kept.to_sql("disposition", connection, index=False, if_exists="append")


if __name__ == "__main__":
    main()
