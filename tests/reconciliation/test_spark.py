"""The steps on Apache Spark must say what they say on DuckDB."""

import importlib.util
import json
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from benchmarks.quality import making
from reconciliation import reconcile
from reconciliation.engines.statements import parsed, statements
from reconciliation.ordering import taken_in
from reconciliation.parquet import reconcile_parquet
from reconciliation.tables import EXPECTED, REPORTED, VERDICTS
from tests.fixtures.test_situations import FIXTURES, SITUATIONS, Situation, expected_rows, reported_rows
from tests.reconciliation.comparing import set_apart
from tests.reconciliation.cycles import AS_OF, Row, cash_cycle, nasty_cycle
from tests.reconciliation.test_decisions import together
from tests.reconciliation.test_parquet import ANSWERS, read

STEPS = sorted((Path(__file__).parents[2] / "reconciliation" / "sql").glob("*.sql"))
HARD_LINES = 20_000

# The cycles here are small: what Spark does to be fast on large ones only costs time.
QUICK = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}

# The functions that both engines know and mean the same by: no concat, substr, starts_with, weekday.
SHARED = {
    "abs", "bool_or", "cast", "coalesce", "count", "dense_rank", "first_value", "hash", "least", "left",
    "length", "levenshtein", "max", "min", "nullif", "regexp_like", "replace", "right", "row_number", "sum",
}  # fmt: skip
WORDS = {
    "and", "as", "by", "decimal", "else", "exists", "from", "in", "join", "not", "on", "or", "over", "then",
    "union", "when", "where",
}  # fmt: skip
MAY_BE_NULL = r"\b(?:day|fee|amount|opens_on|deadline|statement)\b(?! IS| <>| =)"
COUNTS = {
    "side",
    "1 - side",
    "payouts",
    "p.payouts",
    "p.still_open",
    "n.by_reference",
}  # small sums
DIFFERS = {
    r"\bvarchar\b": "string",
    r"::": "cast(x AS type)",
    r"(?i)\bcast\((?!NULL)[^()]* AS (?:int|integer|bigint)\)": "round first: one cuts off, one rounds",
    r" [/%] ": "one divides by zero to null, one ends with an error",
    r"(?i)\b(?:qualify|asof|filter \(|(?:semi|anti) join)\b": "a subquery, CASE, EXISTS",
}


@pytest.mark.parametrize("file", STEPS, ids=lambda file: file.stem)
def test_a_step_says_only_what_both_engines_read_alike(file: Path) -> None:
    said = file.read_text(encoding="utf-8")
    for statement in statements(said):
        assert parsed(statement).kind
        bare = re.sub(r"'[^']*'", "''", statement)
        called = {name.lower() for name in re.findall(r"\b(\w+) ?\(", bare)}
        made = {parsed(statement).name}
        assert called - SHARED - WORDS - made == set(), f"{file.name}: not in both engines, or not alike"
        for pattern, instead in DIFFERS.items():
            assert not re.search(pattern, bare), f"{file.name}: {pattern} differs; write {instead}"
        for summed in re.findall(r"\bsum\(([^()]*)", bare):
            assert summed.startswith(("CASE", "cast")) or summed in COUNTS, (
                f"{file.name}: sum({summed}) may overflow"
            )
        for terms in re.findall(r"ORDER BY ([^()]*(?:\([^()]*\)[^()]*)*)\)", bare):
            for term in terms.split(","):
                nulls = "NULLS" in term or not re.search(MAY_BE_NULL, term)
                assert nulls, f"{file.name}: say where the nulls of {term.strip()} stand"


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """The address of Spark on two threads of this machine."""
    absent = [
        what
        for what, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java")))
        if not there
    ]
    if absent and not os.environ.get("CI"):
        pytest.skip(
            f"{' and '.join(absent)} not installed: pip install 'chitra[spark]', and a JRE of 17 or later"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession  # noqa: PLC0415  # it may not be installed

        session = SparkSession.builder.master("local[2]").config(map=QUICK).getOrCreate()
    yield "spark=local[2]"
    session.stop()


def facts() -> tuple[pa.Table, pa.Table]:
    """All stories of fixtures/, a hard cycle of 20,000 lines and some nasty ones, together."""
    owed: list[Row] = []
    told: list[Row] = []
    for number, name in enumerate(SITUATIONS):
        folder = FIXTURES / name
        situation = Situation(folder, yaml.safe_load((folder / "cycle.yaml").read_text(encoding="utf-8")))
        mine, theirs = expected_rows(situation), reported_rows(situation)
        new = {row["line_ref"]: f"F{number:02d}X{place}" for place, row in enumerate(mine)}
        owed += [row | {"line_ref": new[row["line_ref"]]} for row in mine]
        told += [_renamed(row, new) | {"file": f"{name}/{row['file']}"} for row in theirs]
    for seed in range(200):
        mine, theirs = set_apart((cash_cycle if seed % 2 else nasty_cycle)(seed), seed)
        owed, told = owed + mine, told + theirs
    hard = making.make(HARD_LINES, making.shares("hard"), seed=1)
    return (
        pa.concat_tables([pa.Table.from_pylist(owed, EXPECTED), taken_in(hard.expected, EXPECTED)]),
        pa.concat_tables([pa.Table.from_pylist(told, REPORTED), taken_in(hard.reported, REPORTED)]),
    )


def _renamed(row: Row, new: dict[str, str]) -> Row:
    """Give a settlement line the new names of the payout lines that it names."""
    said = dict(row)
    for name in ("end_to_end_id", "original_ref", "remittance_info"):
        for old, other in new.items():
            if said.get(name):
                said[name] = re.sub(rf"(?i)\b{old}\b", other, said[name])
    return said


def test_spark_says_of_every_story_and_of_a_hard_cycle_what_duckdb_says(spark: str, tmp_path: Path) -> None:
    """From Parquet to Parquet, as on a cluster; minutes on two cores: each statement is planned anew."""
    owed, told = facts()
    parquet.write_to_dataset(owed, tmp_path / "expected", partition_cols=["cycle"])
    parquet.write_to_dataset(told, tmp_path / "reported", partition_cols=["currency"])
    sides = str(tmp_path / "expected"), str(tmp_path / "reported")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        summary = reconcile_parquet(*sides, tmp_path / "out", as_of=AS_OF, engine=spark)
    usual = reconcile(owed, told, as_of=AS_OF)
    for name in ANSWERS:
        mine, theirs = getattr(usual, name).to_pylist(), read(tmp_path / "out", name)
        assert [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]] == [], name
    assert summary == usual.summary == json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert usual.summary["payout_lines"] > HARD_LINES
    assert set(usual.summary["verdicts"]) == set(VERDICTS)


def test_spark_gives_the_same_tables_in_memory_and_follows_what_people_decided(spark: str) -> None:
    owed, told, decisions = together()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = reconcile(owed, told, as_of=AS_OF, decisions=decisions, engine=spark)
    usual = reconcile(owed, told, as_of=AS_OF, decisions=decisions)
    assert (theirs.verdicts, theirs.dispositions) == (usual.verdicts, usual.dispositions)
    assert theirs.not_followed == usual.not_followed
    assert theirs.links is not None
    assert usual.links is not None
    assert sorted(map(str, theirs.links.to_pylist())) == sorted(map(str, usual.links.to_pylist()))
    assert theirs.summary == usual.summary


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="spark=ADDRESS"):
        reconcile(EXPECTED.empty_table(), REPORTED.empty_table(), as_of=AS_OF, engine="pandas")
