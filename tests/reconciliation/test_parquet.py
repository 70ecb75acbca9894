"""Facts in Parquet lead to the verdicts that the same facts in memory do, written by cycle and bank."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from reconciliation import reconcile
from reconciliation.engines import EngineError, check
from reconciliation.parquet import reconcile_parquet
from reconciliation.tables import (
    DISPOSITION_COLUMNS,
    EXPECTED,
    REPORTED,
    SUGGESTION_COLUMNS,
    VERDICT_COLUMNS,
)
from tests.reconciliation.comparing import set_apart
from tests.reconciliation.cycles import AS_OF, nasty_cycle

ANSWERS = {
    "verdicts": (VERDICT_COLUMNS, "line_ref"),
    "dispositions": (DISPOSITION_COLUMNS, "file, line"),
    "suggestions": (SUGGESTION_COLUMNS, "line_ref, score DESC, file, line"),
}


def facts() -> tuple[pa.Table, pa.Table]:
    cycles = [set_apart(nasty_cycle(seed), seed) for seed in range(100)]
    return (
        pa.Table.from_pylist([row for owed, _ in cycles for row in owed], EXPECTED),
        pa.Table.from_pylist([row for _, told in cycles for row in told], REPORTED),
    )


def by_folder(table: pa.Table, folder: Path, columns: list[str]) -> Path:
    parquet.write_to_dataset(table, folder, partition_cols=columns)
    return folder


def read(out: Path, name: str) -> list[dict[str, object]]:
    columns, order = ANSWERS[name]
    found = duckdb.read_parquet(f"{out}/{name}/**/*.parquet")
    return found.select(*columns).order(order).to_arrow_table().to_pylist()


def test_parquet_by_cycle_and_bank_leads_to_the_same_verdicts(tmp_path: Path) -> None:
    owed, told = facts()
    summary = reconcile_parquet(
        by_folder(owed, tmp_path / "expected", ["cycle", "bank_code"]),
        by_folder(told, tmp_path / "reported", ["sender"]),
        tmp_path / "out",
        as_of=AS_OF,
    )
    usual = reconcile(owed, told, as_of=AS_OF)
    for name in ANSWERS:
        assert read(tmp_path / "out", name) == getattr(usual, name).to_pylist(), name
    assert summary == usual.summary == json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (tmp_path / "out" / "verdicts" / "cycle=2026-11" / "bank_code=970405").is_dir()


def test_nothing_that_stands_in_the_folder_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="new folder"):
        reconcile_parquet(*facts(), tmp_path, as_of=AS_OF)


def test_empty_facts_lead_to_empty_answers(tmp_path: Path) -> None:
    summary = reconcile_parquet(EXPECTED.empty_table(), REPORTED.empty_table(), tmp_path / "out", as_of=AS_OF)
    assert summary["payout_lines"] == summary["settlement_lines"] == 0


@pytest.mark.parametrize("name", ["pandas", "spark=", ""])
def test_an_engine_that_is_none_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(EngineError, match="spark=ADDRESS"):
        check(name)
